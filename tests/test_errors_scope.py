"""A fix runs where the failing call is: with its names, in as many steps as it takes."""

import copy
import linecache
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from linear_core import explain_error, explained_errors, predict_call
from linear_core.calls.remade import remade

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.usefixtures("every_fix_was_run")]


def fixes(scope, call, model="model"):
    """Return note and fixes of a call in a scope; each fix, pasted before the call, makes it succeed."""
    modules = {"torch": torch, "nn": nn, "F": F}
    before = copy.deepcopy(scope)
    scope = {**scope, **modules}
    # As of a file, the source can be read.
    linecache.cache[SCRIPT] = (len(call), None, [call], SCRIPT)
    with pytest.raises(Exception) as caught, explained_errors(scope[model]):  # noqa: PT011
        exec(compile(call, SCRIPT, "exec"), scope)  # noqa: S102
    found = explain_error(caught.value, scope[model]).fixes
    for fix in found:
        after = copy.deepcopy(before) | modules
        exec(f"{fix.code}\n{call}", after)  # noqa: S102 - that it runs is what a fix promises
    return "\n".join(caught.value.__notes__), [fix.code for fix in found]


SCRIPT = "<script>"
IMAGES = torch.ones(3, 28, 28)


@dataclass(frozen=True)
class Frozen:
    image: torch.Tensor


@pytest.mark.parametrize(
    ("scope", "call", "code"),
    [
        ({"batch": {"image": IMAGES}}, "model(batch['image'])", "batch['image'] = batch['image'].flatten(1)"),
        ({"batch": [IMAGES, 1]}, "model(batch[0])", "batch[0] = batch[0].flatten(1)"),
        ({"batch": (IMAGES, 1)}, "model(batch[0])", "model = nn.Sequential(nn.Flatten(), model)"),
        ({"x": IMAGES}, "model(x * 2)", "model = nn.Sequential(nn.Flatten(), model)"),
        ({"images": IMAGES}, "model(input=images)", "images = images.flatten(1)"),
        (
            {"data": {"train": [IMAGES]}},
            "model(data['train'][0])",
            "data['train'][0] = data['train'][0].flatten(1)",
        ),
        (
            {"data": {"train": (IMAGES,)}},
            "model(data['train'][0])",
            "model = nn.Sequential(nn.Flatten(), model)",
        ),
        ({"batch": Frozen(IMAGES)}, "model(batch.image)", "model = nn.Sequential(nn.Flatten(), model)"),
    ],
    ids=["dict", "list", "tuple", "expression", "keyword", "two levels", "a tuple in a dict", "frozen"],
)
def test_input_is_called_what_it_is_called_there(scope, call, code):
    assert fixes({"model": nn.Linear(784, 10), **scope}, call)[1][0] == code


@pytest.mark.parametrize(
    "call",
    [
        "torch.stack([model(x) for x in batches])",
        "(lambda x: model(x))(batches[0])",
        "model((x := batches[0]))",
        "list(map(model, batches))",
    ],
    ids=["comprehension", "lambda", "walrus", "map"],
)
def test_nothing_is_assigned_to_a_name_that_begins_inside_of_the_statement(call):
    scope = {"model": nn.Sequential(nn.Linear(784, 10)), "batches": [IMAGES, IMAGES]}
    assert fixes(scope, call)[1][0] == "model[0] = nn.Sequential(nn.Flatten(), model[0])"


def test_name_is_found_where_the_source_is_not_known():
    scope = {"model": nn.Linear(784, 10), "x": IMAGES}
    with pytest.raises(RuntimeError) as caught:
        exec("model(x)", scope)  # noqa: S102
    assert explain_error(caught.value, scope["model"]).fixes[0].code == "x = x.flatten(1)"


class Tuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = (nn.Linear(8, 8), nn.Linear(9, 2))

    def forward(self, x):
        return self.parts[1](self.parts[0](x))


def test_layer_in_a_tuple_is_moved_to_where_it_can_be_replaced():
    assert fixes({"model": Tuple(), "x": torch.ones(2, 8)}, "model(x)")[1] == [
        "model.parts = nn.ModuleList(model.parts)\nmodel.parts[1] = nn.Linear(8, 2)"
    ]


def test_product_outside_of_the_model_gets_no_layer():
    scope = {"model": nn.Linear(4, 2), "x": torch.ones(3, 5)}
    assert fixes(scope, "x @ model.weight")[1] == []


