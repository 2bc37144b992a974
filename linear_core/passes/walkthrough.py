"""All cells of a small layer at once: each product, each running sum, and where a plain loop ends."""

from dataclasses import dataclass

import torch
from torch import Tensor

from linear_core.errors import ConfigError
from linear_core.passes.cell import exact_difference
from linear_core.passes.forward import ForwardTrace

# Products that one picture can hold; a larger layer is looked at cell by cell, with `ForwardTrace.cell`.
MAX_PRODUCTS = 2**16


@dataclass(frozen=True, eq=False)
class Walkthrough:
    """Every number on the way from x to the output, for every cell.

    Attributes
    ----------
    products : Tensor, ``(num_rows, out_features, in_features)``
        ``x[row, i] * weight[out, i]``.
    stops : Tensor, ``(num_rows, out_features, num_terms + 1)``
        Zero, then the sum after each term: products from the left, and at last the bias if there is one.
        Rounded to the dtype after each, as a plain loop does.
    difference : Tensor, ``(num_rows, out_features)``
        The output − the last stop, in float64: what PyTorch's own order of adding changes.
    """

    products: Tensor
    stops: Tensor
    difference: Tensor

    @property
    def places(self) -> Tensor:
        """`stops` as places between the cell's lowest (0) and highest (1), in float64.

        Bar t of a waterfall reaches from place t to place t + 1; place 0 is where zero lies. All places of a
        cell are 0 where all its stops are, or where one is not finite.
        """
        stops = self.stops.double()
        low = stops.amin(-1, keepdim=True)
        span = stops.amax(-1, keepdim=True) - low
        places = (stops - low) / torch.where(span == 0, 1.0, span)
        return torch.where(stops.isfinite().all(-1, keepdim=True), places, 0.0)


def walkthrough(trace: ForwardTrace) -> Walkthrough:
    """Open all cells of a call at once.

    Parameters
    ----------
    trace : ForwardTrace
        A call of a layer small enough to be shown whole.

    Returns
    -------
    Walkthrough
        Products, sums and differences; each cell as `ForwardTrace.cell` gives it.

    Raises
    ------
    ConfigError
        There are more than `MAX_PRODUCTS` products.

    Examples
    --------
    >>> from linear_core import trace_forward
    >>> x, weight, bias = torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, -4.0]]), torch.tensor([0.5])
    >>> walk = walkthrough(trace_forward(x, weight, bias))
    >>> walk.products.tolist(), walk.stops.tolist()
    ([[[3.0, -8.0]]], [[[0.0, 3.0, -5.0, -4.5]]])
    >>> walk.places.tolist(), walk.difference.tolist()
    ([[[0.625, 1.0, 0.0, 0.0625]]], [[0.0]])
    """
    rows, (outs, ins) = trace.num_rows, trace.weight.shape
    if rows * outs * ins > MAX_PRODUCTS:
        raise ConfigError(
            "expected at most {most:,} products, but got {rows} × {outs} × {ins} = {products:,} "
            "(rows × outputs × features); look at single elements with ForwardTrace.cell instead",
            rows=rows,
            outs=outs,
            ins=ins,
            products=rows * outs * ins,
            most=MAX_PRODUCTS,
        )
    products = trace.x_rows[:, None, :] * trace.weight[None]  # (rows, 1, in) * (1, outs, in)
    terms = list(products.unbind(-1))
    if trace.bias is not None:
        terms.append(trace.bias.expand(rows, outs))
    stops = [torch.zeros_like(trace.output_rows)]
    for term in terms:
        stops.append(stops[-1] + term)
    return Walkthrough(
        products=products,
        stops=torch.stack(stops, dim=-1),
        difference=trace.output_rows.double() - stops[-1].double(),
    )


def rounding_errors(trace: ForwardTrace) -> list[float]:
    """Give `CellTrace.rounding_error` of every cell, row by row.

    Parameters
    ----------
    trace : ForwardTrace
        A call of a layer small enough to be shown whole.

    Returns
    -------
    list of float
        ``num_rows`` × ``out_features`` numbers.
    """
    rows, outs = trace.output_rows.shape
    if trace.weight.dtype == torch.float64:  # whose products are longer than a float64
        return [trace.cell(row, out).rounding_error for row in range(rows) for out in range(outs)]
    products = trace.x_rows.double()[:, None] * trace.weight.double()[None]  # (rows, 1, in) * (1, outs, in)
    bias = [[]] * outs if trace.bias is None else trace.bias.double()[:, None].tolist()
    return [
        exact_difference(value, [*terms, *bias[place % outs]])
        for place, (terms, value) in enumerate(
            zip(products.flatten(0, 1).tolist(), trace.output_rows.flatten().tolist(), strict=True)
        )
    ]
