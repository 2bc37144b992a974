"""The colors of every chart: one hue for each tensor, and one diverging scale for values.

Mid-tones that keep a contrast of 3 : 1 on a white and on a nearly black background, so that one constant
specification serves both themes.
"""

X = "#3b86e0"
WEIGHT = "#9061e8"
BIAS = "#c07d1a"
OUTPUT = "#17967f"
TARGET = "#3b86e0"
GRADIENT = "#d9573f"
MUTED = "#808a9c"

NEGATIVE = "#d9573f"
POSITIVE = "#3b86e0"
