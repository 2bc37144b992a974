"""The trainer against autograd with torch.optim, and against itself cut into other chunks."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import linear_core.training.engine
from linear_core import (
    INITS,
    LOSSES,
    OPTIMIZERS,
    ConfigError,
    DataError,
    LayerSpec,
    RegressionData,
    ShapeError,
    Trainer,
    TrainingConfig,
    line_data,
    linear_data,
)
from linear_core.layer.spec import layer_code
from linear_core.training.changes import data_from_plain, plain_data

VARIANTS = [
    {},
    {"bias": False},
    {"momentum": 0.9},
    {"optimizer": "adam", "batch_size": 7},
    {"optimizer": "rmsprop", "loss": "huber", "momentum": 0.5},
    {"loss": "l1", "batch_size": 50, "weight_decay": 0.01},
]


def autograd_states(data, config, num_steps):
    """Train as a plain script does; give weight, bias and loss before each step and at the end."""
    with torch.random.fork_rng():
        torch.manual_seed(config.seed)
        model = nn.Linear(data.in_features, data.out_features, dtype=data.x.dtype)
    criterion, kind = getattr(nn, LOSSES[config.loss].torch_name)(), OPTIMIZERS[config.optimizer]
    options = {name: getattr(config, name) for name in kind.options}
    optimizer = getattr(torch.optim, kind.torch_name)(model.parameters(), lr=config.learning_rate, **options)
    states = []
    for _ in range(num_steps + 1):
        loss = criterion(model(data.x), data.target)
        states.append((model.weight.detach().clone(), model.bias.detach().clone(), loss.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return states


def same_state(trainer, other):
    biases = trainer.bias is None or torch.equal(trainer.bias, other.bias)
    return (
        trainer.step == other.step
        and torch.equal(trainer.weight, other.weight)
        and biases
        and trainer.loss == other.loss
        and trainer.gradient_norm == other.gradient_norm
    )


def same_history(trainer, other):
    pairs = zip(vars(trainer.history).values(), vars(other.history).values(), strict=True)
    return all(a is b is None or torch.equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("sizes", [(50, 1, 1), (200, 8, 3), (1000, 16, 4), (1, 1, 1), (9, 3, 2)], ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_full_batch_descent_is_autograd_to_the_bit_at_every_step(sizes, dtype):
    n_samples, in_features, out_features = sizes
    data = linear_data(in_features, out_features, n_samples, noise_std=0.1)
    data = RegressionData(data.x.to(dtype), data.target.to(dtype), data.feature_names, data.target_names)
    config = TrainingConfig(learning_rate=0.02, seed=5)
    trainer = Trainer(data, config)
    for step, (weight, bias, loss) in enumerate(autograd_states(data, config, 60)):
        assert trainer.step == step
        assert torch.equal(trainer.weight, weight)
        assert torch.equal(trainer.bias, bias)
        assert trainer.loss == loss
        trainer.advance(1)


def test_one_long_advance_is_autograd_at_every_step():
    data, config = line_data(), TrainingConfig(learning_rate=0.1)
    trainer = Trainer(data, config)
    assert trainer.advance(300) == 300
    weight, bias, loss = zip(*autograd_states(data, config, 300), strict=True)
    history = trainer.history
    assert torch.equal(history.step, torch.arange(301))
    assert torch.equal(history.weight, torch.stack(weight))
    assert torch.equal(history.bias, torch.stack(bias))
    assert history.loss.tolist() == list(loss)


@pytest.mark.parametrize(
    "variant",
    [
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        {"optimizer": "rmsprop", "loss": "huber", "momentum": 0.5},
        {"optimizer": "adam", "loss": "l1"},
        {"optimizer": "adamw", "weight_decay": 0.1},
    ],
    ids=str,
)
def test_every_optimizer_and_loss_is_autograd_at_every_step(variant):
    data, config = linear_data(3, 2, 40, noise_std=0.1), TrainingConfig(learning_rate=0.05, **variant)
    trainer = Trainer(data, config)
    trainer.advance(60)
    for step, (weight, bias, loss) in enumerate(autograd_states(data, config, 60)):
        state = trainer.at(step)
        assert torch.equal(state.weight, weight)
        assert torch.equal(state.bias, bias)
        assert state.loss == loss


def test_a_row_longer_than_one_thread_sums_is_still_autograd():
    data, config = linear_data(1, 1, 33_000), TrainingConfig(learning_rate=0.1)
    trainer = Trainer(data, config)
    trainer.advance(5)
    for step, (weight, _, loss) in enumerate(autograd_states(data, config, 5)):
        assert torch.equal(trainer.at(step).weight, weight)
        assert trainer.at(step).loss == loss


def test_a_layer_longer_than_one_thread_sums_has_a_gradient_norm():
    trainer = Trainer(linear_data(200, 180, 2), TrainingConfig(learning_rate=1e-6))
    trace = trainer.trace_step()
    expected = torch.cat([trace.grad_weight.flatten(), trace.grad_bias]).double().norm().item()
    assert trainer.gradient_norm == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("settings", VARIANTS, ids=str)
@pytest.mark.parametrize(
    "data", [line_data(noise_std=0.2), linear_data(5, 3, 50, 0.2)], ids=["line", "plane"]
)
def test_chunks_do_not_matter(settings, data):
    config = TrainingConfig(learning_rate=0.01, **settings)
    whole, pieces = Trainer(data, config), Trainer(data, config)
    whole.advance(700)
    for size in (1, 2, 97, 300, 300):
        pieces.advance(size)
    assert same_state(whole, pieces)
    assert same_history(whole, pieces)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("settings", VARIANTS, ids=str)
def test_the_length_of_the_tape_does_not_matter(settings, rows, monkeypatch):
    data, config = linear_data(5, 3, 50, 0.2), TrainingConfig(learning_rate=0.01, **settings)
    usual = Trainer(data, config)
    usual.advance(40)
    monkeypatch.setattr(linear_core.training.engine, "PARAMETERS_ON_TAPE", 15 * rows)
    short = Trainer(data, config)
    short.advance(40)
    assert same_state(usual, short)


@settings(max_examples=15, deadline=None)
@given(
    variant=st.sampled_from(VARIANTS),
    cuts=st.lists(st.integers(0, 90), max_size=4),
    step=st.integers(0, 10**6),
)
def test_any_step_made_can_be_had_again(variant, cuts, step):
    config = TrainingConfig(learning_rate=0.01, **variant)
    trainer = Trainer(line_data(), config)
    for size in [300, *cuts]:
        trainer.advance(size)
    step %= trainer.step + 1
    other = Trainer(line_data(), config)
    other.advance(step)
    assert same_state(trainer.at(step), other)


def test_last_partial_batch_is_used():
    data = line_data(n_samples=10)
    trainer = Trainer(data, TrainingConfig(batch_size=4))
    order = torch.Generator().manual_seed(0)
    for _ in range(3):
        for batch in torch.randperm(10, generator=order).split(4):
            assert torch.equal(trainer.trace_step().rows, batch)
            trainer.advance(1)


def test_batches_come_in_another_order_in_each_epoch_and_for_each_seed():
    data = line_data(n_samples=20)
    orders = set()
    for seed in (0, 1):
        trainer = Trainer(data, TrainingConfig(batch_size=20, seed=seed))
        for _ in range(2):
            orders.add(tuple(trainer.trace_step().rows.tolist()))
            trainer.advance(1)
    assert len(orders) == 4
    assert all(sorted(order) == list(range(20)) for order in orders)


def test_the_seed_of_the_start_is_that_of_a_plain_script():
    weight, bias, _ = autograd_states(line_data(), TrainingConfig(seed=9), 0)[0]
    trainer = Trainer(line_data(), TrainingConfig(seed=9))
    assert torch.equal(trainer.weight, weight)
    assert torch.equal(trainer.bias, bias)


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("bias", [True, False])
def test_every_init_starts_as_a_plain_script_does(init, bias):
    data, config = linear_data(3, 2, 20), TrainingConfig(init=init, bias=bias, seed=4, learning_rate=0.1)
    names = {"torch": torch, "nn": nn}
    with torch.random.fork_rng():
        exec(layer_code(LayerSpec(3, 2, bias, init, seed=4)), names)  # noqa: S102 - our own lines
        layer = names["layer"]
    trainer = Trainer(data, config)
    assert torch.equal(trainer.weight, layer.weight)
    assert trainer.bias is None if layer.bias is None else torch.equal(trainer.bias, layer.bias)


def test_training_leaves_the_global_random_state_alone():
    before = torch.random.get_rng_state()
    Trainer(line_data(), TrainingConfig(batch_size=3)).advance(40)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_given_start_is_taken_and_not_touched():
    weight, bias = torch.full((1, 1), 2.0, requires_grad=True), torch.zeros(1)
    trainer = Trainer(line_data(), TrainingConfig(), weight, bias)
    trainer.advance(3)
    assert (trainer.at(0).weight.item(), trainer.at(0).bias.item()) == (2.0, 0.0)
    assert (weight.item(), bias.item()) == (2.0, 0.0)
    trainer.weight.zero_()
    assert trainer.weight.item() != 0


def test_data_changed_by_their_owner_do_not_change_the_run():
    data = line_data()
    trainer, other = Trainer(data, TrainingConfig()), Trainer(line_data(), TrainingConfig())
    trainer.advance(5)
    other.advance(300)
    data.x.zero_()
    trainer.advance(295)
    assert torch.equal(trainer.weight, other.weight)


def test_what_comes_out_can_be_used_with_autograd():
    trainer = Trainer(line_data(), TrainingConfig(optimizer="adam", batch_size=7))
    trainer.advance(300)
    state, trace, history = trainer.at(100), trainer.trace_step(100), trainer.history
    tensors = [trainer.weight, trainer.bias, state.weight, trace.new_weight, trace.grad_weight, history.loss]
    tensors += [history.weight, history.gradient_norm, trainer.states(3, 5).loss]
    assert not any(tensor.is_inference() for tensor in tensors)


def test_one_step_in_detail_is_the_step_that_is_made():
    for variant in VARIANTS:
        trainer = Trainer(line_data(), TrainingConfig(learning_rate=0.01, **variant))
        trainer.advance(20)
        trace = trainer.trace_step()
        assert (trace.data, trace.config) == (trainer.data, trainer.config)
        assert torch.equal(trace.weight, trainer.weight)
        assert torch.equal(trace.residual, trace.target - trace.prediction)
        trainer.advance(1)
        assert torch.equal(trace.new_weight, trainer.weight)
        assert (trace.grad_bias is None) == (trainer.bias is None)
        assert torch.equal(trainer.trace_step(20).new_weight, trainer.weight)


def test_a_batchs_gradients_are_autograds_and_make_the_step():
    trainer = Trainer(linear_data(3, 2, 20), TrainingConfig(learning_rate=0.5, batch_size=6))
    trace = trainer.trace_step()
    weight, bias = trace.weight.requires_grad_(), trace.bias.requires_grad_()
    loss = nn.functional.mse_loss(nn.functional.linear(trace.x, weight, bias), trace.target)
    loss.backward()
    assert torch.equal(trace.loss, loss.detach())
    torch.testing.assert_close(trace.grad_weight, weight.grad)
    torch.testing.assert_close(trace.grad_bias, bias.grad)
    torch.optim.SGD([weight, bias], lr=0.5).step()
    torch.testing.assert_close(trace.new_weight, weight.detach())
    torch.testing.assert_close(trace.new_bias, bias.detach())


@pytest.mark.parametrize("chunk", [1, 5, 1000])
@pytest.mark.parametrize("settings", [{}, {"momentum": 0.9}, {"batch_size": 7}, {"bias": False}], ids=str)
def test_divergence_is_found_at_its_step_and_leaves_all_finite(settings, chunk):
    config = TrainingConfig(learning_rate=10.0, **settings)
    trainer = Trainer(line_data(), config)
    made = 0
    while trainer.diverged_at is None and made < 10_000:
        made += trainer.advance(chunk)
    assert trainer.diverged_at == trainer.step + 1 == made + 1
    assert trainer.advance(5) == 0
    assert torch.isfinite(trainer.weight).all()
    history = trainer.history
    assert torch.isfinite(history.loss).all()
    assert torch.isfinite(history.weight).all()
    assert history.step[-1] == trainer.step
    following = trainer.trace_step()
    bias = following.new_bias
    prediction = nn.functional.linear(trainer.data.x, following.new_weight, bias)
    assert not torch.isfinite(nn.functional.mse_loss(prediction, trainer.data.target))


def test_divergence_is_that_of_autograd():
    data, config = line_data(), TrainingConfig(learning_rate=10.0)
    losses = torch.tensor([loss for *_, loss in autograd_states(data, config, 40)])
    trainer = Trainer(data, config)
    trainer.advance(1000)
    assert trainer.diverged_at == int((~losses.isfinite()).nonzero()[0])


def test_a_finite_loss_whose_next_parameters_are_not_finite_is_the_last_state():
    data = RegressionData(torch.tensor([[1.0]]), torch.tensor([[0.0]]), ["x"], ["y"])
    config = TrainingConfig(learning_rate=1e30)
    trainer = Trainer(data, config, torch.tensor([[1e15]]), torch.zeros(1))
    assert trainer.advance(10) == 0
    assert trainer.diverged_at == 1
    assert trainer.loss == pytest.approx(1e30)


def test_a_smaller_rate_goes_on_after_divergence():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=10.0))
    trainer.advance(1000)
    calmer = trainer.with_config(learning_rate=0.5)
    assert calmer.diverged_at is None
    assert calmer.advance(2000) == 2000
    assert calmer.weight.item() == pytest.approx(3, abs=1e-4)
    assert trainer.diverged_at is not None
    assert calmer.history.step[0] == 0


def test_a_start_beyond_all_numbers_is_refused():
    with pytest.raises(
        DataError,
        match=r"that torch\.float32 can hold, but got inf at step 0; measure the data in larger units",
    ):
        Trainer(line_data(), TrainingConfig(), torch.tensor([[1e30]]))


@pytest.mark.parametrize("chunk", [1, 7, 5000])
@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"stop_step": 123}, "step"),
        ({"stop_loss": 0.01}, "loss"),
        ({"stop_gradient_norm": 0.05}, "gradient_norm"),
        ({"stop_patience": 40, "momentum": 0.9}, "patience"),
        ({"stop_loss": 0.01, "batch_size": 7}, "loss"),
        ({"stop_gradient_norm": 0.1, "optimizer": "adam", "batch_size": 7}, "gradient_norm"),
    ],
    ids=str,
)
def test_a_run_stops_at_the_first_step_where_a_rule_holds_whatever_the_chunks(rule, name, chunk):
    trainer = Trainer(line_data(noise_std=0.05), TrainingConfig(learning_rate=0.05, **rule))
    while trainer.stopped_by is None and trainer.step < 100_000:
        assert trainer.advance(chunk) > 0
    assert trainer.stopped_by == name
    assert trainer.advance(chunk) == 0
    expected = Trainer(line_data(noise_std=0.05), TrainingConfig(learning_rate=0.05, **rule))
    expected.advance(100_000)
    assert same_state(trainer, expected)
    assert same_history(trainer, expected)
    before = trainer.at(trainer.step - 1)
    assert before.loss > rule.get("stop_loss", 0)
    assert before.gradient_norm > rule.get("stop_gradient_norm", 0)


def test_patience_ends_so_many_steps_after_the_last_improvement():
    data = line_data(noise_std=0.1)
    trainer = Trainer(data, TrainingConfig(learning_rate=0.5, stop_patience=30))
    endless = Trainer(data, TrainingConfig(learning_rate=0.5))
    trainer.advance(10_000)
    endless.advance(1000)
    best, improved_at = float("inf"), 0
    for step, loss in enumerate(endless.history.loss.tolist()):
        if loss < 0.999 * best:
            best, improved_at = loss, step
        if step == improved_at + 30:
            break
    assert trainer.step == step > 30


def test_a_rule_that_holds_at_the_start_makes_no_step_and_a_change_lets_it_go_on():
    trainer = Trainer(line_data(), TrainingConfig(stop_loss=1e9))
    assert (trainer.stopped_by, trainer.advance(5)) == ("loss", 0)
    assert trainer.with_config(stop_loss=None).advance(5) == 5


def test_a_stop_before_divergence_counts():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=10.0, stop_step=5))
    assert trainer.advance(1000) == 5
    assert (trainer.stopped_by, trainer.diverged_at) == ("step", None)


@pytest.mark.parametrize("num_steps", [-1, 1.5, True, None])
def test_a_number_of_steps_has_to_be_one(num_steps):
    with pytest.raises(ConfigError, match="num_steps"):
        Trainer(line_data(), TrainingConfig()).advance(num_steps)


def test_a_timed_advance_makes_the_same_steps():
    trainer, other = Trainer(line_data(), TrainingConfig()), Trainer(line_data(), TrainingConfig())
    made = trainer.advance(10**6, seconds=0.02) + trainer.advance(10**6, seconds=0.0)
    other.advance(made)
    assert made == trainer.step >= 2
    assert same_state(trainer, other)


def test_a_timed_advance_ends_soon_after_its_time(monkeypatch):
    trainer, clock = Trainer(line_data(), TrainingConfig()), iter([5.0, 5.1, 5.9, 6.0])
    monkeypatch.setattr("linear_core.training.trainer.perf_counter", lambda: next(clock))
    assert trainer.advance(10**6, seconds=1.0) == trainer.step == 3 * 256
    assert next(clock, None) is None


def test_a_timed_advance_keeps_to_its_number_of_steps_and_ends_with_the_run():
    trainer = Trainer(line_data(), TrainingConfig(stop_step=25))
    assert trainer.advance(10, seconds=60.0) == 10
    assert trainer.advance(10**6, seconds=60.0) == 15
    assert trainer.advance(10**6, seconds=60.0) == 0


def test_a_step_not_made_yet_cannot_be_had():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(3)
    for step in (-1, 4, 1.0):
        with pytest.raises(ConfigError, match="0 to 3"):
            trainer.at(step)
    with pytest.raises(ConfigError, match="0 to 3"):
        trainer.trace_step(4)


@pytest.mark.parametrize(
    ("weight", "bias", "settings", "error"),
    [
        (torch.zeros(2, 1), None, {}, ShapeError),
        (None, torch.zeros(1, 1), {}, ShapeError),
        (None, torch.zeros(1), {"bias": False}, ShapeError),
        (torch.zeros(1, 1, dtype=torch.float64), None, {}, DataError),
    ],
)
def test_a_start_that_does_not_fit_is_refused(weight, bias, settings, error):
    with pytest.raises(error):
        Trainer(line_data(), TrainingConfig(**settings), weight, bias)


def test_half_precision_is_refused():
    data = line_data()
    half = RegressionData(data.x.half(), data.target.half(), ["x"], ["y"])
    with pytest.raises(
        DataError, match=r"expected data of dtype torch\.float32 or torch\.float64, but got torch\.float16"
    ):
        Trainer(half, TrainingConfig())


def changed_run():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=10.0))
    trainer.advance(50)
    trainer = trainer.with_config(learning_rate=0.1)
    trainer.advance(300)
    trainer = trainer.with_config(batch_size=7)
    trainer.advance(30)
    trainer = trainer.with_config(optimizer="rmsprop").with_config(learning_rate=0.01)
    trainer.advance(10)
    trainer = trainer.with_config(momentum=0.5)
    trainer.advance(11)
    trainer = trainer.with_data(line_data(slope=1.0, n_samples=30)).with_config(loss="huber")
    trainer.advance(300)
    return trainer


def test_a_run_with_changes_is_replayed_to_any_step_after_a_way_through_json():
    trainer = changed_run()
    changes = json.loads(json.dumps(trainer.changes))
    for step in (13, 330, 360, trainer.step):
        again = Trainer.replay(line_data(), TrainingConfig(learning_rate=10.0), changes, step)
        assert same_state(trainer.at(step), again)
    assert again.changes == trainer.changes
    assert same_history(again, trainer)


def test_replay_takes_the_start_and_a_source_of_data():
    weight = torch.tensor([[2.0]])
    trainer = Trainer(line_data(), TrainingConfig(), weight)
    trainer.advance(3)
    trainer = trainer.with_data(line_data(slope=5.0), source={"slope": 5.0})
    trainer.advance(3)
    assert trainer.changes == ({"step": 3, "data": {"slope": 5.0}},)
    again = Trainer.replay(
        line_data(), TrainingConfig(), trainer.changes, 6, weight, make_data=lambda plain: line_data(**plain)
    )
    assert same_state(trainer, again)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"step": 3, "config": {"lr": 1.0}}], "expected a field of the training config.*but got 'lr'"),
        ([{"config": {}}], "step None after step 0; sort the changes, each with an integer step from 0 on"),
        (
            [{"step": 3}, {"step": 2}],
            "expected changes in the order of their steps, but got step 2 after step 3",
        ),
        (
            [{"step": 90, "config": {}}],
            "expected changes up to step 13, where the run ended, but got one at step 90",
        ),
        ([{"step": 3, "data": {"x": [[1.0]]}}], "plain_data"),
    ],
)
def test_changes_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        Trainer.replay(line_data(), TrainingConfig(learning_rate=10.0), changes, 100)


def test_a_changed_rate_keeps_the_memory_and_a_named_optimizer_clears_it():
    trainer = Trainer(line_data(), TrainingConfig(momentum=0.9))
    trainer.advance(50)
    kept, cleared = trainer.with_config(learning_rate=1e-3), trainer.with_config(optimizer="sgd")
    for each in (trainer, kept, cleared):
        each.advance(1)
    assert torch.equal(kept.weight, trainer.weight)
    assert not torch.equal(cleared.weight, trainer.weight)


def test_a_changed_rate_goes_on_in_the_order_of_the_batches():
    trainer = Trainer(line_data(), TrainingConfig(batch_size=7))
    trainer.advance(3)
    changed = trainer.with_config(learning_rate=trainer.config.learning_rate)
    anew = trainer.with_config(seed=trainer.config.seed)
    for each in (trainer, changed, anew):
        each.advance(2)
    assert torch.equal(changed.weight, trainer.weight)
    assert not torch.equal(anew.weight, trainer.weight)


def test_a_changed_trainer_and_the_one_before_go_their_own_ways():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(600)
    before = trainer.history
    other = trainer.with_config(learning_rate=0.1)
    other.advance(600)
    assert trainer.step == 600
    assert trainer.changes == ()
    assert torch.equal(trainer.history.step, before.step)
    assert same_state(trainer, other.at(600))


def test_changes_at_one_step_become_one():
    trainer = Trainer(line_data(), TrainingConfig()).with_config(learning_rate=0.1, loss="l1")
    trainer = trainer.with_config(learning_rate=0.2)
    assert trainer.changes == ({"step": 0, "config": {"learning_rate": 0.2, "loss": "l1"}},)
    trainer = trainer.with_data(line_data(n_samples=1), source={"n_samples": 1})
    assert set(trainer.changes[0]) == {"step", "config", "data"}


def test_data_of_other_sizes_or_dtype_are_refused_in_mid_run():
    trainer = Trainer(line_data(), TrainingConfig())
    with pytest.raises(
        ShapeError,
        match="expected new data with in_features=1 and out_features=1, as the layer has, but got 2 and 1",
    ):
        trainer.with_data(linear_data(2, 1, 5))
    data = line_data()
    with pytest.raises(DataError, match="float64"):
        trainer.with_data(RegressionData(data.x.double(), data.target.double(), ["x"], ["y"]))
    for change in ({"bias": False}, {"init": "zeros"}):
        with pytest.raises(ConfigError, match=f"expected {next(iter(change))} to stay as it is during a run"):
            trainer.with_config(**change)


def test_the_segment_of_a_step_is_the_one_that_goes_on_from_it():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(5)
    trainer = trainer.with_config(learning_rate=0.1)
    trainer.advance(5)
    assert [trainer.segment_at(step)[1].learning_rate for step in (4, 5, 10)] == [1e-3, 0.1, 0.1]
    assert trainer.start.step == 0


def test_plain_data_lead_back_to_the_bit():
    for data in (linear_data(3, 2, 5, 0.1), line_data()):
        again = data_from_plain(json.loads(json.dumps(plain_data(data))))
        assert torch.equal(again.x, data.x)
        assert torch.equal(again.target, data.target)
        assert again.feature_names == data.feature_names


@settings(max_examples=15, deadline=None)
@given(variant=st.sampled_from(VARIANTS), cut=st.integers(0, 700))
def test_a_trainer_back_at_a_step_is_the_run_as_it_was_there(variant, cut):
    config = TrainingConfig(learning_rate=0.01, **variant)
    trainer, fresh = Trainer(line_data(), config), Trainer(line_data(), config)
    trainer.advance(700)
    back = trainer.back_to(cut)
    fresh.advance(cut)
    assert same_state(back, fresh)
    assert same_history(back, fresh)
    assert back.advance(700 - cut) == 700 - cut
    assert same_state(back, trainer)
    assert same_history(back, trainer)


def test_a_run_cut_in_the_middle_goes_another_way_and_leaves_the_first_as_it_was():
    trainer = changed_run()
    before, changes = trainer.history, trainer.changes
    back = trainer.back_to(345)
    assert back.changes == tuple(change for change in changes if change["step"] <= 345)
    other = back.with_config(learning_rate=0.02)
    other.advance(500)
    again = Trainer.replay(line_data(), TrainingConfig(learning_rate=10.0), other.changes, other.step)
    assert same_state(other, again)
    assert same_history(other, again)
    assert trainer.changes == changes
    assert torch.equal(trainer.history.step, before.step)
    assert torch.equal(trainer.history.loss, before.loss)
    assert torch.equal(trainer.history.weight, before.weight)


def test_back_at_a_change_the_change_holds():
    trainer = changed_run()
    change = trainer.changes[1]
    back = trainer.back_to(change["step"])
    assert back.config == trainer.segment_at(change["step"])[1]
    assert back.changes == trainer.changes[:2]
    assert back.loss == trainer.at(change["step"]).loss


def test_back_before_a_divergence_a_smaller_rate_goes_on():
    trainer = Trainer(line_data(), TrainingConfig(learning_rate=10.0))
    trainer.advance(1000)
    calmer = trainer.back_to(5).with_config(learning_rate=0.5)
    assert calmer.advance(2000) == 2000
    assert calmer.weight.item() == pytest.approx(3, abs=1e-4)
    assert trainer.back_to(5).advance(1000) == trainer.step - 5


def test_back_at_a_step_patience_counts_from_the_best_loss_before_it():
    trainer = Trainer(line_data(noise_std=0.1), TrainingConfig(learning_rate=0.5, stop_patience=30))
    trainer.advance(10_000)
    for cut in (0, trainer.step - 10, trainer.step):
        back = trainer.back_to(cut).back_to(cut)
        back.advance(10_000)
        assert (back.step, back.stopped_by) == (trainer.step, "patience")


def test_steps_that_were_not_made_cannot_be_gone_back_to():
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(3)
    for step in (-1, 4, 1.0):
        with pytest.raises(ConfigError, match="0 to 3"):
            trainer.back_to(step)
    with pytest.raises(ConfigError, match="first=3 and last=2"):
        trainer.states(3, 2)
