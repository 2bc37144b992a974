"""Every picture as a file, made after the click."""

import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from linear_core import ConfigError, trace_forward
from linear_core.charts import FORMATS, export_chart, forward_chart

ROOT = Path(__file__).parents[1]
CALL = trace_forward(torch.tensor([[1.0, 2.0]]), torch.tensor([[0.5, -0.25], [1.0, 1.0]]))


def test_a_png_has_twice_the_pixels_of_the_picture():
    data, svg = (export_chart(forward_chart(CALL), kind) for kind in ("png", "svg"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = re.search(rb'width="([\d.]+)" height="([\d.]+)"', svg).groups()
    assert struct.unpack(">II", data[16:24]) == pytest.approx((2 * float(width), 2 * float(height)), abs=2)


def test_an_svg_shows_the_numbers():
    text = export_chart(forward_chart(CALL), "svg").decode()
    assert text.startswith("<svg")
    assert "0.50" in text
    assert "−0.25" in text


def test_vega_lite_is_the_specification_itself():
    assert json.loads(export_chart(forward_chart(CALL), "json")) == forward_chart(CALL).to_dict()


def test_an_unknown_format_is_refused():
    with pytest.raises(ConfigError, match="gif"):
        export_chart(forward_chart(CALL), "gif")


def test_drawing_a_picture_does_not_start_the_engine_that_makes_files():
    code = (
        "import sys, torch; from linear_core import trace_forward;"
        "from linear_core.charts import forward_chart;"
        "forward_chart(trace_forward(torch.ones(1, 2), torch.ones(1, 2))).to_dict();"
        "print('vl_convert' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def offer() -> None:
    import streamlit as st
    import torch

    from linear_core import trace_forward
    from linear_core.charts import forward_chart
    from pages._ui import downloads

    def make():
        st.session_state["made"] = True
        return forward_chart(trace_forward(torch.ones(1, 2), torch.ones(1, 2)))

    downloads.chart(make, "picture")
    downloads.script("print(1)\n" * 30, "short")


def test_nothing_is_made_before_the_click():
    at = AppTest.from_function(offer, default_timeout=30).run()
    assert not at.exception
    buttons = [button.proto for button in at.get("download_button")]
    labels = [button.label for button in buttons]
    assert labels == [kind.label for kind in FORMATS.values()] + ["Download the script"]
    assert all(button.deferred_file_id and not button.url for button in buttons)
    assert "made" not in at.session_state
    assert at.code[0].value.startswith("print(1)")
