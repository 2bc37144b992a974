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
  document.documentElement.lang = data.language === "zh" ? "zh-CN" : data.language;
  let button = parentElement.querySelector("button");
  if (!button) {
    button = document.createElement("button");
    button.type = "button";
    const says = document.createElement("span");
    says.setAttribute("role", "status");
    parentElement.append(button, says);
  }
  const says = button.nextSibling;
  button.textContent = data.copy;
  says.textContent = "";
  let timer;
  button.onclick = async () => {
    const done = await copied(location.href);
    button.textContent = done ? data.copied : data.copy;
    says.textContent = done ? data.left_out : `${data.by_hand} ${location.href}`;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = data.copy;
      if (done) says.textContent = "";
    }, done && !data.left_out ? 2000 : 8000);
  };
  return () => clearTimeout(timer);
}
