// The walk: which step and moment, what is pointed at and pinned, and what is sent to the server.

const [STRIP, FADE] = [20, 6]; // pixels: the numbers of rows before the columns, and what of an edge is faded out

class Walk {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.${name}`);
    this.find = find;
    this.root = find("walk");
    this.frame = find("frame");
    this.neurons = new Neurons(find("neurons"));
    this.player = new Player(this);
    this.editor = new Editor(this);
    this.pointed = this.held = this.pinned = null;
    this.frameRequest = this.version = this.step = this.k = 0;
    this.edits = new Edits();
    this.listen();
  }

  // Takes what the server sent. Its pinned element is taken over unless another has been chosen since; its step
  // only where it differs from before: Play has gone on from there without a message.
  take({ frames, numbers, steps, words, state }) {
    this.root.hidden = false; // nothing without a name is shown before
    this.dress();
    const isComplete = !this.pictures || (this.k >= this.count && !this.player.running);
    const orders = this.steps?.map((step) => step.order).join();
    const [structure, text] = [JSON.stringify([frames, words]), JSON.stringify(numbers)];
    const isBuilt = structure !== this.structure;
    const isNew = isBuilt || text !== this.text;
    this.words = words;
    this.steps = steps.map((step) => ({ ...step, caption: forHand(step.caption) }));
    this.hidden = state.hidden.map(([product, of, r, c]) => ({ product, of, r, c }));
    this.standard = frames.map(({ focus: [r, c] }) => ({ r, c }));
    if (isBuilt) this.build(frames);
    if (isNew) {
      this.version += 1; // tells new numbers: texts of one length may differ
      this.pictures.forEach((picture, place) => (picture.waiting = numbers[place]));
    }
    [this.structure, this.text] = [structure, text];
    this.turn ??= state.turn;
    if (state.turn === this.turn) this.obey(state);
    this.label();
    if (state.neurons && (isNew || !this.neurons.n)) this.neurons.build(this.n, words);
    this.find("neurons").hidden = !state.neurons;
    this.k = isComplete ? this.count : Math.min(this.k, this.count);
    this.settleEdit(state.edited);
    this.paint();
    if (isBuilt) requestAnimationFrame(() => this.settle()); // in a frame, which makes a layout anyway
    const order = steps.findIndex((step) => step.kind === "fill");
    const isOther = orders !== undefined && orders !== steps.map((step) => step.order).join();
    if (isOther) this.choose(order, 6000); // what the order changes is seen there
  }

  build(frames) {
    this.pointed = this.held = null;
    this.editor.close();
    this.pictures = frames.map((frame) => {
      const picture = new Picture(make("div", "picture"));
      picture.root.setAttribute("role", "group");
      picture.root.ariaLabel = this.words.picture;
      picture.build(frame, this.words);
      return picture;
    });
    this.frame.replaceChildren(...this.pictures.map((picture) => picture.root));
    this.neurons.n = null;
    this.labeled = null;
  }

  obey({ step, pinned }) {
    this.pinned = pinned && { r: pinned[0], c: pinned[1] };
    if (step === this.sentStep) return;
    if (this.step !== step) {
      this.player.stop();
      this.k = Infinity;
    }
    this.step = this.sentStep = step;
  }

  // The tints in the theme's colors; asked for before anything is built, when the browser knows them already.
  dress() {
    const style = getComputedStyle(this.root);
    const names = { blue: "--st-blue-color", red: "--st-red-color", ground: "--st-secondary-background-color" };
    const colors = Object.fromEntries(Object.entries(names).map(([name, key]) => [name, style.getPropertyValue(key)]));
    const [red, green, blue] = style.backgroundColor.match(/[\d.]+/g).map(Number);
    const theme = { ...colors, dark: red + green + blue < 384 };
    if (JSON.stringify(theme) === this.theme) return;
    this.theme = JSON.stringify(theme);
    tints(this.find("tints"), theme);
  }

  // Where the matrices are wider than their frame, the column that the picture is about is scrolled into view: by
  // whole columns, and not once the visitor has scrolled in this step. A walk that has not begun shows its first.
  follow({ of, r, c }, isAtOnce = false) {
    const { frame, picture } = this;
    if (!this.isWide || this.isScrolled || this.pointed || (this.step === 0 && !this.pinned)) return;
    const cell = picture.cells[of][of === "beside" ? r : elementOf(this.n, { r, c })].getBoundingClientRect();
    const [seen, title] = [frame, picture.corner.title].map((element) => element.getBoundingClientRect());
    const edge = Math.max(seen.left, title.right) + STRIP; // the title sticks on a phone
    const [least, most] = [cell.right - seen.right + FADE, cell.left - edge].map((by) => frame.scrollLeft + by);
    if (frame.scrollLeft >= least && frame.scrollLeft <= most) return;
    const pitch = cell.width + 2;
    const behavior = isAtOnce || reduced.matches ? "instant" : "smooth";
    frame.scrollTo({ left: Math.round((least + most) / 2 / pitch) * pitch, behavior });
  }

  // Where things stand, once they have been laid out.
  settle() {
    this.fade();
    this.hold();
    this.follow({ of: "result", ...this.focus }, true);
  }

  // The line of the formula keeps the space of a sum: what it says changes with each move of the pointer.
  hold() {
    const line = this.find("formula");
    line.style.minHeight = "";
    line.style.minHeight = `${line.offsetHeight}px`;
  }

  // A faded edge says that there is more to see, and a line how to get there, until somebody has.
  fade() {
    const { frame } = this;
    const swipe = this.find("swipe");
    this.isWide = frame.scrollWidth > frame.clientWidth;
    frame.classList.toggle("beyond", frame.scrollLeft + frame.clientWidth < frame.scrollWidth - 1);
    swipe.hidden = !this.isWide;
  }

  get now() {
    return this.steps[this.step];
  }

  get last() {
    return this.steps.length - 1;
  }

  // The picture of this step, with its newest numbers: the others take theirs when they are shown.
  get picture() {
    const picture = this.pictures[this.now.product];
    if (picture.waiting) picture.update(picture.waiting);
    picture.waiting = null;
    return picture;
  }

  get n() {
    return this.picture.n;
  }

  get focus() {
    return this.pinned ?? this.standard[this.now.product];
  }

  get count() {
    return countOf(this.now, this.n, this.focus);
  }

  get speed() {
    return this.find("speed").value;
  }

  // All texts that stay while the walk goes on.
  label() {
    const { find, words, steps } = this;
    const text = JSON.stringify([steps, words]);
    if (this.labeled === text) return;
    this.labeled = text;
    for (const name of ["back", "next", "about", "more", "swipe"]) find(name).textContent = words[name];
    find("hint").textContent = this.root.querySelector(".editable") ? forHand(words.hint) : "";
    find("speed").ariaLabel = words.speed;
    find("dots").replaceChildren(
      ...steps.slice(1).map(({ title }, place) => {
        const item = make("li");
        const dot = make("button");
        dot.type = "button";
        dot.append(make("span", "number", place + 1), make("span", "title", title));
        dot.lastChild.dataset.title = title;
        dot.onclick = () => this.choose(place + 1);
        item.append(dot);
        return item;
      }),
    );
    // Captions of all steps keep the space of the longest, so that nothing moves from step to step.
    const rulers = steps.map((step) => {
      const ruler = make("p", "ruler");
      const picture = this.pictures[step.product];
      const { rows, columns } = picture.frame;
      ruler.ariaHidden = "true";
      setRich(ruler, this.captionOf(step, picture, { of: "result", r: rows - 1, c: columns - 1 }));
      return ruler;
    });
    find("captions").replaceChildren(find("caption"), ...rulers);
    this.painted = null;
  }

  // What is said of a step names the element that its picture is about.
  captionOf({ caption }, picture, corner) {
    return picture.frame.elementwise ? caption : fill(caption, picture.fieldsOf(corner));
  }

  listen() {
    const { find, editor, frame } = this;
    const cellOf = (event) => event.target.closest?.("[role=gridcell]");
    for (const place of [frame, find("neurons")]) {
      place.onpointerover = (event) => editor.drag || this.point(cellOf(event));
      place.onpointerleave = () => this.point(null);
      place.onclick = (event) => {
        if (this.wasDrag) this.wasDrag = false;
        else if (cellOf(event)) this.pin(cellOf(event).place);
      };
      place.onkeydown = (event) => this.key(event, cellOf(event));
      place.addEventListener("focusin", (event) => this.point(cellOf(event)));
      place.addEventListener("focusout", () => this.point(null));
    }
    frame.ondblclick = (event) => editor.isEditable(cellOf(event)) && editor.open(cellOf(event));
    frame.onpointerdown = (event) => {
      this.wasDrag = false;
      editor.press(event, cellOf(event));
    };
    frame.onpointermove = (event) => editor.move(event);
    frame.onpointerup = () => (this.wasDrag = editor.release());
    frame.onpointercancel = () => editor.cancel();
    frame.onscroll = () => this.fade();
    frame.ontouchmove = frame.onwheel = () => {
      this.isScrolled = true;
      find("swipe").classList.add("unknown");
    };
    new ResizeObserver(([{ contentRect }]) => {
      if (!this.pictures || this.width === contentRect.width) return;
      this.width = contentRect.width;
      this.settle();
    }).observe(frame);
    find("back").onclick = () => this.choose(this.step - 1);
    find("next").onclick = () => this.choose(this.step + 1);
    find("play").onclick = () => (this.player.playing ? this.pause() : this.player.play());
    find("more").onclick = () => {
      const isOpen = this.root.classList.toggle("detailed");
      find("more").ariaExpanded = `${isOpen}`;
      find("why").hidden = !isOpen;
    };
    find("scrub").onpointerdown = () => {
      if (this.player.playing) this.pause(); // also where the place stays
    };
    find("scrub").oninput = (event) => {
      this.player.stop();
      this.k = event.target.valueAsNumber;
      this.paint();
    };
  }

  point(cell) {
    const place = cell?.place ?? null;
    if (place === this.pointed) return;
    this.pointed = place;
    this.frameRequest ||= requestAnimationFrame(() => {
      this.frameRequest = 0;
      this.paint();
    });
  }

  pin(place) {
    const same = (at) => at && at.m === place.m && at.index === place.index;
    if (place.m === "output") place = { m: "result", ...this.neurons.placeOf(this.focus, place.o) };
    if (place.m !== "result") this.held = same(this.held) ? null : place;
    else {
      this.held = null;
      this.pinned = this.pinned?.r === place.r && this.pinned.c === place.c ? null : { r: place.r, c: place.c };
      this.send();
    }
    if (!this.player.running) this.k = this.count;
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
    if (event.key === "Escape") this.editor.cancel() || this.unpin();
    else if (cell && this.editor.takesKey(event, cell)) event.stopPropagation();
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

  // Stands at a moment of a step; what was pinned belongs to the product of the step before.
  go(step, k) {
    if (this.steps[step].product !== this.now.product) this.pinned = this.held = null;
    this.step = step;
    this.k = k;
    this.isScrolled = false;
  }

  // A step is chosen: it runs once through its moments, quickly, and rests when complete.
  choose(step, duration = 1400) {
    this.player.stop();
    this.go(Math.min(Math.max(step, 0), this.last), 0);
    if (!reduced.matches && this.count > 1) {
      this.player.run(Math.min(duration / 12, duration / this.count), () => this.player.stop());
    } else {
      this.k = this.count;
      this.paint();
    }
    this.send();
  }

  pause() {
    this.player.stop();
    this.paint();
    this.send();
  }

  send() {
    this.turn += 1;
    this.sentStep = this.step;
    const pinned = this.pinned ? [this.pinned.r, this.pinned.c] : null;
    this.setStateValue("choice", { step: this.step, pinned, turn: this.turn });
  }

  // Asks the server for a number; until it answers, the cell shows what was asked for. All that one drag asks for
  // has the same gesture, so that one undo takes it back, whichever of it the server gets to see.
  edit(cell, text, drag = {}) {
    const { m, row, column } = cell.place;
    const { gesture, isCanceled = false } = drag;
    this.foreshow(cell, text);
    const added = this.edits.add({ gesture, product: this.now.product, place: m, row, column, text, isCanceled });
    drag.gesture = added.gesture;
    this.pending.turn = added.turn;
    this.setStateValue("edits", this.edits.waiting);
  }

  foreshow(cell, text) {
    const level = Math.round((Number(text.replace("−", "-")) / this.n.most) * TINTS);
    this.picture.write(cell, text.replace("-", "−"), Math.min(Math.max(level || 0, -TINTS), TINTS));
    this.pending = { ...this.pending, cell };
    this.pending.show = () => this.foreshow(cell, text);
  }

  // The server has answered up to some edit: a newer one stays shown, and a refusal is shown at the cell.
  settleEdit({ turn, refusal }) {
    this.edits.answered(turn);
    const { pending } = this;
    if (!pending) return;
    if (this.editor.drag?.text || !(turn >= pending.turn)) return pending.show();
    this.pending = null;
    this.picture.number(pending.cell);
    if (refusal) this.editor.refuse(pending.cell, refusal);
  }

  paint() {
    const { find, step, steps, k, words, player } = this;
    const pointed = this.pointed ?? this.held;
    const hidden = this.hidden.filter(({ product }) => product === this.now.product);
    const scene = sceneOf({ steps, step, k, n: this.n, focus: this.focus, pinned: this.pinned, pointed, hidden });
    for (const picture of this.pictures) picture.root.hidden = picture !== this.picture;
    this.picture.show(scene, this.now, k, this.pinned);
    if (!find("neurons").hidden) this.neurons.show(scene.target, this.focus);
    this.read(pointed, scene.corner);
    this.follow(scene.corner);
    const { count } = this;
    const scrub = find("scrub");
    // A step that is complete at once is shown as one, but for the overview, where nothing has begun.
    const [most, place] = count ? [count, k] : [1, Math.sign(step)];
    if (scrub.max !== `${most}`) scrub.max = most;
    scrub.disabled = count === 0;
    if (scrub.valueAsNumber !== place) scrub.value = place;
    scrub.ariaValueText = fill(words.moment, { moment: place, moments: most });
    const caption = this.captionOf(this.now, this.picture, scene.corner);
    if (this.captioned !== caption) setRich(find("caption"), (this.captioned = caption));
    find("caption").ariaLive = player.running ? "off" : "polite"; // what it names changes with each moment
    const isOver = step === this.last && k >= count;
    say(find("play"), player.playing ? words.pause : isOver ? words.again : words.play);
    find("back").disabled = step === 0;
    find("next").disabled = step === this.last;
    if (this.painted === step) return;
    this.painted = this.root.dataset.step = step;
    find("progress").textContent = step ? fill(words.progress, { step }) : words.overview;
    scrub.ariaLabel = find("progress").textContent;
    [...find("dots").children].forEach((item, place) => {
      item.className = place + 1 < step ? "done" : place + 1 === step ? "now" : "";
      item.firstChild.ariaCurrent = place + 1 === step ? "step" : "false";
    });
  }

  // What is pointed at in words: an element of the result as the sum of its terms, as far as they are known.
  read(pointed, corner) {
    const isSum = !pointed || this.n.elementwise || ["result", "beside"].includes(pointed.m);
    const key = [this.version, this.step, ...(isSum ? Object.values(corner) : [pointed.m, pointed.index])].join();
    if (this.readKey === key) return;
    this.readKey = key;
    this.formula ??= new Formula(this.find("formula"));
    const low = `−${this.n.scale}`;
    if (this.find("low").textContent !== low) [this.find("low").textContent, this.find("high").textContent] = [low, this.n.scale];
    let known = false;
    if (!isSum) this.formula.element(this.picture, pointed);
    else if (this.now.kind === "stored" && this.words.line) this.formula.line(this.picture, corner);
    else known = this.formula.sum(this.picture, corner);
    const { n, words, find } = this;
    const index = corner.of === "beside" ? corner.r : elementOf(n, corner);
    for (const name of ["gives", "badge"]) find(name).classList.toggle("unknown", !known);
    if (known) {
      say(find("gives"), fill(words.gives, { library: n.library ?? words.library, value: n.matrices[corner.of].full[index] }));
      this.badge(n[corner.of].match);
    }
    const rounding = n[corner.of].rounding[index] ?? "0";
    const isOfSum = known && !n.elementwise && this.now.kind !== "shapes";
    const why = isOfSum ? (rounding === "0" ? words.exact : fill(words.rounding, { rounding })) : "";
    setRich(find("why"), [this.now.details, why].filter(Boolean).join(words.between) || words.nothing);
  }

  badge(match) {
    const { words, find } = this;
    const text = match.nonfinite
      ? fill(words.nonfinite, { count: match.nonfinite, cells: match.cells })
      : fill(words[!match.ok ? "off" : match.equal ? "equal" : "within"], match);
    const isOfAll = match.ok && match.cells > 1;
    say(find("badge"), isOfAll ? fill(words.all, { cells: match.cells, equal: text }) : text);
    find("badge").title = fill(words.allowed, match);
    find("badge").classList.toggle("bad", !match.ok);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const walk = lifeOf(parentElement, () => new Walk(parentElement));
  walk.setStateValue = setStateValue;
  walk.take(data[0]);
  return ending(parentElement, () => {
    walk.player.stop();
    walk.editor.pace.drop();
  });
}
