"""A run of training as one chart with a slider, for a notebook, and as a file that moves."""

import io
import math
from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from linear_core.charts.axes import compact
from linear_core.charts.export import VEGA_LITE
from linear_core.charts.film import sliding, standing
from linear_core.charts.run_tables import run_tables, scene, state_rows
from linear_core.charts.run_views import HEIGHT, Translate, titles, views
from linear_core.data.regression import RegressionData
from linear_core.errors import ConfigError
from linear_core.training.thinning import drawn_rows
from linear_core.training.trainer import Trainer

GAP, MARGIN = 26, 80
MAX_FRAMES = 60
MILLISECONDS = 100  # that a frame is shown
LAST_MILLISECONDS = 2000
COLORS = 128


def training_chart(
    trainer: Trainer,
    steps: int,
    width: int = 1040,
    translate: Translate = str,
    *,
    test: RegressionData | None = None,
    **options: Any,
) -> alt.ConcatChart:
    """Draw a run: data and prediction, loss, loss surface with the path, and parameters, with a slider.

    Parameters
    ----------
    trainer : Trainer
        At any step.
    steps : int
        How many are planned: how far the axes go.
    width : int
        In pixels.
    translate : callable
        From the English texts to another language.
    test : RegressionData or None
        The test set, drawn too, with its loss.
    **options
        ``x``, ``target``, ``residuals``, ``loss_scale``: as `linear_core.charts.run_views.views` takes them.

    Returns
    -------
    alt.ConcatChart
    """
    chart, moments = _chart(trainer, steps, width, translate, test, options)
    chart.datasets["moments"] = moments.to_dict("records")
    drawn: alt.ConcatChart = sliding(chart, moments)
    return drawn


def training_gif(
    trainer: Trainer,
    steps: int,
    width: int = 720,
    translate: Translate = str,
    *,
    num_frames: int = 40,
    test: RegressionData | None = None,
    on_progress: Callable[[float], object] | None = None,
    **options: Any,
) -> bytes:
    """Play the film of a run as an animated GIF that repeats.

    Parameters
    ----------
    trainer, steps, width, translate, test, **options
        As `training_chart` takes them.
    num_frames : int
        From 2 to 60.
    on_progress : callable, optional
        Called with the share that is done, from 0 to 1.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ConfigError
        `num_frames` is out of range.
    """
    import vl_convert  # slow to load: only once an animation is requested
    from PIL import Image

    if not 2 <= num_frames <= MAX_FRAMES:
        raise ConfigError(
            "expected num_frames from 2 to {most}, but got {num_frames}; choose a number in this range",
            num_frames=num_frames,
            most=MAX_FRAMES,
        )
    chart, moments = _chart(trainer, steps, width, translate, test, options)
    drawing = vl_convert.vegalite_to_vega(standing(chart, "").to_dict(validate=False), vl_version=VEGA_LITE)
    now = next(signal for signal in drawing["signals"] if signal["name"] == "now")
    pictures = []
    for frame in range(num_frames):
        share = frame / (num_frames - 1)
        now["value"] = moments.text.iloc[moments.share.searchsorted(share * moments.share.iloc[-1])]
        pictures.append(Image.open(io.BytesIO(vl_convert.vega_to_png(drawing))).convert("RGB"))
        if on_progress is not None:
            on_progress((frame + 1) / num_frames)
    # One palette, so that no line changes its color, by coverage: by frequency a hue that is rare is lost.
    width, height = pictures[0].size
    ends = Image.new("RGB", (width, 2 * height))
    ends.paste(pictures[0], (0, 0))
    ends.paste(pictures[-1], (0, height))
    palette = ends.quantize(COLORS, Image.Quantize.MAXCOVERAGE)
    frames = [picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures]
    durations = [MILLISECONDS] * (num_frames - 1) + [LAST_MILLISECONDS]
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False
    )
    return file.getvalue()


def _chart(
    trainer: Trainer,
    steps: int,
    width: int,
    translate: Translate,
    test: RegressionData | None,
    options: Mapping[str, Any],
) -> tuple[Any, pd.DataFrame]:
    """Return the four charts with their tables, and the moments that are drawn."""
    pictures = scene(trainer.data, trainer.start, trainer.config, steps, test=test)
    tables = {name: table for each in run_tables(pictures, trainer).values() for name, table in each.items()}
    each = (width - GAP) / 2 - MARGIN
    names = titles(translate, trainer.data.in_features)
    charts = views(translate, trainer.data.in_features, has_test=test is not None, **options)
    plots: list[Any] = [
        view.properties(width=each, height=HEIGHT, title=names[name]) for name, view in charts.items()
    ]
    chart: Any = compact(alt.concat(*plots, columns=2, spacing={"row": 14, "column": GAP}))
    chart.datasets = {name: pd.DataFrame(table).to_dict("records") for name, table in tables.items()}
    return chart, _moments(trainer, steps, pictures.test)


def _moments(trainer: Trainer, steps: int, test: RegressionData | None) -> pd.DataFrame:
    """Return the drawn states as texts, with their share of the film's time."""
    history = trainer.history
    history = history.rows(drawn_rows(history, [change["step"] for change in trainer.changes]))
    rows = state_rows(history, test, trainer.config.loss).tolist()
    step, total = history.step.double(), float(max(steps, trainer.step, 1))
    share = (step / total + step.log1p() / math.log1p(total)) / 2
    texts = [",".join([str(int(row[0])), *(repr(value) for value in row[1:])]) for row in rows]
    return pd.DataFrame({"text": texts, "share": share.numpy()})
