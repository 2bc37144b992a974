import threading
import traceback
import warnings

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from linear_core.answers.watch import explained_errors


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 4)
        self.fc2 = nn.Linear(4, 3)

    def forward(self, x):
        return self.fc2(self.fc1(x).relu())


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.ModuleDict({"layers": nn.Sequential(Block(), Block())})
        self.head = nn.Linear(3, 2)
        self.twin = self.head

    def forward(self, x, keep=3):
        return self.twin(self.encoder["layers"](x)[..., :keep])


def note_of(model, action):
    with pytest.raises(Exception) as caught, explained_errors(model):  # noqa: PT011 - any kind is wanted
        action()
    return "\n".join(getattr(caught.value, "__notes__", ()))


@pytest.mark.parametrize("shape", [(5,), (4, 5), (2, 4, 5), (2, 2, 4, 5)], ids=str)
def test_layer_input_wish_and_fix_are_named(shape):
    model = Network()
    note = note_of(model, lambda: model(torch.ones(shape)))
    assert "Layer: encoder.layers.0.fc1, which is Linear(in_features=3, out_features=4, bias=True)" in note
    assert f"Got: Tensor {shape} torch.float32" in note
    assert "Expected: Tensor (*, 3) torch.float32" in note
    assert "model.encoder.layers[0].fc1 = nn.Linear(5, 4)" in note


def test_very_same_exception_goes_on_up():
    model = nn.Linear(3, 2)
    x = torch.ones(4, 5)
    with pytest.raises(RuntimeError) as bare:
        model(x)
    with pytest.raises(RuntimeError) as caught, explained_errors(model):
        model(x)
    assert type(caught.value) is RuntimeError
    assert caught.value.args == bare.value.args
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names[-1] == "forward"
    mine = ValueError("mine")
    with pytest.raises(ValueError, match="mine") as caught, explained_errors(model):
        raise mine
    assert caught.value is mine
    assert not hasattr(mine, "__notes__")


def test_results_and_model_stay_as_they_are():
    model = Network()
    x = torch.ones(4, 3)
    expected = model(x)
    with explained_errors(model):
        assert torch.equal(model(x), expected)
        assert not any(module._forward_pre_hooks or module._forward_hooks for module in model.modules())


def test_shared_layer_goes_by_all_its_names():
    model = Network()
    note = note_of(model, lambda: model(torch.ones(4, 3), keep=2))
    assert "Layer: head, also twin, which is Linear" in note
    assert "model.head = model.twin = nn.Linear(2, 2)" in note