def test_forward_that_was_called_by_itself_gets_one():
    scope = {"model": nn.Linear(4, 2), "x": torch.ones(3, 5)}
    assert fixes(scope, "model.forward(x)")[1] == ["model = nn.Linear(5, 2)"]


def test_input_without_a_name_is_changed_on_its_way_in():
    model = nn.Sequential(nn.Linear(4, 2))

    def call():
        with explained_errors(model):
            model(torch.from_numpy(np.ones((3, 4))))

    with pytest.raises(RuntimeError) as caught:
        call()
    hook = "model[0].register_forward_pre_hook(lambda module, args: (args[0].to(torch.float32), *args[1:]))"
    source = "torch.from_numpy(np.ones((3, 4)))"
    comment = f"# {source} → {source}.to(torch.float32)"
    assert explain_error(caught.value, model).fixes[0].code == f"{comment}\n{hook}"


def test_input_without_a_name_is_converted_together_with_the_model():
    model = nn.Sequential(nn.Linear(4, 2), nn.Linear(2, 1).double())
    codes = fixes({"model": model, "x": torch.ones(3, 4)}, "model(x.double() if True else x)")[1]
    assert "model.to(torch.float64)" in codes


class Trainer:
    def __init__(self, net):
        self.net = net

    def step(self, batch):
        return self.net(batch)


def test_model_that_an_object_holds_is_reached_from_its_method():
    trainer, x = Trainer(nn.Sequential(nn.Linear(4, 8), nn.Linear(6, 2))), torch.ones(3, 4)
    with pytest.raises(RuntimeError) as caught, explained_errors(trainer.net):
        trainer.step(x)
    assert "self.net[1] = nn.Linear(8, 2)" in caught.value.__notes__[0]


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc = nn.Linear(784, 4)

    def encode(self, x):
        return self.enc(x)


def test_methods_of_the_model_are_not_where_the_user_is():
    assert fixes({"model": Encoder(), "images": IMAGES}, "model.encode(images)")[1] == [
        "images = images.flatten(1)",
        "model.enc = nn.Linear(28, 4)",
    ]


class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(3, 2), nn.Linear(4, 2)

    def forward(self, a, b):
        return self.a(a) + self.b(b)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (torch.ones(5, 2, 2), "other = other.flatten(1)"),
        (torch.ones(5, 4).double(), "other = other.to(torch.float32)"),
    ],
    ids=["shape", "dtype"],
)
@pytest.mark.parametrize("call", ["model(x, other)", "model(x, b=other)"])
def test_argument_at_fault_is_the_one_that_is_changed(second, code, call):
    assert fixes({"model": Two(), "x": torch.ones(5, 3), "other": second}, call)[1][0] == code


# Where no single change is enough.


@pytest.mark.parametrize(
    ("layers", "x", "code"),
    [
        (
            [nn.Linear(4, 8), nn.Linear(6, 3), nn.Linear(5, 2)],
            torch.ones(7, 4),
            "model[1] = nn.Linear(8, 3)\nmodel[2] = nn.Linear(3, 2)",
        ),
        (
            [nn.Linear(4, 8), nn.Linear(6, 3).double()],
            torch.ones(7, 4),
            "model[1] = nn.Linear(8, 3, dtype=torch.float64)\nmodel.to(torch.float32)",
        ),
        (
            [nn.Linear(784, 8), nn.Linear(6, 3)],
            torch.ones(7, 28, 28),
            "x = x.flatten(1)\nmodel[1] = nn.Linear(8, 3)",
        ),
    ],
    ids=["two layers", "dtype", "flatten"],
)
def test_two_faults_are_repaired_one_after_the_other(layers, x, code):
    note, codes = fixes({"model": nn.Sequential(*layers), "x": x}, "model(x)")
    assert codes == [code]
    assert "would fail in turn; the other lines fix that too" in note


class Residual(nn.Module):
    def __init__(self, *sizes, norm=None):
        super().__init__()
        self.fc = nn.Sequential(*map(nn.Linear, sizes, sizes[1:]))
        self.norm = norm

    def forward(self, x):
        y = x + self.fc(x)
        return y if self.norm is None else self.norm(y)


