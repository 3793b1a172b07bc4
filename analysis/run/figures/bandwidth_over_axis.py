"""Overall bandwidth over each further swept axis (vCPUs of a scaling study): panels for some target counts."""

from __future__ import annotations

import re
from typing import Iterator

from analysis.run.figures import bandwidth
from analysis.figures.load import Study
from analysis.figures.page import Drawing


def draw(study: Study) -> Iterator[Drawing]:
    for axis in study.axes[1:]:
        yield bandwidth.over(study, axis, "bandwidth_over_" + re.sub(r"\W+", "_", axis))
