// The queue by keyboard: j and k move between people, x ticks, Enter opens who is in focus.
// Nothing fires while somebody types; a tick box is no place to type in.
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const rows = [...document.querySelectorAll("#queue tbody tr")];

function link(row) {
  return row.querySelector("th a");
}

function mark(row) {
  row.setAttribute("aria-selected", String(row.querySelector("input[name=person]").checked));
}

function here() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

document.addEventListener("change", (event) => {
  const row = event.target.closest("#queue tbody tr");
  if (row) mark(row);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPING)) return;
  const at = here();
  if (event.key === "j" && at + 1 < rows.length) link(rows[at + 1]).focus();
  else if (event.key === "k" && at > 0) link(rows[at - 1]).focus();
  else if (event.key === "x" && at >= 0) {
    const box = rows[at].querySelector("input[name=person]");
    box.checked = !box.checked;
    mark(rows[at]);
  } else if (event.key === "Enter" && at >= 0 && event.target.matches("input")) {
    event.preventDefault(); // Enter in a tick box would send the form
    link(rows[at]).click();
  }
});

// After "back" the browser restores the ticks without a change event.
window.addEventListener("pageshow", () => rows.forEach(mark));
