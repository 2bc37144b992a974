"""The film of a run in the browser beside the bare program.

The reference program (50 points, 30,000 steps) runs bare, with its prints; the same run is trained and played
in the browser, where different pictures, the gaps between them and messages are counted. Times are ratios to
the bare program, or to the smallest Streamlit page there is, in the same browser.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._serving import chrome, server  # noqa: E402 - after the path
from linear_core import TrainingConfig, line_data, training_script  # noqa: E402
from linear_core.scripts.data_code import line_data_code  # noqa: E402
from tests.browser.conftest import open_training  # noqa: E402

ROUNDS = 3

# A number that tells one picture of a canvas from another.
SEEN = """window.seen = canvas => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let sum = 0
  for (const pixel of new Uint32Array(data.buffer)) sum = (31 * sum + pixel) | 0
  return sum
}"""
# Presses Train and notes, once a frame, whether the picture of the loss is another one, until the end;
# that of the data hardly moves there.
FILMED = """() => new Promise(resolve => {
  const deep = (root, what) => root.querySelector(what) ?? [...root.querySelectorAll('*')]
    .map(node => node.shadowRoot && deep(node.shadowRoot, what)).find(Boolean)
  const play = deep(document, '.play'), bar = deep(document, '.bar')
  const canvas = document.querySelector('.st-key-picture_loss canvas.marks')
  const look = () => seen(canvas)
  const began = performance.now(), times = []
  let last = look(), computed = 0, playing = false
  const frame = () => {
    const now = performance.now(), picture = look()
    if (picture !== last) { last = picture; times.push(now - began) }
    if (!computed && Number(bar.style.getPropertyValue('--computed')) === 1) computed = now - began
    playing ||= play.innerText.trim() === 'Pause'
    if (playing && play.innerText.trim() !== 'Pause') {
      const gaps = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b)
      const seconds = (times.at(-1) - times[0]) / 1000
      const p95 = gaps[Math.floor(gaps.length * 0.95)]
      resolve({ first: times[0] / 1000, computed: computed / 1000, pictures: times.length / seconds, p95 })
    } else requestAnimationFrame(frame)
  }
  play.click()
  requestAnimationFrame(frame)
})"""
# Milliseconds from a key on the bar until the pictures' input has another state.
MOVED = """key => new Promise(resolve => {
  const input = document.querySelector('.st-key-film .vega-bind input'), before = input.value
  const began = performance.now()
  const wait = () => input.value !== before ? resolve(performance.now() - began) : requestAnimationFrame(wait)
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  wait()
})"""
# Seconds from a press or a key until the first chart of a page is drawn again.
ANSWERED = """charts => {
  const pictures = [...document.querySelectorAll(charts)]
  const look = () => pictures
    .map(picture => picture.tagName === 'CANVAS' ? seen(picture) : picture.outerHTML).join()
  const before = look()
  let began
  for (const name of ['pointerdown', 'keydown'])
    addEventListener(name, () => { began ??= performance.now() }, { capture: true })
  window.answered = new Promise(resolve => {
    const wait = () => {
      if (!began || look() === before) requestAnimationFrame(wait)
      else resolve((performance.now() - began) / 1000)
    }
    wait()
  })
}"""


def bare(folder: Path) -> float:
    """Seconds of the reference program alone: not counted are Python's start and the imports."""
    program = training_script(line_data(), TrainingConfig(), 30_000, data_code=line_data_code())
    timed = program.replace(
        "from torch import nn\n", "from torch import nn\nimport time\nbegan = time.perf_counter()\n"
    )
    script = folder / "reference.py"
    script.write_text(f"{timed}\nprint(time.perf_counter() - began)\n")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])


def opened(browser: Browser, address: str, query: str = "") -> tuple[Page, list[object]]:
    page = browser.new_page(viewport={"width": 1366, "height": 800})
    page.set_default_timeout(120_000)
    sent: list[object] = []
    page.add_init_script(SEEN)
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    return open_training(page, address, query), sent


