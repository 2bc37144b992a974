"""A page of thirty lines, which `test_one_entry` adds to a copy of the app.

It may import what a page may: `linear_core`, Streamlit and the shared modules of `pages._ui`.
"""
