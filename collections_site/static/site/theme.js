// Sets the theme before the first paint where the reader has chosen none: that of the device.
const device = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function follow() {
  if (root.dataset.theme === "auto") root.dataset.bsTheme = device.matches ? "dark" : "light";
}

follow();
device.addEventListener("change", follow);
