// What the player says, and what its button does, in each state of a film.
import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./load.mjs";

globalThis.matchMedia = () => ({ matches: false });
const { Film, Player } = load(["player/film.js", "player/player.js"], ["Film", "Player"]);

const words = { waiting: "Computing…", pace: "{pace} steps/s", paused: "Paused at {step} of {total}.", stands: "{step} of {total}." };
const end = { ready: "Ready.", done: "Done.", again: false };

// A player at `step` of a film of ten steps, of which those up to `last` are computed.
const at = (step, last, { whole = last === 10, ...more } = {}) => {
  const film = new Film();
  const rows = Float32Array.from({ length: last + 1 }, (_, place) => place);
  film.take({ edition: 1, first: 0, count: last + 1, width: 1, total: 10, whole }, rows);
  const find = () => ({ value: "1" }); // the speed
  const given = { film, words, end, find, speaks: true, playing: false };
  const player = Object.assign(Object.create(Player.prototype), given);
  player.go(step);
  Object.assign(player, more);
  return [player.primary.name, player.said(Boolean(player.end.alarm) && player.atEnd)];
};

test("each state says how things stand, and its button what comes next", () => {
  const changed = { end: { ...end, again: true, done: "Changed at the last step." } };
  const waiting = { end: { ...end, again: true, done: "The seed waits." } };
  const diverged = { end: { ...end, alarm: "Diverged." }, whole: true };
  const states = [
    ["fresh", at(0, 0), ["train", "Ready."]],
    ["running, before the first steps are here", at(0, 0, { playing: true }), ["pause", "Computing…"]],
    ["running", at(3, 6, { playing: true }), ["pause", "5 steps/s"]],
    ["running, where the steps end", at(6, 6, { playing: true }), ["pause", "Computing…"]],
    ["paused", at(3, 6), ["play", "Paused at 3 of 10."]],
    ["paused where the steps end, or more are wanted", at(6, 6), ["train", "Paused at 6 of 10."]],
    ["on its way to a step to come", at(6, 6, { wanted: 9 }), ["train", "Computing…"]],
    ["done", at(10, 10), ["replay", "Done."]],
    ["done, and looked through", at(3, 10), ["play", "Paused at 3 of 10."]],
    ["replaying", at(3, 10, { playing: true }), ["pause", "5 steps/s"]],
    ["diverged", at(6, 6, diverged), ["replay", "Diverged."]],
    ["diverged, and gone back", at(3, 6, diverged), ["play", "Paused at 3 of 10."]],
    ["stopped", at(6, 6, { whole: true }), ["replay", "Done."]],
    ["changed at the last step", at(10, 10, changed), ["again", "Changed at the last step."]],
    ["a seed waits, in the middle", at(3, 10, waiting), ["again", "The seed waits."]],
    ["a seed waits, while it plays", at(3, 10, { ...waiting, playing: true }), ["pause", "5 steps/s"]],
  ];
  for (const [name, found, expected] of states) assert.deepEqual(found, expected, name);
});

test("runs beside each other, which cannot be changed, do not say that they can", () => {
  assert.deepEqual(at(3, 10, { speaks: false }), ["play", "3 of 10."]);
});

test("End leads to the end of the film, also where it is not computed, and Home to its beginning", () => {
  const film = new Film();
  film.take({ edition: 1, first: 0, count: 7, width: 1, total: 10, whole: false }, Float32Array.from({ length: 7 }, (_, at) => at));
  const asked = [];
  const deaf = { settle() {}, paint() {}, ask: () => asked.push("ask") };
  const player = Object.assign(Object.create(Player.prototype), { film, step: 3, playing: true, ...deaf });
  const press = (key) => player.key({ key, composedPath: () => [{ tagName: "INPUT" }], preventDefault() {} }, true);
  press("End");
  assert.deepEqual([player.step, player.wanted, player.playing, asked.length], [6, 10, false, 1]);
  press("Home");
  assert.deepEqual([player.step, player.wanted, asked.length], [0, null, 1]);
});

test("while it plays it says what has become of the loss", () => {
  const film = new Film();
  const rows = Float32Array.from([0, 4, 1, 1, 2, 40, 3, 4.125]); // step and loss
  film.take({ edition: 1, first: 0, count: 4, width: 2, total: 10, whole: false }, rows);
  const texts = { falling: "{percent} % gone", rising: "{times} times" };
  const settled = { ...texts, settled: "Converged.", since: 2 };
  const said = (step, end) => {
    const find = () => ({ value: "1" });
    const player = Object.assign(Object.create(Player.prototype), { film, words, end, find, playing: true });
    player.go(step);
    return player.moving();
  };
  assert.equal(said(0, texts), "0.0 % gone");
  assert.equal(said(1, texts), "75.0 % gone");
  assert.equal(said(2, texts), "10 times");
  assert.equal(said(3, texts), "1.03 times");
  assert.deepEqual([1, 2, 3].map((step) => said(step, settled)), ["75.0 % gone", "Converged.", "Converged."]);
  assert.match(said(2, {}), /steps\/s$/);
  film.take({ edition: 2, first: 0, count: 1, width: 2, total: 10, whole: false }, Float32Array.from([0, 0]));
  assert.match(said(0, texts), /steps\/s$/);
});
