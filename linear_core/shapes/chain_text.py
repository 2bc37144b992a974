"""Chains of layers as text: read from code or from a printed model, written as a script."""

import ast
import re
from collections.abc import Sequence
from typing import Any

from linear_core.errors import ConfigError
from linear_core.shapes.chain import CHAIN_LAYERS, ChainLayer, Shape

MAX_LAYERS = 8
MAX_ARGUMENT = 1_000_000

_LINE = re.compile(r"(?:\(\w{1,64}\):\s*)?(?:torch\.nn\.|nn\.)?([A-Za-z]\w{0,40})\((.{0,200})\),?")


def parse_chain(text: str) -> tuple[ChainLayer, ...]:
    r"""Read layers, one per line, as code writes them or as ``print(model)`` shows them; nothing is run.

    Parameters
    ----------
    text : str
        For instance ``nn.Conv2d(1, 10, 5)`` or ``(0): Linear(in_features=320, out_features=50, bias=True)``.

    Raises
    ------
    ConfigError
        A line is no such layer, or there are fewer than one or more than 8.

    Examples
    --------
    >>> [layer.code for layer in parse_chain("Conv2d(1, 10, 5)\nFlatten()\nLinear(5760, 10)")]
    ['nn.Conv2d(1, 10, 5)', 'nn.Flatten()', 'nn.Linear(5760, 10)']
    """
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    lines = [line for line in lines if line and line not in (")", "Sequential(", "nn.Sequential(")]
    if not 1 <= len(lines) <= MAX_LAYERS:
        raise ConfigError(
            "expected 1 to {most} layers, one per line, but got {count}; add or remove some",
            most=MAX_LAYERS,
            count=len(lines),
        )
    return tuple(_parse_line(number, line) for number, line in enumerate(lines, 1))


def _parse_line(number: int, line: str) -> ChainLayer:
    match = _LINE.fullmatch(line)
    if match is None or match[1] not in CHAIN_LAYERS:
        raise ConfigError(
            "line {number}: expected one of {known} with its arguments, but got {line!r}; fix the line",
            number=number,
            known=", ".join(CHAIN_LAYERS),
            line=line[:80],
        )
    try:
        call = ast.parse(f"f({match[2]})", mode="eval").body
        assert isinstance(call, ast.Call)
        arguments = tuple(ast.literal_eval(part) for part in call.args)
        options = tuple((str(part.arg), ast.literal_eval(part.value)) for part in call.keywords)
    except (SyntaxError, ValueError, AssertionError, RecursionError, MemoryError) as error:
        raise ConfigError(
            "line {number}: expected plain numbers as arguments, but got {line!r}; fix the line",
            number=number,
            line=line[:80],
        ) from error
    _check_arguments(number, (*arguments, *(value for _name, value in options)))
    return ChainLayer(match[1], arguments, options)


def _check_arguments(number: int, values: Sequence[Any]) -> None:
    for value in values:
        for size in value if isinstance(value, tuple | list) else (value,):
            if isinstance(size, int) and abs(size) > MAX_ARGUMENT:
                raise ConfigError(
                    "line {number}: expected sizes of magnitude at most {most:,}, but got {size}; use one "
                    "closer to 0",
                    number=number,
                    most=MAX_ARGUMENT,
                    size=str(size)[:20],
                )


def chain_script(layers: Sequence[ChainLayer], input_shape: Shape) -> str:
    r"""Write a script that runs the chain and prints the shape after each layer.

    Parameters
    ----------
    layers : sequence of ChainLayer
    input_shape : tuple of int

    Examples
    --------
    >>> print(chain_script(parse_chain("Flatten()\nLinear(784, 10)"), (32, 1, 28, 28)))
    import torch
    from torch import nn
    <BLANKLINE>
    x = torch.randn(32, 1, 28, 28)
    for layer in (
        nn.Flatten(),
        nn.Linear(784, 10),
    ):
        x = layer(x)
        print(type(layer).__name__, tuple(x.shape))
    """
    sizes = ", ".join(map(str, input_shape))
    starts_with_words = bool(layers) and layers[0].kind == "Embedding"
    words = layers[0].arguments or tuple(dict(layers[0].options).values()) if starts_with_words else ()
    x = f"torch.randint({words[0]}, ({sizes},))" if words else f"torch.randn({sizes})"
    lines = ["import torch", "from torch import nn", "", f"x = {x}", "for layer in ("]
    lines += [f"    {layer.code}," for layer in layers]
    lines += ["):", "    x = layer(x)"]
    if any(layer.kind == "LSTM" for layer in layers):
        lines.append("    x = x[0] if isinstance(x, tuple) else x  # LSTM: (output, state)")
    return "\n".join([*lines, "    print(type(layer).__name__, tuple(x.shape))"])
