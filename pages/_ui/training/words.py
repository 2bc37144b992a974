"""The words of the pictures and of the film's situations."""

from collections.abc import Iterator
from typing import NamedTuple

from linear_core.charts.run_views import titles
from linear_core.training.convergence import Convergence
from linear_core.training.thinning import ALL_SHOWN
from linear_core.training.trainer import Trainer
from pages._ui.glossary import meaning
from pages._ui.language import _, ngettext, sentences
from pages._ui.params import Choice, exact
from pages._ui.player import PACE
from pages._ui.training import learning_rate
from pages._ui.training.choices import Training
from pages._ui.training.run import Run

GOAL_LOSS = 1e-3


class Picture(NamedTuple):
    """What stands over a picture, what is read aloud of it, what else there is to know, how it is drawn."""

    title: str
    description: str
    help: str | None = None
    views: tuple[Choice, ...] = ()


def pictures(run: Run, *, can_move: bool) -> dict[str, Picture]:
    """Return the words of each picture; with several features, there are no residuals in that of the data."""
    config, num_features, has_test = run.trainer.config, run.trainer.data.in_features, run.test is not None
    names = titles(_, num_features)

    def titled(name: str, *hints: str) -> str:
        return f"**{names[name]}** :small[:gray[{' · '.join(filter(None, hints))}]]"

    data = Picture(
        titled("data", _("dashed: least squares")),
        _("The samples and the line at this step."),
        sentences(
            _("Hollow points belong to the test set.") if has_test else "",
            _("Pale lines show the layer after 0, 1, 10, 100, … steps."),
            _("Drag a point to move it; double-click to add or remove one.") if can_move else "",
        ),
        (Training.residuals,),
    )
    if num_features > 1:
        data = Picture(
            titled("data", _("dashed: where both are equal"), _("hollow: test set") if has_test else ""),
            _("The prediction of each sample against its target, at this step."),
        )
    test_loss, weight, bias, norm = _("test loss"), _("weight"), _("bias"), _("gradient norm")
    bend = _(
        "Each step goes where the loss falls most steeply: first down the side of the valley "
        "(oscillating at a high learning rate), then, after the bend, slowly along its floor."
    )
    terms = meaning("contour line", "path", "condition number")
    return {
        "data": data,
        "loss": Picture(
            titled("loss", f":blue[{test_loss}]" if has_test else "", _("gray: earlier runs")),
            _("The loss against the step, up to this step."),
            views=(Training.loss_scale,),
        ),
        "surface": Picture(
            titled("surface", _("contour lines, + optimum")),
            _("Contour lines of the loss with the path of the parameters, up to this step."),
            f"{bend}\n\n{terms}" if config.has_closed_form else None,
        ),
        "parameters": Picture(
            titled("parameters", f":violet[{weight}]", f":orange[{bias}]", f":red[{norm}]"),
            _("Weight, bias and gradient norm against the step, up to this step."),
        ),
    }


def situations(run: Run, shown: Training, arrived: Convergence | None) -> dict[str, str]:
    """Say in each situation of the film what its state is, and what the next press will do.

    ``arrived`` is from which step on it has converged.
    """
    trainer = run.trainer
    texts = {
        "ready": _("Ready. Weight and bias have random initial values."),
        "falling": sentences(_(PACE), _("The loss has fallen by {percent}%.")),
        "rising": sentences(_(PACE), _("The loss is {times} times its initial value.")),
    }
    if arrived is not None:
        texts["settled"] = _settled(arrived)
    if run.is_new_layer:
        texts["ready"] = _(
            "Ready. The new data has a different number of features, so a new layer was created."
        )
    if run.waiting(shown.run_values):
        texts["done"] = _("Initialization and its seed apply from the start: press “Train again”.")
    elif run.ends_with_change:
        texts["done"] = _(
            "Changed at the last step: “Train again” applies it from step 0; to apply it from "
            "another step, go back."
        )
    else:
        came = (_reached(trainer), texts["settled"]) if arrived else (_slowed(trainer), _reached(trainer))
        texts["done"] = sentences(_done(trainer), *came, *_computed(run))
        if trainer.diverged_at is not None:
            text = _(
                "Diverged: step {step:,} would overflow. Lower the learning rate to go on from here, or from "
                "an earlier step."
            )
            texts["alarm"] = text.format(step=trainer.diverged_at)
            if (best := learning_rate.best(run)) is not None:
                texts["remedy"] = _("Go on with {rate}").format(rate=exact(best))
    return texts


def _computed(run: Run) -> Iterator[str]:
    if run.seconds:
        text = _("Computed in {seconds:.2f} s ({pace:,.0f} steps/s).")
        yield text.format(seconds=run.seconds, pace=run.num_computed / run.seconds)
    if run.trainer.step >= ALL_SHOWN:
        yield _("Later on, not every state is shown, but all of them around the step where you pause.")


def _settled(arrived: Convergence) -> str:
    text = {
        "minimum": _("Converged: from step {step:,} on the loss is at most 1% above its minimum."),
        "zero": _("Converged: from step {step:,} on the loss is 0, up to rounding."),
        "still": _("From step {step:,} on nothing changes: the steps are smaller than float32's last digit."),
    }[arrived.kind]
    return text.format(step=arrived.step)


def _slowed(trainer: Trainer) -> str:
    """Say when nearly all of the loss was gone, where that was early."""
    loss = trainer.history.loss
    rows = (loss <= 0.1 * loss[0]).nonzero()
    step = int(trainer.history.step[rows[0]]) if len(rows) else trainer.step
    if 2 * step > trainer.step:
        return ""
    text = ngettext(
        "Fast at first, then slow: nine tenths of the loss was gone after the first step.",
        "Fast at first, then slow: nine tenths of the loss was gone after {step:,} steps.",
        step,
    )
    return text.format(step=step)


def _reached(trainer: Trainer) -> str:
    """Say from which step on the loss was as small as most goals ask for."""
    history = trainer.history
    step = history.since(history.loss <= GOAL_LOSS)
    if not step:
        return ""
    return _("Loss ≤ {loss} from step {step:,} on.").format(loss=GOAL_LOSS, step=step)


def _done(trainer: Trainer) -> str:
    if trainer.stopped_by is not None:
        return _("Stopped at step {step:,}: the stopping condition holds.").format(step=trainer.step)
    return ngettext("Done: one step.", "Done: all {steps:,} steps.", trainer.step).format(steps=trainer.step)