@pytest.mark.parametrize(
    ("layers", "code"),
    [
        ([Residual(8, 6), Residual(6, 6)], ["[1].fc[0] = nn.Linear(8, 8)", "[2].fc[0] = nn.Linear(8, 8)"]),
        (
            [Residual(8, 16, 6, norm=nn.LayerNorm(6))],
            ["[1].fc[1] = nn.Linear(16, 8)", "[1].norm = nn.LayerNorm(8)"],
        ),
        ([Residual(8, 6), nn.BatchNorm1d(6)], ["[1].fc[0] = nn.Linear(8, 8)", "[2] = nn.BatchNorm1d(8)"]),
        ([nn.GroupNorm(2, 6), nn.ReLU()], ["[1] = nn.GroupNorm(2, 8)"]),
    ],
    ids=["two blocks", "two layers and a norm", "batch norm", "no residual"],
)
def test_a_change_of_size_is_followed_to_the_end_of_the_model(layers, code):
    model = nn.Sequential(nn.Linear(3, 8), *layers, nn.Linear(6, 2))
    note, codes = fixes({"model": model, "x": torch.ones(4, 3)}, "model(x)")
    last = f"[{len(layers) + 1}] = nn.Linear(8, 2)"
    assert codes == ["\n".join(f"model{line}" for line in (*code, last))]
    assert f"model[{len(layers) + 1}] would fail in turn" in note


def test_samples_inside_of_a_model_do_not_become_features():
    model = nn.Sequential(nn.Linear(3, 5), nn.Linear(4, 2))  # as many in_features as samples
    codes = fixes({"model": model, "x": torch.ones(4, 3)}, "model(x)")[1]
    assert codes[0] == "model[1] = nn.Linear(5, 2)"


@pytest.mark.parametrize(
    ("layer", "shape", "code"),
    [
        (
            nn.Conv1d(6, 3, 1, padding="same", dtype=torch.float64),
            (4, 8, 5),
            "padding='same', dtype=torch.float64)",
        ),
        (nn.InstanceNorm1d(6), (4, 8, 5), "nn.InstanceNorm1d(8, bias=False)"),
        (nn.LSTM(6, 3), (4, 2, 8), "nn.LSTM(8, 3)"),
        (nn.LayerNorm((6, 2)), (4, 8), ""),
        (nn.BatchNorm1d(6), (8,), ""),
        (nn.PReLU(6), (4, 8), ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else None,
)
def test_layer_of_another_kind_is_made_for_what_reaches_it(layer, shape, code):
    made = remade(layer, shape)
    assert made.endswith(code)
    assert bool(made) == bool(code)
    if made:
        x = torch.ones(shape, dtype=torch.float64 if "float64" in made else torch.float32)
        eval(made, {"nn": nn, "torch": torch})(x)  # noqa: S307


def test_table_with_another_number_of_columns_gets_a_layer_for_them():
    x = pd.DataFrame({"a": [1.0] * 4, "b": [3.0] * 4, "c": [5.0] * 4})
    codes = fixes({"model": nn.Sequential(nn.Linear(2, 1)), "x": x}, "model(x)")[1]
    assert codes == ['x = torch.tensor(x.to_numpy(dtype="float32"))\nmodel[0] = nn.Linear(3, 1)']


def test_layer_of_two_places_may_be_changed_in_one():
    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(5, 5)
            self.b = self.a

        def forward(self, x):
            return self.b(self.a(x))

    assert fixes({"model": Shared(), "x": torch.ones(3, 4)}, "model(x)")[1] == ["model.a = nn.Linear(4, 5)"]


# What is wrong with the input of the model may show in a layer inside.


def test_single_image_gets_a_batch_dimension():
    model = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(8 * 26 * 26, 10))
    assert fixes({"model": model, "x": torch.ones(1, 28, 28)}, "model(x)")[1][0] == "x = x.unsqueeze(0)"


def test_integers_are_converted_before_the_model():
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 2))
    codes = fixes({"model": model, "x": torch.ones(3, 2, 2).long()}, "model(x)")[1]
    assert codes[0] == "x = x.to(torch.float32)"


@pytest.mark.parametrize(
    ("shape", "code"),
    [((2, 28, 28, 3), "x = x.movedim(-1, 1)"), ((2, 28, 28), "x = x.unsqueeze(1)")],
    ids=["channels last", "no channels"],
)
def test_images_get_their_channels_where_a_convolution_looks_for_them(shape, code):
    model = nn.Sequential(nn.Conv2d(3 if len(shape) == 4 else 1, 4, 3), nn.Flatten(), nn.Linear(4 * 676, 2))
    assert fixes({"model": model, "x": torch.ones(shape)}, "model(x)")[1] == [code]


