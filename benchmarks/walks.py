"""From letting go of a slider to the new picture: the pages that walk beside the smallest page there is.

All run in the same browser, alternating, and are measured from the key that moves the slider to the last
change of the picture. Asked for: at most 1.4 times the smallest page, and 30 frames a second of the largest
walk while one points at its cells.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._serving import chrome, server  # noqa: E402 - found only once the root is on the path

# Each picture is one that was never shown before: what was, Streamlit does not send again.
SEEDS = (1, 2, 3, 4)
PRESSES = 4
WANTED = 1.4
FRAMES_WANTED = 30
LARGEST = "in_features=16&out_features=16&batch_size=8&seed="
ADDRESSES = {
    "forward": f"/Forward_pass?{LARGEST}",
    "gradients": f"/Gradients?{LARGEST}",
    "errors": "/Shapes_and_errors?x_shape=32,28,28&fc_out=5",
    "smallest": "/?seed=",
}
PICTURES = {
    "forward": ".walk .frame",
    "gradients": ".walk .frame",
    "errors": ".blocks",
    "smallest": "[data-testid=stVegaLiteChart]",
}

# Notes the time of the last change within the picture, also behind its shadow root.
WATCH = """(picture) => {
  window.changed = 0;
  const note = () => { window.changed = performance.now() };
  const options = { subtree: true, childList: true, attributes: true, characterData: true };
  new MutationObserver(note).observe(picture, options);
  addEventListener("keydown", () => { window.pressed = performance.now() }, true);
}"""
# Points at one cell after another, one in each frame; the median time between frames, in milliseconds.
POINT = """(walk) => new Promise((resolve) => {
  const cells = [...walk.querySelectorAll(".grid [role=gridcell]")];
  const times = [];
  const frame = (now) => {
    times.push(now);
    const cell = cells[(times.length * 37) % cells.length];
    cell.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, composed: true }));
    if (now - times[0] < 3000) return requestAnimationFrame(frame);
    const gaps = times.slice(1).map((time, place) => time - times[place]).sort((a, b) => a - b);
    resolve(gaps[gaps.length >> 1]);
  };
  requestAnimationFrame(frame);
})"""
QUIET = "window.changed > window.pressed && performance.now() - window.changed > 400"


def open_page(page: Page, address: str, picture: str) -> None:
    """Open ``address`` and watch its picture."""
    page.goto(address)
    place = page.locator(picture).first
    place.wait_for(timeout=60_000)
    page.wait_for_timeout(2000)
    place.evaluate(WATCH)
    page.get_by_role("slider").first.focus()


def milliseconds(page: Page) -> float:
    """Move the slider by one; the time from the key to the picture's last change."""
    page.bring_to_front()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(QUIET, timeout=20_000)
    return float(page.evaluate("window.changed - window.pressed"))


def main() -> None:
    """Measure, print, and fail when a page is slower than asked for."""
    with (
        server("streamlit_app.py") as app,
        server("benchmarks/apps/frozen_page.py", collects=True) as smallest,
        chrome() as browser,
    ):
        window = {"width": 1400, "height": 900}
        pages = {name: browser.new_page(viewport=window) for name in PICTURES}
        times: dict[str, list[float]] = {name: [] for name in PICTURES}
        for seed in SEEDS:
            for name, page in pages.items():
                root = smallest if name == "smallest" else app
                open_page(page, f"{root.address}{ADDRESSES[name]}{seed}", PICTURES[name])
            for _ in range(PRESSES):
                for name, page in pages.items():
                    times[name].append(milliseconds(page))
        pages["forward"].bring_to_front()
        frames = 1000 / pages["forward"].locator(".walk").evaluate(POINT)
    # The first seed warms them up.
    medians = {name: statistics.median(series[PRESSES:]) for name, series in times.items()}
    least = medians.pop("smallest")
    print(f"smallest page, as many marks: {least:.0f} ms from the slider to the picture")
    for name, ours in medians.items():
        print(f"{name} page: {ours:.0f} ms, ratio {ours / least:.2f}, at most {WANTED} wanted")
    print(f"pointing at the largest walk: {frames:.0f} frames/s, at least {FRAMES_WANTED} wanted")
    sys.exit(max(medians.values()) / least > WANTED or frames < FRAMES_WANTED)


if __name__ == "__main__":
    main()
