"""How fast the core is, as ratios measured in one run, so that they hold on any machine.

What is compared takes turns in many short rounds, and the fastest of each counts: what else the machine does
only ever adds time.
"""

import resource
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter

import torch
from torch import nn

from linear_core import Trainer, TrainingConfig, descent_path, line_data, linear_data, trace_forward

torch.set_num_threads(1)  # as the app has it

ROUNDS = 40
STEPS = 512


def seconds(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def in_turns(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    for work in works:
        work()
    times = [[seconds(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def report(what: str, value: float, unit: str, aim: str, reached: bool) -> bool:
    print(f"{what:<70} {value:>10.3g} {unit:<8} {aim:<14} {'ok' if reached else 'MISSED'}")
    return reached


def autograd_loop(data, num_steps: int) -> Callable[[], None]:
    def loop() -> None:
        model = nn.Linear(data.in_features, data.out_features)
        criterion, optimizer = nn.MSELoss(), torch.optim.SGD(model.parameters(), lr=1e-3)
        for _ in range(num_steps):
            loss = criterion(model(data.x), data.target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return loop


def training() -> bool:
    reached = True
    for data, least in ((line_data(), 5), (linear_data(8, 3, 200), 0), (linear_data(16, 4, 1000), 0)):
        trainer = Trainer(data, TrainingConfig())
        bare, ours = in_turns(autograd_loop(data, STEPS), partial(trainer.advance, STEPS))
        shape = (data.n_samples, data.in_features, data.out_features)
        what = f"Trainer.advance against autograd, (samples, in, out) = {shape}"
        aim = f"at least {least}" if least else ""
        reached &= report(what, bare / ours, "times", aim, bare / ours >= least)
        if least:
            report("  one step of it", ours / STEPS * 1e6, "µs", "", True)
    return reached


def theory() -> bool:
    data, num_steps = line_data(), 30_000
    trainer = Trainer(data, TrainingConfig())
    states = partial(descent_path, data.x, data.target, trainer.weight, trainer.bias, 1e-3, num_steps)

    def several() -> None:  # the first call after other work pays for fresh memory, as no page's second does
        for _ in range(10):
            states()

    bare, closed = in_turns(autograd_loop(data, STEPS), several)
    ratio = bare / STEPS * num_steps / (closed / 10)
    return report(
        "descent_path, 30,001 states, against autograd", ratio, "times", "at least 1000", ratio >= 1000
    )


def cells() -> bool:
    sizes = ((64, 64, 8), (4096, 64, 8), (4096, 11_008, 512))
    traces = [trace_forward(torch.rand(batch, in_), torch.rand(out, in_)) for in_, out, batch in sizes]
    times = in_turns(*(partial(trace.cell, 3, 5) for trace in traces), rounds=200)
    for (in_features, out_features, batch_size), time in zip(sizes, times, strict=True):
        report(f"cell of {in_features} -> {out_features}, batch {batch_size}", time * 1e3, "ms", "", True)
    ratio = times[2] / times[1]
    return report("  the largest against the one before", ratio, "times", "at most 1.5", ratio <= 1.5)


def imports() -> bool:
    works = [
        partial(subprocess.run, [sys.executable, "-c", code], check=True)
        for code in ("pass", "import linear_core", "import torch", "from linear_core import *")
    ]
    python, front, theirs, ours = in_turns(*works, rounds=7)
    report("import linear_core", (front - python) * 1e3, "ms", "", True)
    ratio = ours / theirs
    return report("all of linear_core against import torch", ratio, "times", "at most 1.1", ratio <= 1.1)


def memory() -> bool:
    trainer = Trainer(line_data(), TrainingConfig())
    trainer.advance(2000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken = seconds(lambda: trainer.advance(1_000_000))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    report("1,000,000 steps", taken, "s", "", True)
    report("  back to one of them", seconds(lambda: trainer.back_to(876_543)) * 1e3, "ms", "", True)
    report("  any state of them", seconds(lambda: trainer.at(876_543)) * 1e3, "ms", "", True)
    report("  all states", seconds(trainer.states) * 1e3, "ms", "", True)
    return report("  memory grown", grown, "MiB", "at most 64", grown <= 64)


def main() -> int:
    results = [measure() for measure in (memory, training, theory, cells, imports)]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
