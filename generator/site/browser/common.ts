// On every page: the theme, and `/`, which leads to the search.
const button = document.querySelector<HTMLButtonElement>("#theme");

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function label(): void {
  if (!button) return;
  button.setAttribute("aria-label", isDark() ? "Light theme" : "Dark theme");
}

if (button) {
  label();
  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    document.documentElement.dataset["theme"] = theme;
    try {
      localStorage.setItem("fencegen-theme", theme);
    } catch {
      // Then it lasts as long as the page.
    }
    label();
  });
}

document.addEventListener("keydown", (event) => {
  // The editor of the playground lies in a shadow root, which events seen from here hide.
  const [target] = event.composedPath();
  const isTyping =
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const search = document.querySelector<HTMLInputElement>("#search");
  if (search) search.focus();
  else location.href = `${document.body.dataset["up"]}index.html#find`;
});
