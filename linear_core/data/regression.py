"""Samples to train on: ``x`` and its ``target``, with their names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from linear_core._checks import check_matrix, check_number, check_same_rows, seeded_generator
from linear_core.errors import ConfigError, DataError, ShapeError


@dataclass(frozen=True, eq=False)
class RegressionData:
    """Samples with their target: what one layer is trained on.

    Parameters
    ----------
    x : Tensor, ``(n_samples, in_features)``
        One row per sample; any floating dtype; finite.
    target : Tensor, ``(n_samples, out_features)``
        What the prediction is compared with; dtype and number of rows as ``x``.
    feature_names, target_names : sequence of str
        One name per column of ``x`` and of ``target``; no name twice.
    true_weight : Tensor, ``(out_features, in_features)``, optional
        The weight that made the data, where it is known.
    true_bias : Tensor, ``(out_features,)``, optional
        Likewise the bias.
    title, source : str
        What the data are and where they come from; empty when there is nothing to say.
    column_titles, units : mapping of str to str
        What a column is called and its unit, by its name, for the axes of charts.
    left_out : mapping of str to str
        The columns of a table that `read_table` left out by itself, each with the reason.
    x_mean, x_std : Tensor, ``(in_features,)``, optional
        What `standardized` subtracted and divided by; None for data that is not standardized.

    Raises
    ------
    ShapeError
        If ``x`` or ``target`` is not 2-D, has no row or no column, their rows differ in number, or a list of
        names or a true parameter has another size.
    DataError
        If a dtype is not floating or differs, a value is NaN or infinite, or a name is empty or occurs twice.

    Examples
    --------
    >>> data = RegressionData(torch.tensor([[1.0], [2.0]]), torch.tensor([[3.0], [5.0]]), ["size"], ["price"])
    >>> data.n_samples, data.in_features, data.out_features, data.feature_names
    (2, 1, 1, ('size',))
    """

    x: Tensor
    target: Tensor
    feature_names: Sequence[str]
    target_names: Sequence[str]
    true_weight: Tensor | None = None
    true_bias: Tensor | None = None
    title: str = field(default="", kw_only=True)
    source: str = field(default="", kw_only=True)
    column_titles: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    units: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    left_out: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    x_mean: Tensor | None = field(default=None, kw_only=True)
    x_std: Tensor | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        # Copies of its own: a list that its owner changes later does not change the record.
        object.__setattr__(self, "feature_names", tuple(self.feature_names))
        object.__setattr__(self, "target_names", tuple(self.target_names))
        object.__setattr__(self, "column_titles", dict(self.column_titles))
        object.__setattr__(self, "units", dict(self.units))
        object.__setattr__(self, "left_out", dict(self.left_out))
        check_matrix("x", self.x, self.feature_names)
        check_matrix("target", self.target, self.target_names)
        self._check_pair()
        self._check_names()
        self._check_truth()

    @property
    def n_samples(self) -> int:
        """The number of rows."""
        return self.x.shape[0]

    @property
    def in_features(self) -> int:
        """The number of columns of ``x``."""
        return self.x.shape[1]

    @property
    def out_features(self) -> int:
        """The number of columns of ``target``."""
        return self.target.shape[1]

    @property
    def rows(self) -> Tensor:
        """Features and targets of each sample side by side, ``(n_samples, in_features + out_features)``."""
        return torch.cat([self.x, self.target], dim=1)

    def with_rows(self, rows: Tensor) -> "RegressionData":
        """Return data with other samples under the same names; they have no title and no true parameters.

        Parameters
        ----------
        rows : Tensor, ``(n, in_features + out_features)``
            As `rows` has them.
        """
        x, target = rows[:, : self.in_features], rows[:, self.in_features :]
        return RegressionData(
            x.contiguous(),
            target.contiguous(),
            self.feature_names,
            self.target_names,
            column_titles=self.column_titles,
            units=self.units,
        )

    def standardized(self, like: "RegressionData | None" = None) -> "RegressionData":
        """Bring each column of ``x`` to mean 0 and standard deviation 1.

        The loss surface is better conditioned then, so gradient descent may take larger steps. The
        deviation is that of the samples themselves (divided by n, not n − 1). The target stays as it is.

        Parameters
        ----------
        like : RegressionData, optional
            Standardized data whose mean and deviation to use: those of the training set for the test set.

        Returns
        -------
        RegressionData
            With ``x_mean`` and ``x_std`` set; `unstandardize` leads back.

        Raises
        ------
        DataError
            If a column is constant: it has no deviation to divide by.
        ShapeError
            If ``like`` has another number of features.
        ConfigError
            If ``like`` is not standardized, or these data already are.
        """
        if self.x_mean is not None:
            raise ConfigError(
                "expected raw data, but got data that is already standardized; start from the original data"
            )
        mean, std = self._mean_and_std() if like is None else self._mean_and_std_of(like)
        x = ((self.x.double() - mean) / std).to(self.x.dtype)
        weight, bias = self.true_weight, self.true_bias
        if weight is not None:
            if bias is not None:
                bias = (bias.double() + weight.double() @ mean).to(bias.dtype)  # (out, in) @ (in,)
            weight = (weight.double() * std).to(weight.dtype)
        return replace(self, x=x, true_weight=weight, true_bias=bias, x_mean=mean, x_std=std)

    def unstandardize(self, weight: Tensor, bias: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Turn parameters learned on these data into those for the original ``x``.

        Parameters
        ----------
        weight : Tensor, ``(out_features, in_features)``
            The layer's weight.
        bias : Tensor, ``(out_features,)``, or None
            The layer's bias.

        Returns
        -------
        tuple of Tensor
            Weight and bias that predict the same from the original ``x``. A layer without bias gets one,
            since the mean that was taken away has to go somewhere. Data never standardized give both back
            unchanged.
        """
        if self.x_mean is None or self.x_std is None:
            return weight, bias
        original = weight.double() / self.x_std
        shift = original @ self.x_mean  # (out, in) @ (in,)
        original_bias = -shift if bias is None else bias.double() - shift
        return original.to(weight.dtype), original_bias.to(weight.dtype)

    def split(self, test_fraction: float, seed: int) -> tuple["RegressionData", "RegressionData"]:
        """Split the samples at random into a training set and a test set.

        Parameters
        ----------
        test_fraction : float
            The share of samples in the test set, between 0 and 1; rounded to whole samples.
        seed : int
            Of the choice; the same seed gives the same split.

        Returns
        -------
        tuple of RegressionData
            The training set and the test set, each in the original order.

        Raises
        ------
        ConfigError
            If a part would be empty, or an argument is not a number of its kind.

        Examples
        --------
        >>> x = torch.arange(10.0).reshape(10, 1)
        >>> train, test = RegressionData(x, 2 * x, ["size"], ["price"]).split(0.3, seed=0)
        >>> train.n_samples, test.n_samples
        (7, 3)
        """
        check_number("test_fraction", test_fraction)
        num_test = round(self.n_samples * test_fraction)
        if not 0 < num_test < self.n_samples:
            raise ConfigError(
                "expected at least one sample in the training set and in the test set, but got a test "
                "set of {num_test} (test_fraction={test_fraction}) from {n_samples}; choose a fraction "
                "nearer to a half, or add samples",
                test_fraction=test_fraction,
                n_samples=self.n_samples,
                num_test=num_test,
            )
        order = torch.randperm(self.n_samples, generator=seeded_generator(seed))
        return self._rows(order[num_test:]), self._rows(order[:num_test])

    def _rows(self, rows: Tensor) -> "RegressionData":
        rows = rows.sort().values
        return replace(self, x=self.x[rows], target=self.target[rows])

    def _mean_and_std(self) -> tuple[Tensor, Tensor]:
        x = self.x.double()
        for column, name in enumerate(self.feature_names):
            if bool((x[:, column] == x[0, column]).all()):
                raise DataError(
                    "expected features that vary, but got '{name}' = {value:g} in every row, so "
                    "its standard deviation is 0; leave it out, or do not standardize x",
                    name=name,
                    value=x[0, column].item(),
                )
        return x.mean(dim=0), x.std(dim=0, correction=0)

    def _mean_and_std_of(self, like: "RegressionData") -> tuple[Tensor, Tensor]:
        if like.x_mean is None or like.x_std is None:
            raise ConfigError(
                "expected `like` to be standardized, but got raw data; pass the result of its standardized()"
            )
        if like.in_features != self.in_features:
            raise ShapeError(
                "expected `like` with in_features={in_features}, as this data has, but got "
                "{features}; pass two parts of the same data",
                features=like.in_features,
                in_features=self.in_features,
            )
        return like.x_mean, like.x_std

    def _check_pair(self) -> None:
        check_same_rows(self.x, self.target)
        if self.x.dtype != self.target.dtype:
            raise DataError(
                "expected x and target of one dtype, but got {x_dtype} and {target_dtype}; use "
                "target.to(x.dtype)",
                x_dtype=self.x.dtype,
                target_dtype=self.target.dtype,
            )

    def _check_names(self) -> None:
        names = [*self.feature_names, *self.target_names]
        for name in names:
            if not isinstance(name, str) or not name:
                raise DataError(
                    "expected names of columns to be non-empty str, but got {name!r}; rename the column",
                    name=name,
                )
        for name, count in Counter(names).items():
            if count > 1:
                raise DataError(
                    "expected a different name for each column, but got '{name}' for {count}; rename them",
                    name=name,
                    count=count,
                )

    def _check_truth(self) -> None:
        wanted = {
            "true_weight": (self.out_features, self.in_features),
            "true_bias": (self.out_features,),
            "x_mean": (self.in_features,),
            "x_std": (self.in_features,),
        }
        for name, shape in wanted.items():
            value: Tensor | None = getattr(self, name)
            if value is not None and tuple(value.shape) != shape:
                raise ShapeError(
                    "expected {name} of shape {wanted} for this data, but got {shape}; reshape or rebuild it",
                    name=name,
                    shape=tuple(value.shape),
                    wanted=shape,
                )
