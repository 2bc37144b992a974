// What is edited in a component goes to the server until it is answered: of messages that arrive together the server
// sees the last, which so brings what was said before it.

class Edits {
  constructor() {
    this.turn = 0;
    this.waiting = [];
  }

  // Of one gesture the newest edit says it all; one without a gesture is one of its own.
  add(edit) {
    this.turn = Math.max(this.turn + 1, Date.now()); // also later than those of a component before this one
    const added = { ...edit, turn: this.turn, gesture: edit.gesture ?? this.turn };
    this.waiting = [...this.waiting.filter(({ gesture }) => gesture !== added.gesture), added];
    return added;
  }

  answered(turn) {
    this.waiting = this.waiting.filter((edit) => edit.turn > turn);
  }
}
