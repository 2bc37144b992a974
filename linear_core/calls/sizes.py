"""What the four numbers of "mat1 and mat2 shapes cannot be multiplied" suggest by themselves.

Guesses, each with its reason.

The message shows x with its leading dimensions flattened, so they are not known. But sizes are rarely
arbitrary: channels are powers of two, feature maps are square, known models have known widths.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from linear_core.calls.records import Guess
from linear_core.calls.widths import KNOWN_WIDTHS
from linear_core.language import N_

MAX_GUESSES = 4

_CHANNELS = (
    2048,
    1536,
    1280,
    1024,
    512,
    384,
    256,
    192,
    128,
    120,
    96,
    84,
    64,
    50,
    48,
    32,
    24,
    20,
    16,
    12,
    10,
    8,
    6,
    4,
    3,
)
_USUAL_BATCH = 1024

KNOWN = N_(
    "Two models seem to be mixed up: the input has width {features}, as in {features_of}, but "
    "{in_features} is expected, as in {in_features_of}. Choose files that belong together."
)
TRANSPOSED_X = N_(
    "x may be transposed: its number of rows is {rows}, which is in_features. If its features "
    "are in its rows, x.T fits."
)
TRANSPOSED_WEIGHT = N_(
    "The weight may be transposed: {out_features} is the number of features of x. A weight is stored as "
    "(out_features, in_features); in x @ weight it must be transposed."
)
ONE_IMAGE = N_(
    "x may be a single sample without a batch dimension: {rows} · {features} is {in_features}, exactly "
    "in_features. Add a batch dimension with x.unsqueeze(0), then flatten with x.flatten(1)."
)
FLATTEN = N_(
    "A Flatten may be missing: {rows} rows of {features} are {samples} samples of {in_features}, exactly "
    "in_features ({in_features} = {parts}). Put nn.Flatten() before the layer."
)
FLATTEN_AND_SIZE = N_(
    "A Flatten may be missing: {rows} = {parts}, a batch of {samples} with {channels} feature maps of "
    "height {features}, whose width {features} is the last dimension. Flattened, a sample has {flat} "
    "features, so in_features would have to be {flat}; {in_features} = {expected_parts} is the size for "
    "another image size."
)
MAPS = N_(
    "{features} may be {parts} (channels × height × width), and in_features {in_features} = "
    "{expected_parts}: the same channels, but feature maps of another size. The image size "
    "differs from the one that the layer was made for."
)
MAPS_ALONE = N_(
    "{features} may be {parts} (channels × height × width), flattened feature maps: in_features "
    "must equal that product."
)
DOUBLE = N_(
    "{features} is {factor} times {in_features}: concatenating tensors multiplies the features, and a "
    "bidirectional LSTM doubles them; the layer after that must count them all."
)
HALF = N_(
    "in_features is {factor} times {features}: the layer may expect {factor} inputs concatenated along the "
    "last dimension, as a bidirectional LSTM concatenates its two directions."
)
ONE_COLUMN = N_(
    "x has one column more than in_features: the target or an index column may still be in the table."
)
ONE_COLUMN_LESS = N_(
    "x has one column fewer than in_features: a column may have been left out, or become the index."
)
VIEW = N_(
    "The sizes before it have changed, as with images of another size: each sample has {features} numbers "
    "here (number of samples: {samples}), but {in_features} are expected, which is in_features "
    "of {layer}. With x.flatten(1) in forward, {layer} needs in_features={features}."
)
PACKED = N_(
    "The weight is packed, two 4-bit numbers in each byte, in one column: {count} bytes are "
    "{numbers} weights, which for in_features={features} gives out_features={out}. The library "
    "that quantized the model has to unpack it."
)
PACKED_HALF = N_(
    "The weight may be packed, two 4-bit numbers in each byte: in_features {in_features} is half "
    "of {features}, the width of {features_of}. The library that quantized the model has to "
    "unpack it."
)
TEMPLATES = (
    KNOWN,
    TRANSPOSED_X,
    TRANSPOSED_WEIGHT,
    ONE_IMAGE,
    FLATTEN,
    FLATTEN_AND_SIZE,
    MAPS,
    MAPS_ALONE,
    DOUBLE,
    HALF,
    ONE_COLUMN,
    ONE_COLUMN_LESS,
    PACKED,
    PACKED_HALF,
    VIEW,
)


def guess_sizes(mat1: tuple[int, int], mat2: tuple[int, int]) -> tuple[Guess, ...]:
    """Guess from the sizes of the two matrices alone what went wrong.

    Parameters
    ----------
    mat1 : tuple of int
        x as the message shows it: (product of the leading dimensions, last dimension).
    mat2 : tuple of int
        The transposed weight: (in_features, out_features).

    Returns
    -------
    tuple of Guess
        Up to four, the likeliest first; empty where the sizes fit or suggest nothing.

    Examples
    --------
    >>> guess_sizes((5760, 6), (128, 4))[0].values["parts"]
    '30 · 32 · 6'
    >>> [guess.slug for guess in guess_sizes((28, 28), (784, 10))]
    ['one-sample']
    """
    rows, features = mat1
    in_features, out_features = mat2
    if features == in_features or min(rows, features, in_features, out_features) < 1:
        return ()
    values = {"rows": rows, "features": features, "in_features": in_features, "out_features": out_features}
    found: dict[str, Guess] = {}
    for finder in _FINDERS:
        if found and finder is _maps_alone:
            break
        for guess in finder(rows, features, in_features, out_features):
            found.setdefault(
                guess.slug, Guess(guess.slug, guess.template, {**values, **guess.values}, guess.code)
            )
    return tuple(found.values())[:MAX_GUESSES]


def guess_widths(given: tuple[int, ...], expected: tuple[int, ...]) -> tuple[Guess, ...]:
    """Guess which two models are mixed up, from a parameter's shapes in the checkpoint and in the model."""
    if len(given) != 2 or len(expected) != 2 or given[0] != expected[0]:
        return ()
    values = {"features": given[-1], "in_features": expected[-1]}
    return tuple(
        replace(guess, values={**values, **guess.values}) for guess in _known(0, given[-1], expected[-1], 0)
    )


