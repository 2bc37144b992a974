"""The program that one can read afterward, line by line: what all pages are about."""

import streamlit as st

from pages._ui import frame
from pages._ui.language import _
from pages._ui.registry import PAGES

PROGRAM = """\
import torch
from torch import nn

x = torch.rand(50, 1)
target = 3 * x + 0.8

model = nn.Linear(in_features=1, out_features=1)
criterion = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)

for step in range(30_000):
    prediction = model(x)
    loss = criterion(prediction, target)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print(model.weight, model.bias)  # {result}
"""


def draw() -> None:
    """Draw the promise, and what else leads from here."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="afterward"):
        with st.popover(_("Afterward, you can read every line of this program"), type="tertiary"):
            st.code(PROGRAM.format(result=_("close to 3 and 0.8")), language="python")
        for page in PAGES:
            if page.url_path == "Shapes_and_errors":
                frame.page_link(page, _("An error that names `mat1 and mat2`? Paste it"))
        own = _("In your own code: `import linear_core`")
        st.markdown(f":small[{own}]", width="content")
