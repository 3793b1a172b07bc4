"""Where a measurement stands: its curve and its values on the axes, from job options, names of files, and words."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.figures import published, words
from analysis.figures.load import Study

CURVE = "series"
# Other words for an axis, in names of files, tables and --axis. One letter may stand for several.
_ALIASES = {
    "targets": ("targets", "target", "disks", "luns", "t"),
    "vcpus": ("vcpus", "vcpu", "cpus", "guest.vcpus", "v"),
    "job.iodepth": ("iodepth", "depth", "qd", "d", "q"),
    "job.numjobs": ("numjobs", "jobs", "j"),
    "job.bs": ("bs", "blocksize", "b"),
    "controller.num_queues": ("num_queues", "num-queues", "queues", "nq", "q"),
}
_CURVE_WORDS = ("curve", "series", "mode", "config", "variant")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?", re.IGNORECASE)
_FACTORS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def axes_named(word: str, study: Study) -> list[str]:
    """The columns of the study that a word may mean, its own name first."""
    columns = [column for column in study.configuration if column != "luns"]
    word = word.lower()
    exact = [column for column in columns if word in (column.lower(), column.lower().rsplit(".", 1)[-1])]
    return exact or [column for column in columns if word in _ALIASES.get(column, ())]


def number_of(text: str) -> float | str:
    """A number, also with fio's suffixes of sizes; else the text in small letters."""
    size = _SIZE.fullmatch(text.strip())
    return float(size[1]) * _FACTORS[size[2].lower()] if size else str(published.position(text)).lower()


def value_on(study: Study, axis: str, text: str):
    """The axis's value that a text means; None if it has no such value."""
    return next((value for value in study.values(axis) if number_of(words.number(value)) == number_of(text)), None)


def curve_named(word: str, study: Study) -> str | None:
    plain = _plain(word)
    return next((curve.name for curve in study.curves if plain in (_plain(curve.name), _plain(curve.label))), None)


def from_name(path: Path, study: Study) -> tuple[dict[str, str], list[str]]:
    """What a file's name and that of its folder say, the name first; and what in them is not clear."""
    found, unclear = _from_text(path.stem, study, short=True)
    further, _ = _from_text(path.absolute().parent.name, study, short=False)
    return {**further, **found}, unclear


def _from_text(text: str, study: Study, short: bool) -> tuple[dict[str, str], list[str]]:
    found: dict[str, str] = {}
    unclear: list[str] = []
    inside = _curves_in(text, study)
    for name, value in [*_pairs(text), *(_short_pairs(_without(text, inside)) if short else [])]:
        curve = curve_named(value, study)
        if name.lower() in _CURVE_WORDS and curve is not None:
            found.setdefault(CURVE, curve)
            continue
        axes = axes_named(name, study)
        if len(axes) > 1:
            unclear.append(f"{name}{value} in the name may be {' or '.join(axes)}: not used")
        elif axes:
            found.setdefault(axes[0], _cut(value, axes[0], study))
    if CURVE not in found and len(inside) == 1:
        found[CURVE] = inside[0]
    elif CURVE not in found and inside:
        unclear.append(f"the name has several curves in it: {', '.join(inside)}")
    return found, unclear


def _without(text: str, curves: list[str]) -> str:
    """The text without names of curves, which may look like values of axes."""
    for curve in curves:
        words_of = [re.escape(word) for word in _plain(curve).split("_")]
        text = re.sub("[^A-Za-z0-9]+".join(words_of), " ", text, flags=re.IGNORECASE)
    return text


def _pairs(text: str) -> list[tuple[str, str]]:
    """`targets=4_mode=multi_queue`; a value ends where the next pair begins."""
    return re.findall(r"([A-Za-z][\w.-]*?)=([^=]+?)(?=[_,; -]+[A-Za-z][\w.-]*?=|$)", text)


def _short_pairs(text: str) -> list[tuple[str, str]]:
    """`t4-q8`, `iodepth_8`."""
    pieces = [piece for piece in re.split(r"[_\-,; ]+", text) if piece]
    found = [match.groups() for piece in pieces
             if (match := re.fullmatch(r"([A-Za-z]+)(\d+[kKmMgG]?)", piece)) is not None]
    found += [(name, value) for name, value in zip(pieces, pieces[1:])
              if re.fullmatch(r"[A-Za-z]{2,}", name) and re.fullmatch(r"\d+[kKmMgG]?", value)]
    return found


def _cut(value: str, axis: str, study: Study) -> str:
    """Without what follows the value in the name, `4_run1`, where the axis does not have it so."""
    text = value
    while value_on(study, axis, text) is None and re.search(r"[_, -]", text):
        text = re.split(r"[_, -](?=[^_, -]*$)", text)[0]
    return text if value_on(study, axis, text) is not None else re.split(r"[_, -]", value)[0]


def _curves_in(text: str, study: Study) -> list[str]:
    """Curves whose names stand in the text, without those that stand in a longer one."""
    plain = f"_{_plain(text)}_"
    names = [curve.name for curve in study.curves if curve.name and f"_{_plain(curve.name)}_" in plain]
    return [name for name in names
            if not any(name != other and f"_{_plain(name)}_" in f"_{_plain(other)}_" for other in names)]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def from_options(options: dict[str, set[str]], study: Study) -> dict[str, str]:
    """What the options of the jobs say of the axes; one on which the jobs differ is not known."""
    found: dict[str, str] = {}
    for axis in study.configuration:
        if axis == "targets":
            disks = options.get("disks that fio saw")
            files = {file for given in options.get("filename", ()) for file in re.split(r"(?<!\\):", given) if file}
            if disks or files:
                found[axis] = max(*(disks or {"0"}), str(len(files)), key=int)
        elif axis.startswith("job."):
            names = (axis.removeprefix("job."), *_ALIASES.get(axis, ()))
            given = set().union(*(options.get(name, set()) for name in names))
            if len(given) == 1:
                found[axis] = given.pop()
            elif not given and axis in _FIOS_DEFAULTS and options:
                found[axis] = _FIOS_DEFAULTS[axis]
    return found


_FIOS_DEFAULTS = {"job.iodepth": "1", "job.numjobs": "1", "job.bs": "4k"}
