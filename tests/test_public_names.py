"""The contract of the package: names, signatures, attributes; and that each of them is explained."""

import ast
import dataclasses
import inspect
import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest

import linear_core
import linear_core.charts

# What callers may rely on. A signature may grow at its end, by parameters that may be left out.
SIGNATURES = {
    "build_layer": "spec",
    "trace_forward": "x, weight, bias=None",
    "trace_backward": "grad_output, x, weight, bias=None",
    "trace_gradients": "x, weight, bias, target, loss='mse', reduction='mean'",
    "gradient_report": "model, loss, num_samples=None",
    "predict_call": "layer_or_spec, input_shape, input_dtype=torch.float32",
    "explain_error": "error_or_text, model=None, x=None",
    "explained_errors": "model",
    "line_data": "slope=3.0, intercept=0.8, noise_std=0.0, n_samples=50, seed=0",
    "linear_data": "in_features, out_features, n_samples, noise_std=0.0, seed=0",
    "builtin_data": "name",
    "read_table": "file, target, features=None",
    "least_squares": "x, target, bias=True",
    "stability": "x, bias=True",
    "descent_path": "x, target, weight, bias, learning_rate, steps",
    "loss_surface": "x, target, weight_range, bias_range, resolution",
    "layer_script": "spec, x=None",
    "training_script": "data, config, num_steps",
    "LayerSpec": "in_features, out_features, bias=True, init='default', seed=0, dtype='float32'",
    "RegressionData": "x, target, feature_names, target_names, true_weight=None, true_bias=None",
    "TrainingConfig": "learning_rate=0.001, optimizer='sgd', momentum=0.0, weight_decay=0.0, loss='mse',"
    " batch_size=None, seed=0",
    "Trainer": "data, config, weight=None, bias=None",
    "Fix": "label, code",
    "LayerSpec.macs": "self, batch_size",
    "ForwardTrace.cell": "self, row, out",
    "BackwardTrace.weight_cell": "self, out, in_",
    "BackwardTrace.bias_cell": "self, out",
    "BackwardTrace.x_cell": "self, row, in_",
    "Trainer.advance": "self, num_steps",
    "Trainer.at": "self, step",
    "Trainer.with_config": "self, **changes",
    "Stability.steps_to": "self, factor, learning_rate",
}
ATTRIBUTES = {
    "LayerSpec": "num_parameters weight_shape bias_shape init_bound macs num_bytes",
    "ForwardTrace": "output num_rows cell",
    "CellTrace": "x weight products running_sums bias value rounding_error",
    "BackwardTrace": "grad_weight grad_bias grad_x weight_cell bias_cell x_cell check",
    "CallOutcome": "ok output_shape output_dtype error_type message explanation fixes",
    "Explanation": "text template values",
    "Fix": "label code",
    "RegressionData": "x target feature_names target_names true_weight true_bias",
    "Trainer": "advance step weight bias loss diverged_at history at with_config",
    "TrainingHistory": "step loss weight bias",
    "LeastSquares": "weight bias loss r_squared standard_errors residual_std",
    "Stability": "eigenvalues max_learning_rate best_learning_rate condition_number steps_to",
}
REGISTRIES = ("INITS", "BUILTIN_DATA", "OPTIMIZERS", "LOSSES")
ERRORS = ("ShapeError", "DataError", "ConfigError")

PUBLIC = {
    f"{package.__name__}.{name}": getattr(package, name)
    for package in (linear_core, linear_core.charts)
    for name in package.__all__
}
FUNCTIONS = {name: each for name, each in PUBLIC.items() if inspect.isfunction(each)}
CLASSES = {
    name: each for name, each in PUBLIC.items() if inspect.isclass(each) and not issubclass(each, Exception)
}


@pytest.mark.parametrize("package", [linear_core, linear_core.charts])
def test_type_checkers_see_the_names_that_are_loaded_when_used(package):
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    [guard] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {name.name: node.module for node in guard.body for name in node.names}
    assert sorted(seen) == sorted(package.__all__)
    for name, module in seen.items():
        assert getattr(package, name) is getattr(import_module(module), name)


