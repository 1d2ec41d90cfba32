// `/` puts the cursor into the search box; `g` then a letter goes to a page of the sidebar.
// `?` lists all keys. Nothing fires while somebody types, also not inside an input method.
const WRITING = "input, textarea, select, [contenteditable]";
const help = document.getElementById("keys");
const opener = document.getElementById("keys-open");
let going = -Infinity; // when `g` was pressed; a page just opened counts from zero itself

opener.hidden = false;
opener.addEventListener("click", () => help.showModal());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(WRITING) || help.open) return;
  if (event.key === "?") {
    help.showModal();
  } else if (event.key === "/") {
    const box = document.getElementById("q");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  } else if (event.key === "g") {
    going = event.timeStamp;
  } else if (event.timeStamp - going < 1500) {
    going = -Infinity;
    event.preventDefault(); // on this page the letter may mean something of its own
    document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});
