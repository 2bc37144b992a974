"""What is known of training without making its steps: least squares, stability, closed forms.

It speaks of data and numbers alone; of `linear_core` it may import data and what lies below.
"""
