"""Errors that have nothing to do with a linear layer, a line of code for each, which the tests run."""

PYTHON = """
[1, 2][5]
[][-1]
"text"[9]
(1, 2)["a"]
{"a": 1}["b"]
{}[None]
undefined_name
len(3)
len(None)
None.shape
None.weight
(1, 2).size()
[1, 2].shape
"abc".forward()
int("12a")
int("4.5")
float("nan?")
1 / 0
1.0 // 0
10 ** 400 * 1.0
"1" + 1
1 + "1"
[1] + (2,)
[1, 2] * [3, 4]
None + 1
-"a"
sum(["a", "b"])
max([])
min(())
next(iter([]))
a, b = 1, 2, 3
a, b, c = [1, 2]
a, *b = 3
(lambda x: x)()
(lambda x: x)(1, 2)
(lambda x: x)(y=1)
print(1, colour="red")
open("no-such-file.txt")
open("/")
open("x", "q")
import no_such_module
from math import no_such_name
from torch import no_such_function
import json; json.loads("{")
import json; json.loads("")
import json; json.dumps({1, 2})
import pickle; pickle.loads(b"not a pickle")
import struct; struct.unpack("i", b"ab")
b"\\xff".decode()
"é".encode("ascii")
eval("1 +")
eval("(1, 2")
exec("if True:\\nx = 1")
exec("  x = 1\\n y = 2")
assert 1 == 2
assert 1 == 2, "shapes differ"
assert (3, 4) == (4, 3), f"expected {(3, 4)}, got {(4, 3)}"
raise RuntimeError
raise RuntimeError("something went wrong")
raise ValueError("shape mismatch")
raise ValueError("Expected more than 1 value per channel")
raise RuntimeError("size mismatch")
raise TypeError("expected a matrix")
raise NotImplementedError
raise KeyError("weight")
raise StopIteration
raise OSError("disk full")
raise MemoryError
range(0, 10, 0)
range(1.5)
list(zip([1], [1, 2], strict=True))
dict([1, 2])
dict(a=1)["bias"]
{[1]: 2}
{1, 2}[0]
hash([])
object().x
type("A", (), {})().weight
class A: pass; A().forward(1)
(1).append(2)
[].add(1)
"abc"[0] = "x"
(1, 2)[0] = 3
[3, "a"].sort()
sorted([1, None])
[1, 2].index(3)
[1, 2].remove(3)
"a,b".split(1)
"{} {}".format(1)
"{name}".format(nam=1)
"%d" % "a"
"%s %s" % 1
import datetime; datetime.date(2024, 2, 30)
import datetime; datetime.datetime.strptime("2024", "%d/%m")
import re; re.compile("(")
import decimal; decimal.Decimal("x")
import fractions; fractions.Fraction(1, 0)
import math; math.sqrt(-1)
import math; math.log(0)
import random; random.choice([])
import random; random.sample([1, 2], 3)
import subprocess; subprocess.run(["no-such-program"])
import queue; queue.Queue().get_nowait()
import pathlib; pathlib.Path("no/such").read_text()
import collections; collections.namedtuple("P", "x y")(1)
import dataclasses; dataclasses.make_dataclass("P", ["x"])()
import enum; enum.Enum("C", "A B")("Z")
import importlib; importlib.import_module("no.such")
import urllib.request; urllib.request.urlopen("no-scheme")
import ast; ast.literal_eval("f(1)")
import copy; copy.copy(open)(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
"""

