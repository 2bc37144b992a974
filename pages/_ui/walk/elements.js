// Small tools for elements and their text.

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

// Writes only what is new: every write has the browser measure the text again.
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const fill = (template, fields) => template.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

// Text with `:blue[x]` in it becomes text with colored words in it.
function setRich(element, text) {
  const parts = text.split(/:(blue|violet|orange|green|red|gray)\[([^\]]*)\]/);
  element.replaceChildren(
    ...parts.flatMap((part, place) => {
      if (place % 3 === 0) return part ? [document.createTextNode(part)] : [];
      return place % 3 === 1 ? [make("b", part, parts[place + 1])] : [];
    }),
  );
}

// The same text without its colors.
const plain = (text) => text.replace(/:\w+\[([^\]]*)\]/g, "$1");

const TINTS = 20;

// The tints of the color scale as style rules of plain colors, which cost far less than one mixed per cell.
function tints(look, { blue, red, ground, dark }) {
  const most = dark ? 50 : 68; // per cent of hue in the strongest tint; text on it keeps a contrast of 4.5 : 1
  const mix = (level, share) =>
    `color-mix(in srgb, ${level < 0 ? red : blue} ${(Math.abs(level) / TINTS) * most * share}%, ${ground})`;
  const rules = [];
  for (let level = -TINTS; level <= TINTS; level += 1) {
    rules.push(`.l${level} { background: ${mix(level, 1)}; fill: ${mix(level, 1)} }`);
    rules.push(`.dim :is(.grid, .stored) .l${level}:not(.lit, .near) { background: ${mix(level, 0.3)} }`);
  }
  look.textContent = rules.join("\n");
}

// Gives a cell one of the tints.
function tint(element, level) {
  const name = `l${level}`;
  if (element.tint === name) return;
  if (element.tint) element.classList.replace(element.tint, name);
  else element.classList.add(name);
  element.tint = name;
}

// A number's width in digits; a point is half as wide.
const breadth = (text) => text.length - (text.includes(".") ? 0.5 : 0);

const split = (text) => (text ? text.split(" ") : []);
