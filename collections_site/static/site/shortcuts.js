// `/` puts the cursor into the search box; `g` then a letter goes to a page of the sidebar.
// Nothing fires while somebody types, also not inside an input method.
const WRITING = "input, textarea, select, [contenteditable]";
let going = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(WRITING)) return;
  if (event.key === "/") {
    const box = document.getElementById("q");
    if (box) {
      event.preventDefault();
      box.focus();
    }
  } else if (event.key === "g") {
    going = event.timeStamp;
  } else if (event.timeStamp - going < 1500) {
    going = 0;
    document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});
