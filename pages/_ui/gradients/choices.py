"""The choices of the page "Gradients", and its sections."""

from collections.abc import Mapping
from typing import Any

from pages._ui import predict
from pages._ui.language import N_
from pages._ui.layer.choices import TargetState
from pages._ui.params import Choice, Integer, Place, Real, Section, inside, registry

SECTIONS = {
    "files": (N_("Script and files"), "pages._ui.gradients.files"),
    "samples": (N_("Per sample"), "pages._ui.gradients.samples"),
    "update": (N_("One update"), "pages._ui.gradients.update"),
    "accumulate": (N_("Accumulate"), "pages._ui.gradients.accumulate"),
    "failures": (N_("When backward fails"), "pages._ui.gradients.failures"),
    "chain": (N_("Chain of two"), "pages._ui.gradients.chain"),
    "numbers": (N_("Your numbers"), "pages._ui.layer.editor"),
}

# In which order the sum over the batch is made.
VIEWS = {
    "dot_products": N_("dot products"),
    "rows": N_("rows"),
    "columns": N_("columns"),
    "outer_products": N_("samples"),
}

# Of which tensor each step of the walk shows an element; the overview shows one of grad_weight.
STEPS = ("weight", "loss", "G", "weight", "weight", "bias", "x", "weight")


class Gradients(TargetState):
    """One forward and backward pass, and how it is looked at."""

    out_features = Integer(4, 1, 16, hue="violet")
    loss = Choice("mse", registry("linear_core:LOSSES", "title"), N_("Loss"))
    reduction = Choice("mean", ("mean", "sum"))
    learn = predict.learn()
    grad_view = Choice("dot_products", VIEWS, N_("View the sum as"))
    grad_step = Integer(0, 0, len(STEPS) - 1)
    grad_cell = Place()  # of the tensor of the step
    grad_part = Section(SECTIONS)
    one_rate = Real(0.5, 1e-4, 1e3, label=N_("Learning rate"))
    without = Integer(0, 0, 8)  # 0: all samples
    recipe = Choice(
        "twice", registry("linear_core.gradients.accumulation:ACCUMULATIONS", "title"), N_("Recipe")
    )
    failure = Choice("non_scalar", registry("linear_core.gradients.failures:FAILURES", "title"), N_("Scene"))
    hidden_features = Integer(3, 1, 8, label=N_("Features between the layers"))

    @property
    def leading(self) -> tuple[int, ...]:
        """The batch alone: more dims would be more rows than there is room for."""
        return super().leading[-1:]

    @property
    def pinned(self) -> tuple[int, int] | None:
        """The pinned element, if there is one and its tensor has it."""
        shape = {"weight": "weight", "bias": "weight", "x": "x", "loss": "target", "G": "target"}
        return inside(self.grad_cell, *self.shapes[shape[STEPS[self.grad_step]]])

    def unfit(self) -> Mapping[str, Any]:
        """Return what does not go together with the sizes."""
        wrong: dict[str, Any] = {}
        if self.grad_cell and self.pinned is None:
            wrong["grad_cell"] = None
        if self.without > (self.num_rows if self.num_rows > 1 else 0):
            wrong["without"] = 0
        return {**super().unfit(), **wrong}
