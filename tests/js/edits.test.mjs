// What is edited reaches the server, however many edits are made before it answers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { load } from "./load.mjs";

globalThis.document = { createElement: () => ({}), getElementById: () => null, querySelector: () => null };
const { Edits, Hand } = load(["living.js", "edits.js", "points/places.js", "points/points.js"], ["Edits", "Hand"]);

test("an edit takes the place of those of its own gesture, and the others are sent again", () => {
  const edits = new Edits();
  edits.add({ text: "5" });
  const { gesture } = edits.add({ text: "6" });
  edits.add({ text: "7", gesture });
  assert.deepEqual(edits.waiting.map(({ text }) => text), ["5", "7"]);
});

test("what is answered is not sent again, and turns only grow", () => {
  const edits = new Edits();
  const [first, second] = [edits.add({}), edits.add({})];
  assert.ok(first.turn < second.turn);
  edits.answered(first.turn);
  assert.deepEqual(edits.waiting, [second]);
});

function hand() {
  const sent = [];
  const one = new Hand({ append: () => {} });
  const follow = (answered) => one.follow({ frame: "f", points: [], answered }, (name, edits) => sent.push(edits));
  follow(0);
  const told = () => sent.at(-1).map(({ before, after }) => [before, after]);
  return { one, follow, sent, told };
}

test("two samples moved within one answer are both sent", () => {
  const { one, follow, sent, told } = hand();
  one.tell([0, 1], [0, 2]);
  one.tell([3, 4], null);
  assert.deepEqual(told(), [[[0, 1], [0, 2]], [[3, 4], null]]);
  follow(sent.at(-1)[0].turn);
  one.tell(null, [5, 6]);
  assert.deepEqual(told(), [[[3, 4], null], [null, [5, 6]]]);
});

test("a sample that is moved again before the picture follows moves on from where it went", () => {
  const { one, sent, told } = hand();
  one.tell([0, 1], [0, 2]);
  one.tell([0, 1], [0, 3]);
  assert.deepEqual(told(), [[[0, 1], [0, 2]], [[0, 2], [0, 3]]]);
  one.tell([7, 7], null);
  one.tell([7, 7], [8, 8]);
  assert.equal(sent.length, 3, "one that is gone is not moved");
});
