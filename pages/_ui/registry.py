"""The one list of pages: it feeds the menu, links, titles, the start page and the tests."""

from typing import Any

from pages._ui.errors.choices import Errors
from pages._ui.forward.choices import Forward
from pages._ui.gradients.choices import Gradients
from pages._ui.language import N_
from pages._ui.layer.choices import Sizes
from pages._ui.page import Page
from pages._ui.training.choices import Training

START = Page(
    "streamlit_app.py",
    N_("Start"),
    N_("What does one linear layer do?"),
    N_("The layer in one formula, and where to go from here."),
    Sizes,
    N_("New here? Begin with the first card: one number, product by product."),
    ("linear layer", "feature", "weight", "bias", "weighted sum"),
)

FORWARD = Page(
    "pages/1_Forward_pass.py",
    N_("Forward pass"),
    N_("Where does each number of the output come from?"),
    N_("Walk through x Wᵀ + b element by element, with your own numbers."),
    Forward,
    N_(
        "Press Play for six short steps. <Double-click|Double-tap> a number to change it; everything follows."
    ),
    ("forward pass", "sample", "feature", "weight", "bias", "dot product", "transpose"),
)

TRAINING = Page(
    "pages/4_Training.py",
    N_("Training"),
    N_("How does the layer learn a line, and why so slowly?"),
    N_("Watch 30,000 steps of gradient descent, and see what the learning rate decides."),
    Training,
    N_("Press Train. Drag the bar back and change something: training goes on from there."),
    ("target", "loss", "gradient descent", "step", "learning rate", "gradient norm"),
)

ERRORS = Page(
    "pages/2_Shapes_and_errors.py",
    N_("Shapes and errors"),
    N_("Why does this call fail, and what fixes it?"),
    N_("Build a call or paste an error, and leave with the fix."),
    Errors,
    terms=("shape", "dimension", "batch", "flatten", "transpose"),
)

GRADIENTS = Page(
    "pages/3_Gradients.py",
    N_("Gradients"),
    N_("Where does each gradient come from?"),
    N_("Backpropagate from the loss to weight, bias and x, and see what autograd adds up."),
    Gradients,
    terms=("backward pass", "loss", "gradient", "partial derivative", "batch", "broadcasting"),
)

PAGES: tuple[Page[Any], ...] = (FORWARD, ERRORS, GRADIENTS, TRAINING)