def filmed(browser: Browser, address: str, query: str = "") -> dict[str, float]:
    """One press of Train; the messages are those after all steps were computed."""
    page, sent = opened(browser, address, query)
    seen: dict[str, float] = page.evaluate(FILMED)
    page.get_by_role("button", name="Play again", exact=True).click()
    page.wait_for_timeout(500)
    sent.clear()
    page.wait_for_timeout(3000)
    seen["messages"] = len(sent)
    page.context.close()
    return seen


def touched(browser: Browser, address: str) -> tuple[float, int]:
    """Milliseconds until a single step is seen, and what was sent by then."""
    page, sent = opened(browser, address, "at=30000")
    page.wait_for_timeout(3000)
    sent.clear()
    slowest = max(float(page.evaluate(MOVED, key)) for key in ("ArrowLeft", "ArrowRight", "ArrowLeft"))
    count = len(sent)
    page.context.close()
    return slowest, count


def answered(browser: Browser, ours: str, smallest: str) -> tuple[float, float]:
    """Seconds until a changed learning rate moves a picture, and until the smallest page answers."""
    page, _sent = opened(browser, ours, "at=500&steps=3000")
    page.wait_for_timeout(2000)
    page.evaluate(ANSWERED, ".st-key-film canvas.marks")
    page.get_by_role("button", name="Use 0.78").click()
    changed = float(page.evaluate("window.answered"))
    page.context.close()
    page = browser.new_page()
    page.add_init_script(SEEN)
    page.goto(smallest)
    chart = "[data-testid=stVegaLiteChart] :is(svg, canvas).marks"
    page.locator(chart).first.wait_for()
    page.wait_for_timeout(2000)
    page.get_by_role("slider").first.focus()
    page.evaluate(ANSWERED, chart)
    page.keyboard.press("ArrowLeft")
    answer = float(page.evaluate("window.answered"))
    page.context.close()
    return changed, answer


def report(what: str, value: float, wanted: str, reached: bool) -> bool:
    print(f"{what:<66} {value:>8.3g}   {wanted:<14} {'ok' if reached else 'MISSED'}")
    return reached


def measured(browser: Browser, ours: str, smallest: str) -> dict[str, float]:
    filmed(browser, ours)
    with tempfile.TemporaryDirectory() as folder:
        pairs = [(bare(Path(folder)), filmed(browser, ours)) for _round in range(ROUNDS)]
    seen = {name: statistics.median(film[name] for _, film in pairs) for name in pairs[0][1]}
    alone = statistics.median(seconds for seconds, _ in pairs)
    slowest, count = touched(browser, ours)
    answers = [answered(browser, ours, smallest) for _round in range(ROUNDS)]
    return {
        **seen,
        "bare": alone,
        "touched": slowest,
        "touched_sent": count,
        "many": filmed(browser, ours, "n_samples=10000&noise_std=0.5")["pictures"],
        "answered": statistics.median(changed / answer for changed, answer in answers),
    }


def main() -> int:
    with (
        server("streamlit_app.py") as ours,
        server("benchmarks/apps/frozen_page.py", collects=True) as smallest,
        chrome() as browser,
    ):
        seen = measured(browser, ours.address, smallest.address)
    print("in the browser: " + ", ".join(f"{name} {value:.3g}" for name, value in seen.items()))
    first, computed = seen["first"] / seen["bare"], seen["computed"] / seen["bare"]
    print(f"the bare program takes {seen['bare']:.2f} s")
    reached = [
        report("different pictures a second", seen["pictures"], "50 or more", seen["pictures"] >= 50),
        report("milliseconds between two of them, p95", seen["p95"], "34 or less", seen["p95"] <= 34),
        report("pictures a second with 10,000 samples", seen["many"], "20 or more", seen["many"] >= 20),
        report("messages while a computed film plays", seen["messages"], "0", seen["messages"] == 0),
        report("from the press to the first moved picture, over bare", first, "0.15 or less", first <= 0.15),
        report("until all states are computed, over bare", computed, "0.3 or less", computed <= 0.3),
        report(
            "milliseconds until a single step is seen", seen["touched"], "50 or less", seen["touched"] <= 50
        ),
        report("messages by then", seen["touched_sent"], "0", seen["touched_sent"] == 0),
        report(
            "a changed rate to its first picture, over the smallest page",
            seen["answered"],
            "2 or less",
            seen["answered"] <= 2,
        ),
    ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
