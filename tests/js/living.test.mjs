// A component lives as long as its element is on the page, whatever is cleaned up meanwhile.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

const { lifeOf, ending } = load(["living.js"], ["lifeOf", "ending"]);

const turn = () => new Promise((resolve) => setTimeout(resolve));

test("a clean-up that comes after a newer call ends nothing", async () => {
  const parent = { isConnected: true };
  const ended = [];
  const life = lifeOf(parent, () => ({}));
  const end = ending(parent, (which) => ended.push(which));
  assert.equal(lifeOf(parent, () => ({})), life, "the newer call");
  end();
  await turn();
  assert.deepEqual(ended, []);
  assert.equal(lifeOf(parent, () => ({})), life);
});

test("what has left the page ends once, and what comes then is another", async () => {
  const parent = { isConnected: true };
  const ended = [];
  const life = lifeOf(parent, () => ({}));
  const ends = [1, 2].map(() => ending(parent, (which) => ended.push(which)));
  ends.forEach((end) => end());
  parent.isConnected = false;
  await turn();
  assert.deepEqual(ended, [life]);
  assert.notEqual(lifeOf(parent, () => ({})), life);
});
