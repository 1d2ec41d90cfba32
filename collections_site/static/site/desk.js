// The author's desk: putting placeholders in at the cursor, going to what was found, keeping what is
// typed, and Ctrl+S. Every one of these only saves a way that the page also offers without it.
const form = document.getElementById("wording-form");
const area = document.getElementById("id_text");
const panel = document.getElementById("check-panel");
const open = new Set();
let typed = new Map();

// Findings count characters of the trimmed text, or of the signature as it stands, as code points; the
// browser counts UTF-16 units.
function place(box, points) {
  const said = box === area ? box.value.trimStart() : box.value;
  return box.value.length - said.length + Array.from(said).slice(0, points).join("").length;
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-insert]");
  if (chip) {
    area.focus();
    area.setRangeText(chip.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const go = event.target.closest("a.go");
  if (go) {
    event.preventDefault();
    const box = document.querySelector(go.hash);
    box.focus();
    box.setSelectionRange(place(box, Number(go.dataset.start)), place(box, Number(go.dataset.end)));
    box.scrollIntoView({ block: "center" });
  }
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit(document.getElementById("save"));
  }
});

// What was written into the panel or opened there since the question was asked stays as it is.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target === panel) panel.setAttribute("aria-busy", "true");
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target === panel) panel.setAttribute("aria-busy", "false");
});
panel.addEventListener("htmx:beforeSwap", () => {
  typed = new Map([...panel.querySelectorAll("input[id]")].map((box) => [box.id, box.value]));
  open.clear();
  for (const one of panel.querySelectorAll("details[open][id]")) open.add(one.id);
});
panel.addEventListener("htmx:afterSwap", () => {
  for (const box of panel.querySelectorAll("input[id]")) {
    if (typed.has(box.id)) box.value = typed.get(box.id);
  }
  const people = [...panel.querySelectorAll("details.person")];
  if (people.some((one) => open.has(one.id))) for (const one of people) one.open = open.has(one.id);
});
