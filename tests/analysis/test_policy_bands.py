"""What policies gain, with the interval of chance and the band of the model."""

import pytest
from matplotlib.collections import LineCollection, PolyCollection

import synthetic
from analysis.compare import comparison
from analysis.compare.figures import gain_bands
from analysis.figures import style


def test_the_band_of_the_model_is_seen_beside_wide_chance(tmp_path):
    """Chance has bars and no area, so that it hides nothing of a band that is narrower."""
    rows = synthetic.comparison_rows(("base", "a"), (1, 8), (4,))
    for row in rows:
        row.update(machines=100, machines_ahead=97, machines_behind=0, gain_percent_p5=1, gain_percent_p95=3)
        if row["policy"] != "base":
            row.update(difference_percent=2, difference_percent_ci95=20)
    own = synthetic.write(tmp_path / "c", synthetic.comparison_run(("base", "a")), rows)
    with style.applied():
        figure = next(gain_bands.draw(comparison.read(own))).figure
    axes = figure.axes[0]
    [area] = [one for one in axes.collections if isinstance(one, PolyCollection)]
    assert (area.get_datalim(axes.transData).y0, area.get_datalim(axes.transData).y1) == (1, 3)
    [bars] = [one for one in axes.collections if isinstance(one, LineCollection)]
    assert [list(bar[:, 1]) for bar in bars.get_segments()] == [pytest.approx([-18, 22])] * 2
