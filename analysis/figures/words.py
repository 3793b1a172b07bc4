"""Names of axes and numbers as they appear in figures."""

from __future__ import annotations

import json

import numpy as np

_NBSP = "\u00a0"  # a number and its unit stay on one line
_LONGEST = 32  # of a name that stands as it is
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
    return f"{short_name(axis)}{_NBSP}={_NBSP}{shown(value)}"


def number(value) -> str:
    if isinstance(value, (bool, np.bool_)):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.10g}"


def shown(value) -> str:
    """A value for a tick or a heading: the same as number(), but long names in few words."""
    text = number(value)
    return text if len(text) <= _LONGEST else _short_mapping(text) or f"{text[:14]}\u2026{text[-14:]}"


def distinct(values: list) -> list[str]:
    """What is shown of each; numbered where two long names look alike."""
    texts = [shown(value) for value in values]
    again = {text for text in texts if texts.count(text) > 1}
    return [f"{i + 1}: {text}" if text in again else text for i, text in enumerate(texts)]


def _short_mapping(text: str) -> str:
    """QEMU's iothread-vq-mapping: `a: 0-3, b: 4-7`; or the number of iothreads, where they are many. Else nothing."""
    try:
        entries = json.loads(text)
        names = [str(entry["iothread"]) for entry in entries]
        queues = [entry.get("vqs", []) for entry in entries]
        parts = [f"{name}: {_ranges(of)}" if of else name for name, of in zip(names, queues)]
    except (ValueError, TypeError, KeyError, AttributeError):
        return ""
    short = ", ".join(parts)
    return short if len(short) <= _LONGEST else f"{len(names)} iothreads: {parts[0]} \u2026 {parts[-1]}"


def _ranges(numbers: list[int]) -> str:
    """`0-3 6`."""
    runs: list[list[int]] = []
    for one in sorted(int(one) for one in numbers):
        if runs and one == runs[-1][1] + 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return " ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs)


def listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
