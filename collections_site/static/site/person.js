// The page of a person by keyboard: what carries data-shortcut is pressed by that key; and the customer
// number copied by a button. No key fires while somebody types or after `g`, which goes to another page.
const FIELDS = "input, textarea, select, [contenteditable]";
const keysOn = document.body.dataset.shortcuts === "on";

document.addEventListener("keydown", (event) => {
  if (!keysOn || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
  const meant = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (meant) {
    event.preventDefault();
    meant.click();
  }
});

// A browser lends its clipboard only to pages it holds to be safe: elsewhere there is no button.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      document.getElementById("live").textContent = button.dataset.copied;
      button.classList.add("copied");
    });
  }
}
