"""What a server does once before its first visitor waits for it."""

import torch
import torch.nn.functional as F


def warm_up() -> None:
    """Run one small step of autograd, and keep torch to one thread.

    A layer that fits a screen is far too small to be shared out between threads: one thread for each
    visitor is faster, and leaves the other cores to the other visitors.

    Examples
    --------
    >>> warm_up()
    >>> torch.get_num_threads()
    1
    """
    torch.set_num_threads(1)
    weight = torch.ones(1, 1, requires_grad=True)
    # A gradient that is passed in has torch load SymPy on the first call.
    torch.autograd.grad(F.linear(torch.ones(2, 1), weight), weight, torch.ones(2, 1))