# Losses and checkpoints.


@pytest.mark.parametrize(
    ("call", "target", "code"),
    [
        ("F.binary_cross_entropy(p, t)", torch.ones(3), "t = t.reshape(p.shape)"),
        ("F.binary_cross_entropy(p + 0, t)", torch.ones(3), "t = t.unsqueeze(-1)"),
        ("F.binary_cross_entropy(p[:, 0], t)", torch.ones(3, 1), "t = t.squeeze(-1)"),
        ("F.cross_entropy(scores, t)", torch.ones(3), "t = t.long()"),
        ("F.cross_entropy(scores, t)", torch.ones(3, 1).long(), "t = t.reshape(-1).long()"),
        ("F.cross_entropy(scores, t)", torch.eye(3)[:, :2].long(), "t = t.argmax(1)"),
        ("F.cross_entropy(tokens, t)", torch.ones(3, 5).long(), "tokens = tokens.movedim(-1, 1)"),
        ("F.mse_loss(scores, t)", torch.ones(2, 3), "t = t.T"),
    ],
    ids=["column", "no name", "row", "float", "index column", "one-hot", "tokens", "transposed"],
)
def test_target_of_a_loss_is_repaired_by_its_name(call, target, code):
    scope = {"p": torch.full((3, 1), 0.5), "scores": torch.ones(3, 2), "tokens": torch.ones(3, 5, 2)}
    assert fixes({"model": nn.Linear(3, 2), "t": target, **scope}, call)[1][0] == code


def test_loss_inside_of_a_forward_is_one():
    class WithLoss(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 2)

        def forward(self, x, labels):
            return F.l1_loss(self.fc(x), labels)

    scope = {"model": WithLoss(), "x": torch.ones(4, 3), "labels": torch.ones(2, 4)}
    note, codes = fixes(scope, "model(x, labels)")
    assert "Prediction and target" in note
    assert codes == ["labels = labels.T"]


def net():
    return nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 3))


def prefixed():
    return {f"module.{key}": value for key, value in net().state_dict().items()}


def test_checkpoint_is_called_what_it_is_called_there():
    scope = {"net": net(), "ckpt": {"weights": prefixed()}}
    codes = fixes(scope, "net.load_state_dict(ckpt['weights'])", "net")[1]
    assert codes == [
        "ckpt['weights'] = {key.removeprefix(\"module.\"): value for key, value in ckpt['weights'].items()}"
    ]


def test_checkpoint_without_a_name_is_loaded_again():
    model = net()
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(prefixed())
    code = explain_error(caught.value, model).fixes[0].code
    assert code.splitlines()[::2] == ["state_dict = prefixed()", "model.load_state_dict(state_dict)"]
    exec(code, {"model": net(), "prefixed": prefixed})  # noqa: S102
    with pytest.raises(RuntimeError) as caught:
        model.load_state_dict(nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 9)).state_dict())
    code = explain_error(caught.value, model).fixes[1].code
    assert code.startswith("state_dict = nn.Sequential(")
    exec(code, {"model": net(), "nn": nn})  # noqa: S102


def test_array_of_numbers_as_objects_is_named():
    a = np.array([[1, 2.5], [3, 4]], dtype=object)
    scope = {"model": nn.Linear(2, 1), "a": a, "b": np.array([[1, "u"]], dtype=object)}
    assert fixes(scope, "model(torch.from_numpy(a))")[1] == ['a = a.astype("float32")']
    assert fixes(scope, "model(torch.from_numpy(b))")[1] == []


# Whose product it is, and whose bias.


class Scores(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x):
        return self.q(x) @ self.k(x)


def hooked():
    model = nn.Sequential(nn.Linear(8, 4))
    model[0].register_forward_hook(lambda module, args, output: output @ torch.ones(5, 2))
    return model


@pytest.mark.parametrize("model", [Scores(), hooked()], ids=["forward", "hook"])
def test_product_of_a_forward_is_none_of_a_layer(model):
    note, _ = fixes({"model": model, "x": torch.ones(5, 8)}, "model(x)")
    assert "neither is the weight of a layer" in note
    assert "Expected" not in note


