"""What is said of each kind of error, by its slug: one function for each, grouped by what was at fault."""

from collections.abc import Callable, Mapping

from linear_core.calls.answers.checkpoint import of_checkpoint
from linear_core.calls.answers.dtype import of_dtypes, of_kernel
from linear_core.calls.answers.elementwise import of_broadcast, of_expand, of_loss
from linear_core.calls.answers.place import of_device, of_lazy, of_other_layer, of_view
from linear_core.calls.answers.product import of_batches, of_product, of_weight
from linear_core.calls.answers.value import of_array, of_value
from linear_core.calls.records import Explanation
from linear_core.calls.situation import Situation

ANSWERS: Mapping[str, Callable[[Situation], Explanation]] = {
    "mat1-mat2": of_product,
    "scalar": of_dtypes,
    "weight-dim": of_weight,
    "mat-vec": of_weight,
    "batched-product": of_batches,
    "dtype": of_dtypes,
    "bias-dtype": of_dtypes,
    "two-dtypes": of_dtypes,
    "no-kernel": of_kernel,
    "not-a-tensor": of_value,
    "object-array": of_array,
    "checkpoint-shape": of_checkpoint,
    "checkpoint-keys": of_checkpoint,
    "target-size": of_loss,
    "loss-dtype": of_loss,
    "batch-size": of_loss,
    "class-target": of_loss,
    "broadcast": of_broadcast,
    "expand": of_expand,
    "view-size": of_view,
    "device": of_device,
    "lazy": of_lazy,
    "other-layer": of_other_layer,
}
