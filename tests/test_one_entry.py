"""What is added is one entry in one registry: menu, link and script follow. And a page is thirty lines."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HELLO = ROOT / "tests/hello"

ENTRY = """
from pages._ui.hello import Hello

HELLO = Page("pages/9_Hello.py", "Hello", "What does a layer say?", "Hello", Hello)
PAGES = (*PAGES, HELLO)
"""

VISIT = """
import json, sys
from streamlit.testing.v1 import AppTest

def visit(page, **link):
    at = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=60)
    if page:
        at.switch_page(page)
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception, at.exception
    return at

def script(at):
    return next((code.value for code in at.code if "import torch" in code.value), "")

def links(at):
    return [link.proto.label for link in at.get("page_link")]
"""


def run(code: str, root: Path = ROOT) -> dict:
    """What a program prints last, in a process of its own."""
    start = f"from pathlib import Path\nROOT = Path({str(root)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", start + VISIT + code],
        capture_output=True,
        text=True,
        cwd=root,
        env={"PYTHONPATH": f"{root}:{ROOT}", "PATH": "", "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_an_initialization_is_one_entry():
    found = run("""
from types import MappingProxyType
import torch
from linear_core.layer import spec
fill = lambda weight, generator: torch.nn.init.constant_(weight, 0.5)
half = spec.Init("a half", "nn.init.constant_(layer.weight, 0.5)", fill)
spec.INITS = MappingProxyType({**spec.INITS, "half": half})
at = visit("pages/1_Forward_pass.py", init="half", x="ones", part="script")
pages = [at, visit("pages/4_Training.py")]
options = [box.options for at in pages for box in at.selectbox if box.label == "initialization of weight"]
print(json.dumps([options, script(at), dict(at.query_params), [w.value for w in at.warning]]))
""")
    (forward, training), script, link, warnings = found
    assert "a half" in forward
    assert "a half" in training
    assert "nn.init.constant_(layer.weight, 0.5)" in script
    assert link["init"] in ("half", ["half"])
    assert not warnings


def test_a_convention_is_one_entry():
    options, script, captions = run("""
from types import MappingProxyType
from dataclasses import replace
from linear_core.layer import conventions
matmul = conventions.CONVENTIONS["matmul"]
mine = replace(matmul, name="mine", expression="bias + x @ weight.T", about="As I do.")
conventions.CONVENTIONS = MappingProxyType({**conventions.CONVENTIONS, "mine": mine})
at = visit("pages/1_Forward_pass.py", convention="mine", part="conventions")
options = at.button_group(key="convention").options
captions = [caption.value for caption in at.caption]
code = script(visit("pages/1_Forward_pass.py", convention="mine", part="script"))
print(json.dumps([[getattr(option, "content", option) for option in options], code, captions]))
""")
    assert "mine" in options
    assert "bias + x @ weight.T" in script
    assert "As I do." in captions


def test_a_known_layer_is_one_entry():
    layers = run("""
from types import MappingProxyType
from linear_core import LayerSpec
from linear_core.layer import known_layers
mine = known_layers.KnownLayer("My layer", LayerSpec(3, 4), "me")
known_layers.KNOWN_LAYERS = MappingProxyType({**known_layers.KNOWN_LAYERS, "My layer": mine})
print(json.dumps(list(visit("pages/1_Forward_pass.py", part="costs").dataframe[0].value["layer"])))
""")
    assert "My layer" in layers


def test_a_fill_is_one_entry():
    buttons, script = run("""
import torch
from dataclasses import replace
from types import MappingProxyType
from linear_core.layer import fills
mine = replace(fills.FILLS["ones"], make=lambda rows, columns, _: torch.full((rows, columns), 7.0))
fills.FILLS = MappingProxyType({**fills.FILLS, "sevens": mine})
at = visit("pages/1_Forward_pass.py", part="numbers", x="sevens")
code = script(visit("pages/1_Forward_pass.py", x="sevens", part="script"))
print(json.dumps([[b.label for b in at.button], code]))
""")
    assert "sevens" in buttons
    assert "7" in script


def test_a_loss_is_one_entry():
    options, texts, code, walk = run("""
import torch
from types import MappingProxyType
from linear_core.training import losses
smooth = losses.Loss("SmoothL1Loss", losses._huber, lambda difference: difference.clamp(-1, 1))
losses.LOSSES = MappingProxyType({**losses.LOSSES, "smooth": smooth})
at = visit("pages/3_Gradients.py", loss="smooth", grad_part="files")
options = [getattr(option, "content", option) for option in at.button_group(key="loss").options]
[walk] = [json.loads(part.proto.json) for part in at.get("bidi_component") if "walk" in part.proto.id]
rules = [numbers.get("rule") for numbers in walk[0]["numbers"]]
print(json.dumps([options, [text.value for text in at.markdown], script(at), rules]))
""")
    assert options == ["MSE", "L1", "Huber", "SmoothL1"]
    assert "**G = l'(y − target) / (3 · 4)**" in texts
    assert 'nn.SmoothL1Loss(reduction="mean")' in code
    assert walk[:2] == ["l({left} − {right}) = l({difference})", "l'({left} − {right}) / 12"]


def test_an_optimizer_a_loss_and_a_data_set_are_one_entry_each(tmp_path):
    (tmp_path / "doses.csv").write_text("dose,effect\n1,2\n2,3.5\n3,6\n")
    folder = f"FOLDER = {str(tmp_path)!r}"
    code = """
