"""The words of the pictures, where they are found to be translated; `linear_core` has the same in English."""

from pages._ui.language import _


def stage_words() -> dict[str, str]:
    """Give the words of the four pictures."""
    return {
        "data": _("Data and prediction"),
        "data_hint": _("dashed: least squares"),
        "match": _("Prediction against target"),
        "match_hint": _("dashed: where both are equal"),
        "loss": _("Loss"),
        "height": _("loss"),
        "test_loss": _("test loss"),
        "test_hint": _("hollow: to test with"),
        "loss_hint": _("grey: earlier runs"),
        "bowl": _("The bowl it rolls down"),
        "bowl_hint": _("lines of equal loss, + optimum"),
        "parameters": _("Parameters and gradient"),
        "parameters_hint": _("red: length of the gradient"),
        "x": _("x"),
        "target": _("target"),
        "prediction": _("prediction"),
        "residual": _("residual"),
        "step": _("step"),
        "weight": _("weight"),
        "bias": _("bias"),
        "weight_and_bias": _("weight, bias"),
        "gradient": _("gradient"),
        "steepest": _("along the steepest direction"),
        "flattest": _("along the flattest direction"),
        "time_line": _("Drag to go back in time"),
    }


def gauge_words() -> dict[str, str]:
    """Give the words of the ruler of learning rates."""
    return {"yours": _("yours"), "best": _("best"), "limit": _("limit")}
