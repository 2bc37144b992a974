"""Topic "Tables": what PyTorch accepts, called when the table is first opened."""

import pandas as pd
import streamlit as st

from linear_core.shapes import tables
from pages._ui import controls
from pages._ui.errors.choices import Errors
from pages._ui.language import _


def draw(shown: Errors) -> None:
    """Choose a table."""
    controls.one_of(Errors.table, label_visibility="collapsed")
    {"dtypes": _dtypes, "modes": _modes, "relatives": _relatives}[shown.table]()


_dtype_rows = st.cache_data(show_spinner=False)(tables.dtype_table)
_mode_rows = st.cache_data(show_spinner=False)(tables.mode_table)
_relative_rows = st.cache_data(show_spinner=False)(tables.relatives_table)


def _dtypes() -> None:
    st.markdown(_("x of each dtype and shape into `nn.Linear(3, 2)` of float32: what PyTorch does."))
    rows = _dtype_rows()
    common = set.intersection(*(set(row.messages) for row in rows))
    records = [
        {
            _("dtype of x"): row.dtype,
            "bias": str(row.bias),
            **{
                f"x {shape}": f":green[✓] {text}" if ok else ":red[✗]"
                for shape, text, ok in zip(tables.SHAPES, row.outcomes, row.oks, strict=True)
            },
            # One column for all: the same message in each of four would make rows of a hand's height.
            _("message"): " ".join(f":small[{text}]" for text in row.messages if text not in common),
        }
        for row in rows
    ]
    st.table(pd.DataFrame(records), hide_index=True)
    st.caption(_("With x of shape () every row says: {text}").format(text="; ".join(common)))
    st.caption(_("With and without a bias, PyTorch takes different paths, which check in a different order."))


def _modes() -> None:
    st.markdown(
        _("The numbers are the same in every mode; what differs is whether gradients can be computed.")
    )
    records = [
        {
            _("call"): row.code,
            _("same numbers"): "✓" if row.is_equal else "✗",
            "y.requires_grad": str(row.requires_grad),
            "y.sum().backward()": row.backward or "✓",
        }
        for row in _mode_rows()
    ]
    st.table(pd.DataFrame(records).set_index(_("call")))


def _relatives() -> None:
    st.markdown(_("With the same parameters, each computes what `nn.Linear` does."))
    records = [
        {
            _("layer"): row.name,
            _("call"): row.code,
            "x": str(row.input_shape),
            "weight": str(row.weight_shape),
            "y": str(row.output_shape),
            _("largest difference"): f"{row.largest_difference:.1g}",
        }
        for row in _relative_rows()
    ]
    wide = {_("call"): st.column_config.Column(width=520)}  # the longest call is not cut off
    st.dataframe(pd.DataFrame(records), hide_index=True, column_config=wide, width="stretch")
