"""The browser of the tests: the one that is there, or one that is installed now.

A headless shell is preferred: the same browser without its windows takes a quarter less of a processor.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SHELL = "chromium-headless-shell"  # Debian's name for it
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
# Background services of the browser would make the tests wait for the network.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HELP = (
    "no browser for the browser tests: install Chrome or Chromium "
    f"(Debian: apt-get install {SHELL}), or run `python -m playwright install chromium`"
)


def installed() -> str | None:
    """The path of a Chrome or Chromium on this machine."""
    on_path = (shutil.which(name) for name in NAMES)
    return next(filter(None, on_path), None) or next(filter(os.path.exists, PLACES), None)


def by_apt() -> str | None:
    """Debian's own package, where we may install it."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return None
    import fcntl  # where there is apt there is this

    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "browser-of-the-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one worker installs, and the others wait
        if path := installed():
            return path
        for command in (["apt-get", "update"], ["apt-get", "install", "--yes", SHELL]):
            subprocess.run(command, check=False, capture_output=True, env=quiet)
        return installed()


def by_playwright() -> str | None:
    """Playwright's own browser, downloaded if it is not there yet."""
    from playwright.sync_api import sync_playwright

    subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"], check=False, capture_output=True
    )
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def executable() -> str:
    """The path of a browser, found or installed.

    Raises
    ------
    RuntimeError
        When there is none; the message says what to do.
    """
    ways: tuple[Callable[[], str | None], ...] = (installed, by_apt, by_playwright)
    for way in ways:
        if path := way():
            return path
    raise RuntimeError(HELP)
