"""Topic "Build a call": any layer and any x, PyTorch's own answer, and fixes that can be applied."""

import streamlit as st

from linear_core.errors import Refusal
from linear_core.layer.spec import LayerSpec
from linear_core.shapes.built_call import BuiltCall
from pages._ui import controls, layout, link, refusals
from pages._ui.dials import Dial, dials
from pages._ui.errors import answer
from pages._ui.errors.blocks import blocks
from pages._ui.errors.choices import MAX_DIMS, MAX_SIZE, Errors
from pages._ui.glossary import meaning
from pages._ui.language import N_, _, ngettext

# Calls that fail in the ways that people meet most, by what they did.
TRIES = {
    "flatten": (N_("a forgotten Flatten"), {"x_shape": "32,28,28", "fc_in": 784, "fc_out": 10}),
    "features": (N_("features first"), {"x_shape": "5,32", "fc_in": 5, "fc_out": 3}),
    "dtypes": (
        N_("Double and Float"),
        {"x_shape": "32,5", "fc_in": 5, "fc_out": 3, "x_dtype": "float64"},
    ),
    "image": (N_("one unbatched image"), {"x_shape": "28,28", "fc_in": 784, "fc_out": 10}),
    "vector": (N_("a vector of samples"), {"x_shape": "10", "fc_in": 1, "fc_out": 1}),
    "device": (
        N_("x on another device"),
        {"x_shape": "32,5", "fc_in": 5, "fc_out": 3, "x_device": "meta"},
    ),
}
PLAIN = {"x_dtype": "float32", "fc_dtype": "float32", "fc_bias": True, "x_device": "cpu"}


def draw(shown: Errors) -> None:
    """Draw the controls and, beside them, the answer."""
    left, right = layout.split()
    with left:
        _controls(shown)
    with right:
        try:
            call = call_of(shown)
            outcome = call.outcome
        except Refusal as error:  # of sizes that pass the range of addresses
            refusals.say(error)
            return
        blocks(call, outcome)
        answer.repairs(call, choices_of)
        answer.pitfalls(outcome.explanation)


def call_of(shown: Errors) -> BuiltCall:
    """Return the call that is built."""
    spec = LayerSpec(shown.fc_in, shown.fc_out, shown.fc_bias, dtype=shown.fc_dtype)
    return BuiltCall(spec, shown.shape, shown.x_dtype, shown.x_device)


def choices_of(call: BuiltCall) -> dict[str, object]:
    """Return the choices that build a call."""
    return {
        "x_shape": ",".join(map(str, call.x_shape)),
        "x_dtype": call.x_dtype,
        "x_device": call.x_device,
        "fc_in": call.spec.in_features,
        "fc_out": call.spec.out_features,
        "fc_dtype": call.spec.dtype,
    }


def _controls(shown: Errors) -> None:
    shape = shown.shape
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        dims = ngettext(":blue[x], one dim", ":blue[x], {count} dims", len(shape))
        st.markdown(dims.format(count=len(shape)), width="content", help=meaning("shape", "dimension"))
        st.space("stretch")
        fewer = link.setting(x_shape=",".join(map(str, shape[1:])))
        st.button("−", key="fewer_dims", on_click=fewer, disabled=not shape, help=_("One dim fewer"))
        more = link.setting(x_shape=",".join(map(str, (4, *shape))))
        full = len(shape) == MAX_DIMS
        st.button("+", key="more_dims", on_click=more, disabled=full, help=_("One dim more, in front"))
    sizes = [
        Dial(f"x{place}", f"x.shape[{place}]", size, 0, MAX_SIZE, "blue") for place, size in enumerate(shape)
    ]
    sizes += [
        Dial("fc_in", "in_features", shown.fc_in, 1, MAX_SIZE, "violet"),
        Dial("fc_out", "out_features", shown.fc_out, 1, MAX_SIZE, "violet"),
    ]
    dials(sizes, _resize, key="sizes")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        controls.select(Errors.x_dtype, width=112)
        controls.select(Errors.fc_dtype, width=112)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        controls.one_of(Errors.x_device, width="content")
        controls.toggle(Errors.fc_bias, width="content")
    titles = {name: _(title) for name, (title, _values) in TRIES.items()}
    controls.actions(_("Try"), titles, _current(shown), _try, key="tries")


def _current(shown: Errors) -> str | None:
    """Return which of the tries the screen shows."""
    for name, (_title, values) in TRIES.items():
        if all(shown.values[key] == value for key, value in {**PLAIN, **values}.items()):
            return name
    return None


def _try(name: str) -> None:
    link.change(**{**PLAIN, **TRIES[name][1]})


def _resize(key: str, value: int) -> None:
    if key in ("fc_in", "fc_out"):
        link.change(**{key: value})
        return
    sizes = list(link.now(Errors).shape)
    sizes[int(key[1:])] = value
    link.change(x_shape=",".join(map(str, sizes)))
