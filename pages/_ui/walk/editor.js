// Numbers edited in place: double click, Enter or typing opens a field in the cell; dragging up and down
// changes the number. A refusal is shown at the cell, and the old number stays.

const FIRST_MOVE = 4; // pixels before a press counts as a drag
const SIGNS = /^[0-9.+\-−]$/;

class Editor {
  constructor(walk) {
    this.walk = walk;
    this.pace = new Pace(({ cell, text, drag }) => walk.edit(cell, text, drag));
  }

  isEditable(cell) {
    return Boolean(cell?.closest(".editable"));
  }

  // Whether a key on a cell begins an edit.
  takesKey(event, cell) {
    if (!this.isEditable(cell) || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "Enter" || event.key === "F2") this.open(cell);
    else if (event.key === "Backspace" || event.key === "Delete") this.open(cell, "");
    else if (SIGNS.test(event.key)) this.open(cell, event.key);
    else return false;
    return true;
  }

  // A field over the cell, wide enough for what is typed.
  open(cell, text = null) {
    this.close();
    const field = make("input", "field");
    Object.assign(field, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
    field.ariaLabel = cell.ariaLabel;
    field.value = text ?? cell.title;
    this.field = field;
    this.cell = cell;
    field.oninput = () => (this.unsay(), this.fit());
    field.onblur = () => (readNumber(field.value) === null ? this.close() : this.commit(false));
    field.onkeydown = (event) => {
      event.stopPropagation(); // Streamlit has keys of its own
      if (event.key === "Enter") this.commit(true);
      else if (event.key === "Escape") this.close(true);
      else return;
      event.preventDefault();
    };
    for (const name of ["onpointerdown", "ondblclick", "onclick"]) field[name] = (event) => event.stopPropagation();
    this.picture.append(field);
    this.fit();
    field.focus();
    if (text === null) field.select();
  }

  get picture() {
    return this.cell.closest(".picture");
  }

  fit() {
    this.field.style.width = `${Math.max(8, this.field.value.length + 2)}ch`;
    this.place(this.field, false);
  }

  // Puts something over the cell, or, being a note, below or above it: within what can be seen.
  place(element, isNote) {
    const [cell, whole] = [this.cell.getBoundingClientRect(), this.picture.getBoundingClientRect()];
    const frame = this.picture.parentElement.getBoundingClientRect();
    const [wide, high] = [element.offsetWidth, element.offsetHeight];
    const left = Math.max(Math.min(cell.left, frame.right - wide - 4), frame.left);
    const below = cell.bottom + 3 + high <= frame.bottom ? cell.bottom + 3 : cell.top - high - 3;
    element.style.left = `${left - whole.left}px`;
    element.style.top = `${(isNote ? below : cell.top + (cell.height - high) / 2) - whole.top}px`;
  }

  commit(keepFocus) {
    const { cell, field } = this;
    const number = readNumber(field.value);
    if (number === null) return this.refuse(cell, fill(this.walk.words.not_a_number, { text: field.value.trim() }));
    const isNew = field.value !== cell.title;
    this.close(keepFocus);
    if (isNew) this.walk.edit(cell, number);
  }

  close(keepFocus = false) {
    const { field, cell } = this;
    this.unsay();
    if (!field) return;
    this.field = null;
    field.onblur = null;
    field.remove();
    if (keepFocus) cell.focus();
  }

  refuse(cell, reason) {
    this.unsay();
    this.cell = cell;
    this.note = make("p", "refusal", reason);
    this.note.role = "alert";
    this.picture.append(this.note);
    this.place(this.note, true);
    this.field?.setAttribute("aria-invalid", "true");
  }

  unsay() {
    this.note?.remove();
    this.note = null;
    this.field?.removeAttribute("aria-invalid");
  }

  // A press on a cell may become a drag; a finger scrolls the page instead.
  press(event, cell) {
    if (this.field && cell !== this.cell) this.field.blur();
    if (!this.isEditable(cell) || event.button !== 0 || event.pointerType === "touch") return;
    const start = Number(cell.title.replace("−", "-"));
    if (Number.isFinite(start)) this.drag = { cell, start, y: event.clientY, old: cell.title, text: null };
  }

  move(event) {
    const { drag } = this;
    if (!drag) return;
    const up = drag.y - event.clientY;
    if (drag.text === null) {
      if (Math.abs(up) < FIRST_MOVE) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      this.walk.root.classList.add("dragging");
    }
    const text = dragged(drag.start, up, this.walk.n.most, event.shiftKey);
    if (text === drag.text) return;
    drag.text = text;
    this.walk.foreshow(drag.cell, text);
    this.pace.offer({ cell: drag.cell, text, drag });
  }

  // The drag ends; whether it was one.
  release() {
    const { drag } = this;
    this.drag = null;
    this.walk.root.classList.remove("dragging");
    if (!drag || drag.text === null) return false;
    this.pace.flush();
    return true;
  }

  cancel() {
    const { drag } = this;
    if (!drag || drag.text === null) return false;
    this.pace.drop();
    this.walk.edit(drag.cell, readNumber(drag.old), { ...drag, isCanceled: true });
    return this.release();
  }
}
