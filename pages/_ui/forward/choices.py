"""The choices of the page "Forward pass", its views and its sections."""

from collections.abc import Mapping
from typing import Any

from pages._ui import predict
from pages._ui.language import N_
from pages._ui.layer.choices import LayerState
from pages._ui.params import Choice, Code, Flag, Integer, Place, Section, inside, registry

VIEWS = {
    "dot_products": N_("dot products"),
    "rows": N_("rows"),
    "columns": N_("columns"),
    "outer_products": N_("outer products"),
}

SECTIONS = {
    "script": (N_("Script and files"), "pages._ui.forward.files"),
    "numbers": (N_("Your numbers"), "pages._ui.layer.editor"),
    "neurons": (N_("Neurons"), "pages._ui.forward.neurons"),
    "dimensions": (N_("N dimensions"), "pages._ui.forward.dimensions"),
    "large": (N_("Large layers"), "pages._ui.forward.large"),
    "costs": (N_("Parameters and cost"), "pages._ui.forward.costs"),
    "conventions": (N_("Keras, JAX, textbooks"), "pages._ui.forward.conventions"),
}

MATRICES = {"weight": N_("weight"), "x": N_("x"), "output": N_("output")}
WINDOW = (10, 8)  # rows and columns of a large matrix that are shown in numbers


class Forward(LayerState):
    """One call of a layer, and how it is looked at."""

    view = Choice("dot_products", VIEWS, N_("View the product as"))
    convention = Choice(
        "linear", registry("linear_core.layer.conventions:CONVENTIONS", "name"), N_("Convention")
    )
    step = Integer(0, 0, 6)  # 0: the walk has not begun
    cell = Place()  # row and output
    nodes = Flag(False, N_("Also show the neurons below the walkthrough"))
    learn = predict.learn()
    part = Section(SECTIONS)
    large_in = Integer(4096, 1, 16_384, label=Code("in_features"))
    large_out = Integer(4096, 1, 16_384, label=Code("out_features"))
    large_batch = Integer(64, 1, 1024, label=Code("batch_size"))
    large_matrix = Choice("weight", MATRICES, N_("Matrix"))
    large_row = Integer(0, 0, 16_383, label=N_("first row"))
    large_column = Integer(0, 0, 16_383, label=N_("first column"))
    large_sample = Integer(0, 0, 1023, label=N_("sample"))
    large_output = Integer(0, 0, 16_383, label=N_("output"))

    @property
    def pinned(self) -> tuple[int, int] | None:
        """The pinned cell, if there is one and the layer has it."""
        return inside(self.cell, self.num_rows, self.out_features)

    @property
    def large_most(self) -> dict[str, int]:
        """The last place that each choice of one can have in the large layer, whose window stays inside."""
        rows, columns = {
            "weight": (self.large_out, self.large_in),
            "x": (self.large_batch, self.large_in),
            "output": (self.large_batch, self.large_out),
        }[self.large_matrix]
        return {
            "large_row": rows - min(WINDOW[0], rows),
            "large_column": columns - min(WINDOW[1], columns),
            "large_sample": self.large_batch - 1,
            "large_output": self.large_out - 1,
        }

    def unfit(self) -> Mapping[str, Any]:
        """Return what does not go together with the sizes."""
        wrong = {"cell": None} if self.cell and not self.pinned else {}
        beyond = {name: most for name, most in self.large_most.items() if self.values[name] > most}
        return {**super().unfit(), **wrong, **beyond}
