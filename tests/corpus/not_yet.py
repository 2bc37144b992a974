"""What explanations do not know yet, by the text or by the code: these sets may only shrink."""

# ruff: noqa: E501
NOT_YET_KNOWN: set[str] = {
    "Mat1 and Mat2 shapes cannot be multiplied.",
    "RuntimeError: mat1 and mat2 shapes cannot be multiplied ....",
    "TorchRuntimeError: The size of tensor a (1280) must match the size of tensor b (s4) at non-singleton dimension 1)",
}

# Texts that are explained otherwise in another form: wrapped, quoted, …
NOT_YET_SAME: set[tuple[str, str]] = set()

# Errors of other code that are explained with confidence.
NOT_YET_FOREIGN: set[str] = set()
