"""The color of words in a picture: dark in a light theme, light in a dark one, from one specification."""

import altair as alt

# Streamlit gives a chart its theme's background, but no color for text marks. Vega has the
# background color as the signal `background`.
BACKGROUND = alt.ExprRef("background || 'white'")
INK = alt.ExprRef("luminance(background || 'white') < 0.2 ? '#e8eaee' : '#1f2430'")
QUIET = alt.ExprRef("luminance(background || 'white') < 0.2 ? '#a4adbd' : '#5b6478'")
