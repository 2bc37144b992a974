"""What explanations do not know yet, by the text or by the code: these sets may only shrink."""

NOT_YET_KNOWN: set[str] = set()

# Texts that are explained otherwise in another form: wrapped, quoted, …
NOT_YET_SAME: set[tuple[str, str]] = set()

# Errors of other code that are explained with confidence.
NOT_YET_FOREIGN: set[str] = set()
