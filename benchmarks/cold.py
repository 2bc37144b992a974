"""From starting the server to a settled page, beside an empty Streamlit app started in the same way.

Each server is a new one, and the browser has visited nothing yet. Asked for: the start page in at most 1.5
times, a deep link to the forward page in at most 2.5 times what the empty app takes.
"""

import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._serving import chrome, server  # noqa: E402 - found only once the root is on the path

ROUNDS = 3
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
# Script, path, what the page shows when it has settled, and how much of the empty app's time it may take.
STARTS = {
    "empty app": ("benchmarks/apps/empty.py", "/", "[data-testid=stMarkdown]", None),
    "start page": ("streamlit_app.py", "/", ".layer .y > span", 1.5),
    "forward page": ("streamlit_app.py", "/Forward_pass", ".walk [role=gridcell]", 2.5),
}


def seconds(browser: Browser, script: str, path: str, settled: str) -> float:
    """Start a server, open a page, and wait until it has settled."""
    page = browser.new_page(viewport={"width": 1366, "height": 650})
    began = time.perf_counter()
    with server(script) as started:
        page.goto(f"{started.address}{path}")
        page.locator(settled).first.wait_for(timeout=60_000)
        page.wait_for_selector(READY, timeout=60_000)
        taken = time.perf_counter() - began
        page.close()
    return taken


def main() -> None:
    """Measure, print, and fail when a page comes later than asked for."""
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    with chrome() as browser:
        for _ in range(ROUNDS + 1):  # the first warms the machine's own caches up
            for name, (script, path, settled, _wanted) in STARTS.items():
                times[name].append(seconds(browser, script, path, settled))
    empty = statistics.median(times["empty app"][1:])
    missed = False
    for name, (_script, _path, _settled, wanted) in STARTS.items():
        median = statistics.median(times[name][1:])
        print(f"{name}: {median:.2f} s from starting the server to the settled page")
        if wanted is not None:
            print(f"ratio {median / empty:.2f}, at most {wanted} wanted")
            missed |= median / empty > wanted
    sys.exit(missed)


if __name__ == "__main__":
    main()