@pytest.mark.parametrize(
    "x", [torch.ones(8, 3), torch.ones(2, 8, 3).transpose(0, 1)], ids=["matrix", "batch"]
)
@pytest.mark.parametrize(
    ("shape", "code"),
    [((4, 1), "model[0].bias.reshape(4)"), ((3,), "model[0].weight.new_zeros(4)")],
    ids=str,
)
def test_bias_of_another_shape_is_told_so(x, shape, code):
    model = nn.Sequential(nn.Linear(3, 4))
    model[0].bias = nn.Parameter(torch.ones(shape))
    note, found = fixes({"model": model, "x": x}, "model(x)")
    assert f"The bias has the shape {shape}" in note
    assert found == [f"model[0].bias = nn.Parameter({code})"]


@pytest.mark.parametrize(
    "shape", [(3,), (1,), (), (4, 1), (1, 4), (5, 4), (2, 5, 4), (5, 1), (2, 1, 4)], ids=str
)
def test_call_with_a_bias_of_another_shape_is_predicted(shape):
    layer = nn.Linear(3, 4)
    layer.bias = nn.Parameter(torch.ones(shape))
    for x_shape in [(3,), (5, 3), (2, 5, 3), (2, 2, 5, 3), (5, 2), (0, 3)]:
        for dtype in (torch.float32, torch.float64):
            outcome, x = predict_call(layer, x_shape, dtype), torch.ones(x_shape, dtype=dtype)
            try:
                wanted = layer(x).shape, None
            except RuntimeError as error:
                wanted = None, str(error)
            assert (outcome.output_shape, outcome.message) == wanted
            for fix in outcome.fixes:
                scope = {"layer": copy.deepcopy(layer), "x": x, "torch": torch, "nn": nn}
                exec(f"{fix.code}\ny = layer(x)", scope)  # noqa: S102
                assert scope["y"].shape[-1] == 4


def test_bias_of_another_shape_is_predicted_without_making_the_output():
    layer = nn.Linear(3, 4)
    layer.bias = nn.Parameter(torch.ones(3))
    outcome = predict_call(layer, (10**12, 3))
    assert "Target sizes: [1000000000000, 4].  Tensor sizes: [3]" in outcome.message
    assert outcome.explanation.text.startswith("The bias has the shape (3,)")
    layer.bias = nn.Parameter(torch.ones(1))
    assert predict_call(layer, (10**12, 3)).ok


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.complex64], ids=str)
def test_call_with_a_transposed_weight_is_predicted(dtype):
    layer = nn.Linear(3, 2)
    layer.weight = nn.Parameter(torch.ones(3, 2))
    x = torch.ones(2, 5, 3, dtype=dtype)
    outcome = predict_call(layer, x.shape, dtype)
    assert outcome.explanation.slug == "weight-transposed"
    assert len(outcome.fixes) == (not dtype.is_complex)
    for fix in outcome.fixes:
        scope = {"layer": layer, "x": x, "torch": torch, "nn": nn}
        exec(f"{fix.code}\ny = layer(x)", scope)  # noqa: S102
        assert scope["y"].shape == (2, 5, 2)


def test_text_about_a_weight_names_the_layers_that_have_such():
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(3, 2), nn.Linear(3, 2).double())
    model[1].weight = nn.Parameter(torch.ones(3))
    assert explain_error("mat2 must be a matrix, got 1-D tensor", model).layers == ("1",)
    text = "mat1 and mat2 must have the same dtype, but got Float and Double"
    assert explain_error(text, model).layers == ("2",)


def test_layer_that_is_made_in_forward_is_told_so():
    class Makes(nn.Module):
        def forward(self, x):
            return nn.Linear(6, 2)(x)

    note, _ = fixes({"model": Makes(), "x": torch.ones(3, 4)}, "model(x)")
    assert "Note: it was in Linear(in_features=6, out_features=2, bias=True)" in note


def test_guess_stands_where_no_fix_is_known():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.enc = nn.Linear(6, 3)

        def forward(self, x):
            return F.linear(self.enc(x), self.enc.weight)

    note, codes = fixes({"model": Tied(), "x": torch.ones(5, 6)}, "model(x)")
    assert codes == []
    assert "The weight may be transposed" in note


def test_layer_of_a_scripted_model_is_named():
    model = torch.jit.script(nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 2)))
    x = torch.ones(5, 3)
    with pytest.raises(RuntimeError) as caught, explained_errors(model):
        model(x)
    assert caught.value.__notes__[0].startswith("Layer: 1, which is RecursiveScriptModule")


