"""Calls that run without an error and are wrong, each beside the right one, with the real numbers.

Both sides are functions of this module, so that the code on a screen is the code that ran.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linear_core._warnings import recorded_warnings
from linear_core.language import N_
from linear_core.layer.spec import LayerSpec, build_layer

Inputs = dict[str, Any]
Layer = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class SilentResult:
    """Both sides of a silent mistake.

    Attributes
    ----------
    inputs : dict
        The tensors and layers that both sides are given, by name.
    wrong, right : Tensor
        What each returns.
    warning : str or None
        PyTorch's warning, in its own words, for the wrong side; None where PyTorch says nothing.
    """

    inputs: Inputs
    wrong: Tensor
    right: Tensor
    warning: str | None


@dataclass(frozen=True)
class SilentMistake:
    """A call that runs and is wrong.

    Attributes
    ----------
    title : str
        What goes wrong.
    why : str
        Why there is no error, and how the two differ.
    size : str
        What the size that can be changed is the number of.
    make : callable
        ``make(size, seed)`` makes the inputs.
    wrong, right : callable
        The two calls; each takes the inputs by name.
    """

    title: str
    why: str
    size: str
    make: Callable[[int, int], Inputs]
    wrong: Callable[..., Tensor]
    right: Callable[..., Tensor]

    def run(self, size: int, seed: int = 0) -> SilentResult:
        """Make both calls on the same inputs.

        Parameters
        ----------
        size : int
            From 2 to 8.
        seed : int
            Of the inputs.

        Examples
        --------
        >>> result = SILENT_MISTAKES["features_first"].run(3)
        >>> result.wrong.shape == result.right.shape, torch.equal(result.wrong, result.right)
        (True, False)
        """
        inputs = self.make(size, seed)
        with recorded_warnings() as caught, torch.no_grad():
            wrong = self.wrong(**inputs)
            warning = str(caught[0].message) if caught else None
        with torch.no_grad():
            return SilentResult(inputs, wrong, self.right(**inputs), warning)

    @property
    def wrong_code(self) -> str:
        """The lines of the wrong call."""
        return _body(self.wrong)

    @property
    def right_code(self) -> str:
        """The lines of the right call."""
        return _body(self.right)


def _body(function: Callable[..., Tensor]) -> str:
    """Return the lines of a function below its head, with ``y =`` for ``return``."""
    source = textwrap.dedent(inspect.getsource(function))
    lines = textwrap.dedent(source.partition(":\n")[2]).rstrip().splitlines()
    return "\n".join(line.replace("return ", "y = ", 1) for line in lines)


def _random(seed: int, *shape: int) -> Tensor:
    tenths = torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * 10
    return tenths.round() / 10 + 0.0  # readable at a glance, and no -0.0


def _layer(in_features: int, out_features: int, seed: int) -> nn.Linear:
    return build_layer(LayerSpec(in_features, out_features, seed=seed))


def _square(size: int, seed: int) -> Inputs:
    return {"layer": _layer(size, size, seed), "x": _random(seed, size, size)}


def _features_first_wrong(layer: Layer, x: Tensor) -> Tensor:
    return layer(x)


def _features_first_right(layer: Layer, x: Tensor) -> Tensor:
    return layer(x.T).T


def _image(size: int, seed: int) -> Inputs:
    return {
        "row_layer": _layer(size, 2, seed),
        "image_layer": _layer(size * size, 2, seed),
        "image": _random(seed, size, size),
    }


def _image_wrong(row_layer: Layer, image_layer: Layer, image: Tensor) -> Tensor:
    return row_layer(image)


def _image_right(row_layer: Layer, image_layer: Layer, image: Tensor) -> Tensor:
    return image_layer(image.flatten()[None])


def _pair(size: int, seed: int) -> Inputs:
    prediction = _random(seed, size, 1)
    return {"prediction": prediction, "target": prediction[:, 0].clone()}


def _broadcast_wrong(prediction: Tensor, target: Tensor) -> Tensor:
    return F.mse_loss(prediction, target)


def _broadcast_right(prediction: Tensor, target: Tensor) -> Tensor:
    return F.mse_loss(prediction, target.unsqueeze(1))


def _vector(size: int, seed: int) -> Inputs:
    return {
        "x": _random(seed, size, 3),
        "weight": _random(seed + 1, 1, 3),
        "target": _random(seed + 2, size, 1),
    }


def _vector_wrong(x: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    return F.linear(x, weight[0]) - target


def _vector_right(x: Tensor, weight: Tensor, target: Tensor) -> Tensor:
    return F.linear(x, weight) - target


def _odd_image(size: int, seed: int) -> Inputs:
    return {"x": _random(seed, 1, 1, size + (size + 1) % 2, size + (size + 1) % 2)}


def _pooled_wrong(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2)


def _pooled_right(x: Tensor) -> Tensor:
    return F.max_pool2d(x, 2, ceil_mode=True)


def _wide(size: int, seed: int) -> Inputs:
    return {"x": torch.arange(1.0, 2 * size + 1).reshape(2, size)}


def _view_wrong(x: Tensor) -> Tensor:
    return x.view(x.shape[1], x.shape[0])


def _view_right(x: Tensor) -> Tensor:
    return x.transpose(0, 1)


SILENT_MISTAKES: Mapping[str, SilentMistake] = MappingProxyType(
    {
        "features_first": SilentMistake(
            N_("Features first, on a square input"),
            N_(
                "The layer sums over the last dimension. Where x is square, the shapes match either way, and "
                "samples are mixed instead of features."
            ),
            N_("samples and features"),
            _square,
            _features_first_wrong,
            _features_first_right,
        ),
        "image_rows": SilentMistake(
            N_("Every row of an image read as a sample"),
            N_(
                "Everything before the last dimension is batch: an image without flatten is as many samples "
                "as it has rows, and gets as many outputs."
            ),
            N_("rows of the image"),
            _image,
            _image_wrong,
            _image_right,
        ),
        "broadcast_loss": SilentMistake(
            N_("A loss that broadcasts"),
            N_(
                "The predictions are exact, so the loss should be 0. But (N, 1) and (N,) broadcast to "
                "(N, N): each prediction is compared with every target."
            ),
            N_("samples"),
            _pair,
            _broadcast_wrong,
            _broadcast_right,
        ),
        "vector_weight": SilentMistake(
            N_("A 1-D weight that drops a dimension"),
            N_(
                "With a weight of shape (in_features,) the output has no out_features dimension: (N,) minus "
                "a target of shape (N, 1) broadcasts to (N, N)."
            ),
            N_("samples"),
            _vector,
            _vector_wrong,
            _vector_right,
        ),
        "pooling_rounds": SilentMistake(
            N_("Pooling that leaves out the edge"),
            N_(
                "The output size is rounded down: if the size is odd, the last row and column are never "
                "read, and in_features computed with / instead of // is wrong."
            ),
            N_("rows of the image (odd)"),
            _odd_image,
            _pooled_wrong,
            _pooled_right,
        ),
        "view_for_transpose": SilentMistake(
            N_("view instead of transpose"),
            N_(
                "view reads the same numbers in the same order into another shape; transpose turns rows into "
                "columns. The shapes are equal, the numbers are not."
            ),
            N_("columns of x"),
            _wide,
            _view_wrong,
            _view_right,
        ),
    }
)
