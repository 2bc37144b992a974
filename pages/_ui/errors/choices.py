"""The choices of the page "Shapes and errors", and its topics."""

import re
from collections.abc import Mapping
from typing import Any

from pages._ui.language import N_, AppState
from pages._ui.params import Choice, Code, Flag, Integer, Text, registry

TOPICS = {
    "build": (N_("Build a call"), "pages._ui.errors.build"),
    "paste": (N_("Paste your error"), "pages._ui.errors.paste"),
    "silent": (N_("Runs, but wrong"), "pages._ui.errors.silent"),
    "chain": (N_("Chain of layers"), "pages._ui.errors.chain"),
    "tables": (N_("Tables"), "pages._ui.errors.tables"),
    "code": (N_("In your code"), "pages._ui.errors.code"),
}
TABLES = {
    "dtypes": N_("dtypes of x"),
    "modes": N_("eval, no_grad, …"),
    "relatives": N_("nn.Linear and its relatives"),
}
MAX_DIMS, MAX_SIZE = 5, 100_000
DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "uint8", "bool", "complex64")
LAYER_DTYPES = ("float32", "float64", "float16", "bfloat16")


def read_shape(text: str) -> tuple[int, ...]:
    """Read ``32,28,28``; an empty text is a single number without dimensions."""
    text = re.sub(r"\s*[,，]\s*", ",", text.strip())  # noqa: RUF001 - the comma of a Chinese keyboard
    if not re.fullmatch(r"([0-9]{1,6}(,[0-9]{1,6})*)?", text):
        raise ValueError(text)
    sizes = tuple(int(size) for size in text.split(",") if size)
    if len(sizes) > MAX_DIMS or any(size > MAX_SIZE for size in sizes):
        raise ValueError(text)
    return sizes


def _messages() -> Mapping[str, str]:
    from linear_core.calls.meanings import MEANINGS

    examples = {slug: meaning.example for slug, meaning in MEANINGS.items() if meaning.example}
    return {"": "–"} | {slug: example.splitlines()[0][:90] for slug, example in examples.items()}


def _chain(text: str) -> Any:
    from linear_core.shapes.chain_text import parse_chain

    return parse_chain(text)


class Errors(AppState):
    """A call that may fail, a message, a mistake that raises nothing, a chain, a table."""

    topic = Choice("build", TOPICS)
    fc_in = Integer(784, 1, MAX_SIZE)
    fc_out = Integer(10, 1, MAX_SIZE)
    fc_bias = Flag(True, Code("bias"))
    fc_dtype = Choice("float32", LAYER_DTYPES, N_("dtype of the layer"))
    x_shape = Text("32,28,28", read_shape)
    x_dtype = Choice("float32", DTYPES, N_("dtype of x"))
    x_device = Choice("cpu", {"cpu": N_("the layer's"), "meta": N_("another")}, N_("device of x"))
    message = Choice("", _messages, N_("Or look up a message"))
    silent = Choice(
        "features_first", registry("linear_core.shapes.silent:SILENT_MISTAKES", "title"), N_("Mistake")
    )
    silent_size = Integer(3, 2, 8)
    chain = Text("Conv2d(1, 10, 5)\nMaxPool2d(2)\nReLU()\nLinear(1440, 50)", _chain)
    chain_input = Text("32,1,28,28", read_shape)
    table = Choice("dtypes", TABLES, N_("Table"))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of x."""
        return read_shape(self.x_shape)
