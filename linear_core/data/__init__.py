"""Data to train on: generated, shipped with the package, or read from a user's own table.

Of `linear_core` it may import layer and what lies below; only `read_table` and `table_columns` load pandas.
"""

from linear_core.data.builtin import BUILTIN_DATA, BuiltinData, builtin_data
from linear_core.data.regression import RegressionData
from linear_core.data.synthetic import line_data, linear_data
from linear_core.data.tables import TableColumn, read_table, table_columns

__all__ = [
    "BUILTIN_DATA",
    "BuiltinData",
    "RegressionData",
    "TableColumn",
    "builtin_data",
    "line_data",
    "linear_data",
    "read_table",
    "table_columns",
]
