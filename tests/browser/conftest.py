"""A running app, and a browser page on which any error fails the test."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[2]
# A page that is closed while it is written to makes the web server complain.
CLOSED = re.compile(
    r"Exception in ASGI application\n"
    r"((Traceback|During handling|  |starlette\.websockets\.WebSocketDisconnected: ).*\n|\n)+"
)
WINDOW = {"width": 1400, "height": 900}
PATIENCE = 30_000  # milliseconds: enough for a busy machine, and a fast one does not wait
expect.set_options(timeout=PATIENCE)
PAGES = pytest.StashKey[list[Page]]()
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
# Whether the server owes an answer: Streamlit's page says so only once the answer has begun. Messages are
# protobuf; their kind is the first field after the second: a run is asked for, a run is at its end.
OWES = """(() => {
  const [ASKED, ENDED, FOR_ANOTHER] = [11, 6, 2]
  const read = bytes => {
    let at = 0
    const number = () => {
      for (let value = 0, unit = 1; ; unit *= 128) {
        const byte = bytes[at++]
        value += (byte & 127) * unit
        if (byte < 128) return value
      }
    }
    for (;;) {
      const [kind, value] = [number() >> 3, number()]
      if (kind > 2) return [kind, value]
      at += value
    }
  }
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given)
      this.addEventListener('message', ({ data }) => {
        const [kind, value] = read(new Uint8Array(data))
        if (kind === ENDED && value !== FOR_ANOTHER) window.serverOwes = false
      })
    }
    send(message) {
      if (read(message)[0] === ASKED) window.serverOwes = true
      super.send(message)
    }
  }
})()"""
# The server has answered, and what it said has been drawn: nothing changes for some frames. What moves by
# itself, such as a walk that plays, is not waited for.
STANDS_STILL = """ready => new Promise(resolve => {
  const begin = performance.now()
  let [answered, last] = [null, begin]
  const watch = new MutationObserver(() => { last = performance.now() })
  watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})
  const look = setInterval(() => {
    const now = performance.now()
    const isDrawn = document.querySelector(ready) && !document.querySelector('[data-testid=stSkeleton]')
    if (window.serverOwes || !isDrawn) answered = null
    else answered ??= now
    const isDone = answered !== null && (now - last >= 60 || now - answered >= 1000)
    if (!isDone && now - begin < 60_000) return
    clearInterval(look)
    watch.disconnect()
    resolve()
  }, 15)
})"""
# The pictures of a run follow the player as soon as it has written into their hidden inputs.
MOVED = """() => {
  const inputs = [...document.querySelectorAll('.st-key-film .vega-bind input')]
  return inputs.length === 4 && inputs.every(input => input.value)
}"""


class App:
    """A Streamlit server of its own, on a free port of this machine; ``program`` is what Python starts."""

    def __init__(self, log: Path, *program: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
        flags = [f"--server.{name}={value}" for name, value in options.items()]
        command = [sys.executable, *(program or ("-m", "streamlit")), "run", "streamlit_app.py", *flags]
        with log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        self._wait(60.0)

    def _wait(self, seconds: float) -> None:
        for _ in range(int(seconds * 10)):
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"the app did not start in {seconds:g} s:\n{self.log.read_text()}")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")  # of a worker: each has a server of its own
def app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = App(tmp_path_factory.mktemp("app") / "log.txt")
    yield app.url
    app.stop()
    log = CLOSED.sub("", app.log.read_text())
    assert "Traceback" not in log, log


@pytest.fixture
def cold_app(tmp_path: Path) -> Iterator[str]:
    """A server that nobody has visited yet."""
    app = App(tmp_path / "log.txt")
    yield app.url
    app.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        path = chromium.executable()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(chromium.ARGUMENTS))
        yield started
        started.close()


def is_error(message: ConsoleMessage) -> bool:
    """An error of ours: Streamlit asks a deep link's folder for its own services first, and is told 404."""
    return message.type == "error" and "/_stcore/" not in message.location["url"]


def settle(page: Page) -> None:
    """Wait until the script has run and the page stands still."""
    page.wait_for_selector(READY, timeout=60_000)
    page.evaluate(STANDS_STILL, READY)


def open_training(page: Page, app_url: str, query: str = "") -> Page:
    """Open the training page and wait until its pictures show the moment."""
    page.goto(f"{app_url}/Training?{query}")
    settle(page)
    page.wait_for_function(MOVED)
    return page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder: all of them drive a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Add what the pages showed to the report of a test that failed."""
    report = yield
    if report.failed and call.when == "call":
        for page in item.stash.get(PAGES, []):
            report.sections.append((f"what {page.url} showed", page.locator("body").inner_text()))
    return report


@pytest.fixture(scope="session")
def context_with(browser: Browser) -> Callable[..., BrowserContext]:
    """Returns a context with some options: one for all tests, since each compiles all scripts anew."""
    made: dict[str, BrowserContext] = {}

    def get(**options: object) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**{"locale": "en-US", **options})
        return made[key]

    return get


@pytest.fixture
def new_page(
    context_with: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """Makes pages of any size, language and theme; none of them may show or log an error."""
    pages = request.node.stash[PAGES] = []
    errors: list[str] = []

    def make(
        viewport: dict[str, int] = WINDOW,
        color_scheme: Literal["light", "dark"] = "light",
        reduced_motion: Literal["no-preference", "reduce"] = "no-preference",
        **options: object,
    ) -> Page:
        page = context_with(**options).new_page()
        page.set_viewport_size(viewport)
        page.emulate_media(color_scheme=color_scheme, reduced_motion=reduced_motion)
        page.set_default_timeout(PATIENCE)
        page.add_init_script(OWES)
        page.on("console", lambda message: errors.append(message.text) if is_error(message) else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        pages.append(page)
        return page

    yield make
    boxes = [box.inner_text() for page in pages for box in page.get_by_test_id("stException").all()]
    for page in pages:
        if page.url.startswith("http"):  # what was set as a page's content has no storage
            page.evaluate("localStorage.clear()")
        page.context.clear_cookies()
        page.close()
    assert not errors + boxes


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def sent(page: Page) -> list[object]:
    """What the page has sent over its websocket; clear it to count from there."""
    frames: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    return frames
