"""What a layer costs, and the arithmetic behind each number."""

from dataclasses import dataclass

from linear_core.layer.spec import DTYPES, LayerSpec


@dataclass(frozen=True, slots=True)
class Ledger:
    """Three numbers of one layer, each with the arithmetic that gives it.

    Attributes
    ----------
    parameters, macs, num_bytes : int
        Learned numbers; multiply-adds of one call; memory of the parameters.
    parameters_sum, macs_sum, bytes_sum : str
        The arithmetic of each, as written: ``"5 × 10 + 10"``.
    """

    parameters: int
    parameters_sum: str
    macs: int
    macs_sum: str
    num_bytes: int
    bytes_sum: str


def ledger(spec: LayerSpec, leading: tuple[int, ...] = (1,)) -> Ledger:
    """Count a layer without making it.

    Parameters
    ----------
    spec : LayerSpec
        Sizes, bias and dtype; any size.
    leading : tuple of int
        All dims of x before the last: parameters do not depend on them, multiply-adds grow with each.

    Returns
    -------
    Ledger
        Adding the bias is not counted among the multiply-adds.

    Examples
    --------
    >>> costs = ledger(LayerSpec(5, 10), leading=(3,))
    >>> costs.parameters, costs.parameters_sum, costs.macs, costs.macs_sum, costs.num_bytes, costs.bytes_sum
    (60, '5 × 10 + 10', 150, '3 × 5 × 10', 240, '60 × 4')
    """
    weights = f"{spec.in_features:,} × {spec.out_features:,}"
    num_rows = 1
    for size in leading:
        num_rows *= size
    return Ledger(
        parameters=spec.num_parameters,
        parameters_sum=f"{weights} + {spec.out_features:,}" if spec.bias else weights,
        macs=spec.macs(num_rows),
        macs_sum=" × ".join([*(f"{size:,}" for size in leading), weights]),
        num_bytes=spec.num_bytes,
        bytes_sum=f"{spec.num_parameters:,} × {DTYPES[spec.dtype].itemsize}",
    )
