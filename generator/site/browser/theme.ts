// Before anything is painted: the theme that was chosen here, else the system's.
const chosen = themeChosen();
if (chosen) document.documentElement.dataset["theme"] = chosen;

function themeChosen(): string | null {
  try {
    return localStorage.getItem("fencegen-theme");
  } catch {
    // Storage is refused in some private windows.
    return null;
  }
}
