// The player: the buttons, the bar and the numbers; it moves the pictures by writing the state into the inputs
// that they are bound to, and sends a message to the server when more steps are wanted or the visitor has let go.

const ICONS = {
  play: "M2 1l9 5-9 5z",
  pause: "M2 1h3v10H2zM7 1h3v10H7z",
  again: "M6 2a4 4 0 1 1-3.9 3.1l1.5.3A2.5 2.5 0 1 0 6 3.5V5.5L2.8 2.8 6 0z",
};
const AT_ONCE = 0;
const BUFFER = 8; // seconds of film that are kept ready
const LATE = 4000; // ms after which an answer counts as lost
const HELD = 400; // ms that the film waits for what a touch of a control may change
const SETTLED = 300; // ms without a touch, and the visitor has let go
const LONG = 1500; // ms, and nothing has been done
const KEYS = { ArrowLeft: -1, ArrowRight: 1 };

const reduced = matchMedia("(prefers-reduced-motion: reduce)");

class Player {
  constructor(parent) {
    this.find = (name) => parent.querySelector(`.${name}`);
    this.root = this.find("player");
    this.film = new Film();
    this.share = this.step = this.n = 0;
    this.playing = false;
    this.heldUntil = this.asked = 0;
    this.wanted = null;
    this.find("speed").value = reduced.matches ? "0" : "1";
    this.observer = new MutationObserver(() => this.move());
    this.listen();
  }

  // Takes what the server sent.
  take({ header, rows }) {
    const { film } = this;
    const { edition, total } = film;
    Object.assign(this, { words: header.words, end: header.end, speaks: header.speaks });
    clearTimeout(this.missing);
    this.asked = 0;
    if (!film.take(header.film, rows)) {
      this.missing = setTimeout(() => this.ask(true), 50);
      return;
    }
    if (film.edition !== edition) {
      this.heldUntil = 0;
      this.wanted = header.place > film.last && !film.whole ? header.place : null;
      this.go(header.place);
      this.told = this.wanted ? null : `${film.edition} ${header.place} true`;
    } else {
      const keepsTime = this.playing && film.total === total;
      this.go(keepsTime ? null : Math.max(this.step, Math.min(this.wanted ?? 0, film.last)));
    }
    if (this.wanted && (this.wanted <= film.last || film.whole)) {
      this.wanted = null;
      this.settle();
    }
    this.dress(header);
    this.watch(header.pictures);
    this.paint();
    if (this.playing) this.run();
    else if (this.wanted || (film.edition !== edition && film.last > 0 && !film.whole)) this.ask(true);
  }

  // Words and numbers' names; they change with the language.
  dress({ words, readings }) {
    const text = JSON.stringify([words, readings]);
    if (text === this.dressed) return;
    this.dressed = text;
    for (const name of ["back", "forward", "by", "speed", "bar", "steps"]) {
      this.find(name).ariaLabel = words[name];
    }
    this.find("speed").lastElementChild.textContent = words.at_once;
    this.find("cancel").textContent = words.cancel;
    this.root.ariaLabel = words.player;
    this.values = readings.map(({ label, column, tint }) => {
      const entry = document.createElement("div");
      entry.innerHTML = "<dt></dt><dd></dd>";
      entry.firstChild.textContent = label;
      entry.lastChild.className = tint;
      return { entry, shown: column === 0 ? this.typable(entry.lastChild, words.to) : entry.lastChild, column };
    });
    this.find("numbers").replaceChildren(...this.values.map(({ entry }) => entry));
  }

  // The step can be typed where it is shown.
  typable(place, label) {
    const field = document.createElement("span");
    const looks = { className: "to", ariaLabel: label, title: label };
    Object.assign(field, { ...looks, role: "textbox", contentEditable: "true", inputMode: "numeric" });
    let before;
    field.onfocus = () => {
      before = field.textContent;
      getSelection().selectAllChildren(field);
    };
    field.onmousedown = (event) => {
      if (field.matches(":focus")) return;
      event.preventDefault(); // a caret would take the selection's place
      field.focus();
    };
    field.onkeydown = (event) => {
      event.stopPropagation(); // the arrows move in the text
      if (event.key === "Escape") field.textContent = before;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      field.blur();
    };
    field.onblur = () => {
      const step = field.textContent === before ? null : typedStep(field.textContent);
      if (step === null) this.paint();
      else this.by(step - this.step);
    };
    place.append(field);
    return field;
  }

  // The pictures may be drawn after the player, or drawn again: then their inputs are empty.
  watch(name) {
    const place = document.querySelector(`.${name}`);
    clearTimeout(this.looking);
    if (!place?.isConnected) this.looking = setTimeout(() => this.watch(name), 30);
    if (!place || place === this.watched) return;
    this.watched = place;
    this.move();
    this.observer.disconnect();
    this.observer.observe(place, { childList: true, subtree: true });
  }

