"""The loop itself: the same numbers as autograd with ``torch.optim``, without their bookkeeping.

One step is the backward pass of one layer, written out with torch's own operations::

    residual = x @ weight.T + bias - target        # addmm, sub_   (n, out)
    grad_output = residual * (2 / num_elements)    # mul           (n, out)
    grad_weight = grad_output.T @ x                # mm            (out, in)
    grad_bias = grad_output.sum(0)                 # sum           (out,)
    weight = weight - learning_rate * grad_weight  # add
    bias = bias - learning_rate * grad_bias        # add

Every step writes into the next row of a tape made once. So nothing is allocated in the loop, all states of
a chunk can still be looked at when it is done, and losses and gradient norms are taken of many at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from linear_core.training.config import TrainingConfig
from linear_core.training.losses import LOSSES, ONE_THREAD
from linear_core.training.optimizers import OPTIMIZERS, Memory

MAX_ROWS = 1024
RESIDUALS_ON_TAPE = 131_072
PARAMETERS_ON_TAPE = 262_144

# A tape's rows start at multiples of 64 bytes, as a lone tensor does: some kernels' last digit depends on it.
ALIGNMENT = 16


class BatchOrder:
    """Which samples each step sees: a new order for each epoch, from a generator of its own."""

    def __init__(self, n_samples: int, batch_size: int, seed: int) -> None:
        self._n_samples, self._batch_size = n_samples, batch_size
        self._generator = torch.Generator().manual_seed(seed)
        self._start_epoch()

    def _start_epoch(self) -> None:
        self._epoch_state = self._generator.get_state()
        order = torch.randperm(self._n_samples, generator=self._generator)
        self._batches = torch.split(order, self._batch_size)
        self._position = 0

    def next(self) -> Tensor:
        """Return the row numbers of the next batch."""
        if self._position == len(self._batches):
            self._start_epoch()
        self._position += 1
        return self._batches[self._position - 1]

    def mark(self) -> tuple[Tensor, int]:
        """Return what `return_to` needs to come back: the epoch's generator state, the place in it."""
        return self._epoch_state, self._position

    def return_to(self, mark: tuple[Tensor, int]) -> None:
        """Go on from a mark."""
        epoch_state, position = mark
        self._generator.set_state(epoch_state)
        self._start_epoch()
        self._position = position


@dataclass(frozen=True, eq=False)
class Snapshot:
    """All that decides how a run goes on: parameters, the optimizer's memory, the place in the order."""

    step: int
    weight: Tensor
    bias: Tensor | None
    memory: tuple[Memory, Memory]
    order: tuple[Tensor, int] | None

    @property
    def num_bytes(self) -> int:
        """Roughly what it takes to keep it."""
        tensors = [self.weight, self.bias, *self.memory[0].values(), *self.memory[1].values()]
        if self.order is not None:
            tensors.append(self.order[0])
        return sum(512 + tensor.nbytes for tensor in tensors if isinstance(tensor, Tensor))


class Rows(NamedTuple):
    """States in a row, one after each step; views that the next chunk overwrites."""

    loss: Tensor  # (rows,)
    gradient_norm: Tensor  # (rows,) float64
    weight: Tensor  # (rows, out, in)
    bias: Tensor | None  # (rows, out)


