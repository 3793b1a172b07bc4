"""Student's t against its tables, Holm's correction by hand."""

import math

import pytest

from analysis.figures import student


def test_quantiles_are_those_of_the_tables():
    # Abramowitz and Stegun, table 26.10, column 0.975.
    for freedom, quantile in ((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (10, 2.228), (30, 2.042)):
        assert student.quantile_975(freedom) == pytest.approx(quantile, abs=5e-4)
        assert student.p_value(-quantile, freedom) == pytest.approx(0.05, abs=5e-5)


def test_one_degree_of_freedom_is_cauchys():
    # P(|t| > 1) of Cauchy's distribution is 1/2.
    assert student.p_value(1, 1) == pytest.approx(0.5)
    assert student.p_value(0, 5) == 1


def test_the_mean_of_three_runs():
    # 1, 2, 3: standard deviation 1, half-width 4.303 / sqrt(3) = 2.484.
    mean, half = student.mean_interval([1.0, 2.0, 3.0])
    assert mean == 2 and half == pytest.approx(2.484, abs=1e-3)
    assert math.isnan(student.mean_interval([1.0])[1])


def test_holm_multiplies_by_what_is_left_and_never_falls():
    # Sorted 0.01, 0.02, 0.04: times 3, 2, 1 gives 0.03, 0.04, 0.04. Without a value: no test.
    assert student.holm([0.04, 0.01, math.nan, 0.02])[:2] == pytest.approx([0.04, 0.03])
    assert student.holm([0.04, 0.01, math.nan, 0.02])[3] == pytest.approx(0.04)
    assert math.isnan(student.holm([0.04, math.nan])[1])