def _packed(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    count = max(in_features, out_features)
    if is_packed(features, in_features, out_features):
        values = {"count": count, "numbers": 2 * count, "out": 2 * count // features}
        yield Guess("packed", PACKED, values)
    elif features == 2 * in_features and features in KNOWN_WIDTHS and in_features not in KNOWN_WIDTHS:
        yield Guess("packed", PACKED_HALF, {"features_of": KNOWN_WIDTHS[features].models})


def is_packed(features: int, in_features: int, out_features: int) -> bool:
    """Whether the sizes are those of a weight that is packed to 4 bits, in one row or column."""
    count = max(in_features, out_features)
    return min(in_features, out_features) == 1 and count >= 1 << 16 and 2 * count % features == 0


def _known(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    if {features, in_features} <= set(KNOWN_WIDTHS):
        names = {"features_of": KNOWN_WIDTHS[features].models}
        yield Guess("known-widths", KNOWN, {**names, "in_features_of": KNOWN_WIDTHS[in_features].models})


def _transposed(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    if rows == in_features:
        yield Guess("transpose", TRANSPOSED_X, code="x = x.T")


def _transposed_weight(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    if features == out_features and in_features != out_features:
        yield Guess("transposed-weight", TRANSPOSED_WEIGHT)


def _flattened(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    total = rows * features
    if features > 1 and in_features % features == 0 and rows % (in_features // features) == 0:
        samples = total // in_features
        if samples == 1:
            yield Guess("one-sample", ONE_IMAGE, code="x = x.unsqueeze(0).flatten(1)")
        else:
            parts = _parts(in_features, features)
            yield Guess("flatten", FLATTEN, {"samples": samples, "parts": parts}, "x = x.flatten(1)")


def _maps_and_batch(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    """Square feature maps that were never flattened, before a layer of the wrong size."""
    if rows % features or features < 2:
        return
    leading = rows // features
    for channels in _CHANNELS:
        side = math.isqrt(in_features // channels)
        fits = leading % channels == 0 and in_features == channels * side * side and side != features
        if not fits or leading // channels > _USUAL_BATCH:
            continue
        samples, flat = leading // channels, channels * features * features
        values: dict[str, object] = {"samples": samples, "channels": channels, "flat": flat}
        values["parts"] = _product(samples, channels, features)
        values["expected_parts"] = _product(channels, side, side)
        code = f"# nn.Flatten(), nn.Linear({flat}, {out_features})"
        yield Guess("flatten", FLATTEN_AND_SIZE, values, code)


def _maps(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    """Flattened square feature maps of another size than expected."""
    for channels in _CHANNELS:
        side, expected = (math.isqrt(size // channels) for size in (features, in_features))
        if features == channels * side * side and side > 1:
            parts = _product(channels, side, side)
            if in_features == channels * expected * expected:
                expected_parts = _product(channels, expected, expected)
                yield Guess("feature-maps", MAPS, {"parts": parts, "expected_parts": expected_parts})
                return


def _maps_alone(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    """Flattened square feature maps, where nothing else suggests itself."""
    for channels in _CHANNELS:
        side = math.isqrt(features // channels)
        if features == channels * side * side and side > 2 and channels >= 16:
            yield Guess("feature-maps", MAPS_ALONE, {"parts": _product(channels, side, side)})
            return


def _multiples(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    for larger, smaller, slug, template in (
        (features, in_features, "doubled", DOUBLE),
        (in_features, features, "concatenated", HALF),
    ):
        if smaller > 1 and larger % smaller == 0 and larger // smaller in (2, 3, 4):
            yield Guess(slug, template, {"factor": larger // smaller})


def _columns(rows: int, features: int, in_features: int, out_features: int) -> Iterator[Guess]:
    if features == in_features + 1:
        yield Guess("extra-column", ONE_COLUMN, code="x = x[:, :-1]")
    elif features == in_features - 1:
        yield Guess("missing-column", ONE_COLUMN_LESS)


_FINDERS = (
    _packed,
    _known,
    _transposed,
    _flattened,
    _transposed_weight,
    _maps_and_batch,
    _maps,
    _columns,
    _multiples,
    _maps_alone,
)


def _parts(in_features: int, features: int) -> str:
    """Write in_features as channels × height × width where the maps are square, else as rows × features."""
    per_sample = in_features // features
    if per_sample % features == 0:
        return _product(per_sample // features, features, features)
    return _product(per_sample, features)


def _product(*sizes: int) -> str:
    return " · ".join(map(str, sizes if sizes[0] != 1 else sizes[1:]))
