"""What every benchmark of a page needs: a Streamlit server of its own, and a browser."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Server:
    """Where it listens on this machine, and its process."""

    port: int
    pid: int

    @property
    def address(self) -> str:
        """The root of its pages."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def memory(self) -> float:
        """What its process holds now, in MB."""
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, check=True)
        return int(shown.stdout) / 1024


@contextmanager
def chrome() -> Iterator[Browser]:
    """Start the browser of the tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.ARGUMENTS)
        )
        yield browser
        browser.close()


@contextmanager
def server(script: str, *, collects: bool = False) -> Iterator[Server]:
    """Start a server, and wait until it listens.

    ``collects`` has it collect garbage after every run, as Streamlit does where nobody says otherwise.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "address": "127.0.0.1", "headless": "true", "fileWatcherType": "none"}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    flags.append(f"--runner.postScriptGC={str(collects).lower()}")
    command = [sys.executable, "-m", "streamlit", "run", script, *flags]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(10)