def test_layer_inside_of_vmap_is_repaired():
    model, x = nn.Sequential(nn.Linear(3, 4)), torch.ones(5, 6)
    with pytest.raises(RuntimeError) as caught:
        torch.vmap(model)(x)
    assert explain_error(caught.value, model).fixes[0].code == "model[0] = nn.Linear(6, 4)"


def test_layer_without_a_weight_keeps_its_note():
    model = nn.Sequential(nn.Linear(3, 2))
    model[0].weight = None
    note, _ = fixes({"model": model, "x": torch.ones(4, 3)}, "model(x)")
    assert note.startswith("Layer: 0, which is Linear")
    assert "return" not in note


def test_unregistered_layers_of_another_dtype_are_registered():
    class Kept(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.rest, self.heads = nn.Linear(4, 8), [nn.Linear(8, 8)], {"a": [nn.Linear(8, 2)]}

        def forward(self, x):
            return self.heads["a"][0](self.rest[0](self.one(x)))

    model, x = Kept().double(), torch.ones(3, 4).double()
    note, codes = fixes({"model": model, "x": x}, "model(x)")
    assert note.startswith("Layer: rest[0], which is Linear")
    assert codes[-1] == "model.to(torch.float32)\nx = x.to(torch.float32)"
    model.rest[0].double()
    note, _ = fixes({"model": model, "x": x}, "model(x)")
    assert note.startswith("Layer: heads['a'][0], which is Linear")
    registered = "model.rest = nn.ModuleList(model.rest).to(torch.float64)"
    model.rest[0].float()
    model.heads["a"][0].double()
    assert fixes({"model": model, "x": x}, "model(x)")[1][0] == registered


@pytest.mark.parametrize(
    ("x", "part"),
    [
        ({"a": 1.0, "b": 2.0}, "list(x.values())"),
        ({"input": [1.0, 2.0]}, "torch.tensor(x['input']"),
        ({"input": np.ones(2)}, "torch.from_numpy(x['input'])"),
        ([[1, 2], [3, 4]], "torch.tensor(x, "),
    ],
    ids=["numbers", "list", "array", "rows"],
)
def test_numbers_in_a_container_are_converted_in_one_way(x, part):
    codes = fixes({"model": nn.Linear(2, 1), "x": x}, "model(x)")[1]
    assert len(codes) == 1
    assert part in codes[0]


def test_array_that_fails_in_words_of_its_own_is_converted():
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 3))
    note, codes = fixes({"model": model, "x": np.ones((4, 28, 28), dtype="uint8")}, "model(x)")
    assert "not a value of type ndarray" in note
    assert codes == ["x = torch.from_numpy(x).to(torch.float32)"]


def test_what_has_no_conversion_says_why():
    assert (
        "rows have different lengths" in fixes({"model": nn.Linear(2, 1), "x": [[1, 2], [3]]}, "model(x)")[0]
    )
    dates = np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    assert fixes({"model": nn.Linear(2, 1), "x": dates}, "model(x)")[1] == []
    dates = pd.DataFrame({"day": pd.to_datetime(["2020-01-01"] * 3), "b": [1.0, 2.0, 3.0]})
    assert fixes({"model": nn.Linear(2, 1), "x": dates}, "model(x)")[1] == []
    assert "ends without a return statement" in fixes({"model": nn.Linear(2, 1), "x": None}, "model(x)")[0]


# Errors of which only the text is known.


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("mat1 and mat2 must have the same dtype, but got BFloat16 and Byte", "packed-weight"),
        ("mat1和mat2的形状不能相乘 (4x5 与 3x2)", "mat1-mat2"),
        ("was expecting embedding dimension of 8, but got 6", "other-layer"),
        ("expected 2D or 3D input (got 1D input)", "other-layer"),
        (
            'Trying to set a tensor of shape torch.Size([2, 1024]) in "weight" (which has shape '
            "torch.Size([2, 768])), this looks incorrect.",
            "checkpoint-shape",
        ),
        ("RuntimeError: MPS device does not support mm for non-float inputs", "no-kernel"),
        ("mixed dtype (CPU): expect parameter to have scalar type of Float", "two-dtypes"),
    ],
    ids=str,
)
def test_wordings_of_other_tools_are_known(text, slug):
    assert explain_error(text).slug == slug


def test_message_without_sizes_gets_no_fix():
    assert explain_error("mat1 dim 1 must match mat2 dim 0").fixes == ()


