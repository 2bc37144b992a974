"""Topic "Chain of layers": the shape after each layer, the first that does not fit, and the arithmetic."""

import streamlit as st

from linear_core.errors import Refusal
from linear_core.shapes.chain import CHAIN_LAYERS, ChainLayer, ChainStep, trace_chain
from linear_core.shapes.chain_text import chain_script, parse_chain
from pages._ui import downloads, link, refusals
from pages._ui.errors.choices import MAX_DIMS, MAX_SIZE, Errors, read_shape
from pages._ui.language import _


def draw(shown: Errors) -> None:
    """Type layers and the input's shape; see the shape after each."""
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        st.text_area(_("Layers, one per line"), shown.chain, key=Errors.chain.name, height=220)
        st.caption(
            _("Code, or what print(model) shows. Known: {known}.").format(known=_(", ").join(CHAIN_LAYERS))
        )
        label = _("Shape of the input, the batch first")
        st.text_input(label, shown.chain_input, key=Errors.chain_input.name, live=True)
    with right:
        try:
            layers, shape = parse_chain(shown.chain), read_shape(shown.chain_input)
            steps = trace_chain(layers, shape)
        except Refusal as error:
            refusals.say(error)
            return
        except ValueError:
            text = _(
                "expected at most {dims} whole sizes up to {most:,}, such as 32,1,28,28, but got {text!r}; "
                "separate them by commas"
            )
            values = {"dims": MAX_DIMS, "most": MAX_SIZE, "text": shown.chain_input}
            st.error(text.format(**values), icon=":material/error:")
            return
        _steps(steps, layers)
    downloads.script(chain_script(layers, shape), "chain")


def _steps(steps: tuple[ChainStep, ...], layers: tuple[ChainLayer, ...]) -> None:
    st.markdown(f":blue[x] `{steps[0].input_shape}`")
    for place, step in enumerate(steps):
        if step.output_shape is None:
            _misfit(place, step, layers)
            return
        arithmetic = f" :gray[{step.arithmetic}]" if step.arithmetic else ""
        st.markdown(f":green[✓] `{step.layer.code}` → `{step.output_shape}`{arithmetic}")
    st.success(_("Every layer fits; the output has shape {shape}.").format(shape=steps[-1].output_shape))


def _misfit(place: int, step: ChainStep, layers: tuple[ChainLayer, ...]) -> None:
    st.markdown(f":red[✗] `{step.layer.code}`")
    st.error(step.message, icon=":material/error:")
    for number, repair in enumerate(step.repairs):
        repaired = [*layers[:place], *repair, *layers[place + 1 :]]
        text = "\n".join(layer.code.removeprefix("nn.") for layer in repaired)
        label = _("Use {code}").format(code=_(", ").join(f"`{layer.code}`" for layer in repair))
        st.button(label, key=f"repair_{number}", on_click=link.setting(chain=text), icon=":material/build:")
