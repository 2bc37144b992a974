"""The error of a compiled model, found again without compiling: then its traceback leads to the layer."""

from dataclasses import replace

from torch import nn

from linear_core.calls.failed_call import FailedCall, RootCall, failed_call
from linear_core.calls.paths import paths_of
from linear_core.calls.trial import call_again, copy_model, quiet


def is_compiled(error: BaseException, failed: FailedCall) -> bool:
    """Whether the error comes from compiling, so that its traceback has no frame of the layer."""
    return type(error).__module__.startswith("torch._dynamo") or hasattr(failed.module, "_orig_mod")


def run_again(model: nn.Module, root: RootCall) -> FailedCall | None:
    """Make the call on a copy that is not compiled, and say where it fails in the model itself."""
    part = model.get_submodule(root.path)
    eager = getattr(part, "_orig_mod", part)
    copied = copy_model(eager)
    try:
        with quiet():
            call_again(copied, replace(root, path=""), root.x)
    except Exception as error:
        failed = failed_call(error, copied)
        if failed is not None and failed.paths:
            module = eager.get_submodule(failed.paths[0])
            return replace(failed, module=module, innermost=module, paths=paths_of(module, model), root=root)
    return None
