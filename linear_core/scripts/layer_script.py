"""One call of a layer as a plain PyTorch script that prints the same numbers, to the last digit."""

from collections.abc import Callable

from torch import Tensor

from linear_core._checks import check_choice
from linear_core.errors import ConfigError, ShapeError
from linear_core.layer.conventions import CONVENTIONS
from linear_core.layer.spec import DTYPES, LayerSpec, layer_code
from linear_core.scripts.literals import tensor_code


def layer_script(
    spec: LayerSpec,
    x: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    convention: str | None = None,
    translate: Callable[[str], str] = str,
) -> str:
    """Write a script that builds the layer, calls it on `x` and prints all numbers in full.

    Parameters
    ----------
    spec : LayerSpec
        The layer.
    x : Tensor, ``(*, in_features)``, optional
        The input; without it the script shows the parameters alone.
    weight, bias : Tensor, optional
        Parameters set by hand; else those that the seed gives.
    convention : str, optional
        One of `CONVENTIONS`: the same output once more, written that way (for a 2-D `x`).
    translate : callable, optional
        Turns the comments into another language.

    Returns
    -------
    str
        Needs PyTorch alone. Numbers are printed so that they read back to the same bits.

    Raises
    ------
    ShapeError
        `x`, `weight` or `bias` does not fit the layer.
    ConfigError
        A dtype is not the layer's, or the convention is unknown.

    Examples
    --------
    >>> import torch
    >>> print(layer_script(LayerSpec(2, 1), torch.tensor([1.0, 2.0])))
    import torch
    from torch import nn
    <BLANKLINE>
    # 1. The layer
    torch.manual_seed(0)
    layer = nn.Linear(2, 1)
    print("weight", layer.weight.tolist())
    print("bias", layer.bias.tolist())
    <BLANKLINE>
    # 2. The forward pass
    x = torch.tensor([1.0, 2.0])
    with torch.no_grad():
        output = layer(x)
    print("output shape", tuple(output.shape))
    print("output", output.tolist())
    """
    _check_layer_tensors(spec, x, weight, bias)
    lines = ["# 1. " + translate("The layer"), layer_code(spec), *loading_lines("layer", weight, bias)]
    lines.append('print("weight", layer.weight.tolist())')
    if spec.bias:
        lines.append('print("bias", layer.bias.tolist())')
    if x is not None:
        lines += [
            "",
            "# 2. " + translate("The forward pass"),
            f"x = {tensor_code(x)}",
            "with torch.no_grad():",
        ]
        lines += ["    output = layer(x)", 'print("output shape", tuple(output.shape))']
        lines.append('print("output", output.tolist())')
    if convention is not None:
        lines += ["", *_convention_lines(convention, spec, x, translate)]
    return with_imports(lines)


def loading_lines(name: str, weight: Tensor | None, bias: Tensor | None) -> list[str]:
    """Write the lines that set parameters by hand; none for None."""
    given = {"weight": weight, "bias": bias}
    lines = [
        f"    {name}.{part}.copy_({tensor_code(tensor)})"
        for part, tensor in given.items()
        if tensor is not None
    ]
    return ["with torch.no_grad():", *lines] if lines else []


def with_imports(lines: list[str]) -> str:
    """Put the imports that the lines need before them."""
    code = "\n".join(lines)
    imports = ["import base64", ""] if "base64." in code else []
    imports += ["import torch", "from torch import nn"]
    if "F." in code:
        imports.append("from torch.nn import functional as F")
    return "\n".join([*imports, "", code]) + "\n"


def _convention_lines(
    convention: str, spec: LayerSpec, x: Tensor | None, translate: Callable[[str], str]
) -> list[str]:
    check_choice("convention", convention, CONVENTIONS)
    if x is None:
        raise ShapeError(
            "expected x of shape (batch_size, {in_features}) for a convention, but got none; pass one",
            in_features=spec.in_features,
        )
    if x.dim() != 2:
        raise ShapeError(
            "expected x of shape (batch_size, {in_features}) for a convention, but got {shape}; use "
            "x.reshape(-1, {in_features})",
            in_features=spec.in_features,
            shape=tuple(x.shape),
        )
    lines = ["weight = layer.weight.detach()"]
    if spec.bias:
        lines.append("bias = layer.bias.detach()")
    heading = translate("The same, written as {name}").format(name=translate(CONVENTIONS[convention].name))
    return [
        f"# 3. {heading}",
        *lines,
        CONVENTIONS[convention].code(spec.bias),
        'print("output", output.tolist())',
    ]


def _check_layer_tensors(
    spec: LayerSpec, x: Tensor | None, weight: Tensor | None, bias: Tensor | None
) -> None:
    if x is not None and (x.dim() == 0 or x.shape[-1] != spec.in_features):
        raise ShapeError(
            "expected x with in_features={in_features} as its last dimension, but got shape {shape}; "
            "pass an x with that many features",
            shape=tuple(x.shape),
            in_features=spec.in_features,
        )
    if weight is not None and tuple(weight.shape) != spec.weight_shape:
        raise ShapeError(
            "expected weight of shape {wanted}, (out_features, in_features), but got {shape}; transpose "
            "or rebuild it",
            shape=tuple(weight.shape),
            wanted=spec.weight_shape,
        )
    if bias is not None and tuple(bias.shape) != spec.bias_shape:
        raise ShapeError(
            "expected bias of shape {wanted}, but got {shape}; pass one number for each output",
            shape=tuple(bias.shape),
            wanted=spec.bias_shape,
        )
    for name, tensor in (("x", x), ("weight", weight), ("bias", bias)):
        if tensor is not None and tensor.dtype != DTYPES[spec.dtype]:
            raise ConfigError(
                "expected {name} of the layer's dtype {wanted}, but got {dtype}; convert one of them",
                name=name,
                dtype=tensor.dtype,
                wanted=DTYPES[spec.dtype],
            )
