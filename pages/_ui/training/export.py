"""Section "Export": the run as numbers, parameters, code, pictures and an animation."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from linear_core.charts.training import training_chart, training_gif
from linear_core.exchange.run_files import PARAMETER_FORMATS, history_csv, parameter_file
from linear_core.scripts.notebook import as_notebook
from pages._ui import downloads
from pages._ui.language import _, language, translator
from pages._ui.session import Slot
from pages._ui.training import data as data_of
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.run import Run
from pages._ui.training.script import script_of

WIDTH, GIF_WIDTH = 1040, 720
LABELS = {"pt": "state_dict (.pt)", "safetensors": "safetensors"}
LOADING = """\
model = nn.Linear({sizes})
model.load_state_dict(torch.load("linear.pt", weights_only=True))
"""

_gif: Slot[tuple[Any, bytes] | None] = Slot("training_gif", lambda: None)


def draw(shown: Training) -> None:
    """Offer each; nothing is made before somebody asks for it."""
    run = runs.current()
    trainer, steps = run.trainer, shown.steps
    at = trainer.at(min(shown.at, trainer.step))
    with _line(_("Numbers")):
        _file("CSV", lambda: history_csv(trainer.history, trainer.data), "history.csv", "text/csv")
        for kind in PARAMETER_FORMATS:
            _file(LABELS[kind], partial(parameter_file, at.weight, at.bias, kind), f"linear.{kind}")
    with _line(_("Code")):
        # A file is made later, by what does not know whose language it is.
        title, translate = _("A training run"), translator()
        _file(_("Script"), lambda: script_of(run, steps, translate), "train_line.py", "text/x-python")
        _file(_("Notebook"), lambda: as_notebook(script_of(run, steps, translate), title), "train_line.ipynb")
    options: dict[str, Any] = {
        "test": run.test,
        "residuals": shown.residuals,
        "loss_scale": shown.loss_scale,
        **data_of.axis_words(trainer.data),
    }
    with _line(_("Pictures")):
        downloads.chart(lambda: training_chart(trainer, steps, WIDTH, translate, **options), "training")
    with _line(_("Animation")):
        _animation(run, steps, translate, options)
    st.caption(_("The parameters are those of step {step:,}.").format(step=at.step))
    if trainer.data.x_mean is not None:
        st.caption(_("The parameters are those for the standardized x."))
    sizes = f"{trainer.data.in_features}, {trainer.data.out_features}"
    st.code(LOADING.format(sizes=sizes), language="python")


def _line(title: str) -> Any:
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    line.markdown(title, width=110)
    return line.container(horizontal=True, vertical_alignment="center", gap="small")


def _file(
    label: str, make: Callable[[], str | bytes], name: str, mime: str = "application/octet-stream"
) -> None:
    st.download_button(
        label, make, name, mime, key=f"export_{name}", icon=":material/download:", on_click="ignore"
    )


def _animation(run: Run, steps: int, translate: Callable[[str], str], options: dict[str, Any]) -> None:
    """Offer the animation: made on a press, since it is slow, and kept until the run changes."""
    texts = {name: text for name, text in options.items() if name != "test"}
    key = (run.edition, run.trainer.step, steps, language(), texts)
    kept = _gif.get()
    if kept is not None and kept[0] == key:
        _file("GIF", lambda: kept[1], "training.gif", "image/gif")
    elif st.button(_("Make an animated GIF"), icon=":material/movie:", key="make_gif"):
        bar = st.progress(0.0, _("Drawing the frames…"), width=320)

        def tell(share: float) -> None:
            bar.progress(share, _("Drawing the frames…"))

        _gif.set((key, training_gif(run.trainer, steps, GIF_WIDTH, translate, on_progress=tell, **options)))
        st.rerun()