def test_numbers_of_eight_bits_are_not_computed_with():
    text = "mat1 and mat2 must have the same dtype, but got BFloat16 and Float8_e4m3fn"
    assert explain_error(text).fixes[0].code == "layer.to(torch.bfloat16)"


def test_checkpoint_of_another_model_is_told_by_its_width():
    text = "size mismatch for attn2.to_k.weight: copying a param with shape torch.Size([320, 1024]) from "
    text += "checkpoint, the shape in current model is torch.Size([320, 768])."
    (guess,) = explain_error(text).guesses
    assert "Stable Diffusion 1.x" in guess.describe()


def test_norm_of_another_model_is_told_by_its_width():
    text = (
        "Given normalized_shape=[768], expected input with shape [*, 768], but got input of size[2, 77, 1024]"
    )
    (guess,) = explain_error(text).guesses
    assert "1024, as in OpenCLIP ViT-H/14" in guess.describe()
    assert explain_error(text.replace("77, 1024", "77, 12")).guesses == ()


def test_table_of_an_embedding_is_no_layer():
    text = "size mismatch for embed_tokens.weight: copying a param with shape torch.Size([32001, 4096]) from "
    text += "checkpoint, the shape in current model is torch.Size([32000, 4096])."
    assert all("nn.Linear" not in fix.code for fix in explain_error(text).fixes)


# A loss for classes says what a product says.

LOSS_LINE = """Traceback (most recent call last):
  File "train.py", line 7, in <module>
    loss = loss_function(model(x), target)
  File "site-packages/torch/nn/functional.py", line 3494, in {function}
    return torch._C._nn.{function}(
           ^^^^^^^^^^^^^^^^^^^^^^^^
RuntimeError: {message}"""


@pytest.mark.parametrize(
    ("function", "message", "slug"),
    [
        ("cross_entropy_loss", "expected scalar type Long but found Byte", "index-dtype"),
        ("nll_loss", "expected scalar type Long but found Float", "index-dtype"),
        ("multilabel_margin_loss", "expected scalar type Long but found Float", "index-dtype"),
        ("cross_entropy_loss", "expected scalar type Float but found Double", "class-weight-dtype"),
        ("linear", "expected scalar type Long but found Float", "two-dtypes"),
    ],
)
def test_loss_for_classes_is_told_by_its_traceback(function, message, slug):
    assert explain_error(LOSS_LINE.format(function=function, message=message)).slug == slug


def test_target_of_another_dtype_keeps_its_shape():
    explanation = explain_error("expected target dtype to be Long or Byte, but got Float")
    assert [fix.code for fix in explanation.fixes] == ["target = target.long()"]


def test_message_of_layer_and_loss_alike_names_both():
    explanation = explain_error("RuntimeError: expected scalar type Long but found Float")
    assert explanation.slug == "index-or-x"
    assert [fix.code for fix in explanation.fixes] == [
        "x = x.to(layer.weight.dtype)",
        "target = target.long()",
    ]
    for other in ("mat1 and mat2 must have the same dtype", "expected scalar type Float but found Double"):
        assert explain_error(other).slug == "two-dtypes"


@pytest.mark.parametrize(
    ("call", "slug", "code"),
    [
        ("F.cross_entropy(images, mask)", "index-dtype", ["mask = mask.long()"]),
        ("F.multi_margin_loss(scores, t)", "index-dtype", ["t = t.long()"]),
        (
            "F.cross_entropy(scores, t.long(), t.double())",
            "class-weight-dtype",
            ["weight = weight.to(prediction.dtype)"],
        ),
        ("torch.bmm(images[0].long(), images[0])", "two-dtypes", None),
        ("F.mse_loss(there, t)", "device", ["t = t.to(there.device)"]),
        ("F.mse_loss(there + 0, t)", "device", []),
    ],
)
def test_loss_that_fails_as_a_layer_does_is_one(call, slug, code):
    scope = {"images": torch.ones(2, 2, 2, 2), "mask": torch.ones(2, 2, 2).byte()}
    scope |= {"scores": torch.ones(2, 2), "t": torch.ones(2), "there": torch.ones(2, device="meta")}
    scope |= {"torch": torch, "F": F}
    with pytest.raises(RuntimeError, match="expected") as caught:
        exec(compile(call, SCRIPT, "exec"), scope)  # noqa: S102
    explanation = explain_error(caught.value)
    assert explanation.slug == slug
    assert code is None or [fix.code for fix in explanation.fixes] == code
