"""A fill gives the matrix that its code gives, and leaves the global random state alone."""

import pytest
import torch
from torch.nn import functional as F

from linear_core.errors import ConfigError
from linear_core.layer.fills import FILLS, fill


@pytest.mark.parametrize("shape", [(1, 1), (2, 5), (5, 2), (3, 3)])
@pytest.mark.parametrize("name", FILLS)
def test_the_code_gives_the_same_matrix(name, shape):
    matrix = fill(name, *shape, seed=3)
    assert matrix.shape == shape
    assert matrix.dtype == torch.float32
    code = FILLS[name].code(*shape, seed=3)
    assert torch.equal(eval(code, {"torch": torch, "F": F}), matrix)  # noqa: S307  (our own code is what is tested)


@pytest.mark.parametrize("name", FILLS)
def test_the_seed_matters_only_where_it_is_said(name):
    before = torch.random.get_rng_state()
    same = torch.equal(fill(name, 3, 4, seed=0), fill(name, 3, 4, seed=1))
    assert same != FILLS[name].seeded
    assert torch.equal(torch.random.get_rng_state(), before)


def test_every_row_of_one_hot_has_one_one():
    matrix = fill("one_hot", 5, 3)
    assert matrix.argmax(1).tolist() == [0, 1, 2, 0, 1]
    assert matrix.sum(1).tolist() == [1.0] * 5


def test_identity_leaves_samples_as_they_are():
    x = fill("random", 4, 3)
    assert torch.equal(F.linear(x, fill("identity", 3, 3)), x)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("spiral", 2, 2), r"fill to be one of 'random', .* 'zeros', but got 'spiral'"),
        (("ones", 0, 2), "expected rows of at least 1, but got 0"),
        (("ones", 2, 0), "expected columns of at least 1, but got 0"),
        (("random", 2, 2, -1), "expected seed from 0 to 9223372036854775807, but got -1"),
    ],
)
def test_an_impossible_fill_is_refused(arguments, words):
    with pytest.raises(ConfigError, match=words):
        fill(*arguments)
