"""The color of words in a picture: dark on light ground, light on dark, from one specification."""

import altair as alt

# Streamlit hands its theme's ground to the picture, but no color for words that are marks. Vega knows the
# ground as the signal `background`.
INK = alt.ExprRef("luminance(background || 'white') < 0.2 ? '#e8eaee' : '#1f2430'")
QUIET = alt.ExprRef("luminance(background || 'white') < 0.2 ? '#a4adbd' : '#5b6478'")
