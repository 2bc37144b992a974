"""A run as a moving picture."""

import io
from collections.abc import Callable, Mapping
from typing import Any

from linear_core.charts.export import VEGA_LITE
from linear_core.charts.stage import POSITIONS, WORDS
from linear_core.charts.training import training_chart
from linear_core.errors import ConfigError
from linear_core.training.trainer import Trainer

MAX_FRAMES = 40
MILLISECONDS = 120  # for which a frame stands
LAST_MILLISECONDS = 2000
COLOURS = 64


def training_gif(
    trainer: Trainer,
    steps: int,
    width: int = 720,
    words: Mapping[str, str] = WORDS,
    *,
    num_frames: int = 30,
    on_progress: Callable[[float], None] | None = None,
    **options: Any,
) -> bytes:
    """Let the pictures of a run go through its states, as an animated GIF that repeats.

    Parameters
    ----------
    trainer : Trainer
        Wherever it stands.
    steps, width, words, **options
        As `training_chart` takes them.
    num_frames : int
        From 2 to 40.
    on_progress : callable, optional
        Told the share that is done, from 0 to 1.

    Returns
    -------
    bytes
        The whole file.

    Raises
    ------
    ConfigError
        `num_frames` is out of range.
    """
    import vl_convert  # they take their time to load: not before a film is asked for
    from PIL import Image

    if not 2 <= num_frames <= MAX_FRAMES:
        raise ConfigError(
            "expected num_frames from 2 to {most}, but got {num_frames}; choose a number between",
            num_frames=num_frames,
            most=MAX_FRAMES,
        )
    chart = training_chart(trainer, steps, width, words, **options)
    drawing = vl_convert.vegalite_to_vega(chart.to_dict(validate=False), vl_version=VEGA_LITE)
    time = next(signal for signal in drawing["signals"] if signal["name"] == "time")
    frames = []
    for frame in range(num_frames):
        time["value"] = round(POSITIONS * frame / (num_frames - 1))
        picture = Image.open(io.BytesIO(vl_convert.vega_to_png(drawing)))
        frames.append(picture.convert("RGB").quantize(COLOURS))
        if on_progress is not None:
            on_progress((frame + 1) / num_frames)
    durations = [MILLISECONDS] * (num_frames - 1) + [LAST_MILLISECONDS]
    file = io.BytesIO()
    frames[0].save(
        file, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False
    )
    return file.getvalue()
