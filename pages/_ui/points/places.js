// Between pixels and the numbers of a picture whose axes are linear.

// Where the axes enclose the picture of an element: beside and below it they take a known room.
function plotOf(rect, { left, right, bottom }) {
  const width = rect.width - left - right;
  return { left: rect.left + left, top: rect.top, width, height: rect.height - bottom };
}

// The pixel of a point; y grows upwards.
function pixelOf([x, y], plot, [left, right], [bottom, top]) {
  return [
    plot.left + ((x - left) / (right - left)) * plot.width,
    plot.top + ((top - y) / (top - bottom)) * plot.height,
  ];
}

// The number at a share of an axis, rounded to a thousandth of it, so that what is dragged can be read.
function valueAt(share, [low, high]) {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(high - low)));
  return Number((low + Math.min(1, Math.max(0, share)) * (high - low)).toFixed(digits));
}

// The point of a picture at a pixel of the page.
function pointAt({ clientX, clientY }, plot, x, y) {
  return [
    valueAt((clientX - plot.left) / plot.width, x),
    valueAt((plot.top + plot.height - clientY) / plot.height, y),
  ];
}
