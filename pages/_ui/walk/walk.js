// The walk: which step and moment, what is pointed at and pinned; playing; and the one message to the server.

const LAST = 6;
const reduced = matchMedia("(prefers-reduced-motion: reduce)");
const walks = new WeakMap();

class Walk {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.${name}`);
    this.find = find;
    this.root = find("walk");
    this.look = find("tints");
    this.picture = new Picture(find("picture"));
    this.neurons = new Neurons(find("neurons"));
    this.pointed = this.held = this.pinned = null;
    this.playing = this.running = false;
    this.frame = 0;
    this.listen();
  }

  // Takes what the server sent. Its cell is taken over unless the hand has chosen anew since; its step only where
  // it is another than before: Play has gone on from there without a word.
  take({ numbers, words, captions, state }) {
    const { find } = this;
    this.dress();
    const text = JSON.stringify([numbers, words]);
    const fresh = text !== this.text;
    if (fresh) {
      this.text = text;
      numbers.parts = numbers.ins + (numbers.b.text ? 1 : 0);
      this.n = numbers;
      this.words = words;
      this.formula = null;
      this.pointed = this.held = null;
      this.picture.build(numbers, words);
      this.neurons.n = null;
      this.label();
      this.root.style.setProperty("--lines", numbers.parts > 9 ? 3 : 2);
    }
    this.captions = captions;
    if (this.turn === undefined) this.turn = state.turn;
    const viewChosen = this.view && this.view !== state.view;
    this.view = state.view;
    this.standard = { m: "y", r: state.focus[0], o: state.focus[1] };
    if (state.turn === this.turn) {
      this.pinned = state.pinned ? { m: "y", r: state.pinned[0], o: state.pinned[1] } : null;
      if (state.step !== this.sentStep) {
        if (this.step !== state.step) this.stop();
        this.step = this.sentStep = state.step;
      }
    }
    this.k = this.running ? Math.min(this.k, this.count) : this.count;
    find("neurons").hidden = !state.neurons;
    if (state.neurons && !this.neurons.n) this.neurons.build(numbers, words, this.picture.text);
    this.paint();
    if (fresh) requestAnimationFrame(() => this.reveal()); // it asks for a layout, which the frame makes anyway
    if (viewChosen) this.choose(5, 6000); // what the view changes is seen in step 5
  }

  // The tints in the theme's colours; asked for before anything is built, when the browser knows them already.
  dress() {
    const style = getComputedStyle(this.root);
    const names = { blue: "--st-blue-color", red: "--st-red-color", ground: "--st-secondary-background-color" };
    const colours = Object.fromEntries(Object.entries(names).map(([name, key]) => [name, style.getPropertyValue(key)]));
    const [red, green, blue] = style.backgroundColor.match(/[\d.]+/g).map(Number);
    const theme = { ...colours, dark: red + green + blue < 384 };
    if (JSON.stringify(theme) === this.theme) return;
    this.theme = JSON.stringify(theme);
    tints(this.look, theme);
  }

  // Where the matrices are wider than their frame, scroll to the cell that the picture is about.
  reveal() {
    const frame = this.find("frame");
    const { r, o } = this.focus;
    const cell = this.picture.cells.y[r * this.n.outs + o].getBoundingClientRect();
    const beyond = cell.right + 4 - frame.getBoundingClientRect().right;
    if (beyond > 0) frame.scrollLeft += beyond;
  }

  get focus() {
    return this.pinned ?? this.standard;
  }

  get count() {
    return countOf(this.step, this.n, this.view, this.focus);
  }

  label() {
    const { find, words, n } = this;
    for (const name of ["back", "next"]) find(name).textContent = words[name];
    for (const name of ["scrub", "speed"]) find(name).ariaLabel = words[name];
    this.picture.root.ariaLabel = words.picture;
    find("low").textContent = `−${n.scale}`;
    find("high").textContent = n.scale;
    find("about").textContent = words.scale;
    const { match } = n;
    const badge = match.nonfinite
      ? fill(words.nonfinite, { count: match.nonfinite, cells: match.cells })
      : fill(words[!match.ok ? "off" : match.equal ? "equal" : "within"], match);
    find("badge").textContent = badge;
    find("badge").title = fill(words.allowed, match);
    find("badge").classList.toggle("bad", !match.ok);
    find("dots").replaceChildren(
      ...words.steps.map((title, place) => {
        const item = make("li");
        const dot = make("button");
        dot.type = "button";
        dot.append(make("span", "number", place + 1), make("span", "title", title));
        dot.onclick = () => this.choose(place + 1);
        item.append(dot);
        return item;
      }),
    );
  }

  listen() {
    const { find } = this;
    const cellOf = (event) => event.target.closest?.("[role=gridcell]");
    for (const place of [find("picture"), find("neurons")]) {
      place.onpointerover = (event) => this.point(cellOf(event));
      place.onpointerleave = () => this.point(null);
      place.onclick = (event) => cellOf(event) && this.pin(cellOf(event).place);
      place.onkeydown = (event) => this.key(event, cellOf(event));
      place.addEventListener("focusin", (event) => this.point(cellOf(event)));
      place.addEventListener("focusout", () => this.point(null));
    }
    find("back").onclick = () => this.choose(this.step - 1);
    find("next").onclick = () => this.choose(this.step + 1);
    find("play").onclick = () => (this.playing ? this.pause() : this.play());
    find("scrub").oninput = (event) => {
      this.stop();
      this.k = event.target.valueAsNumber;
      this.paint();
    };
  }

  point(cell) {
    const place = cell?.place ?? null;
    if (place === this.pointed) return;
    this.pointed = place;
    this.later();
  }

  later() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.paint();
    });
  }

  pin(place) {
    const same = (at) => at && at.m === place.m && at.index === place.index;
    if (place.m === "output") place = { m: "y", r: this.focus.r, o: place.o };
    if (place.m !== "y") this.held = same(this.held) ? null : place;
    else {
      this.held = null;
      this.pinned = this.pinned?.r === place.r && this.pinned.o === place.o ? null : { m: "y", r: place.r, o: place.o };
      this.send();
    }
    if (!this.running) this.k = this.count;
    this.paint();
  }

  unpin() {
    const had = this.pinned;
    this.held = this.pinned = null;
    if (had) this.send();
    this.paint();
  }

  key(event, cell) {
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -99], End: [0, 99] };
    if (event.key === "Escape") this.unpin();
    else if (cell && (event.key === "Enter" || event.key === " ")) this.pin(cell.place);
    else if (cell && event.key in move) {
      const rows = [...cell.parentElement.parentElement.children];
      const [down, right] = move[event.key];
      const row = rows[Math.min(Math.max(cell.place.row + down, 0), rows.length - 1)];
      const next = row.children[Math.min(Math.max(cell.place.column + right, 0), row.children.length - 1)];
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else return;
    event.preventDefault();
  }

  // A step is chosen: it runs once through its moments, quickly, and rests when complete.
  choose(step, duration = 1400) {
    this.stop();
    this.step = Math.min(Math.max(step, 1), LAST);
    this.k = this.count;
    if (!reduced.matches && this.count > 1) {
      this.k = 0;
      this.run(Math.min(duration / 12, duration / this.count), () => this.stop());
    } else this.paint();
    this.send();
  }

  play() {
    if (this.k >= this.count) {
      if (this.step === LAST) this.step = 1;
      this.k = 0;
    }
    this.playing = true;
    const next = () => {
      if (this.step === LAST) return this.pause();
      this.step += 1;
      this.k = 0;
      this.run(this.pace, next);
    };
    this.run(this.pace, next);
  }

  pause() {
    this.stop();
    this.paint();
    this.send();
  }

  stop() {
    cancelAnimationFrame(this.clock);
    this.playing = this.running = false;
  }

  // Milliseconds from one moment to the next: a long step is not slower than it must be.
  get pace() {
    const longest = this.step === 5 ? 12000 : 6000;
    return Math.min(700, Math.max(60, longest / this.count)) / this.find("speed").value;
  }

  // Makes a moment every `wait` milliseconds until the step is complete, then rests and calls `done`.
  run(wait, done) {
    cancelAnimationFrame(this.clock);
    this.running = true;
    let due = performance.now() + wait;
    const tick = (now) => {
      this.clock = requestAnimationFrame(tick);
      if (now < due) return;
      if (this.k >= this.count) return (cancelAnimationFrame(this.clock), done());
      this.k += 1;
      due = now + (this.k < this.count || !this.playing ? wait : wait + 900);
      this.paint();
      if (this.step === 2 && !reduced.matches) this.picture.fly(this.k - 1);
    };
    this.paint();
    this.clock = requestAnimationFrame(tick);
  }

  send() {
    this.turn += 1;
    this.sentStep = this.step;
    const pinned = this.pinned ? [this.pinned.r, this.pinned.o] : null;
    this.setStateValue("choice", { step: this.step, pinned, turn: this.turn });
  }

  paint() {
    const { find, step, k, words } = this;
    const pointed = this.pointed ?? this.held;
    const scene = sceneOf({ step, k, n: this.n, view: this.view, focus: this.focus, pinned: this.pinned, pointed });
    this.picture.show(scene, step, k, this.pinned);
    if (!find("neurons").hidden) this.neurons.show(scene.target, scene.target?.r ?? this.focus.r);
    if (step !== 2) for (const cell of this.picture.cells[this.n.top]) cell.classList.remove("away");
    this.read(pointed ?? scene.corner.cell);
    const scrub = find("scrub");
    const count = this.count;
    if (scrub.max !== `${count}`) [scrub.max, scrub.disabled] = [count, count === 0];
    if (scrub.valueAsNumber !== k) scrub.value = k;
    say(find("play"), this.playing ? words.pause : words.play);
    find("back").disabled = step === 1;
    find("next").disabled = step === LAST;
    const caption = this.captions[step - 1];
    if (this.painted !== step + caption) {
      this.painted = step + caption;
      setRich(find("caption"), caption);
      [...find("dots").children].forEach((item, place) => {
        item.className = place + 1 < step ? "done" : place + 1 === step ? "now" : "";
        item.firstChild.ariaCurrent = place + 1 === step ? "step" : "false";
      });
    }
  }

  // The formula of what is pointed at, with its numbers, and PyTorch's own value.
  read(at) {
    const { picture, n, words, find } = this;
    const key = `${at.m}${at.r},${at.i},${at.o}`;
    if (this.readKey === key + this.text.length) return;
    this.readKey = key + this.text.length;
    const { text, full } = picture;
    if (at.m && at.m !== "y") {
      const index = at.index;
      const names = {
        x: `:blue[x][${picture.indexOf(at.r, at.i).join(", ")}] = ${full.x[index]}`,
        w: `:violet[weight][${at.o}, ${at.i}] = ${full.w[index]}`,
        b: at.o === undefined ? ":orange[b]" : `:orange[b][${at.o}] = ${full.b[index]}`,
        feature: `:blue[x][:, ${at.i}], :violet[weight][:, ${at.i}]`,
        output: `:green[y][:, ${at.o}] = :blue[x] @ :violet[weight][${at.o}]${n.b.text ? ` + :orange[b][${at.o}]` : ""}`,
      };
      setRich(find("formula"), names[at.m]);
      setRich(find("why"), words[`feeds_${at.m}`]);
      return;
    }
    const index = at.r * n.outs + at.o;
    const pair = (i) => [text.x[at.r * n.ins + i], text.w[at.o * n.ins + i]];
    const numbers = all(n.ins).flatMap((i) => (n.top === "w" ? pair(i) : pair(i).reverse()));
    if (n.b.text) numbers.push(text.b[at.o]);
    this.formula ??= this.makeFormula();
    if (find("formula").firstChild !== this.formula[0]) find("formula").replaceChildren(...this.formula);
    this.formula[1].data = `${picture.nameOf(at.r, at.o).slice(1)} = `;
    numbers.push(full.y[index]);
    this.places.forEach((place, term) => (place.data = numbers[term]));
    const rounding = picture.rounding[index];
    say(find("why"), rounding === "0" ? words.exact : fill(words.rounding, { rounding }));
    say(find("gives"), fill(words.gives, { value: full.y[index] }));
  }

  // The sum of products as text that stands, with a place for each number.
  makeFormula() {
    const { n } = this;
    this.places = [];
    const number = (hue) => {
      const word = make("b", hue, " ");
      this.places.push(word.firstChild);
      return word;
    };
    const text = (words) => document.createTextNode(words);
    const hues = n.top === "w" ? ["blue", "violet"] : ["violet", "blue"];
    const product = (i) => [text(i ? " + " : ""), number(hues[0]), text(" × "), number(hues[1])];
    const products = all(n.ins).flatMap(product);
    const bias = n.b.text ? [text(" + "), number("orange")] : [];
    return [make("b", "green", "y"), text(""), ...products, ...bias, text(" = "), number("green")];
  }
}

export default function ({ data, parentElement, setStateValue }) {
  if (!walks.has(parentElement)) walks.set(parentElement, new Walk(parentElement));
  const walk = walks.get(parentElement);
  walk.setStateValue = setStateValue;
  walk.take(data);
  return () => {
    walk.stop();
    walks.delete(parentElement);
  };
}