import contextlib, io, torch
from types import MappingProxyType
from linear_core.data import builtin
from linear_core.training import losses, optimizers
def adagrad(parameter, gradient, memory, settings):
    total = memory.setdefault("sum", torch.zeros_like(parameter)).add_(gradient.square())
    parameter.addcdiv_(gradient, total.sqrt().add_(1e-10), value=-settings.learning_rate)
mine = optimizers.Optimizer("Adagrad", adagrad, ("weight_decay",))
optimizers.OPTIMIZERS = MappingProxyType({**optimizers.OPTIMIZERS, "adagrad": mine})
optimizers.OPTIMIZER_CHOICES = MappingProxyType(dict(optimizers._choices()))
smooth = losses.Loss("SmoothL1Loss", losses._huber, lambda difference: difference.clamp(-1, 1))
losses.LOSSES = MappingProxyType({**losses.LOSSES, "smooth": smooth})
doses = builtin.BuiltinData("Doses", "me", "free", ("dose",), ("effect",), {}, {})
builtin.BUILTIN_DATA = MappingProxyType({**builtin.BUILTIN_DATA, "doses": doses})
builtin.files = lambda package: Path(FOLDER)
entries = dict(optimizer="adagrad", loss="smooth", data="doses")
at = visit("pages/4_Training.py", **entries, learning_rate="0.5", steps="20", at="20", section="script")
race = visit("pages/4_Training.py", data="doses", section="race", racers="SGD_Adagrad", race_steps="5")
options = [at.button_group(key=key).options for key in ("optimizer", "loss")]
options += [at.selectbox[0].options, race.button_group(key="racers_pills").options]
options = [[getattr(option, "content", option) for option in each] for each in options]
link = ["".join(at.query_params[key]) for key in entries]
smooth = visit("pages/4_Training.py", loss="smooth")
guide = [c.value for c in smooth.caption if "condition number" in c.value]
buttons = [b.label for b in smooth.button]
said = [w.value for page in (at, race) for w in (*page.warning, *page.error)]
with contextlib.redirect_stdout(io.StringIO()) as printed:
    exec(script(at), {})
loss = f"loss {at.session_state['training_run'].trainer.loss!r}"
raced = list(race.dataframe[0].value["optimizer"])
print(json.dumps([options, link, loss in printed.getvalue().splitlines(), guide, buttons, said, raced]))
"""
    options, link, is_same_loss, guide, buttons, refused, raced = run(folder + code)
    for offered, title in zip(options, ("Adagrad", "SmoothL1Loss", "Doses", "Adagrad"), strict=True):
        assert title in offered
    assert link == ["adagrad", "smooth", "doses"]
    assert is_same_loss  # as the script prints it
    assert "only a guide" in guide[0]  # no theory of a loss that does not say that it is quadratic
    assert not [label for label in buttons if label.startswith("Use ")]
    assert raced == ["SGD", "Adagrad"]
    assert not refused


@pytest.fixture
def with_hello(tmp_path):
    """A copy of the app with one page more: its script, its choices and its entry."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "pages", tmp_path / "pages", ignore=ignored)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=ignored)
    shutil.copy(ROOT / "streamlit_app.py", tmp_path)
    (tmp_path / "linear_core").symlink_to(ROOT / "linear_core")
    shutil.copy(HELLO / "page.py", tmp_path / "pages/9_Hello.py")
    shutil.copy(HELLO / "choices.py", tmp_path / "pages/_ui/hello.py")
    with (tmp_path / "pages/_ui/registry.py").open("a") as registry:
        registry.write(ENTRY)
    return tmp_path


def test_a_page_is_one_entry(with_hello):
    menu, title, shapes, script, pictures, link, chinese = run(
        """
start = visit(None)
at = visit("pages/9_Hello.py", in_features="2", out_features="3")
chinese = visit("pages/9_Hello.py", lang="zh", script="false")
print(json.dumps([
    links(start), at.title[0].value, [m.value for m in at.markdown], script(at),
    len(at.get("vega_lite_chart")),
    links(visit("pages/1_Forward_pass.py", in_features="2")), [t.label for t in chinese.toggle],
]))
""",
        with_hello,
    )
    assert "Hello" in menu
    assert "Hello" in link
    assert title == "What does a layer say?"
    assert any("(3, :violet[3]) = (3, :blue[2])" in text for text in shapes)
    assert "nn.Linear(2, 3)" in script
    assert pictures == 1
    assert "脚本与文件" in chinese


def test_a_page_takes_at_most_thirty_lines():
    texts = [path.read_text() for path in (HELLO / "page.py", HELLO / "choices.py")] + [ENTRY]
    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    assert len(lines) <= 30


# The house


@pytest.mark.parametrize(
    ("concept", "places"),
    [
        (r"st\.session_state\b", {"link", "session"}),
        (r"st\.(altair|vega_lite)_chart\(", {"figure"}),
        (r"st\.data_editor\(", {"number_table"}),
        (r"st\.query_params\b", {"link"}),
        (r"replace\(.-., ", {"numbers"}),
    ],
)
def test_each_concept_is_in_one_place(concept, places):
    modules = [ROOT / "streamlit_app.py", *(ROOT / "pages").rglob("*.py")]
    knowing = {path for path in modules if re.search(rf"\b{concept}", path.read_text())}
    assert knowing == {ROOT / f"pages/_ui/{place}.py" for place in places}
