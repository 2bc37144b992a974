"""The sizes of a layer and of its batch."""

from pages._ui import controls
from pages._ui.layer import matrices
from pages._ui.layer.choices import LayerState


def draw(state: type[LayerState]) -> None:
    """Draw a slider for each; one's own numbers follow."""
    controls.slider(state.in_features, on_change=matrices.fit_sizes)
    controls.slider(state.out_features, on_change=matrices.fit_sizes)
    controls.slider(state.batch_size, on_change=matrices.fit_sizes)
