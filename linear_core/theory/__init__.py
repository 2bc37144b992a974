"""What is known of training without making its steps: least squares, stability, closed forms.

It knows only data and numbers; from `linear_core` it may import data and what lies below.
"""
