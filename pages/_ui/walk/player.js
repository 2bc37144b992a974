// Playing: from moment to moment and step to step, in the browser alone.

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

class Player {
  constructor(walk) {
    this.walk = walk;
    this.playing = this.running = false;
  }

  // Goes on from the current step; from the first step if it has not begun or is at its end.
  play() {
    const { walk } = this;
    if (walk.k >= walk.count) walk.go(walk.step === walk.last ? 1 : walk.step + 1, 0);
    this.playing = true;
    const next = () => {
      if (walk.step === walk.last) return walk.pause();
      walk.go(walk.step + 1, 0);
      this.run(this.pace, next);
    };
    this.run(this.pace, next);
  }

  stop() {
    cancelAnimationFrame(this.clock);
    this.playing = this.running = false;
    this.walk.root.dataset.moves = "no";
  }

  // Milliseconds from one moment to the next: a long step is not slower than it must be.
  get pace() {
    const longest = this.walk.now.kind === "fill" ? 12000 : 6000;
    return Math.min(700, Math.max(60, longest / this.walk.count)) / this.walk.speed;
  }

  // Makes a moment every `wait` milliseconds until the step is complete, then rests and calls `done`.
  run(wait, done) {
    const { walk } = this;
    cancelAnimationFrame(this.clock);
    this.running = true;
    walk.root.dataset.moves = "yes";
    const rest = this.playing ? 900 : 0;
    let due = performance.now() + wait + (walk.count ? 0 : rest);
    const tick = (now) => {
      this.clock = requestAnimationFrame(tick);
      if (now < due) return;
      if (walk.k >= walk.count) return (cancelAnimationFrame(this.clock), done());
      walk.k += 1;
      due = now + wait + (walk.k < walk.count ? 0 : rest);
      walk.paint();
      if (walk.now.kind === "stored" && !reduced.matches) walk.picture.corner.fly(walk.now, walk.k - 1);
    };
    walk.paint();
    this.clock = requestAnimationFrame(tick);
  }
}