NUMPY = """
np.zeros((3, 4)) @ np.zeros((3, 4))
np.zeros((3, 4)) @ np.zeros(3)
np.matmul(np.zeros((2, 3, 4)), np.zeros((2, 3, 4)))
np.matmul(np.zeros((3, 4)), 2.0)
np.dot(np.zeros((3, 4)), np.zeros((3, 4)))
np.dot(np.zeros(3), np.zeros(4))
np.inner(np.zeros((2, 3)), np.zeros((2, 4)))
np.einsum("ij,jk", np.zeros((2, 3)), np.zeros((4, 5)))
np.einsum("ij", np.zeros(3))
np.tensordot(np.zeros((2, 3)), np.zeros((4, 5)))
np.zeros((3, 4)) + np.zeros((4, 3))
np.zeros(3) * np.zeros(4)
np.zeros(6).reshape(4, 2)
np.zeros((2, 3)).reshape(-1, 4)
np.zeros((2, 3))[5]
np.zeros((2, 3))[0, 7]
np.zeros((2, 3))[0, 0, 0]
np.zeros(3)["a"]
np.zeros(3)[1.5]
np.zeros(3)[[True, False]]
np.concatenate([np.zeros((2, 3)), np.zeros((2, 4))])
np.concatenate([])
np.stack([np.zeros(2), np.zeros(3)])
np.vstack([np.zeros(2), np.zeros(3)])
np.hstack([np.zeros((2, 3)), np.zeros(3)])
np.split(np.zeros(5), 2)
np.array([[1, 2], [3]])
np.array(["a"]).astype(float)
np.zeros(3, dtype="no-such")
np.linalg.inv(np.zeros((2, 2)))
np.linalg.inv(np.zeros((2, 3)))
np.linalg.solve(np.eye(2), np.zeros(3))
np.linalg.cholesky(-np.eye(2))
np.linalg.eig(np.zeros((2, 3)))
np.linalg.lstsq(np.zeros((3, 2)), np.zeros(4))
np.zeros(3).sum(axis=1)
np.zeros((2, 3)).transpose(0, 1, 2)
np.zeros((2, 3)).squeeze(0)
np.expand_dims(np.zeros(3), 5)
np.zeros(-1)
np.arange(1, 2, 0)
np.zeros(3).no_such_method()
np.load("no-such.npy")
np.random.default_rng(0).choice(3, 5, replace=False)
np.average([1, 2], weights=[1, 2, 3])
np.interp(1, [1, 2], [1])
np.polyfit([1, 2], [1], 1)
np.broadcast_to(np.zeros(3), (2, 4))
np.copyto(np.zeros(3), np.zeros(4))
bool(np.zeros(3))
int(np.zeros(2))
np.zeros(2, dtype=int).__iadd__(0.5)
"""

PANDAS = """
pd.DataFrame({"a": [1]})["b"]
pd.DataFrame({"a": [1]}).loc["x"]
pd.DataFrame({"a": [1]}).iloc[5]
pd.DataFrame({"a": [1]}).b
pd.DataFrame({"a": [1, 2], "b": [1]})
pd.DataFrame([[1, 2]], columns=["a"])
pd.read_csv("no-such.csv")
pd.to_numeric(pd.Series(["a"]))
pd.to_datetime("not a date")
pd.concat([])
pd.merge(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))
pd.Series([1, 2]).astype("no-such")
pd.Series(["x"]).astype(float)
bool(pd.Series([1, 2]))
pd.DataFrame({"a": [1]}).drop(columns="b")
pd.DataFrame({"a": [1]}).set_index("b")
pd.DataFrame({"a": [1, 2]}).values @ np.zeros((2, 2, 3))[0, 0]
pd.DataFrame({"a": [1]}).dot(pd.DataFrame({"b": [1]}))
pd.Series([1]).dot(pd.Series([1, 2]))
pd.DataFrame({"a": [1]}).groupby("b")
pd.Categorical([1], categories=[1, 1])
pd.Timestamp("2024-13-01")
pd.DataFrame({"a": [1, 2]}).insert(0, "a", [1, 2])
pd.date_range("2024", periods=2, freq="no-such")
"""

