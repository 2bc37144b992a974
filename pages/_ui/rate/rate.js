// A logarithmic slider with two marks, and its number to type; the server hears of a rate that is let go.

const WAIT = 150; // ms between two rates that are sent while the slider moves

// As few digits as tell two neighboring places apart.
const rounded = (value) => Number(value.toPrecision(2));

class Rate {
  constructor(parent) {
    this.find = (name) => parent.querySelector(`.${name}`);
    const { find } = this;
    find("slider").oninput = () => this.choose(rounded(Math.exp(find("slider").valueAsNumber)));
    find("typed").onchange = () => {
      const value = Number(find("typed").value.replace(",", "."));
      const { least, most, words } = this.data;
      if (value >= least && value <= most) return this.choose(value);
      find("typed").setCustomValidity(words.range);
      find("typed").reportValidity();
    };
  }

  take(data) {
    this.data = data;
    if (this.pending === undefined) this.show(data.value);
    const { find } = this;
    find("head").firstElementChild.textContent = data.words.label;
    find("slider").ariaLabel = data.words.label;
    find("typed").title = data.words.typed;
    for (const name of ["best", "limit"]) {
      const mark = find(name);
      mark.hidden = data[name] === null;
      if (data[name] === null) continue;
      mark.style.left = `calc(8px + ${this.share(data[name])} * (100% - 16px))`;
    }
    const limit = data.limit === null ? 1 : this.share(data.limit);
    find("rate").style.setProperty("--limit", limit);
    find("rate").style.setProperty("--between", data.best === null ? limit : (limit + this.share(data.best)) / 2);
    [...find("names").children].forEach((place, at) => (place.textContent = data.words.marks[at]));
  }

  share(value) {
    const { low, high } = this.data;
    return Math.min(1, Math.max(0, Math.log(value / low) / Math.log(high / low)));
  }

  show(value) {
    const { find, data } = this;
    const slider = find("slider");
    slider.min = Math.log(data.low);
    slider.max = Math.log(data.high);
    slider.value = Math.log(value);
    slider.ariaValueText = String(value);
    find("typed").value = String(value);
    find("typed").setCustomValidity("");
    find("rate").classList.toggle("over", data.limit !== null && value > data.limit);
  }

  choose(value) {
    this.show(value);
    clearTimeout(this.pending);
    this.pending = setTimeout(() => {
      this.pending = undefined;
      this.say("value", value);
    }, WAIT);
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const rate = lifeOf(parentElement, () => new Rate(parentElement));
  rate.say = setStateValue;
  rate.take(data);
}
