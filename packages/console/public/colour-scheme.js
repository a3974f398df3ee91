// Sets the chosen colour scheme before the first paint, so that the page does not flash in the wrong one.
// A file of its own because the content security policy allows no inline script. Mantine keeps the choice under this key.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("mantine-color-scheme-value");
  } catch {
    // Storage may be forbidden; the system's scheme is a good answer then.
  }
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const isChosen = choice === "light" || choice === "dark";
  const scheme = isChosen ? choice : prefersDark ? "dark" : "light";
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
})();
