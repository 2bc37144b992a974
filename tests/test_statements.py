"""The failing statement is rewritten with the names that stand in it, and runs in its place."""

import linecache
import textwrap

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from linear_core import explain_error, explained_errors
from linear_core.calls.meanings import MEANINGS

SCRIPT = "<statements>"


def failing(script):
    """Run a script whose last line fails; return its fixes and what runs one in place of that line."""
    code = textwrap.dedent(script).strip()
    *before, last = code.splitlines()
    indent = last[: len(last) - len(last.lstrip())]

    def run(lines):
        source = "\n".join([*before, *(f"{indent}{line}" for line in lines)])
        linecache.cache[SCRIPT] = (len(source), None, source.splitlines(keepends=True), SCRIPT)
        scope = {
            "torch": torch,
            "nn": nn,
            "np": np,
            "F": F,
            "net": nn.Sequential(nn.Linear(3, 2)),
            "x": torch.ones(4, 3),
        }
        exec(compile(source, SCRIPT, "exec"), scope)  # noqa: S102
        return scope

    scope = {}
    with pytest.raises(Exception) as caught:  # noqa: PT011
        run([last.strip()])
    for entry in caught.traceback:
        scope = entry.frame.f_locals if str(entry.path) == SCRIPT else scope
    model = scope.get("net")
    return explain_error(caught.value, model).fixes, run


CASES = {
    "not-scalar": ("out = net(x)\nout.backward()", "out.mean().backward()"),
    "not-one-number": ("out = net(x)\nvalue = out.item()", "value = out.mean().item()"),
    "numpy-grad": ("out = net(x)\narray = out.numpy()", "array = out.detach().numpy()"),
    "numpy-grad, of a call": ("arrays = [net(x).numpy()]", "arrays = [net(x).detach().numpy()]"),
    "numpy-grad, a function": ("out = net(x)\narray = np.asarray(out)", "array = np.asarray(out.detach())"),
    "leaf": ("net[0].weight -= 0.1", "with torch.no_grad():\n    net[0].weight -= 0.1"),
    "assign-parameter": (
        "w = torch.ones(2, 3)\nnet[0].weight = w",
        "net[0].weight = nn.Parameter(w)",
    ),
    "assign-parameter, an array": (
        "w = np.ones((2, 3))\nnet[0].weight = w",
        "net[0].weight = nn.Parameter(torch.as_tensor(w, dtype=net[0].weight.dtype))",
    ),
    "nn-linear": ("layer = nn.linear(3, 2)", "layer = nn.Linear(3, 2)"),
    "nn-linear, a function": (
        "y = nn.linear(x, net[0].weight)",
        "y = nn.functional.linear(x, net[0].weight)",
    ),
    "size-not-whole": ("layer = nn.Linear(8 / 2, 2)", "layer = nn.Linear(8 // 2, 2)"),
    "size-not-whole, a name": ("n = 4.0\nlayer = nn.Linear(n, 2)", "layer = nn.Linear(int(n), 2)"),
    "size-not-whole, by keyword": (
        "h = 4\nlayer = nn.Linear(in_features=h * h / 2, out_features=2, bias=False)",
        "layer = nn.Linear(in_features=h * h // 2, out_features=2, bias=False)",
    ),
    "size-not-whole, a shape": ("h = 2\nlayer = nn.Linear(x.shape, h)", "layer = nn.Linear(x.shape[-1], h)"),
    "class-not-module": (
        "net = nn.Sequential(nn.Linear(3, 2), nn.ReLU)",
        "net = nn.Sequential(nn.Linear(3, 2), nn.ReLU())",
    ),
    "list-not-module": ("parts = [net]\nnet = nn.Sequential(parts)", "net = nn.Sequential(*parts)"),
    "class-called": ("loss = nn.MSELoss(net(x), x[:, :2])", "loss = nn.MSELoss()(net(x), x[:, :2])"),
    "backward-twice": (
        "out = net(x)\nloss = out.sum()\nloss.backward()\nloss.backward()",
        "out = net(x)\nloss = out.sum()\nloss.backward()",
    ),
    "backward-twice, a kept state": (
        "rnn, h = nn.GRU(3, 2), torch.zeros(1, 2)\nfor step in range(2):\n    out, h = rnn(x, h)\n"
        "    loss = out.sum()\n    loss.backward()",
        "h = h.detach()\nout, h = rnn(x, h)\nloss = out.sum()\nloss.backward()",
    ),
    "backward-twice, a kept tuple on one line": (
        "rnn, h = nn.LSTM(3, 2), (torch.zeros(1, 2), torch.zeros(1, 2))\nfor step in range(2):\n"
        "    out, h = rnn(x, h); loss = out.sum(); loss.backward()",
        "h = tuple(part.detach() for part in h)\nout, h = rnn(x, h)\nloss = out.sum()\nloss.backward()",
    ),
    "backward-twice, a running sum": (
        "total = 0\nfor step in range(2):\n    total += net(x).sum()\n    total.backward()",
        "total = total.detach()\ntotal += net(x).sum()\ntotal.backward()",
    ),
    "backward-twice, an attribute": (
        "class Kept: pass\nkept = Kept()\nkept.rnn, kept.h = nn.GRU(3, 2), torch.zeros(1, 2)\n"
        "for step in range(2):\n    out, kept.h = kept.rnn(x, kept.h)\n    kept.h.sum().backward()",
        "kept.h = kept.h.detach()\nout, kept.h = kept.rnn(x, kept.h)\nkept.h.sum().backward()",
    ),
    "backward-twice, a state inside the model": (
        "net.h = torch.zeros(2)\nfor step in range(2):\n    net.h = net.h + net(x).sum(0)\n"
        "    loss = net.h.sum()\n    loss.backward()",
        "net.h = net.h.detach()\nnet.h = net.h + net(x).sum(0)\nloss = net.h.sum()\nloss.backward()",
    ),
    "not-a-module": (
        "net = nn.Sequential(net, F.relu)",
        "net = nn.Sequential(net, nn.ReLU())",
    ),
    "not-a-module, in a list": (
        "net = nn.ModuleList([net, torch.tanh])",
        "net = nn.ModuleList([net, nn.Tanh()])",
    ),
    "not-convertible": (
        "import pandas as pd\ntable = pd.DataFrame({'a': [1.0]})\nx = torch.tensor(table)",
        "x = torch.tensor(table.to_numpy(dtype='float32'))",
    ),
    "not-convertible, a list": (
        "rows = [[1, 2]]\nx = torch.from_numpy(rows)",
        "x = torch.tensor(rows, dtype=torch.float32)",
    ),
    "list-of-tensors": ("rows = [x, x]\nx = torch.tensor(rows)", "x = torch.stack(rows)"),
    "object-array": (
        "import pandas as pd\ntable = {'x': pd.DataFrame({'a': [1.0], 'b': [True]})}\n"
        "x = torch.tensor(table['x'].values)",
        "x = torch.tensor(table['x'].values.astype('float32'))",
    ),
    "object-array, of a method": (
        "import pandas as pd\ntable = pd.DataFrame({'a': [1.0], 'b': [True]})\n"
        "x = torch.from_numpy(table[['a', 'b']].to_numpy())",
        "x = torch.from_numpy(table[['a', 'b']].to_numpy(dtype='float32'))",
    ),
    "a product": ("print(x @ net[0].weight)", "print(x @ net[0].weight.T)"),
    "a product of a method": ("w = net[0].weight\ny = x.matmul(w)", "y = x.matmul(w.T)"),
    "F.linear": ("w = torch.ones(3, 5)\ny = F.linear(x, w)", "y = F.linear(x, w.T)"),
    "no-grad": (
        "with torch.no_grad():\n    loss = net(x).sum()\nloss.backward()",
        "with torch.enable_grad():\n    loss = net(x).sum()\nloss.backward()",
    ),
    "no-grad, detached": (
        "loss = net(x).detach().sum()\nloss.backward()",
        "loss = net(x).sum()\nloss.backward()",
    ),
    "arguments": ("print(net(x=x))", "print(net(x))"),
    "list-of-tensors, one": ("v = float(net(x)) + max(1, 2)", "v = net(x).mean().item() + max(1, 2)"),
    "no-grad, frozen": (
        "net.requires_grad_(False)\nout = net(x)\nloss = out.sum()\nloss.backward()",
        "net.requires_grad_(True)\nout = net(x)\nloss = out.sum()\nloss.backward()",
    ),
    "in a lambda": ("out = net(x)\n(lambda: (out.backward(), 1))()", "(out.mean().backward(), 1)"),
}


