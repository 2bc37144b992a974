"""What the pages share, and the sections that each page is made of.

It may import `linear_core` and Streamlit; no module of `linear_core` imports it. The way of one value:
`link` (URL and session to a typed page state), the core, a picture.
"""
