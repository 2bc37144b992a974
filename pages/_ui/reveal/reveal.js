// Scrolls once for each press, while what was opened takes its height: until the whole is seen, or its beginning.

const DRAWN = 1500; // ms

function follow(place) {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  const observer = new ResizeObserver(() => place.scrollIntoView({ block: "nearest", behavior }));
  const end = new AbortController();
  end.signal.onabort = () => observer.disconnect();
  observer.observe(place);
  setTimeout(() => end.abort(), DRAWN);
  // Visitors who scroll know where they want to go.
  for (const name of ["wheel", "touchmove", "keydown"]) addEventListener(name, () => end.abort(), { signal: end.signal });
}

export default function ({ data, parentElement }) {
  const [{ key, content }] = data;
  const life = lifeOf(parentElement, () => ({ content: "" }));
  const place = document.querySelector(`.st-key-${key}`);
  if (place && content && content !== life.content) follow(place);
  life.content = content;
  return ending(parentElement, () => {});
}
