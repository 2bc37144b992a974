"""Numbers on axes, as expressions that the browser works out."""

STEP_TICKS = [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
STEP_LABEL = "format(datum.value, ',d')"
# As it is where it is short, else with an exponent; with the minus sign that is one.
SHORT = "abs({0}) >= 1e5 || ({0} != 0 && abs({0}) < 1e-4) ? format({0}, '.{1}e') : format({0}, '{2}')"
VALUE_LABEL = "replace(" + SHORT.format("datum.value", 0, "~g") + ", '-', '−')"
# Powers of ten alone: what lies between has its lines, which suffice.
IS_DECADE = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6"
LOG_LABEL = f"{IS_DECADE} ? {VALUE_LABEL} : ''"
