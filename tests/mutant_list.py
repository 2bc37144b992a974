"""What the tests must notice: every way in which ``make mutate`` breaks the package."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """One way to break the package, and the tests that have to notice, by the middle of their names."""

    name: str
    file: str
    tests: str
    old: str
    new: str

    def paths(self) -> list[str]:
        """Give the test files; a name with a slash is one already."""
        return [test if "/" in test else f"tests/test_{test}.py" for test in self.tests.split()]


def _of(file: str, *rows: tuple[str, str, str, str]) -> list[Mutant]:
    return [Mutant(name, file, tests, old, new) for name, tests, old, new in rows]


# Each: what is wrong, who must notice, the text that is there exactly once, what stands there instead.
# fmt: off
LAYER = [
    *_of(
        "linear_core/layer/spec.py",
        ("weight shape in × out", "layer",
         "return (self.out_features, self.in_features)", "return (self.in_features, self.out_features)"),
        ("multiply-adds count the bias", "layer",
         "return batch_size * self.in_features * self", "return batch_size * (self.in_features + 1) * self"),
        ("four bytes for every dtype", "layer",
         "num_parameters * DTYPES[self.dtype].itemsize", "num_parameters * 4"),
        ("the web's √(3/in) for the bound", "layer",
         "lambda in_features, _: 1 / math.sqrt(in_features)",
         "lambda in_features, _: math.sqrt(3 / in_features)"),
        ("a = 0 for a = √5", "layer", "a=math.sqrt(5)", "a=0"),
        ("bias drawn within 1/√out", "layer",
         "bound = 1 / math.sqrt(spec.in_features)", "bound = 1 / math.sqrt(spec.out_features)"),
        ("bias not zeroed by an init", "layer",
         "            nn.init.zeros_(layer.bias)\n", "            pass\n"),
        ("one seed for all layers", "layer",
         "manual_seed(spec.seed)\n    # The same", "manual_seed(0)\n    # The same"),
    ),
    *_of(
        "linear_core/layer/ledger.py",
        ("leading dims added, not multiplied", "linear_core/layer/ledger.py",
         "num_rows *= size", "num_rows += size"),
    ),
    *_of(
        "linear_core/layer/conventions.py",
        ("addmm skips the bias", "conventions",
         "else torch.addmm(bias, x, weight.T)", "else torch.mm(x, weight.T)"),
        ("one bias for all outputs", "conventions", "product + bias[:, None]", "product + bias[0]"),
    ),
    *_of(
        "linear_core/layer/fills.py",
        ("rows and columns swapped", "fills",
         "torch.arange(rows * columns).float().reshape(rows, columns)",
         "torch.arange(rows * columns).float().reshape(columns, rows).T"),
    ),
    *_of(
        "linear_core/passes/blocks.py",
        ("a negative extreme loses", "blocks", "largest >= -smallest", "largest >= smallest"),
        ("blocks cut short", "blocks", "-(-rows // max_rows)", "max(1, rows // max_rows)"),
        ("the limit itself refused", "blocks", "num_weights > MAX_WEIGHTS", "num_weights >= MAX_WEIGHTS"),
    ),
]

PASSES = [
    *_of(
        "linear_core/passes/forward.py",
        ("rows counted in the wrong order", "forward",
         "in reversed(self.x.shape[:-1])", "in self.x.shape[:-1]"),
        ("bias of the first output everywhere", "forward", "self.bias[out]", "self.bias[0]"),
        ("weight row by sample", "forward",
         "self.weight[out], bias", "self.weight[row % len(self.weight)], bias"),
        ("only the first leading dim is batch", "forward",
         "return self.x.shape[:-1].numel()", "return self.x.shape[0]"),
    ),
    *_of(
        "linear_core/passes/cell.py",
        ("rounding error with the other sign", "cell", "return 0.0 - math.fsum", "return 0.0 + math.fsum"),
        ("float64 products taken for exact", "cell", "halve=self.x.dtype == torch.float64", "halve=False"),
        ("running sums in float64", "cell", "c_float(total + product).value", "total + product"),
        ("top by value, not magnitude", "cell", "self.products.abs().argsort", "self.products.argsort"),
        ("the rest is everything", "cell", "self.products[order[k:]]", "self.products[order]"),
    ),
    *_of(
        "linear_core/passes/backward.py",
        ("bias gradient: mean for sum", "backward", "grad_rows.sum(0)", "grad_rows.mean(0)"),
        ("x gradient averaged", "backward", "(grad_rows @ weight)", "(grad_rows @ weight / num_rows)"),
        ("samples of x in another order", "backward", "grad_rows.T @ x", "grad_rows.flip(0).T @ x"),
        ("out and in swapped in a weight's cell", "backward",
         "self.grad_weight[out, in_]", "self.grad_weight.T.reshape(self.weight.shape)[out, in_]"),
    ),
    *_of(
        "linear_core/passes/match.py",
        ("tolerance a hundred times too wide", "match", "tolerance = 2 * terms", "tolerance = 200 * terms"),
        ("tolerance without the bias", "match", "magnitude += bias.double().abs()", "magnitude += 0"),
        ("cells that are not finite pass", "match",
         "(finite & (difference <= tolerance)).all()", "(difference <= tolerance)[finite].all()"),
        ("only the first cells are looked at", "match",
         "torch.linspace(0, length - 1, count, dtype=torch.float64).round().long()", "torch.arange(count)"),
    ),
    *_of(
        "linear_core/passes/views.py",
        ("last frame without the bias", "views", "yield total + trace.bias", "yield total"),
    ),
    *_of(
        "linear_core/passes/walkthrough.py",
        ("difference with the other sign", "walkthrough",
         "trace.output_rows.double() - stops[-1].double()",
         "stops[-1].double() - trace.output_rows.double()"),
        ("places not from the lowest", "walkthrough", "places = (stops - low) /", "places = stops /"),
    ),
    *_of(
        "linear_core/passes/shapes.py",
        ("an index one too far", "forward backward",
         "if not 0 <= index < length", "if not 0 <= index <= length"),
    ),
]

TEXTS = [
    *_of(
        "linear_core/exchange/matrix_text.py",
        ("eight digits for float32", "matrix_text", 'return f"{value:.9g}"', 'return f"{value:.8g}"'),
        ("only longer rows are refused", "matrix_text", "if len(cells) != width", "if len(cells) > width"),
        ("overflow unseen", "matrix_text", "(~matrix.isfinite())", "matrix.isnan()"),
    ),
    *_of(
        "linear_core/exchange/matrix_link.py",
        ("a short link may unpack to gigabytes", "matrix_link",
         "unpack.decompress(data, MAX_CHARACTERS + 1)", "unpack.decompress(data)"),
        ("something behind the matrix is ignored", "matrix_link",
         "not unpack.eof or unpack.unused_data", "not unpack.eof"),
        ("a plus sign in the link", "matrix_link", '.replace("+", "")', ""),
    ),
    *_of(
        "linear_core/scripts/literals.py",
        ("nearly the same number", "scripts",
         "if number == numbers[position]", "if math.isclose(number, numbers[position], rel_tol=1e-6)"),
    ),
    *_of(
        "linear_core/scripts/training_script.py",
        ("the script forgets zero_grad", "scripts",
         'update = """\\\noptimizer.zero_grad()\n', 'update = """\\\n'),
        ("AdamW with PyTorch's own decay", "scripts", "or optimizer.default(name)", ""),
        ("the script logs one pass late", "scripts", "if (i + 1) % {every}", "if i % {every}"),
    ),
]

ERRORS = [
    *_of(
        "linear_core/calls/predict.py",
        ("the message from a template", "calls",
         "message = str(result)",
         'message = "mat1 and mat2 shapes cannot be multiplied ({}x{} and {}x{})".format('
         "call.num_rows, (*shape, 0)[-1], call.in_features, call.out_features)"),
        ("leading dims folded in the output", "calls",
         "(*shape[:-1], call.out_features)", "(call.num_rows, call.out_features)"),
    ),
    *_of(
        "linear_core/calls/stand_in.py",
        ("a stand-in that is not folded", "calls",
         "folded = (call.num_rows, call.x_shape[-1]) if call.x_shape else ()", "folded = call.x_shape"),
        ("any last dimension fits", "calls", "self.x_shape[-1] == self.in_features", "self.x_shape[-1] > 0"),
    ),
    *_of(
        "linear_core/calls/fixes.py",
        ("the new layer the wrong way round", "calls",
         'f"nn.Linear({in_features}, {out_features}"', 'f"nn.Linear({out_features}, {in_features}"'),
        ("a fix that was not tried", "calls",
         "if not isinstance(try_call(mended), Exception):", "if mended:"),
        ("features moved from the wrong end", "calls", "movedim({dim}, -1)", "movedim(-1, {dim})"),
    ),
    *_of(
        "linear_core/calls/explanations.py",
        ("the first message of a traceback counts", "explain", "return max(found", "return min(found"),
    ),
    *_of(
        "linear_core/calls/failed_call.py",
        ("the outermost module is blamed", "watch", "return candidates[-1]", "return candidates[0]"),
        ("shapes aligned at their beginnings", "explain watch",
         "((1,) * (rank - len(shape)) + shape)[dim]", "(shape + (1,) * (rank - len(shape)))[dim]"),
    ),
]

DATA = [
    *_of(
        "linear_core/data/regression.py",
        ("parameters scaled the wrong way back", "data",
         "original = weight.double() / self.x_std", "original = weight.double() * self.x_std"),
        ("the mean added, not taken away", "data", "bias.double() - shift", "bias.double() + shift"),
        ("deviation over n − 1", "data", "correction=0", "correction=1"),
        ("test samples are trained on", "data", "self._rows(order[num_test:])", "self._rows(order)"),
    ),
    *_of(
        "linear_core/data/synthetic.py",
        ("intercept with the other sign", "data", "x * slope + intercept", "x * slope - intercept"),
        ("outliers vanish on a flat line", "data", "2 * max(abs(slope), 1.0)", "2 * abs(slope)"),
    ),
    *_of(
        "linear_core/data/table_file.py",
        ("line numbers one too small", "tables", "line = reader.line_num + 1", "line = reader.line_num"),
    ),
    *_of(
        "linear_core/data/cells.py",
        ("ambiguous thousands read as decimals", "tables", "    return None\n", '    return ","\n'),
        ("a minus sign of books is no number", "tables", '.replace("\\N{MINUS SIGN}", "-")', ""),
    ),
    *_of(
        "linear_core/data/tables.py",
        ("two equal values make a constant", "tables data",
         "(column.values == column.values[0]).all()", "(column.values == column.values[0])[1:].any()"),
    ),
]

TRAINING = [
    *_of(
        "linear_core/training/losses.py",
        ("the 2 of the gradient dropped", "losses",
         "factor=2.0", "factor=1.0"),
        ("sum for mean", "losses",
         "(_difference(prediction, target)).mean()", "(_difference(prediction, target)).sum()"),
        ("gradient over samples, not elements", "losses",
         "self.factor / difference.numel()", "self.factor / len(difference)"),
        ("difference with the other sign", "losses",
         "return prediction - target", "return target - prediction"),
        ("Huber's bend at 2", "losses", "difference.clamp(-1, 1)", "difference.clamp(-2, 2)"),
    ),
    *_of(
        "linear_core/training/optimizers.py",
        ("momentum dampened", "optimizers",
         "mul_(settings.momentum).add_(gradient)",
         "mul_(settings.momentum).add_(gradient, alpha=1 - settings.momentum)"),
        ("Nesterov does not look ahead", "optimizers",
         "gradient.add(buffer, alpha=settings.momentum) if settings.nesterov", "buffer if settings.nesterov"),
        ("Adam's second moment not corrected", "optimizers", "(1 - beta2**step) ** 0.5", "1"),
        ("AdamW decays without the rate", "optimizers",
         "1 - settings.learning_rate * settings.weight_decay", "1 - settings.weight_decay"),
        ("decay pushes away from zero", "optimizers",
         "alpha=settings.weight_decay", "alpha=-settings.weight_decay"),
        ("ε under the root", "optimizers", "square_avg.sqrt().add_(eps)", "square_avg.add(eps).sqrt()"),
    ),
    *_of(
        "linear_core/training/engine.py",
        ("uphill", "training",
         "self._scale, -self._config.learning_rate", "self._scale, self._config.learning_rate"),
        ("scaled by samples, not elements", "training",
         "self._loss.factor / size", "self._loss.factor / n_samples"),
        ("last partial batch forgotten", "training",
         "self._batches = torch.split(order, self._batch_size)",
         "self._batches = order[: len(order) // self._batch_size * self._batch_size].split("
         "self._batch_size)"),
        ("one order for all epochs", "training",
         "torch.randperm(self._n_samples, generator=self._generator)", "torch.arange(self._n_samples)"),
        ("a batch skipped on the way back", "training",
         "self._position = position", "self._position = position + 1"),
        ("bias gradient: mean for sum", "training",
         "torch.sum(self._grad_output, 0, out=", "torch.mean(self._grad_output, 0, out="),
        ("batches predicted without the bias",
         "tests/test_training.py::test_a_batchs_gradients_are_autograds_and_make_the_step",
         "linear(x, self._weight.rows[k], bias)", "linear(x, self._weight.rows[k])"),
        ("norm without the bias", "training",
         "squares = squares + _row_square_sums(self._grad_bias.flat[:end])", "pass"),
        ("memory lost between chunks", "training",
         "self._memory = _copied(snapshot.memory)", "self._memory = ({}, {})"),
    ),
    *_of(
        "linear_core/training/trainer.py",
        ("divergence found one step early", "training",
         "self._diverged_at = step + made + 1", "self._diverged_at = step + made"),
        ("a changed rate forgets the memory", "training",
         'if "optimizer" in named else now.memory', "if named else now.memory"),
        ("a changed rate starts a new epoch", "training",
         'named & {"data", "batch_size", "seed"}', "named"),
        ("a step to come is given", "training",
         "not 0 <= step <= self.step", "not 0 <= step <= self.step + 1"),
    ),
    *_of(
        "linear_core/training/start.py",
        ("every run starts alike", "training", "config.init, config.seed,", "config.init, 0,"),
    ),
    *_of(
        "linear_core/training/stopping.py",
        ("patience one step longer", "training",
         "step - self._best_step >= config", "step - self._best_step > config"),
        ("any improvement counts", "training", "self._best_loss * (1 - MIN_IMPROVEMENT)", "self._best_loss"),
        ("the step before is enough", "training", "step >= config.stop_step", "step + 1 >= config.stop_step"),
    ),
    *_of(
        "linear_core/training/step_trace.py",
        ("residual with the other sign", "training",
         "residual=target - prediction", "residual=prediction - target"),
        ("the weight before for the weight after", "training",
         "new_weight=engine.weight", "new_weight=weight"),
    ),
    *_of(
        "linear_core/training/changes.py",
        ("a second change undoes the first", "training",
         '{**before["config"], **change["config"]}', 'change["config"]'),
    ),
    *_of(
        "linear_core/training/config.py",
        ("momentum above 1", "config",
         'not 0 <= self.momentum <= 1', 'not 0 <= self.momentum <= 2'),
    ),
    *_of(
        "linear_core/training/run_history.py",
        ("a change counts one step late", "training",
         "segment.start.step <= step)", "segment.start.step < max(1, step))"),
    ),
    *_of(
        "linear_core/training/history.py",
        ("the present left out where not every state is kept", "history",
         "kept.append(len(numbers) - 1)", "pass"),
        ("a fork shares the state that it makes anew", "training",
         "self._between(0, step - 1)", "self._between(0, step)"),
    ),
    *_of(
        "linear_core/training/fit.py",
        ("many layers without their biases", "fit", "difference += bias[start", "difference + bias[start"),
        ("every part has the first part's biases", "fit",
         "bias[start : start + at_once, :, None]", "bias[: len(part), :, None]"),
        ("layers lost between parts", "fit",
         "range(0, len(weight), at_once)", "range(0, len(weight), at_once + 1)"),
    ),
    *_of(
        "linear_core/training/log.py",
        ("log lines one pass late", "history", "step = start + every - 1", "step = start + every"),
    ),
    *_of(
        "linear_core/training/traps.py",
        ("a rate below the limit", "traps", "1.1 * shape.max_learning_rate", "0.9 * shape.max_learning_rate"),
        ("zero_grad not forgotten", "traps", "zero_grad=False)", "zero_grad=True)"),
        ("variance over n − 1", "traps", "flat.var(correction=0)", "flat.var()"),
    ),
]

THEORY = [
    *_of(
        "linear_core/theory/least_squares.py",
        ("standard errors with n, not n − p", "least_squares",
         "freedom = x.shape[0] - rank", "freedom = x.shape[0]"),
        ("R² about zero", "least_squares",
         "_r_squared(residual, centred),", "_r_squared(residual, target64),"),
        ("rank blind to the input's rounding", "least_squares",
         " + vh[: len(values)].abs() @ design.rounding", ""),
        ("any of many fits", "least_squares", "if rank < len(vh):", "if rank > len(vh):"),
        ("no offset in the bias", "least_squares", "own_bias + offset", "own_bias"),
    ),
    *_of(
        "linear_core/theory/descent.py",
        ("limit at 1/λ", "theory", "return 2 / self._curved[0].item()", "return 1 / self._curved[0].item()"),
        ("best rate without the flattest", "theory",
         "2 / (self._curved[0] + self._curved[-1])", "2 / (self._curved[0] + self._curved[0])"),
        ("condition number inverted", "theory",
         "(self._curved[0] / self._curved[-1])", "(self._curved[-1] / self._curved[0])"),
        ("logarithms of two bases", "theory", "math.log(factor) / slowest", "math.log2(factor) / slowest"),
        ("curvature forgets the outputs", "theory", "2 / (len(x) * out_features)", "2 / len(x)"),
        ("the path one step late", "theory", "step.double()[:, None] *", "(step.double()[:, None] + 1) *"),
        ("overshoot to the wrong side", "theory", "(step % 2 == 1)", "(step % 2 == 0)"),
        ("½ forgotten in the path's loss", "theory", "modes.curvature / 2 *", "modes.curvature *"),
    ),
    *_of(
        "linear_core/theory/momentum.py",
        ("Nesterov bears what momentum does", "outlook", "/ (1 + 2 * self.momentum * self.nesterov)", ""),
        ("Nesterov's recurrence is momentum's", "outlook",
         "s * (1 + self.momentum * self.nesterov)", "s * 1"),
        ("only the smaller solution counts", "outlook",
         "_log_distance(s / larger), _log_distance(larger)", "*2 * (_log_distance(s / larger),)"),
        ("best rate at the other end", "outlook", "if flat > steep", "if flat < steep"),
    ),
    *_of(
        "linear_core/theory/outlook.py",
        ("weight decay bends nothing", "outlook", ".eigenvalues + weight_decay", ".eigenvalues"),
    ),
    *_of(
        "linear_core/training/minimum.py",
        ("absolute error at a width that stays", "loss_contours", "2.0 ** (-k / 6)", "1.0"),
        ("residuals count with their slope alone", "loss_contours",
         "loss.slope(residual) / residual", "loss.slope(residual)"),
    ),
    *_of(
        "linear_core/training/loss_contours.py",
        ("crossings in the middle of each edge", "loss_contours",
         "share = low - at_low * (high - low) / (at_high - at_low)", "share = (low + high) / 2"),
        ("middle of another loss", "loss_contours",
         "_minimum(data, bias is not None, loss)", '_minimum(data, bias is not None, "mse")'),
    ),
    *_of(
        "linear_core/training/forecast.py",
        ("a bound of one step alone", "forecast", "min(num_steps, math.inf if", "min(1, math.inf if"),
    ),
    *_of(
        "linear_core/training/surface.py",
        ("the other outputs left out", "theory", "(own + others)", "own"),
        ("weight and bias axes swapped", "theory",
         "left_mean - weights * x_mean - biases[:, None]", "left_mean - weights[:, None] * x_mean - biases"),
    ),
]

CHARTS = [
    *_of(
        "linear_core/charts/digits.py",
        ("minus zero", "digits", "text = _without_negative_zero(text, decimals)", "text = text"),
        ("seven digits for every float32", "digits",
         "text if fits else longer for", "text for"),
        ("what rounds to 1 keeps its decimals", "digits", ".abs() >= 0.995", ".abs() >= 1"),
        ("a scale that ends below its largest value", "digits", "factor * unit >= value), value)",
         "2 * factor * unit >= value), value)"),
        ("infinity in full colour", "digits", "values.isfinite(), places, 0)", "~values.isnan(), places, 0)"),
    ),
    *_of(
        "linear_core/charts/scene.py",
        ("no room for the test samples", "charts_training",
         "samples = [data] if test is None else [data, test]", "samples = [data]"),
        ("extreme targets left out", "charts_training", ", target.argmin()[None], target.argmax()[None]", ""),
    ),
]
# fmt: on

MUTANTS = (*LAYER, *PASSES, *TEXTS, *ERRORS, *DATA, *TRAINING, *THEORY, *CHARTS)
