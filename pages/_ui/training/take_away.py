"""Section "Take it with you": the run as numbers, parameters, code, pictures and a film."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from linear_core.charts.animation import training_gif
from linear_core.charts.training import training_chart
from linear_core.exchange.run_files import PARAMETER_FORMATS, history_csv, parameter_file
from linear_core.scripts.notebook import as_notebook
from pages._ui import downloads
from pages._ui.language import _
from pages._ui.training import datasets, log
from pages._ui.training import run as runs
from pages._ui.training.run import Run
from pages._ui.training.slices import in_slices
from pages._ui.training.turns import turns
from pages._ui.training.words import stage_words

WIDTH = 1040
FILM_WIDTH = 720
FILM = "training_film"
LABELS = {"pt": "state_dict (.pt)", "safetensors": "safetensors"}


def draw() -> None:
    """Offer each; nothing is made before somebody asks for it."""
    run = runs.current()
    if run is None:
        return
    if run.running:
        st.caption(_("Pause the run to take it with you."))
        return
    trainer, steps = run.trainer, st.session_state["steps"]
    with _line(_("Numbers")):
        _file("CSV", lambda: history_csv(trainer.history, trainer.data), "history.csv", "text/csv")
        for kind in PARAMETER_FORMATS:
            _file(LABELS[kind], lambda kind=kind: _parameters(run, kind), f"linear.{kind}")
    with _line(_("Code")):
        _file(_("Script"), lambda: log.script(run, steps), "train_line.py", "text/x-python")
        _file(
            _("Notebook"),
            lambda: as_notebook(log.script(run, steps), _("A run of training")),
            "train_line.ipynb",
        )
    options = {key: st.session_state[key] for key in ("residuals", "loss_scale")}
    options["test"] = run.scene(steps).test
    words = stage_words() | datasets.axes(trainer.data)
    with _line(_("Pictures")):
        downloads.chart(lambda: training_chart(trainer, steps, WIDTH, words, **options), "training")
    with _line(_("Film")):
        _film(run, steps, words, options)
    st.caption(
        _(
            "The history has at most some 4,000 steps;"
            " the script ends at the numbers on the screen, to the last digit."
        )
    )
    if trainer.data.x_mean is not None:
        st.caption(_("The parameters are those for the standardised x."))
    sizes = f"{trainer.data.in_features}, {trainer.data.out_features}"
    st.code(LOADING.format(sizes=sizes), language="python")


LOADING = """\
model = nn.Linear({sizes})
model.load_state_dict(torch.load("linear.pt", weights_only=True))
"""


def _line(title: str) -> Any:
    line = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False)
    line.markdown(title, width=110)
    return line.container(horizontal=True, vertical_alignment="center", gap="small")


def _file(
    label: str, make: Callable[[], str | bytes], name: str, mime: str = "application/octet-stream"
) -> None:
    st.download_button(
        label, make, name, mime, key=f"take_{name}", icon=":material/download:", on_click="ignore"
    )


def _parameters(run: Run, kind: str) -> bytes:
    return parameter_file(run.trainer.weight, run.trainer.bias, kind)


def _film(run: Run, steps: int, words: dict[str, str], options: dict[str, Any]) -> None:
    """Made on a click, since it takes its time; kept until the run goes on."""
    key = (id(run), run.trainer.step, steps, tuple(words.values()), tuple(options.values()))
    kept = st.session_state.get(FILM)
    if kept is not None and kept[0] == key:
        _file("GIF", lambda: kept[1], "training.gif", "image/gif")
        return
    st.session_state.pop(FILM, None)
    asked = st.button(_("Make an animated GIF"), icon=":material/movie:", key="make_film")
    if not asked:
        return
    bar = st.progress(0.0, _("Drawing the frames"), width=320)
    with in_slices(turns(), id(run)) as let_others:

        def tell(share: float) -> None:
            let_others()
            bar.progress(share, _("Drawing the frames"))

        film = training_gif(run.trainer, steps, FILM_WIDTH, words, on_progress=tell, **options)
    st.session_state[FILM] = (key, film)
    st.rerun()
