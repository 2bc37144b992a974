// Between pixels and the numbers of a picture whose axes are linear.

// The number at a pixel, rounded to a thousandth of the axis, so that what is dragged can be read.
function valueAt(pixel, from, length, [low, high]) {
  const share = Math.min(1, Math.max(0, (pixel - from) / length));
  const digits = Math.max(0, 3 - Math.floor(Math.log10(high - low)));
  return Number((low + share * (high - low)).toFixed(digits));
}

// The point of a picture at a pixel of the page; y grows upwards.
function pointAt({ clientX, clientY }, box, x, y) {
  return [
    valueAt(clientX, box.left, box.width, x),
    valueAt(box.top + box.bottom - clientY, box.top, box.height, y),
  ];
}