  get isWaiting() {
    return this.share >= this.computed && !this.film.whole;
  }

  get computed() {
    return shareOf(this.film.last, this.film.total);
  }

  // Steps that a second shows, as a round number: the film runs faster where less happens.
  get pace() {
    return rounded(paceAt(this.step, this.film.total) * (Number(this.find("speed").value) || 1));
  }

  get atEnd() {
    return this.film.whole && this.step >= this.film.last;
  }

  // Goes to a step; null keeps the place in time, of which a changed number of steps is another share.
  go(step) {
    const { film } = this;
    this.step = film.known(Math.max(0, step ?? stepAt(Math.min(this.share, this.computed), film.total)));
    if (step !== null) this.share = shareOf(this.step, film.total);
  }

  goTo(share) {
    this.share = Math.min(share, this.computed);
    this.step = this.film.known(stepAt(this.share, this.film.total));
  }

  press() {
    const { name } = this.primary;
    this.then = performance.now();
    if (name === "pause") return this.stop();
    if (name === "again") return this.renew("again");
    if (this.atEnd) this.go(0);
    this.playing = true;
    this.wanted = null;
    this.ask();
    this.run();
  }

  // Asks for another film, and plays it as soon as it is here.
  renew(wish) {
    this.then = performance.now();
    this.playing = true;
    this.send(wish);
  }

  get primary() {
    const { film } = this;
    if (this.playing) return { name: "pause", icon: ICONS.pause };
    if (this.end.again) return { name: "again", icon: ICONS.again };
    if (film.last === 0 || (!film.whole && this.step >= film.last)) return { name: "train", icon: ICONS.play };
    return this.atEnd ? { name: "replay", icon: ICONS.again } : { name: "play", icon: ICONS.play };
  }