class Tape:
    """Rows of memory for one tensor after each of many steps."""

    def __init__(self, num_rows: int, shape: tuple[int, ...], dtype: torch.dtype) -> None:
        size = torch.Size(shape).numel()
        padded = -(-size // ALIGNMENT) * ALIGNMENT
        self.flat = torch.zeros(num_rows, padded, dtype=dtype)[:, :size]
        self.stacked = self.flat.view(num_rows, *shape)
        self.rows = list(self.stacked.unbind())


class Engine:
    """Makes steps on fixed data with a fixed config, a chunk at a time, from any snapshot."""

    def __init__(
        self, x: Tensor, target: Tensor, config: TrainingConfig, start: Snapshot, max_rows: int = MAX_ROWS
    ) -> None:
        # Copies: laid out as a script would have them, and nobody else changes them in mid-run.
        self._x = x.detach().clone(memory_format=torch.contiguous_format)
        self._target = target.detach().clone(memory_format=torch.contiguous_format)
        self._config = config
        self._loss = LOSSES[config.loss]
        self._update = OPTIMIZERS[config.optimizer].update
        self._order: BatchOrder | None = None
        if config.batch_size is not None:
            self._order = BatchOrder(x.shape[0], config.batch_size, config.seed)
        num_parameters = self._target.shape[1] * self._x.shape[1]
        fits = min(RESIDUALS_ON_TAPE // self._target.numel(), PARAMETERS_ON_TAPE // num_parameters)
        self.capacity = max(1, min(max_rows, fits))
        self._allocate(1)  # many engines are only asked for their state
        self.load(start)

    def _allocate(self, num_rows: int) -> None:
        n_samples, out_features = self._target.shape
        weight_shape = (out_features, self._x.shape[1])
        dtype, size = self._x.dtype, self._target.numel()
        self._weight = Tape(num_rows, weight_shape, dtype)
        self._grad_weight = Tape(num_rows, weight_shape, dtype)
        self._residual = Tape(num_rows, (n_samples, out_features), dtype)
        self._weight_t = [weight.T for weight in self._weight.rows]
        self._bias = Tape(num_rows, (out_features,), dtype) if self._config.bias else None
        self._grad_bias = Tape(num_rows, (out_features,), dtype) if self._config.bias else None
        self._grad_output = self._target.new_empty(n_samples, out_features)
        self._grad_output_t = self._grad_output.T
        # A 0-D tensor, since a Python number would be made into one again in every step.
        self._scale = torch.tensor(self._loss.factor / size, dtype=dtype)

    @property
    def weight(self) -> Tensor:
        """The present weight, a copy."""
        return self._weight.rows[self._last].clone()

    @property
    def bias(self) -> Tensor | None:
        """The present bias, a copy."""
        return None if self._bias is None else self._bias.rows[self._last].clone()

    def load(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot."""
        self.step, self._last, self._evaluated = snapshot.step, 0, False
        self._weight.rows[0].copy_(snapshot.weight)
        if self._bias is not None and snapshot.bias is not None:
            self._bias.rows[0].copy_(snapshot.bias)
        self._memory = _copied(snapshot.memory)
        if self._order is not None and snapshot.order is not None:
            self._order.return_to(snapshot.order)

    def snapshot(self) -> Snapshot:
        """Keep what is needed to go on from here."""
        order = None if self._order is None else self._order.mark()
        return Snapshot(self.step, self.weight, self.bias, _copied(self._memory), order)

    def next_batch(self) -> Tensor | None:
        """Return the row numbers that the next step will see; None for all."""
        if self._order is None:
            return None
        mark = self._order.mark()
        batch = self._order.next()
        self._order.return_to(mark)
        return batch

    def run(self, num_steps: int) -> Rows:
        """Make up to `capacity` steps and give the ``num_steps + 1`` states that were passed."""
        if num_steps >= len(self._weight.rows):
            now = self.snapshot()
            self._allocate(self.capacity + 1)
            self.load(now)
        return self._run(num_steps)

    # Cheaper than no_grad. What is handed out is copied outside, so that autograd may use it.
    @torch.inference_mode()
    def _run(self, num_steps: int) -> Rows:
        self._carry_over()
        self._choose_loop()(num_steps)
        self.step += num_steps
        self._last = num_steps
        end = num_steps + 1
        return Rows(
            self._loss.row_values(self._residual.flat[:end]),
            self._gradient_norms(end),
            self._weight.stacked[:end],
            None if self._bias is None else self._bias.stacked[:end],
        )

    def _carry_over(self) -> None:
        """Take the last row of the chunk before as the first of the next."""
        if self._last:
            for tape in (self._weight, self._bias, self._grad_weight, self._grad_bias, self._residual):
                if tape is not None:
                    tape.rows[0].copy_(tape.rows[self._last])
        elif not self._evaluated:
            self._evaluate(0)
        self._evaluated = True

    def _choose_loop(self) -> Callable[[int], None]:
        if self._config.has_closed_form and self._bias is not None:
            return self._descend
        return self._train

    def _descend(self, num_steps: int) -> None:
        """Plain gradient descent on the mean squared error of all samples: `_train`, unrolled."""
        assert self._bias is not None
        assert self._grad_bias is not None
        x, target, scale, rate = self._x, self._target, self._scale, -self._config.learning_rate
        grad_output, grad_output_t = self._grad_output, self._grad_output_t
        add, addmm, mul, mm, total = torch.add, torch.addmm, torch.mul, torch.mm, torch.sum
        weights, biases, residuals = self._weight.rows, self._bias.rows, self._residual.rows
        grad_weights, grad_biases = self._grad_weight.rows, self._grad_bias.rows
        weight, bias, grad_weight, grad_bias = weights[0], biases[0], grad_weights[0], grad_biases[0]
        for k in range(1, num_steps + 1):
            weight = add(weight, grad_weight, alpha=rate, out=weights[k])
            bias = add(bias, grad_bias, alpha=rate, out=biases[k])
            residual = addmm(bias, x, self._weight_t[k], out=residuals[k]).sub_(target)
            mul(residual, scale, out=grad_output)
            grad_weight = mm(grad_output_t, x, out=grad_weights[k])
            grad_bias = total(grad_output, 0, out=grad_biases[k])

    def _train(self, num_steps: int) -> None:
        """Any optimizer, loss and batch size."""
        for k in range(num_steps):
            grad_weight, grad_bias = self._step_gradients(k)
            weight = self._weight.rows[k + 1].copy_(self._weight.rows[k])
            self._update(weight, grad_weight, self._memory[0], self._config)
            if self._bias is not None and grad_bias is not None:
                bias = self._bias.rows[k + 1].copy_(self._bias.rows[k])
                self._update(bias, grad_bias, self._memory[1], self._config)
            self._evaluate(k + 1)

    def _step_gradients(self, k: int) -> tuple[Tensor, Tensor | None]:
        """Return the gradients that the step from row `k` follows: of all samples, or of the next batch."""
        if self._order is None:
            return self._grad_weight.rows[k], None if self._grad_bias is None else self._grad_bias.rows[k]
        batch = self._order.next()
        x, target = self._x[batch], self._target[batch]
        bias = None if self._bias is None else self._bias.rows[k]
        prediction = torch.nn.functional.linear(x, self._weight.rows[k], bias)
        grad_output = self._loss.gradient(prediction, target)
        return grad_output.T.mm(x), None if bias is None else grad_output.sum(0)

    def _evaluate(self, k: int) -> None:
        """Fill in the residual and the gradients over all samples for the parameters of row `k`."""
        residual = self._residual.rows[k]
        if self._bias is None:
            torch.mm(self._x, self._weight_t[k], out=residual)
        else:
            torch.addmm(self._bias.rows[k], self._x, self._weight_t[k], out=residual)
        residual.sub_(self._target)
        torch.mul(self._loss.slope(residual), self._scale, out=self._grad_output)
        torch.mm(self._grad_output_t, self._x, out=self._grad_weight.rows[k])
        if self._grad_bias is not None:
            torch.sum(self._grad_output, 0, out=self._grad_bias.rows[k])

    def _gradient_norms(self, end: int) -> Tensor:
        squares = _row_square_sums(self._grad_weight.flat[:end])
        if self._grad_bias is not None:
            squares = squares + _row_square_sums(self._grad_bias.flat[:end])
        return squares.sqrt()


def _row_square_sums(rows: Tensor) -> Tensor:
    """Sum the squares of each row, in float64 so that nothing overflows, whatever the number of rows."""
    squares = rows.double().square()
    if squares.shape[1] < ONE_THREAD:
        return squares.sum(1)
    return torch.stack([row.sum() for row in squares])


def _copied(memory: tuple[Memory, Memory]) -> tuple[Memory, Memory]:
    first, second = (
        {name: value.clone() if isinstance(value, Tensor) else value for name, value in each.items()}
        for each in memory
    )
    return first, second
