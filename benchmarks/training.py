"""The live training page beside the bare program, and with eight visitors at once.

The reference program (50 points, 30,000 steps) runs bare, with its prints, turn about with the same run in
the browser with all pictures live; asked for is half of its time. How many pictures a second arrive is
counted in the browser, and sliders are moved meanwhile, with 10,000 samples too. Then eight pages train at
once on one server: each pause has to be answered within a second, and the slowest has to make half the steps
of the fastest at least.
"""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from linear_core import TrainingConfig, line_data, training_script  # noqa: E402 - after the path
from linear_core.scripts.data_code import line_data_code  # noqa: E402 - after the path
from tests.browser import chromium  # noqa: E402
from tests.browser.conftest import App, open_training  # noqa: E402

ROUNDS = 3
VISITORS = 8
SECONDS = 12

# Seconds from the press on a button until its successor is there.
PRESS = """([press, until]) => new Promise(resolve => {
  const button = text => [...document.querySelectorAll('button')].find(
    button => button.innerText.trim().endsWith(text) && !button.disabled)
  const line = () => document.querySelector('[data-testid=stProgress]')
  const said = () => line()?.innerText.startsWith(until) || button(until)
  const began = performance.now()
  const watch = new MutationObserver(() => {
    if (said()) { watch.disconnect(); resolve((performance.now() - began) / 1000) }
  })
  watch.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true })
  button(press).click()
})"""
# Pictures a second: the number of the step changes with each.
COUNT = """(seconds) => new Promise(resolve => {
  let pictures = 0
  const reading = () => document.querySelector('[data-testid=stMetricValue]')?.innerText
  let last = reading()
  const watch = new MutationObserver(() => {
    const now = reading()
    if (now !== last) { last = now; pictures++ }
  })
  watch.observe(document.body, { childList: true, subtree: true, characterData: true })
  setTimeout(() => { watch.disconnect(); resolve(pictures / seconds) }, 1000 * seconds)
})"""
# Seconds from the key that moves a slider until a picture is drawn with what the link now says.
MOVED = """(key) => {
  const value = () => new URLSearchParams(location.search).get(key)
  const before = value()
  window.answered = new Promise(resolve => addEventListener('keydown', ({ timeStamp }) => {
    const watch = new MutationObserver(() => {
      if (value() === before) return
      watch.disconnect()
      requestAnimationFrame(() => resolve((performance.now() - timeStamp) / 1000))
    })
    watch.observe(document.querySelector('.st-key-stage_place'), {
      childList: true, subtree: true, characterData: true, attributes: true,
    })
  }, { once: true, capture: true }))
}"""
SLIDERS = {
    "momentum": "ArrowRight",
    **dict.fromkeys(("learning_rate", "noise_std", "n_samples", "slope", "intercept"), "ArrowLeft"),
}


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


def opened(browser: Browser, app: App, query: str = "") -> Page:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(120_000)
    return open_training(page, app.url, query)


def live(browser: Browser, app: App) -> float:
    page = opened(browser, app)
    seconds = page.evaluate(PRESS, ["Train", "Done"])
    page.context.close()
    return float(seconds)


def watched(browser: Browser, app: App, query: str) -> tuple[float, float, float]:
    """Pictures a second of a run, and seconds until its slowest slider and its pause are answered."""
    page = opened(browser, app, f"steps=1000000&speed=100&{query}")
    page.evaluate(PRESS, ["Train", "Pause"])
    page.wait_for_timeout(1000)
    pictures = float(page.evaluate(COUNT, 4))
    slider = max(moved(page, key, press) for key, press in SLIDERS.items())
    pause = float(page.evaluate(PRESS, ["Pause", "Train"]))
    page.context.close()
    return pictures, slider, pause


def moved(page: Page, key: str, press: str) -> float:
    page.get_by_role("slider", name=re.compile(key, re.IGNORECASE)).focus()
    page.evaluate(MOVED, key)
    page.keyboard.press(press)
    return float(page.evaluate("window.answered"))


def step(page: Page) -> int:
    return int(page.get_by_test_id("stMetricValue").first.inner_text().replace(",", ""))


def visitors(browser: Browser, app: App) -> tuple[list[float], list[float]]:
    """Steps a second that each made, and seconds until each pause was answered."""
    pages = [opened(browser, app, f"steps=1000000&data_seed={seed}") for seed in range(VISITORS)]
    for page in pages:
        page.get_by_role("button", name="Train", exact=True).click()
    for page in pages:
        page.get_by_role("button", name="Pause", exact=True).wait_for()
    before = [(step(page), time.perf_counter()) for page in pages]
    time.sleep(SECONDS)
    after = [(step(page), time.perf_counter()) for page in pages]
    paces = [(b[0] - a[0]) / (b[1] - a[1]) for a, b in zip(before, after, strict=True)]
    pauses = [float(page.evaluate(PRESS, ["Pause", "Train"])) for page in pages]
    for page in pages:
        page.context.close()
    return paces, pauses


def report(what: str, value: float, wanted: str, reached: bool) -> bool:
    print(f"{what:<66} {value:>8.3g}   {wanted:<14} {'ok' if reached else 'MISSED'}")
    return reached


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = chromium.executable()
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        app = App(Path(folder) / "log.txt")
        live(browser, app)
        pairs = [(bare(Path(folder)), live(browser, app)) for _round in range(ROUNDS)]
        pictures, slider, pause = watched(browser, app, "n_samples=50&noise_std=0.5")
        many_pictures, many_slider, many_pause = watched(browser, app, "n_samples=10000&noise_std=0.5")
        paces, pauses = visitors(browser, app)
        browser.close()
        app.stop()
    ratio = statistics.median(seconds / alone for alone, seconds in pairs)
    print("bare and in the browser, seconds: " + ", ".join(f"{a:.2f} and {b:.2f}" for a, b in pairs))
    print(f"steps a second of {VISITORS} visitors: " + ", ".join(f"{pace:,.0f}" for pace in paces))
    reached = [
        report("30,000 steps with live pictures, over the bare program", ratio, "0.5 or less", ratio <= 0.5),
        report("pictures a second", pictures, "10 about", pictures >= 9),
        report("the same with 10,000 samples", many_pictures, "10 about", many_pictures >= 9),
        report("seconds until the slowest slider is answered", slider, "0.3 or less", slider <= 0.3),
        report("the same with 10,000 samples", many_slider, "0.3 or less", many_slider <= 0.3),
        report("seconds until Pause is answered, one visitor", pause, "0.3 or less", pause <= 0.3),
        report("the same with 10,000 samples", many_pause, "0.3 or less", many_pause <= 0.3),
        report(f"the same, the slowest of {VISITORS}", max(pauses), "1 or less", max(pauses) <= 1),
        report(
            "steps of the slowest visitor over those of the fastest",
            min(paces) / max(paces),
            "0.5 or more",
            min(paces) >= max(paces) / 2,
        ),
    ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