@pytest.mark.parametrize("name", CASES)
def test_statement_is_rewritten_in_its_own_names(name):
    script, code = CASES[name]
    fixes, run = failing(script)
    assert fixes[0].code == code
    for fix in fixes:
        run(fix.code.splitlines())


def test_layers_in_a_plain_list_are_registered():
    model = nn.Sequential()
    model.parts, model.heads, model.names = [nn.Linear(3, 2)], {"a": nn.Linear(3, 2)}, ["a"]
    with pytest.raises(ValueError, match="empty parameter list") as caught:
        torch.optim.SGD(model.parameters())
    codes = [fix.code for fix in explain_error(caught.value, model).fixes]
    assert codes == ["model.parts = nn.ModuleList(model.parts)", "model.heads = nn.ModuleDict(model.heads)"]
    for code in codes:
        exec(code, {"model": model, "nn": nn})  # noqa: S102
    assert len(list(model.parameters())) == 4


def test_statement_whose_source_is_not_known_keeps_the_usual_fix():
    scope = {"out": nn.Linear(3, 2)(torch.ones(3))}
    with pytest.raises(RuntimeError) as caught, explained_errors(nn.Sequential()):
        exec("out.backward()", scope)  # noqa: S102
    assert explain_error(caught.value).fixes == MEANINGS["not-scalar"].fixes


@pytest.mark.parametrize(
    ("slug", "script"),
    [
        (
            "backward-twice",
            "losses = [net(x).sum()]\nlosses[0].backward()\nlosses[0].backward()",
        ),
        ("no-grad", "x.sum().backward()"),
        ("numpy-grad", "array = np.asarray([net(x)[0]])"),
        ("assign-parameter", "setattr(net[0], 'weight', x)"),
        ("list-not-module", "net = nn.Sequential(net, [net])"),
        ("arguments", "net(y=x, z=x)"),
        ("arguments", "net.append(nn.Bilinear(2, 2, 1))\nnet(input=x)"),
    ],
)
def test_statement_of_another_form_keeps_the_usual_fix(slug, script):
    assert failing(script)[0] == MEANINGS[slug].fixes


def test_tensor_of_another_device_is_copied():
    fixes, _ = failing("y = torch.ones(2, device='meta')\narray = y.numpy()")
    assert [fix.code for fix in fixes] == ["array = y.detach().cpu().numpy()"]


def test_fixes_of_texts_run():
    for slug, scope in {
        "not-one-number": {"x": torch.ones(3)},
        "list-not-module": {"layers": [nn.ReLU()]},
    }.items():
        fixes = explain_error(MEANINGS[slug].example).fixes
        assert fixes == MEANINGS[slug].fixes
        for fix in fixes:
            exec(fix.code, {"nn": nn, **scope})  # noqa: S102
