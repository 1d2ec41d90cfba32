// The queue by hand and by keyboard: a tick with Shift takes all between, one box takes the page;
// j and k move between people, x ticks, Enter opens who is in focus; who is opened is gone on from to
// the others of the list as it stands now.
// No key fires while somebody types; a tick box is no place to type in.
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const form = document.getElementById("queue");
const rows = [...document.querySelectorAll("#queue tbody tr")];
const boxes = rows.map((row) => row.querySelector("input[name=person]"));
const whole = document.getElementById("whole-page");
const one = document.getElementById("open-one");
const told = document.getElementById("ticked");
let last = -1;

function link(row) {
  return row.querySelector("th a");
}

function here() {
  return rows.findIndex((row) => row.contains(document.activeElement));
}

function show() {
  const count = boxes.filter((box) => box.checked).length;
  rows.forEach((row, at) => row.setAttribute("aria-selected", String(boxes[at].checked)));
  whole.checked = count === boxes.length;
  whole.indeterminate = count > 0 && count < boxes.length;
  const sentence = count === 1 ? told.dataset.one : told.dataset.many.replace("{n}", count);
  told.textContent = count ? sentence : "";
  document.getElementById("untick").hidden = !count;
}

function tick(at, checked, all) {
  const [from, to] = all && last >= 0 ? [Math.min(last, at), Math.max(last, at)] : [at, at];
  for (const box of boxes.slice(from, to + 1)) box.checked = checked;
  last = at;
  show();
}

if (form) {
  whole.hidden = false;
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    show();
  });
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at >= 0) tick(at, event.target.checked, event.shiftKey);
    const person = event.target.closest("a[data-open]");
    if (!person || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault(); // a new tab, or no script, opens the plain page instead
    one.value = person.dataset.open;
    form.requestSubmit(one);
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault(); // the browser would bring back what was ticked when the page came
    for (const box of boxes) box.checked = false;
    show();
    link(rows[Math.max(last, 0)]).focus(); // the button that had the focus is gone
  });
  // After "back" the browser restores the ticks without a change event.
  window.addEventListener("pageshow", show);
}

document.addEventListener("keydown", (event) => {
  if (!form || form.dataset.shortcuts !== "on" || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  const at = here();
  if (event.key === "j" && at + 1 < rows.length) link(rows[at + 1]).focus();
  else if (event.key === "k" && at > 0) link(rows[at - 1]).focus();
  else if (event.key === "x" && at >= 0) tick(at, !boxes[at].checked, false);
  else if (event.key === "Enter" && at >= 0 && event.target.matches("input")) {
    event.preventDefault(); // Enter in a tick box would send the form
    link(rows[at]).click();
  }
});
