"""The line of buttons and numbers, and the pictures that move while the run goes on."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from linear_core.charts.stage import stage
from pages._ui.language import _, language, said
from pages._ui.training import datasets
from pages._ui.training import run as runs
from pages._ui.training.drawn_page import DrawnPage
from pages._ui.training.run import Run
from pages._ui.training.turns import turns
from pages._ui.training.words import stage_words

# `vega-bind` is Vega's own class for an input that is bound to a chart. On a phone all buttons stand in one
# row, and the numbers too, without the pace: the progress says how long it takes.
STYLE = """<style>
.st-key-stage_place .vega-bindings { width: calc(100% - 38px) }
.st-key-stage_place .vega-bind { width: 100% }
.st-key-stage_place .vega-bind-name { min-width: 0 }
.st-key-stage_place .vega-bind label { flex: 1 1 100%; display: flex; align-items: center; gap: 0.75rem }
.st-key-stage_place .vega-bind input { flex: 1; max-width: none; margin: 0 }
.st-key-stage_place .vega-bind input + span { display: none }
@media (max-width: 640px) {
  .st-key-run_buttons, .st-key-run_numbers { gap: 0.25rem }
  .st-key-run_buttons button { padding-inline: 0.4rem; min-width: 2rem }
  .st-key-run_pace { display: none }
}
</style>"""

MINUS = "−"
STEPS = (1, 10, 100, 1000)
CANVAS_FROM = 400  # samples


def buttons(run: Run, steps: int) -> None:
    """Train or pause, single steps, and the way back to the start."""
    possible = run.can_go_on(steps)
    with st.container(horizontal=True, gap="xsmall", width="content", key="run_buttons"):
        if run.running:
            st.button(_("Pause"), icon=":material/pause:", on_click=run.pause, key="pause", width=98)
        else:
            icon = ":material/play_arrow:"
            st.button(_("Train"), icon=icon, on_click=run.go, key="train", width=98, disabled=not possible)
        for count in STEPS:
            label = _("Step {count}").format(count=count) if count == 1 else f"{count:,}"
            still = not possible or run.running or run.replay_to is not None
            arguments = (count, steps)
            st.button(label, key=f"step_{count}", on_click=run.make, args=arguments, disabled=still)
        if run.before is not None and run.trainer.step == 0:
            st.button(_("Undo"), on_click=runs.bring_back, key="undo_reset", width=74)
        else:
            fresh = run.trainer.step == 0
            st.button(_("Reset"), on_click=runs.reset, args=(steps,), key="reset", width=74, disabled=fresh)


def notes(run: Run) -> None:
    """Say why a change was refused, or name the changes that the run cannot follow."""
    if run.refused:
        st.error(said(run.refused), icon=":material/error:")
        return
    waiting = run.waits_for_reset()
    if waiting:
        names = ", ".join(f"`{name}`" for name in waiting)
        st.caption(_("{names}: this run has begun with another; Reset begins anew.").format(names=names))


def numbers() -> DeltaGenerator:
    """Keep a place for the numbers, which the pictures' fragment fills.

    It is a container, not ``st.empty``: what stands in it stays while the page is drawn anew.
    """
    return st.container(horizontal=True, gap="xsmall", width="content", wrap=False, key="run_numbers")


def pictures(run: Run, place: DeltaGenerator, choices: dict[str, Any], width: int) -> DrawnPage:
    """Draw numbers and pictures; while the run goes on, a timer in the browser asks for the next ones.

    Give the page, which is to say when it has drawn all else.
    """
    st.html(STYLE)
    every = turns().interval() if run.running else None
    page = DrawnPage()
    st.fragment(run_every=every)(_tick)(run, place, choices, width, every, page)
    page.has_pictures = True
    return page


def _tick(
    run: Run, place: DeltaGenerator, choices: dict[str, Any], width: int, every: float | None, page: DrawnPage
) -> None:
    # The page itself only draws. Were it to end the run and start anew halfway down, the buttons below would
    # count as gone, and with them a press that is on its way.
    if not page.has_pictures:
        _show(run, place, choices, width)
        return
    page.redraw_if_cut()
    if run.running:
        with turns().turn(id(run)) as share:
            # A page that another replaced while it waited for its turn ends here, at a touch of the session.
            if runs.current() is run:
                run.tick(choices["steps"], choices["speed"], share)
    _show(run, place, choices, width)
    if every is not None and (not run.running or every != turns().interval()):
        st.rerun()


def _show(run: Run, place: DeltaGenerator, choices: dict[str, Any], width: int) -> None:
    with place:
        _numbers(run)
    st.progress(min(1.0, run.trainer.step / choices["steps"]), _progress(run, choices))
    with st.container(key="stage_place"):
        _draw(run, choices, width)


def _numbers(run: Run) -> None:
    trainer = run.trainer
    weight = trainer.weight.flatten()[0].item()
    bias = "–" if trainer.bias is None else number(trainer.bias[0].item())
    entries = [
        ("step", _("step"), f"{trainer.step:,}", 88),
        ("loss", _(":green[loss]"), number(trainer.loss), 88),
        ("weight", _(":violet[weight]"), number(weight), 84),
        ("bias", _(":orange[bias]"), bias, 84),
        ("pace", _("steps a second"), f"{run.pace:,.0f}" if run.pace else "–", 104),
    ]
    for key, label, value, width in entries:
        with st.container(key=f"run_{key}", width="content"):
            st.metric(label, value, width=width)


def number(value: float) -> str:
    """Write a number with four decimals, or with four digits and an exponent where these would hide it."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4f}".replace("-", MINUS)
    digits, _e, power = f"{value:.2e}".partition("e")
    return f"{digits}e{int(power)}".replace("-", MINUS)