TORCH = """
torch.einsum("ij,jk->ik", torch.zeros(2, 3), torch.zeros(4, 5))
torch.einsum("ij->k", torch.zeros(2, 3))
torch.cat([torch.zeros(2, 3), torch.zeros(2, 4)])
torch.cat([])
torch.cat([torch.zeros(2), torch.zeros(2, 2)])
torch.stack([torch.zeros(2), torch.zeros(3)])
torch.stack([])
torch.zeros(3)[5]
torch.zeros(2, 3)[0, 7]
torch.zeros(3)[0, 0]
torch.zeros(3)["a"]
torch.zeros(3)[torch.tensor([7])]
torch.zeros(3)[torch.zeros(4, dtype=torch.bool)]
torch.zeros(2, 3).permute(0)
torch.zeros(2, 3).transpose(0, 5)
torch.zeros(2, 3).squeeze(7)
torch.zeros(2, 3).sum(dim=4)
torch.zeros(2, 3).softmax(3)
torch.zeros(3).unsqueeze(9)
torch.zeros(2, 3).gather(0, torch.zeros(2, 3, 4, dtype=torch.long))
torch.zeros(2, 3).gather(1, torch.full((2, 1), 9))
torch.zeros(2, 3).scatter(0, torch.zeros(1, 1), torch.zeros(1, 1))
torch.zeros(3).topk(7)
torch.zeros(5).split([2, 2])
torch.zeros(3).chunk(0)
torch.zeros(2, 2).diagonal(0, 5, 6)
torch.linalg.inv(torch.zeros(2, 2))
torch.linalg.inv(torch.zeros(2, 3))
torch.linalg.cholesky(-torch.eye(2))
torch.linalg.solve(torch.zeros(2, 2), torch.ones(2))
torch.cross(torch.zeros(4), torch.zeros(4), dim=0)
torch.arange(3, 1)
torch.linspace(0, 1, -2)
torch.multinomial(torch.zeros(3), 1)
torch.normal(0.0, -1.0, (2,))
torch.bincount(torch.tensor([-1]))
torch.quantile(torch.zeros(3), 2.0)
torch.histc(torch.zeros(3), bins=0)
torch.zeros(3).no_such_method()
torch.no_such_function()
torch.device("no-such")
torch.zeros(2, dtype="float32")
torch.load("no-such.pt")
torch.manual_seed("a")
torch.Generator("no-such")
torch.set_default_dtype(torch.int32)
torch.zeros(3).to("no-such")
torch.tensor({"a": 1})
torch.zeros(1, 2).numpy().reshape(5)
torch.fft.fft(torch.zeros(3), n=0)
torch.meshgrid(torch.zeros(2, 2))
torch.searchsorted(torch.zeros(2, 3), torch.zeros(4, 2))
torch.nn.Embedding(3, 2)(torch.tensor([7]))
torch.nn.Embedding(3, 2)(torch.zeros(2))
torch.nn.BatchNorm1d(3)(torch.zeros(1, 3))
torch.nn.MaxPool2d(9)(torch.zeros(1, 1, 3, 3))
torch.nn.ReflectionPad1d(5)(torch.zeros(1, 1, 3))
torch.nn.Softmax(dim=5)(torch.zeros(2, 3))
torch.nn.Dropout(2.0)
torch.nn.GroupNorm(2, 3)
torch.nn.MultiheadAttention(7, 2)
torch.nn.Conv2d(3, 4, 3, groups=2)
torch.nn.Conv2d(1, 1, 9)(torch.zeros(1, 1, 3, 3))
torch.nn.PixelShuffle(2)(torch.zeros(1, 3, 2, 2))
torch.nn.functional.one_hot(torch.tensor([5]), 3)
torch.nn.functional.interpolate(torch.zeros(1, 1, 2), scale_factor=None)
torch.nn.functional.pad(torch.zeros(2), (1, 1, 1))
torch.nn.functional.grid_sample(torch.zeros(1, 1, 2, 2), torch.zeros(1, 2, 2, 3))
torch.nn.functional.ctc_loss(torch.zeros(2, 1, 3), torch.zeros(1, 2), torch.tensor([2]), torch.tensor([9]))
torch.nn.functional.cosine_embedding_loss(torch.zeros(2), torch.zeros(2), torch.zeros(2, 2))
torch.nn.ModuleList([1])
torch.nn.ParameterList()[3]
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=-1)
torch.optim.Adam([torch.zeros(1, requires_grad=True)], betas=(2.0, 0.9))
torch.optim.lr_scheduler.StepLR(None, 1)
torch.utils.data.DataLoader([1, 2], batch_size=0)
next(iter(torch.utils.data.DataLoader([torch.zeros(2), torch.zeros(3)], batch_size=2)))
torch.utils.data.random_split([1, 2, 3], [1, 1])
torch.autograd.grad(torch.zeros(1, requires_grad=True).sum(), torch.zeros(1, requires_grad=True))
torch.hub.load("no-such", "model", source="local")
torch.jit.load("no-such.pt")
torch.distributed.all_reduce(torch.zeros(1))
torch.nn.utils.rnn.pad_sequence([])
torch.nn.utils.rnn.pack_padded_sequence(torch.zeros(3, 2, 1), [1, 2])
"""

AREAS = {"python": PYTHON, "numpy": NUMPY, "pandas": PANDAS, "torch": TORCH}
SNIPPETS = [(area, line) for area, lines in AREAS.items() for line in lines.strip().splitlines()]