def test_public_names_are_few_and_all_are_listed():
    assert len(linear_core.__all__) <= 45
    assert set(linear_core.__all__) <= set(dir(linear_core))


def test_name_that_is_not_public_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'decode_matrix'"):
        linear_core.decode_matrix  # noqa: B018 - to use it is the test


def found(path):
    value = linear_core
    for part in path.split("."):
        value = getattr(value, part)
    return value


def written(parameter):
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
    return f"{stars}{parameter.name}{default}"


@pytest.mark.parametrize("path", SIGNATURES)
def test_signature_is_the_contracts_and_grows_only_at_its_end(path):
    wanted = SIGNATURES[path].split(", ")
    parameters = list(inspect.signature(found(path)).parameters.values())
    for parameter, text in zip(parameters, wanted, strict=False):
        # A default may be given where the contract asks for none.
        assert text in (written(parameter), parameter.name)
    assert len(parameters) >= len(wanted)
    assert all(parameter.default is not parameter.empty for parameter in parameters[len(wanted) :])


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_class_has_the_attributes_of_the_contract(name):
    each = getattr(linear_core, name)
    fields = {field.name for field in dataclasses.fields(each)} if dataclasses.is_dataclass(each) else set()
    assert set(ATTRIBUTES[name].split()) <= fields | set(dir(each))


@pytest.mark.parametrize("name", REGISTRIES)
def test_registry_is_a_mapping_that_nobody_changes(name):
    registry = getattr(linear_core, name)
    assert isinstance(registry, Mapping)
    assert len(registry) > 0
    assert not hasattr(registry, "__setitem__")


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_value_errors(name):
    assert issubclass(getattr(linear_core, name), ValueError)


def test_specs_and_configs_can_be_compared_and_used_as_keys():
    for each in (linear_core.LayerSpec(2, 3), linear_core.TrainingConfig()):
        again = dataclasses.replace(each)
        assert again is not each
        assert {each: "found"}[again] == "found"
        with pytest.raises(dataclasses.FrozenInstanceError):
            each.seed = 1


def sections(docstring):
    return set(re.findall(r"^(\w+)\n-+$", docstring, flags=re.MULTILINE))


def public_methods(each):
    members = vars(each).values() if inspect.isclass(each) else ()
    return [m for m in members if inspect.isfunction(m) and not m.__name__.startswith("_")]


def has_example(each):
    return any(">>> " in inspect.getdoc(part) for part in (each, *public_methods(each)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_explains_its_parameters_and_its_result(name):
    function = FUNCTIONS[name]
    signature = inspect.signature(function)
    said = sections(inspect.getdoc(function))
    assert "Parameters" in said or not signature.parameters
    is_context = hasattr(function, "__wrapped__")
    assert said & {"Returns", "Yields"} or signature.return_annotation is None or is_context


@pytest.mark.parametrize("name", CLASSES)
def test_class_explains_what_it_holds(name):
    assert sections(inspect.getdoc(CLASSES[name])) & {"Parameters", "Attributes"}


@pytest.mark.parametrize("name", CLASSES)
def test_methods_and_properties_are_explained(name):
    for part_name, part in vars(CLASSES[name]).items():
        if isinstance(part, property | FunctionType) and not part_name.startswith("_"):
            assert inspect.getdoc(part), part_name


@pytest.mark.parametrize("name", FUNCTIONS | CLASSES)
def test_an_example_shows_it_at_work(name):
    each = FUNCTIONS.get(name) or CLASSES[name]
    if name in CLASSES and not has_example(each):
        # The example of a record is in what makes it.
        parts = [part for owner in (FUNCTIONS | CLASSES).values() for part in (owner, *public_methods(owner))]
        makers = [str(inspect.signature(part)) for part in parts if ">>> " in inspect.getdoc(part)]
        assert any(re.search(rf"-> .*\b{each.__name__}\b", maker) for maker in makers)
    else:
        assert has_example(each)
