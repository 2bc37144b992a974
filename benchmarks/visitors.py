"""Fifty visitors over real websockets, each of whom moves a slider every 2.5 seconds.

They visit two pages of the app, and the smallest page that can be compared, on a server as it comes: it
collects garbage after every run. Once more what the smallest page's start has made is frozen, else that
takes longest. Asked for is the 95th percentile as a share of the former's; with ``--memory``, which
takes ten minutes, also what they leave behind.
"""

import asyncio
import socket
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks._serving import Server, server  # noqa: E402 - found only once the root is on the path

VISITORS = 50
SECONDS = 20.0
PAUSE = 2.5
STARTED = 30.0  # seconds in which all of them have to be served first
FORGOTTEN = 150.0  # seconds after which Streamlit has given up the sessions of those who left
APP, SMALLEST = "streamlit_app.py", "benchmarks/apps/smallest_page.py"
# Script, page, the slider that is moved, and how much of the smallest page's p95 it may take.
VISITED = {
    "smallest page": (SMALLEST, "/", "size", None),
    "smallest page, frozen": ("benchmarks/apps/frozen_page.py", "/", "size", None),
    "forward page": (APP, "/Forward_pass", "in_features", 0.5),
    "training page": (APP, "/Training", "slope", 0.6),
}


@dataclass
class Crowd:
    """What the visitors saw: seconds until each answer, and how many were refused."""

    answers: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def p95(self) -> float:
        """The answer that 95 of a hundred come before."""
        return statistics.quantiles(self.answers, n=20)[-1]


@dataclass
class Slider:
    """The control that is moved: its id, the fragment it is in, and where it goes."""

    id: str
    fragment: str
    low: float
    high: float


def visits(place: Server, path: str, label: str) -> Crowd:
    """Have fifty visitors move the slider called ``label`` on one page for a while."""
    crowd = Crowd()
    asyncio.run(_all(f"ws://127.0.0.1:{place.port}/_stcore/stream", path.strip("/"), label, crowd))
    return crowd


async def _all(stream: str, page: str, label: str, crowd: Crowd) -> None:
    await asyncio.gather(*(_visit(place, stream, page, label, crowd) for place in range(VISITORS)))


async def _visit(place: int, stream: str, page: str, label: str, crowd: Crowd) -> None:
    await asyncio.sleep(place * STARTED / VISITORS / 2)
    began = time.perf_counter()
    try:
        async with connect(
            stream, subprotocols=["streamlit"], max_size=None, open_timeout=STARTED
        ) as connection:
            slider = await _opened(connection, page, label)
            await asyncio.sleep(max(0.0, STARTED - (time.perf_counter() - began) - place * 0.02))
            end = time.perf_counter() + SECONDS
            for move in range(10_000):
                if time.perf_counter() > end:
                    break
                sent = time.perf_counter()
                await _moved(connection, slider, page, slider.low + (move + place) % 20 + 1)
                crowd.answers.append(time.perf_counter() - sent)
                await asyncio.sleep(max(0.0, PAUSE - crowd.answers[-1]))
    except (OSError, TimeoutError, WebSocketException):
        crowd.refused += 1


async def _opened(connection: ClientConnection, page: str, label: str) -> Slider:
    message = BackMsg()
    message.rerun_script.page_name = page
    await connection.send(message.SerializeToString())
    found = None
    async for part in connection:
        forward = ForwardMsg.FromString(part)
        element = forward.delta.new_element
        if element.HasField("slider") and element.slider.label == label:
            found = Slider(
                element.slider.id, forward.delta.fragment_id, element.slider.min, element.slider.max
            )
        if forward.WhichOneof("type") == "script_finished" and found:
            return found
    raise OSError(f"no slider {label} on {page}")


async def _moved(connection: ClientConnection, slider: Slider, page: str, value: float) -> None:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = slider.fragment
    state = message.rerun_script.widget_states.widgets.add()
    state.id = slider.id
    state.double_array_value.data.append(min(value, slider.high))
    await connection.send(message.SerializeToString())
    _acknowledge(connection)
    async for part in connection:
        _acknowledge(connection)
        if ForwardMsg.FromString(part).WhichOneof("type") == "script_finished":
            return


def _acknowledge(connection: ClientConnection) -> None:
    """Acknowledge what has come at once, where the system can.

    Streamlit 1.67 leaves Nagle's algorithm on: of any page, the end of an answer waits until the client has
    acknowledged the rest, which most clients put off for 40 ms. Here the server's own time is asked for.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        raw = connection.transport.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def memory_left(place: Server, path: str, label: str) -> float:
    """Return the memory after a second crowd has gone, as a share of what it was before that crowd."""
    time.sleep(FORGOTTEN)
    before = place.memory
    visits(place, path, label)
    time.sleep(FORGOTTEN)
    return place.memory / before


def main() -> None:
    """Measure, print, and fail when a page of the app is slower than asked for."""
    crowds: dict[str, Crowd] = {}
    left = {}
    for name, (script, path, label, wanted) in VISITED.items():
        with server(script, collects=script != APP) as place:
            before = place.memory
            crowds[name] = visits(place, path, label)
            each = (place.memory - before) / VISITORS
            print(f"{name}: p95 {crowds[name].p95:.3f} s, {crowds[name].refused} refused, {each:.1f} MB each")
            if wanted and "--memory" in sys.argv:
                left[name] = memory_left(place, path, label)
    missed = False
    for name, (_script, _path, _label, wanted) in VISITED.items():
        if wanted:
            shares = [
                crowds[name].p95 / crowds[least].p95 for least in ("smallest page", "smallest page, frozen")
            ]
            missed |= shares[0] > wanted or crowds[name].refused > 0
            print(f"{name}: {shares[0]:.2f} of the smallest page's, at most {wanted} wanted")
            print(f"{name}: {shares[1]:.2f} of the frozen one's")
    for name, share in left.items():
        print(f"{name}: memory {share:.2f} of what it was, at most 1.1 wanted")
    sys.exit(missed or any(share > 1.1 for share in left.values()))


if __name__ == "__main__":
    main()
