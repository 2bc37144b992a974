"""Altair charts of what ``linear_core`` computes: tensors in, ``alt.Chart`` out."""
