"""What a layer costs: this one, and layers that people know."""

import streamlit as st

from linear_core.layer.known_layers import KNOWN_LAYERS
from linear_core.layer.ledger import ledger
from pages._ui.forward.choices import Forward
from pages._ui.glossary import meaning
from pages._ui.language import _, ngettext
from pages._ui.layer.call import LayerCall
from pages._ui.numbers import count


def this_layer(call: LayerCall) -> None:
    """Three lines beside the picture."""
    costs = call.costs
    lines = (
        ngettext("{count} parameter ({sum})", "{count} parameters ({sum})", costs.parameters).format(
            count=count(costs.parameters), sum=costs.parameters_sum
        ),
        ngettext("{count} multiply-add ({sum})", "{count} multiply-adds ({sum})", costs.macs).format(
            count=count(costs.macs), sum=costs.macs_sum
        ),
        _("{count} bytes in {dtype} ({sum})").format(
            count=count(costs.num_bytes), dtype=call.spec.dtype, sum=costs.bytes_sum
        ),
    )
    st.caption(_("This layer"), help=meaning("parameters", "multiply-adds"))
    st.markdown("  \n".join(lines))


def draw(shown: Forward, call: LayerCall) -> None:
    """A table of this layer and of well-known ones, with the arithmetic behind each number."""
    layers = {_("this layer"): (call.spec, "")}
    layers |= {_(name): (known.spec, known.source) for name, known in KNOWN_LAYERS.items()}
    records = []
    for name, (spec, source) in layers.items():
        costs = ledger(spec, call.leading)
        records.append(
            {
                _("layer"): name,
                _("in → out"): f"{count(spec.in_features)} → {count(spec.out_features)}",
                _("parameters"): f"{count(costs.parameters)} = {costs.parameters_sum}",
                _("multiply-adds"): f"{count(costs.macs)} = {costs.macs_sum}",
                _("bytes"): f"{count(costs.num_bytes)} = {costs.bytes_sum} ({spec.dtype})",
                _("source"): source,
            }
        )
    st.dataframe(records, hide_index=True, width="stretch")
    st.caption(
        _("Multiply-adds are those of one forward pass of the current batch; adding the bias is not counted.")
    )
