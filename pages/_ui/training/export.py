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
from pages._ui.training import run as runs
from pages._ui.training.choices import Training
from pages._ui.training.data import axis_words
from pages._ui.training.script import script_of

LABELS = {"pt": "state_dict (.pt)", "safetensors": "safetensors"}

_gif: Slot[tuple[Any, bytes]] = Slot("training_gif", lambda: (None, b""))  # with the key of what it shows


def draw(shown: Training) -> None:
    """Offer each; nothing is made before somebody asks for it."""
    run = runs.current()
    trainer, data = run.trainer, run.trainer.data
    at = trainer.at(min(shown.at, trainer.step))
    with downloads.line(_("Numbers")):
        downloads.file("CSV", lambda: history_csv(trainer.history, data), "history.csv", "text/csv")
        for kind in PARAMETER_FORMATS:
            make = partial(parameter_file, at.weight, at.bias, kind)
            downloads.file(LABELS[kind], make, f"linear.{kind}")
    # A file is made later, by what does not know whose language it is.
    title, translate = _("A training run"), translator()
    script = partial(script_of, run, translate)
    with downloads.line(_("Code")):
        downloads.file(_("Script"), script, "train_line.py", "text/x-python")
        downloads.file(_("Notebook"), lambda: as_notebook(script(), title), "train_line.ipynb")
    options: Any = {"residuals": shown.residuals, "loss_scale": shown.loss_scale, **axis_words(data)}
    chart = partial(training_chart, trainer, run.steps, translate=translate, test=run.test, **options)
    with downloads.line(_("Pictures")):
        downloads.chart(chart, "training")
    gif = partial(training_gif, trainer, run.steps, translate=translate, test=run.test, **options)
    with downloads.line(_("Animation")):
        _animation((run.edition, trainer.step, run.steps, language(), options), gif)
    st.caption(_("The parameters are those of step {step:,}.").format(step=at.step))
    if data.x_mean is not None:
        st.caption(_("The parameters are those for the standardized x."))
    model = f"model = nn.Linear({data.in_features}, {data.out_features})"
    loaded = 'model.load_state_dict(torch.load("linear.pt", weights_only=True))'
    st.code(f"{model}\n{loaded}", language="python")


def _animation(key: Any, make: Callable[..., bytes]) -> None:
    """Offer the animation: made on a press, since it is slow, and kept until it would show something else."""
    kept, gif = _gif.get()
    if kept == key:
        downloads.file("GIF", lambda: gif, "training.gif", "image/gif")
    elif st.button(_("Make an animated GIF"), icon=":material/movie:", key="make_gif"):
        text = _("Drawing the frames…")
        bar = st.progress(0.0, text, width=320)
        _gif.set((key, make(on_progress=lambda share: bar.progress(share, text))))
        st.rerun()