  run() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => {
      const passed = Math.min(now - this.then, 100) / 1000;
      this.then = now;
      if (!this.playing) return;
      if (now >= this.heldUntil) this.advance(passed);
      this.paint();
      if (this.playing) this.run();
    });
  }

  advance(seconds) {
    const { film } = this;
    const speed = Number(this.find("speed").value);
    const length = secondsOf(film.total) || 1e-9;
    this.goTo(speed === AT_ONCE ? 1 : this.share + (seconds * speed) / length);
    if (this.atEnd) this.stop();
    else this.ask();
  }

  // Asks for more steps, where the buffer runs short and no answer is on its way.
  ask(atOnce = false) {
    const { film } = this;
    const isLate = performance.now() - this.asked > LATE;
    if ((this.asked && !isLate) || (!atOnce && (film.whole || film.ahead(this.share) > BUFFER))) return;
    this.asked = performance.now();
    this.send("ask");
  }

  // The only message to the server: a request, what is here of the film, and its position.
  send(name, follows = false) {
    if (!this.speaks) return;
    const { film, step } = this;
    this.n += 1; // each message is another one
    const last = film.count ? film.last : -1;
    this.say("said", { name, edition: film.edition, last, step, follows, n: this.n });
  }

  // The visitor takes over.
  halt() {
    this.playing = false;
    this.wanted = null;
  }

  stop() {
    this.halt();
    this.settle();
    this.paint();
  }

  settle(time = SETTLED) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell(true), time);
  }

  // Reports the film's position, once the visitor has let go, and whether the page is to follow.
  tell(follows) {
    clearTimeout(this.settling);
    this.settling = 0;
    const text = `${this.film.edition} ${this.step} ${follows}`;
    if (text === this.told) return;
    this.told = text;
    this.send("place", follows);
  }

  by(steps) {
    const wanted = this.step + steps;
    this.halt();
    this.go(Math.min(wanted, this.film.last));
    if (this.step < wanted && !this.film.whole) {
      this.wanted = wanted; // goes there as soon as that step is computed
      this.ask(true);
    }
    this.settle();
    this.paint();
  }

  paint() {
    const { film, find, words } = this;
    if (!film.count) return;
    this.move();
    const { name, icon } = this.primary;
    const label = words[name];
    const [sign, text] = find("play").children;
    if (text.textContent !== label) {
      text.textContent = label;
      sign.firstChild.setAttribute("d", icon);
    }
    const bar = find("bar");
    bar.value = this.share;
    bar.style.setProperty("--seen", this.share);
    bar.style.setProperty("--computed", this.computed);
    bar.ariaValueText = fill(words.place, { step: grouped(this.step), total: grouped(film.total) });
    find("back").disabled = this.step === 0;
    find("forward").disabled = this.atEnd;
    find("reset").hidden = !this.end.reset;
    find("reset").textContent = words[this.end.reset || "reset"];
    find("cancel").hidden = !this.wanted;
    const row = film.row(this.step);
    for (const { shown, column } of this.values) {
      if (shown.matches(":focus")) continue; // somebody types
      shown.textContent = column === 0 ? grouped(row[0]) : written(row[column]);
    }
    const alarm = Boolean(this.end.alarm) && this.atEnd;
    this.root.classList.toggle("alarm", alarm);
    this.root.classList.toggle("playing", this.playing);
    find("remedy").hidden = !alarm || !this.end.remedy;
    find("remedy").textContent = this.end.remedy ?? "";
    const state = find("state");
    state.ariaLive = this.playing ? "off" : "polite";
    const said = this.said(alarm);
    if (state.textContent !== said) state.textContent = said;
  }

  said(alarm) {
    const { film, words, end } = this;
    if (this.wanted || (this.playing && this.isWaiting)) return words.waiting;
    if (this.playing) return this.moving();
    if (film.last === 0) return end.ready ?? "";
    if (alarm) return end.alarm;
    if (this.atEnd || end.again) return end.done ?? "";
    const values = { step: grouped(this.step), total: grouped(film.total) };
    return fill(this.speaks ? words.paused : words.stands, values);
  }

  // How fast the film runs, and what has become of the loss, which falls fast at first and slowly later on; at last
  // that it has converged.
  moving() {
    const { words, end } = this;
    if (end.settled && this.step >= end.since) return end.settled;
    const share = this.film.row(this.step)[1] / this.film.row(0)[1];
    const text = Number.isFinite(share) && (share > 1 ? end.rising : end.falling);
    const percent = share > 0.001 ? (100 * (1 - share)).toFixed(1) : "> 99.9";
    return fill(text || words.pace, { pace: grouped(this.pace), times: rough(share), percent });
  }

  // Writes the state into the pictures' inputs, where it is not there yet.
  move() {
    if (!this.watched || !this.film.count) return;
    const text = this.film.text(this.step);
    for (const input of this.watched.querySelectorAll(".vega-bind input")) {
      if (input.value === text) continue;
      input.value = text;
      input.dispatchEvent(new Event("input"));
    }
  }

  listen() {
    const { find } = this;
    find("play").onclick = () => this.press();
    find("back").onclick = () => this.by(-Number(find("by").value));
    find("forward").onclick = () => this.by(Number(find("by").value));
    find("reset").onclick = () => {
      this.halt();
      this.send(this.end.reset);
    };
    find("remedy").onclick = () => this.renew("remedy");
    find("cancel").onclick = () => this.stop(); // what is on its way is still taken
    find("bar").onpointerdown = () => {
      if (this.playing) this.stop(); // also where the place stays
    };
    find("bar").oninput = () => {
      this.halt();
      clearTimeout(this.settling); // the hand may hold still
      this.goTo(find("bar").valueAsNumber);
      this.paint();
    };
    find("bar").onchange = () => this.settle();
    this.root.onkeydown = (event) => this.key(event, true);
    this.leave = new AbortController();
    const options = { capture: true, signal: this.leave.signal };
    document.addEventListener("keydown", (event) => this.outside(event), options);
    document.addEventListener("pointerdown", (event) => this.outside(event), options);
    for (const name of ["pointerup", "pointercancel"]) {
      document.addEventListener(name, () => this.isHeld && this.hold(HELD), options);
    }
  }

  key(event, inside) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const from = event.composedPath()[0];
    const choosing = from.tagName === "SELECT";
    if (event.key in KEYS && !choosing) {
      this.by(KEYS[event.key] * (event.shiftKey ? 10 : 1));
    } else if (inside && !choosing && (event.key === "Home" || event.key === "End")) {
      this.by((event.key === "Home" ? 0 : this.film.total) - this.step);
    } else if (event.key === " " && from.tagName !== "BUTTON" && !choosing) {
      this.press();
    } else {
      return;
    }
    event.preventDefault();
  }

  // A touch of a control, which may change the run: report the film's position, and wait for what it does. Without
  // anything in focus, the keys are the player's.
  outside(event) {
    const path = event.composedPath();
    if (path.includes(this.root)) return;
    if (event.type === "keydown" && path[0] === document.body) {
      if (this.speaks && this.film.count) this.key(event, false);
    } else if ((this.playing || this.settling) && !path.includes(this.watched)) {
      // The page follows with what is done there; if nothing is, a little later.
      this.tell(false);
      if (this.playing) this.hold(event.type === "keydown" ? HELD : Infinity);
      else this.settle(LONG);
    }
  }

  get isHeld() {
    return performance.now() < this.heldUntil;
  }

  hold(time) {
    this.heldUntil = performance.now() + time;
  }

  close() {
    this.leave.abort();
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
    for (const timer of [this.settling, this.missing, this.looking]) clearTimeout(timer);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const player = lifeOf(parentElement, () => new Player(parentElement));
  player.say = setStateValue;
  player.take(unpack(data));
  return ending(parentElement, () => player.close());
}
