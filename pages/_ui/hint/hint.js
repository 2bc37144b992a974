// Remembers in the browser which hints were dismissed; where it may not remember, a hint comes once a visit.

const KEY = "inside-linear-hints";
const dismissed = new Set();

function known() {
  try {
    return new Set([...JSON.parse(localStorage.getItem(KEY) ?? "[]"), ...dismissed]);
  } catch {
    return dismissed;
  }
}

function remember(name) {
  dismissed.add(name);
  try {
    localStorage.setItem(KEY, JSON.stringify([...known()]));
  } catch {
    // Private windows may have no storage.
  }
}

export default function ({ data, parentElement }) {
  const [{ name, text, dismiss }] = data;
  parentElement.querySelector(".hint")?.remove();
  if (known().has(name)) return;
  const box = document.createElement("div");
  box.className = "hint";
  box.setAttribute("role", "note");
  const words = document.createElement("span");
  words.textContent = forHand(text);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = dismiss;
  button.onclick = () => {
    remember(name);
    box.remove();
  };
  box.append(words, button);
  parentElement.append(box);
}
