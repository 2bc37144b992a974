"""One layer, written the ways that libraries and textbooks write it: other letters, the same numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional as F

from linear_core.language import N_


@dataclass(frozen=True, slots=True)
class Convention:
    """One way to write the layer, for a batch of rows.

    Attributes
    ----------
    name : str
        As people say it.
    formula, formula_without_bias : str
        LaTeX.
    shapes : str
        How the formula's shapes read; the bias is the summand after ``+``.
    expression, expression_without_bias : str
        Code that gives the output, ``(batch_size, out_features)``, from ``x``, ``weight`` and ``bias``.
    call : callable
        ``call(x, weight, bias)`` does what the expression does; ``bias`` may be None.
    setup : str
        The line that the expression needs before it; empty for most.
    about : str
        What it is, and who writes it so, in a sentence.
    samples_are_columns : bool
        Whether a sample is a column in the formula's pictures.
    weight_is_stored_in_out : bool
        The weight is stored ``(in_features, out_features)``, not the way of PyTorch.
    """

    name: str
    formula: str
    formula_without_bias: str
    shapes: str
    expression: str
    expression_without_bias: str
    call: Callable[[Tensor, Tensor, Tensor | None], Tensor]
    setup: str = ""
    about: str = ""
    samples_are_columns: bool = False
    weight_is_stored_in_out: bool = False

    def code(self, bias: bool = True) -> str:
        """Write the lines that leave ``output``, from PyTorch's ``x``, ``weight`` and ``bias``.

        Parameters
        ----------
        bias : bool
            Whether the layer has one.

        Returns
        -------
        str
            Lines that need ``import torch`` and ``from torch.nn import functional as F`` above them.

        Examples
        --------
        >>> print(CONVENTIONS["kernel"].code())
        kernel = weight.T.contiguous()  # (in_features, out_features)
        output = x @ kernel + bias
        """
        expression = self.expression if bias else self.expression_without_bias
        return "\n".join([*filter(None, [self.setup]), f"output = {expression}"])


def _matmul(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    product = x @ weight.T  # (n, in) @ (in, out)
    return product if bias is None else product + bias


def _addmm(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    return torch.mm(x, weight.T) if bias is None else torch.addmm(bias, x, weight.T)


def _columns(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    product = weight @ x.T  # (out, in) @ (in, n)
    return product.T if bias is None else (product + bias[:, None]).T


def _kernel(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    product = x @ weight.T.contiguous()  # (n, in) @ (in, out)
    return product if bias is None else product + bias


CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {
        "linear": Convention(
            name="F.linear",
            formula=r"y = x W^\top + b",
            formula_without_bias=r"y = x W^\top",
            shapes="(batch, in) @ (out, in)ᵀ + (out,) → (batch, out)",
            expression="F.linear(x, weight, bias)",
            expression_without_bias="F.linear(x, weight)",
            call=F.linear,
            about=N_(
                "PyTorch's own call: weight is stored (out_features, in_features), one row for each output."
            ),
        ),
        "matmul": Convention(
            name="x @ W.T + b",
            formula=r"y = x W^\top + b",
            formula_without_bias=r"y = x W^\top",
            shapes="(batch, in) @ (in, out) + (out,) → (batch, out)",
            expression="x @ weight.T + bias",
            expression_without_bias="x @ weight.T",
            call=_matmul,
            about=N_("The same written out: weight.T is a view; no data is copied."),
        ),
        "addmm": Convention(
            name="torch.addmm",
            formula=r"y = b + x W^\top",
            formula_without_bias=r"y = x W^\top",
            shapes="(out,) + (batch, in) @ (in, out) → (batch, out)",
            expression="torch.addmm(bias, x, weight.T)",
            expression_without_bias="torch.mm(x, weight.T)",
            call=_addmm,
            about=N_("What PyTorch calls internally: product and sum in one operation."),
        ),
        "columns": Convention(
            name="W x + b",
            formula="y = W x + b",
            formula_without_bias="y = W x",
            shapes="(out, in) @ (in, batch) + (out, 1) → (out, batch)",
            expression="(weight @ x.T + bias[:, None]).T",
            expression_without_bias="(weight @ x.T).T",
            call=_columns,
            samples_are_columns=True,
            about=N_(
                "Textbooks write a sample as a column vector: x and y are columns, and no transpose is "
                "needed."
            ),
        ),
        "kernel": Convention(
            name="Keras, JAX",
            formula="y = x K + b",
            formula_without_bias="y = x K",
            shapes="(batch, in) @ (in, out) + (out,) → (batch, out)",
            expression="x @ kernel + bias",
            expression_without_bias="x @ kernel",
            call=_kernel,
            setup="kernel = weight.T.contiguous()  # (in_features, out_features)",
            weight_is_stored_in_out=True,
            about=N_(
                "Keras and JAX store the weight as (in_features, out_features); no transpose is needed."
            ),
        ),
    }
)
