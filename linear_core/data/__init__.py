"""Data to learn from: made to measure, shipped with the package, or read from a user's own table."""

from linear_core.data.regression import RegressionData
from linear_core.data.synthetic import line_data, linear_data

__all__ = ["RegressionData", "line_data", "linear_data"]
