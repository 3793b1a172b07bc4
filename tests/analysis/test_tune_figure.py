"""The figure of a tuning."""

import pandas as pd
import pytest

from analysis.tune.figures import setting


@pytest.mark.parametrize("values, ticks", [
    ([1, 3, 20], [1, 2, 5, 10, 20]), ([0, 1, 8], [0, 1, 2, 5]), ([0, 300, 4000, 900000], [0, 1000, 10000, 100000]),
    ([3, 4], [3, 4]), ([0, 0], [0])])
def test_a_logarithmic_axis_has_round_numbers(values, ticks):
    assert setting._ticks(pd.Series(values)) == ticks
