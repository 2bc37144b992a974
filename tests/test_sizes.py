"""What four numbers suggest: guesses, the likeliest first, each with its reason."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from linear_core import explain_error
from linear_core.calls.sizes import MAX_GUESSES, TEMPLATES, guess_sizes
from linear_core.calls.widths import KNOWN_WIDTHS


def slugs(mat1, mat2):
    return [guess.slug for guess in guess_sizes(mat1, mat2)]


@pytest.mark.parametrize(
    ("mat1", "mat2", "first"),
    [
        ((5760, 6), (128, 4), "flatten"),
        ((2240, 7), (490, 10), "flatten"),
        ((1792, 28), (784, 10), "flatten"),
        ((28, 28), (784, 10), "one-sample"),
        ((96, 32), (3072, 10), "one-sample"),
        ((64, 6400), (9216, 4096), "feature-maps"),
        ((32, 400), (256, 10), "feature-maps"),
        ((128, 64), (128, 10), "transpose"),
        ((4, 5), (3, 5), "transposed-weight"),
        ((77, 768), (2048, 640), "known-widths"),
        ((512, 4096), (2048, 3072), "known-widths"),
        ((42, 5120), (1, 39321600), "packed"),
        ((1024, 3840), (1920, 4096), "packed"),
        ((512, 2560), (7680, 3072), "known-widths"),
        ((8, 256), (128, 1), "doubled"),
        ((7, 64), (128, 1), "concatenated"),
        ((64, 9), (8, 16), "extra-column"),
        ((64, 8), (9, 16), "missing-column"),
        ((32, 1600), (7, 5), "feature-maps"),
    ],
    ids=str,
)
def test_likeliest_guess_comes_first(mat1, mat2, first):
    assert slugs(mat1, mat2)[0] == first


def test_flattened_dimensions_are_found_by_the_maps_that_the_layer_was_made_for():
    guess = guess_sizes((5760, 6), (128, 4))[0]
    text = guess.describe()
    assert "5760 = 30 · 32 · 6" in text
    assert "in_features would have to be 1152; 128 = 32 · 2 · 2" in text
    # The very network: 30 samples, 32 maps of 6 × 6, and a layer made for maps of 2 × 2.
    x = torch.ones(30, 32, 6, 6)
    with pytest.raises(RuntimeError, match=r"\(5760x6 and 128x4\)"):
        nn.Linear(128, 4)(x)
    assert nn.Linear(1152, 4)(x.flatten(1)).shape == (30, 4)


def test_maps_of_another_size_are_named():
    assert "256 · 5 · 5" in guess_sizes((64, 6400), (9216, 4096))[0].describe()


def test_known_widths_are_named_with_their_models():
    text = guess_sizes((77, 768), (2048, 640))[0].describe()
    assert "CLIP ViT-L" in text
    assert "SDXL" in text
    assert "T5-XXL" in guess_sizes((512, 4096), (2048, 3072))[0].describe()
    assert {768, 1024, 1280, 2048, 3072, 4096, 5120} <= set(KNOWN_WIDTHS)


def test_every_known_width_names_its_source():
    assert all(known.models and known.source for known in KNOWN_WIDTHS.values())
    # Text encoders whose layers are concatenated.
    assert KNOWN_WIDTHS[768].width + KNOWN_WIDTHS[1280].width == 2048
    assert {3 * 2560, 3 * 4096, 3 * 5120} <= set(KNOWN_WIDTHS)


@given(st.tuples(*[st.integers(0, 10**12)] * 2), st.tuples(*[st.integers(0, 10**12)] * 2))
def test_any_four_numbers_can_be_asked(mat1, mat2):
    guesses = guess_sizes(mat1, mat2)
    assert len(guesses) <= MAX_GUESSES
    assert len({guess.slug for guess in guesses}) == len(guesses)
    for guess in guesses:
        assert guess.template in TEMPLATES
        assert "{" not in guess.describe()
        assert "{" not in guess.describe("zh")
        compile(guess.code, "guess", "exec")
    if mat1[1] == mat2[0]:
        assert guesses == ()


@given(
    st.integers(2, 64),
    st.lists(st.integers(2, 12), min_size=2, max_size=3),
    st.integers(1, 20),
)
def test_missing_flatten_is_always_among_the_guesses(samples, sizes, out_features):
    x = torch.empty(samples, *sizes, device="meta")
    in_features = x[0].numel()
    assert "flatten" in slugs((x.numel() // sizes[-1], sizes[-1]), (in_features, out_features))


def test_explanation_of_a_text_carries_the_guesses():
    explanation = explain_error("mat1 and mat2 shapes cannot be multiplied (5760x6 and 128x4)")
    assert explanation.guesses == guess_sizes((5760, 6), (128, 4))
