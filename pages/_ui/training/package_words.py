"""Sentences of `linear_core`, which knows one language, marked here so that they are found to be translated.

A test holds them against the package.
"""

from pages._ui.language import N_

TRAP_TITLES = (
    N_("Forgotten zero_grad"),
    N_("Target of shape (N,)"),
    N_("Learning rate over the limit"),
    N_("Unscaled features"),
    N_("No bias"),
    N_("Summed loss"),
)

TRAP_TEMPLATES = (
    N_(
        "Gradients pile up: after {steps} steps the loss is {wrong} instead of {right}. It is the "
        "same as momentum 1.0 (largest difference {difference})."
    ),
    N_(
        "Each of the {samples} predictions is compared with all {samples} targets: the run heads "
        "for the mean of the target, {mean}, with a loss of its variance, {variance}. After {steps}"
        " steps the true loss is {wrong} instead of {right}."
    ),
    N_(
        "The limit of these data is {limit}. At {wrong_rate}, 10 % above it, each step overshoots "
        "further: the loss is {wrong} after {steps} steps. At {right_rate} it is {right}."
    ),
    N_(
        "With the first feature in units 100 times smaller the bowl is a ravine of condition number"
        " {wrong_condition}; standardised, it is {right_condition}. Each at its own best rate, "
        "after {steps} steps the loss is {wrong} instead of {right}."
    ),
    N_(
        "Without a bias the output is 0 wherever x is 0. The best that can be had is a loss of "
        "{wrong_best} instead of {right_best}; after {steps} steps it is {wrong} instead of "
        "{right}."
    ),
    N_(
        "Summed over {elements} elements, the gradient is {elements} times as large, as if the "
        "learning rate were {rate}. The limit is {limit}; after {steps} steps the loss is {wrong} "
        "instead of {right}."
    ),
)

DATA_TITLES = (
    N_("Ozone meter against the reference of NIST"),
    N_("Height of grown children against their parents' mean"),
    N_("Stopping distance against speed of cars of the 1920s"),
    N_("Air pressure against the boiling point of water in the Alps"),
    N_("Anscombe's quartet 1: a line with noise"),
    N_("Anscombe's quartet 2: a curve"),
    N_("Anscombe's quartet 3: a line and one outlier"),
    N_("Anscombe's quartet 4: one point decides"),
    N_("Timber of 31 felled black cherry trees against diameter and height"),
    N_("Employment in the United States, 1947 to 1962, against six measures of the economy"),
)

# Those that are words; the others are signs, the same in every language.
DATA_UNITS = (N_("inch"), N_("thousand"), N_("million $"))
