"""What the program has written, as tables and figures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pandas as pd

# Columns that are text, blank where there is nothing to say.
_TEXT = ("not_settled", "series", "state", "policy", "baseline", "scope", "metric", "job", "kind", "stage", "resource")


def read_table(file: Path) -> pd.DataFrame:
    """A table of the program's; empty, without columns, if it was not asked for."""
    if not file.is_file():
        return pd.DataFrame()
    table = pd.read_csv(file, keep_default_na=False, na_values=[""], float_precision="round_trip")
    for name in _TEXT:
        if name in table.columns:
            table[name] = table[name].fillna("").astype(str)
    return table


class Figure:
    """One figure: shown by a notebook, else a path to each of its files."""

    def __init__(self, png: Path):
        self.png = png
        self.svg = png.with_suffix(".svg")
        self.csv = png.with_suffix(".csv")

    @property
    def data(self) -> pd.DataFrame:
        """What is drawn."""
        return read_table(self.csv)

    def _repr_png_(self) -> bytes:
        return self.png.read_bytes()

    def __repr__(self) -> str:
        return f"Figure({str(self.png)!r})"


class Figures(Mapping):
    """The figures of a folder by their names."""

    def __init__(self, folder: Path):
        self._of = {png.stem: Figure(png) for png in sorted(folder.glob("*.png"))}

    def __getitem__(self, name: str) -> Figure:
        if name not in self._of:
            raise KeyError(f"no figure {name}; there are {', '.join(self._of) or 'none'}")
        return self._of[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __repr__(self) -> str:
        return f"Figures({', '.join(self._of)})"


class Folder:
    """Files of one verb. What it has printed is `text`."""

    def __init__(self, folder: Path | str, text: str = ""):
        self.folder = Path(folder)
        self.text = text

    def table(self, name: str) -> pd.DataFrame:
        """Any table of the folder, by its name without .csv."""
        return read_table(self.folder / f"{name}.csv")

    @cached_property
    def record(self) -> dict:
        """run.json: the resolved scenario, its hash, the commit and versions."""
        return json.loads((self.folder / "run.json").read_text(encoding="utf-8"))

    @property
    def figures(self) -> Figures:
        return Figures(self.folder / "figures")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"


class Result(Folder):
    """Of a `vqlab run`. Also made of a folder that is there: `vqlab.Result("results/skew")`.

    What docs/how-to/tables.md has to be asked for is an empty table where it was not: `vqlab.run(...,
    overrides={"results.tables": True})`.
    """

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row for each point and seed; docs/reference/columns.md says what the columns are."""
        return self.table("points")

    @cached_property
    def stages(self) -> pd.DataFrame:
        return self.table("stages")

    @cached_property
    def jobs(self) -> pd.DataFrame:
        return self.table("jobs")

    @cached_property
    def disks(self) -> pd.DataFrame:
        return self.table("disks")

    @cached_property
    def queues(self) -> pd.DataFrame:
        return self.table("queues")

    @cached_property
    def vcpus(self) -> pd.DataFrame:
        return self.table("vcpus")

    @cached_property
    def host_threads(self) -> pd.DataFrame:
        return self.table("host_threads")

    @cached_property
    def time_series(self) -> pd.DataFrame:
        return self.table("time_series")

    @property
    def complete(self) -> bool:
        """Whether every point was finished."""
        return bool(self.record["complete"])

    def _repr_html_(self) -> str:
        return f"<p>{self!r}: {len(self.points)} rows</p>" + self.points.head(20).to_html()


class Comparison(Folder):
    """Of a `vqlab compare`."""

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Differences from the baseline, in all and at each point, with intervals and Holm's correction."""
        return self.table("comparison")

    @cached_property
    def best_for(self) -> pd.DataFrame:
        return self.table("best_for")

    @cached_property
    def points(self) -> pd.DataFrame:
        return self.table("points")


class Explanation(Folder):
    """Of a `vqlab explain`."""

    @cached_property
    def resources(self) -> pd.DataFrame:
        """How busy each resource is, and what halving it does."""
        return self.table("resources")


class Overlay(Folder):
    """Of a `vqlab overlay`."""

    @cached_property
    def overlay(self) -> pd.DataFrame:
        """What was measured beside what was simulated."""
        return self.table("overlay")