def _progress(run: Run, choices: dict[str, Any]) -> str:
    step, steps = run.trainer.step, choices["steps"]
    if run.running:
        left = (steps - step) / run.pace if run.pace else 0
        return _("{step:,} of {steps:,} steps; {left:.1f} s to go").format(step=step, steps=steps, left=left)
    if run.trainer.diverged_at is not None:
        message = _(
            "Diverged: step {step:,} would leave all bounds. A smaller learning_rate goes on from here."
        )
        return message.format(step=run.trainer.diverged_at)
    if run.trainer.stopped_by is not None:
        return _("Stopped at step {step:,}: the condition holds.").format(step=step)
    if step >= steps:
        return _("Done: all {steps:,} steps are made.").format(steps=steps)
    if step == 0 and run.is_new_layer:
        return _("Ready, from the start: these data have another number of features, so the layer is new.")
    if step == 0:
        return _("Ready. The green line is where chance put it.")
    return _("Paused at step {step:,} of {steps:,}.").format(step=step, steps=steps)


def _draw(run: Run, choices: dict[str, Any], width: int) -> None:
    data = run.trainer.data
    specification = _specification(
        width,
        data.in_features,
        choices["residuals"],
        choices["loss_scale"],
        data.n_samples > CANVAS_FROM,
        run.scene(choices["steps"]).test is not None,
        datasets.axes(data),
        language(),
    )
    tables = run.tables(choices["steps"], choices["future"])
    st.vega_lite_chart(
        {**specification, "datasets": tables},
        width="content",
        key="stage",
        alt=_("Samples with the line, the loss, the bowl of the loss with the path, and the parameters."),
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _specification(
    width: int,
    num_features: int,
    residuals: str,
    loss_scale: str,
    canvas: bool,
    has_test: bool,
    axes: dict[str, str],
    in_language: str,
) -> dict[str, Any]:
    words = stage_words() | axes
    chart = stage(
        width,
        num_features=num_features,
        residuals=residuals,
        loss_scale=loss_scale,
        words=words,
        canvas=canvas,
        has_test=has_test,
    )
    return dict(chart.to_dict(validate=False))
