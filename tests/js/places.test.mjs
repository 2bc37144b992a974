import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

const { plotOf, pixelOf, valueAt, pointAt } = load(
  ["points/places.js"],
  ["plotOf", "pixelOf", "valueAt", "pointAt"],
);

test("the ends of an axis are its limits, and a pointer beyond them stays on it", () => {
  assert.equal(valueAt(0, [-2, 6]), -2);
  assert.equal(valueAt(1, [-2, 6]), 6);
  assert.equal(valueAt(-0.2, [-2, 6]), -2);
  assert.equal(valueAt(1.7, [-2, 6]), 6);
});

test("a number is as fine as a thousandth of its axis", () => {
  assert.equal(valueAt(1 / 3, [0, 1]), 0.333);
  assert.equal(valueAt(1 / 3, [0, 1000]), 333);
  assert.equal(valueAt(1 / 3, [0, 0.001]), 0.000333);
});

test("axes stand at the left and below, and y grows upwards", () => {
  const plot = plotOf({ left: 10, top: 20, width: 140, height: 230 }, { left: 40, right: 0, bottom: 30 });
  assert.deepEqual(pointAt({ clientX: 100, clientY: 20 }, plot, [0, 1], [0, 4]), [0.5, 4]);
  assert.deepEqual(pointAt({ clientX: 50, clientY: 170 }, plot, [0, 1], [0, 4]), [0, 1]);
});

test("the pixel of a point is where the point is found", () => {
  const plot = { left: 50, top: 20, width: 400, height: 200 };
  for (const point of [[0, 4], [0.25, 1], [1, 0]]) {
    const [clientX, clientY] = pixelOf(point, plot, [0, 1], [0, 4]);
    assert.deepEqual(pointAt({ clientX, clientY }, plot, [0, 1], [0, 4]), point);
  }
});
