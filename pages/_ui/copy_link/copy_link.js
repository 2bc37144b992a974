// Copies the address of the page, as the browser has it at that moment, and says that it did.

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No clipboard without https or permission: the older way needs a selection.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

export default function ({ data, parentElement }) {
  const { words, language } = data;
  document.documentElement.lang = language === "zh" ? "zh-CN" : language;
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    const says = document.createElement("span");
    says.setAttribute("role", "status");
    parentElement.append(button, says);
  }
  const says = button.nextSibling;
  button.textContent = words.copy;
  says.textContent = "";
  let timer;
  button.onclick = async () => {
    const done = await copied(location.href);
    button.textContent = done ? words.copied : words.copy;
    says.textContent = done ? words.left_out : `${words.by_hand} ${location.href}`;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = words.copy;
      if (done) says.textContent = "";
    }, done && !words.left_out ? 2000 : 8000);
  };
  return () => clearTimeout(timer);
}