def test_error_caught_inside_the_model_does_not_mislead():
    class Careful(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(9, 2), nn.Linear(3, 2)

        def forward(self, x):
            try:
                return self.first(x)
            except RuntimeError:
                return self.second(x)

    model = Careful()
    assert "Layer: second, which" in note_of(model, lambda: model(torch.ones(4, 5)))


def test_module_of_the_model_is_named_rather_than_one_made_on_the_way():
    class Improviser(nn.Module):
        def forward(self, x):
            return nn.Linear(3, 2)(x)

    model = nn.Sequential(Improviser())
    assert "Layer: 0, which is Improviser" in note_of(model, lambda: model(torch.ones(4, 5)))


def test_layer_with_hooks_of_its_own_is_found_too():
    model = nn.Sequential(nn.Linear(3, 2))
    model[0].register_forward_hook(lambda module, args, output: None)
    assert "Got: Tensor (4, 5)" in note_of(model, lambda: model(torch.ones(4, 5)))


def test_keyword_input_is_seen():
    model = nn.Linear(3, 2)
    note = note_of(model, lambda: model(input=torch.ones(4, 5)))
    assert "Layer: the model itself" in note
    assert "Got: Tensor (4, 5)" in note
    assert "model = nn.Linear(5, 2)" in note


def test_wrong_dtype_is_named():
    model, x = Network(), torch.ones(4, 3).double()
    note = note_of(model, lambda: model(x))
    assert "Got: Tensor (4, 3) torch.float64" in note
    assert "x = x.to(torch.float32)" in note


@pytest.mark.parametrize(
    ("x", "came_in"),
    [(np.ones((4, 3)), "numpy.ndarray (4, 3) float64"), ([[1.0, 2.0, 3.0]], "list"), (None, "NoneType")],
    ids=["array", "list", "None"],
)
def test_input_that_is_no_tensor_is_named_by_its_type(x, came_in):
    model = Network()
    note = note_of(model, lambda: model(x))
    assert "Layer: encoder.layers.0.fc1" in note
    assert f"Got: {came_in}" in note.splitlines()


def test_lazy_layer_before_its_dry_run_is_named():
    model = nn.Sequential(nn.Linear(3, 4), nn.LazyLinear(2))
    note = note_of(model, lambda: model[1].weight.shape)
    assert "Layer: 1, which is LazyLinear" in note
    assert "model(x)" in note
    assert "Expected: Tensor (*, any) torch.float32" in note_of(model, lambda: model[1](["text"]))


@pytest.mark.parametrize("loss", [nn.MSELoss(), F.l1_loss], ids=["module", "function"])
def test_wrong_target_in_a_loss_is_explained(loss):
    model = nn.Linear(3, 2)

    def train():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss(model(torch.ones(4, 3)), torch.ones(2, 4))

    note = note_of(model, train)
    assert note.startswith("Layer: no part of the model was running")
    assert "Tensor (4, 2) torch.float32" in note
    assert "Tensor (2, 4) torch.float32" in note
    assert "target = target.T" in note


def test_wrong_target_in_a_handwritten_loss_is_explained():
    model = nn.Linear(3, 2)
    y = torch.ones(2, 4)

    def train():
        p = model(torch.ones(4, 3))
        ((p - y) ** 2).mean()

    note = note_of(model, train)
    assert "Got: p Tensor (4, 2) torch.float32\nGot: y Tensor (2, 4) torch.float32" in note
    assert "y = y.T" in note


def test_warning_about_the_target_stays_a_warning():
    model = nn.Linear(3, 1)
    with pytest.warns(UserWarning, match="target size"), explained_errors(model):
        F.mse_loss(model(torch.ones(8, 3)), torch.ones(8))
    note = note_of(
        model, lambda: F.mse_loss(model(torch.ones(8, 3)), torch.ones(8))
    )  # warnings are errors here
    assert "Expected: a target of the prediction's shape" in note


def test_transposed_weight_in_a_checkpoint_is_named():
    model = Network()
    block = model.encoder["layers"][1]
    state_dict = block.state_dict()
    state_dict["fc1.weight"] = state_dict["fc1.weight"].T
    note = note_of(model, lambda: block.load_state_dict(state_dict))
    assert "Layer: encoder.layers.1.fc1, which is Linear" in note
    assert "Got: Tensor (3, 4) for fc1.weight" in note
    assert "Expected: Tensor (4, 3)" in note
    assert 'state_dict["fc1.weight"] = state_dict["fc1.weight"].T' in note


def test_error_unknown_here_still_names_the_module():
    class Picky(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self, x):
            raise KeyError(x)

    model = nn.Sequential(Picky())
    note = note_of(model, lambda: model("text"))
    assert "Layer: 0, which is Picky" in note
    assert "Got: str" in note
    assert "Expected" not in note


def test_input_that_cannot_be_described_does_not_hide_the_error():
    class Stubborn:
        @property
        def shape(self):
            raise ValueError("not this one")

    model = nn.Linear(3, 2)
    with pytest.raises(TypeError, match="must be Tensor, not Stubborn"), explained_errors(model):
        model(Stubborn())


def test_errors_of_no_module_get_the_meaning_only():
    model = nn.Linear(3, 2)
    note = note_of(model, lambda: model(torch.ones(4, 3)).backward())
    assert note.startswith("Layer: no part of the model was running\nMeaning: Gradients")


def test_nested_use_says_it_once():
    model = nn.Linear(3, 2)

    def inner():
        with explained_errors(model):
            model(torch.ones(4, 5))

    assert note_of(model, inner).count("Layer:") == 1


def test_threads_do_not_mix_their_notes():
    model = Network()
    notes = {}

    def work(features):
        for _ in range(20):
            notes[features] = note_of(model, lambda: model(torch.ones(2, features)))

    threads = [threading.Thread(target=work, args=(features,)) for features in (5, 6, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"Got: Tensor (2, {features})" in note for features, note in notes.items())
    assert len(notes) == 3
