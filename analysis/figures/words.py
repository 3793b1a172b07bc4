"""Names of axes and numbers as they appear in figures."""

from __future__ import annotations

import numpy as np

_NBSP = "\u00a0"  # a number and its unit stay on one line
_NOUNS = {
    "targets": ("target", "targets"),
    "vcpus": ("vCPU", "vCPUs"),
    "luns_per_target": ("LUN per target", "LUNs per target"),
}
# Columns of result files that are no paths.
_COLUMNS = {"study_series": "curve"}


def axis_name(axis: str) -> str:
    """For an axis label: known axes in words, others by their path, which is their name everywhere else, too."""
    return {"targets": "number of targets", "vcpus": "number of vCPUs"}.get(axis, short_name(axis))


def short_name(axis: str) -> str:
    return _NOUNS[axis][1] if axis in _NOUNS else _COLUMNS.get(axis, axis)


def at(axis: str, value) -> str:
    """`4 vCPUs`, `1 target`, `controller.virtqueue_size = 128`."""
    if axis in _NOUNS:
        return f"{number(value)}{_NBSP}{_NOUNS[axis][0 if value == 1 else 1]}"
    return f"{short_name(axis)}{_NBSP}={_NBSP}{number(value)}"


def number(value) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.10g}"


def listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
