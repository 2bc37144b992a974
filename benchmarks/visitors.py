"""Fifty visitors over real websockets, each of whom moves a slider every 2.5 seconds."""

import asyncio
import statistics
import time
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

VISITORS = 50
SECONDS = 20.0
PAUSE = 2.5
STARTED = 30.0  # seconds in which all of them have to be served first


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


def visits(address: str, path: str, label: str) -> Crowd:
    """Have fifty visitors move the slider called ``label`` on one page for a while."""
    crowd = Crowd()
    asyncio.run(_all(f"{address.replace('http', 'ws')}/_stcore/stream", path.strip("/"), label, crowd))
    return crowd


async def _all(stream: str, page: str, label: str, crowd: Crowd) -> None:
    await asyncio.gather(*(_visit(place, stream, page, label, crowd) for place in range(VISITORS)))


async def _visit(place: int, stream: str, page: str, label: str, crowd: Crowd) -> None:
    await asyncio.sleep(place * STARTED / VISITORS / 2)
    began = time.perf_counter()
    try:
        async with connect(stream, subprotocols=["streamlit"], max_size=None, open_timeout=STARTED) as socket:
            slider = await _opened(socket, page, label)
            await asyncio.sleep(max(0.0, STARTED - (time.perf_counter() - began) - place * 0.02))
            end = time.perf_counter() + SECONDS
            for move in range(10_000):
                if time.perf_counter() > end:
                    break
                sent = time.perf_counter()
                await _moved(socket, slider, page, slider.low + (move + place) % 20 + 1)
                crowd.answers.append(time.perf_counter() - sent)
                await asyncio.sleep(max(0.0, PAUSE - crowd.answers[-1]))
    except (OSError, TimeoutError, WebSocketException):
        crowd.refused += 1


async def _opened(socket: ClientConnection, page: str, label: str) -> Slider:
    message = BackMsg()
    message.rerun_script.page_name = page
    await socket.send(message.SerializeToString())
    found = None
    async for part in socket:
        forward = ForwardMsg.FromString(part)
        element = forward.delta.new_element
        if element.HasField("slider") and element.slider.label == label:
            found = Slider(
                element.slider.id, forward.delta.fragment_id, element.slider.min, element.slider.max
            )
        if forward.WhichOneof("type") == "script_finished" and found:
            return found
    raise OSError(f"no slider {label} on {page}")


async def _moved(socket: ClientConnection, slider: Slider, page: str, value: float) -> None:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = slider.fragment
    state = message.rerun_script.widget_states.widgets.add()
    state.id = slider.id
    state.double_array_value.data.append(min(value, slider.high))
    await socket.send(message.SerializeToString())
    async for part in socket:
        if ForwardMsg.FromString(part).WhichOneof("type") == "script_finished":
            return
