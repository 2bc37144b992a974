// The position of a size on its slider, from 0 to 1000. Sizes differ by factors, so the scale is logarithmic.

const STOPS = 1000;

function placeOf(value, low, high) {
  const span = Math.log1p(high - low);
  return span ? Math.round((STOPS * Math.log1p(value - low)) / span) : 0;
}

function valueAt(place, low, high) {
  return Math.min(high, low + Math.round(Math.expm1((place / STOPS) * Math.log1p(high - low))));
}

// The whole number that a text means, or null where it is none or out of range.
function readSize(text, low, high) {
  if (!/^\s*\d{1,9}\s*$/.test(text)) return null;
  const value = Number(text);
  return value >= low && value <= high ? value : null;
}
