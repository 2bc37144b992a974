"""Messages as people meet them are all known, in any form; errors of other code get no confident answer."""

import re
import textwrap
import tomllib
import traceback
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from linear_core import explain_error
from tests.corpus.foreign import SNIPPETS
from tests.corpus.not_yet import NOT_YET_FOREIGN, NOT_YET_KNOWN, NOT_YET_SAME

WORDINGS = tomllib.loads((Path(__file__).parent / "corpus" / "wordings.toml").read_text())["wording"]
RAISED = [wording for wording in WORDINGS if "raised_by" in wording]
SCOPE = {"torch": torch, "nn": nn, "F": F, "np": np, "pd": pd}


def is_known(text):
    return explain_error(text).is_known


def run(code):
    """Return what a piece of code raises, or the warning that it gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(code, dict(SCOPE))  # noqa: S102 - lines of this repository
        except Exception as error:
            return error
    return caught[-1].message if caught else None


def test_the_corpus_is_wide_enough():
    assert len({wording["text"] for wording in WORDINGS}) == len(WORDINGS) >= 90
    assert {"cpu", "cuda", "mps", "npu", "compile", "meta", "quantized", "nested", "sparse"} == {
        wording["backend"] for wording in WORDINGS
    }
    assert {"0.3", "0.4", "1.0", "1.4", "1.9", "2.10", "2.13"} <= {wording["pytorch"] for wording in WORDINGS}
    assert len({wording["kind"] for wording in WORDINGS}) >= 40
    assert any(re.search("[一-鿿]", wording["text"]) for wording in WORDINGS)
    assert len(set(SNIPPETS)) == len(SNIPPETS) >= 200


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording["text"][:60])
def test_each_text_says_where_it_is_from_and_what_it_names(wording):
    assert ("raised_by" in wording) != ("source" in wording)
    assert wording.get("source", "https://").startswith("https://")
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", wording["kind"])
    assert all(name in wording["text"] for name in wording["names"])


@pytest.mark.parametrize("wording", RAISED, ids=lambda wording: wording["raised_by"][:60])
def test_this_pytorch_raises_the_text(wording):
    assert wording["text"] in str(run(wording["raised_by"]))


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording["text"][:60])
def test_each_text_is_known(wording):
    assert is_known(wording["text"]) != (wording["text"] in NOT_YET_KNOWN)


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording["text"][:60])
def test_each_text_is_taken_for_what_it_means(wording):
    is_meant = explain_error(wording["text"]).slug == wording["kind"]
    assert is_meant != (wording["text"] in NOT_YET_KNOWN)


FORMS = {
    "wrapped": lambda text: "\n".join(textwrap.wrap(text, 72, break_on_hyphens=False)),
    "logged": lambda text: "\n".join(
        f"2026-01-22T14:35:36.695 - ERROR - {line}" for line in text.split("\n")
    ),
    "quoted": lambda text: "\n".join(f"> {line}" for line in text.split("\n")),
    "Windows": lambda text: text.replace("\n", "\r\n") + "\r\n",
    "asked about": lambda text: f"Hello, I get\n\n{text}\n\nwhen I train. What can I do? 谢谢",
    "traceback": lambda text: (
        'Traceback (most recent call last):\n  File "train.py", line 7, in <module>\n    y = model(x)\n'
        f"RuntimeError: {text}"
    ),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wording", RAISED, ids=lambda wording: wording["raised_by"][:60])
def test_what_stands_around_a_text_changes_nothing(wording, form):
    plain, text = wording["text"], FORMS[form](wording["text"])
    is_same = explain_error(text).text == explain_error(plain).text
    assert is_same != ((form, wording["raised_by"]) in NOT_YET_SAME)


def test_the_lists_of_what_is_not_known_yet_name_texts_of_the_corpus():
    assert {wording["text"] for wording in WORDINGS} >= NOT_YET_KNOWN
    assert {(form, wording["raised_by"]) for form in FORMS for wording in RAISED} >= NOT_YET_SAME
    assert {code for _, code in SNIPPETS} >= NOT_YET_FOREIGN


@pytest.mark.parametrize(("area", "code"), SNIPPETS, ids=lambda value: value[:60])
def test_foreign_errors_get_no_confident_answer(area, code):
    error = run(code)
    assert isinstance(error, Exception)
    text = "".join(traceback.format_exception(error))
    assert is_known(text) == (code in NOT_YET_FOREIGN)
