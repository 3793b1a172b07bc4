"""Reads one result directory into a Study: the averaged points, the curves, the axes and the published values."""

from __future__ import annotations

import difflib
import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.figures import estimate, marks, published, table, words
from analysis.figures.table import InputError

SCHEMA_VERSIONS = (1, 2)
BANDWIDTH = "bandwidth_mib_per_s"
# The column "series" names the curve. Result files are an interface: they keep the word that they began with.
REQUIRED_COLUMNS = ("series", "targets", "seed", BANDWIDTH)
PUBLISHED = published.column(BANDWIDTH)
BOUND = "bandwidth_bound_mib_per_s"  # what theory allows at most; older results have none
BANDS = Path("uncertainty") / "bands.csv"  # below the result directory; what plausible machines say
MODEL_LOW, MODEL_HIGH = "model_p5", "model_p95"  # ends of the 90 % model band of the bandwidth
OUTSIDE = "published_outside"  # of that band: true, false, or blank where nothing is published
GAIN = "gain_percent"  # over a baseline; positive: better
GAINS = Path("uncertainty") / "gains.csv"  # what plausible machines say of curves against the baseline
# Columns of GAINS; last: the wider band of a published gain, and whether it lies there: true, false, or blank.
MODEL_GAIN = ("gain_percent_p5", "gain_percent_p95", "machines", "machines_ahead", "machines_behind",
              "published_p5", "published_p95", "published_inside")

# Columns before "seed" that do not say how a point was configured.
_NOT_CONFIGURATION = ("point", "series")


@dataclass(frozen=True)
class Curve:
    name: str
    label: str
    index: int  # order in the scenario, which decides the style in every figure


@dataclass
class Study:
    name: str
    title: str
    curves: list[Curve]
    points: pd.DataFrame  # one row per curve and configuration, averaged over seeds
    configuration: list[str]  # columns that say how a point was configured: targets, vcpus, swept paths
    axes: list[str]  # those of them that vary within a curve; the first is the x axis of the main figures
    baseline: Curve | None = None
    no_baseline_because: str = ""
    source: str = ""
    notes: list[str] = field(default_factory=list)
    published_bands: pd.DataFrame | None = None  # of all that is published, whatever it is; None without machines
    scenario: dict = field(default_factory=dict)  # as it was resolved
    directory: Path | None = None  # of the results; there may be further tables
    rows: pd.DataFrame | None = None  # points.csv: one row per run; None of what is no table of runs
    on_machines: bool = False  # plausible machines ran, too
    published_metric: str = ""  # what the reference is of, if there is one
    wanted: list[str] = field(default_factory=list)  # metrics whose figures the scenario or the command line asks for
    over: list[str] = field(default_factory=list)  # and axes to draw them over

    @property
    def has_published(self) -> bool:
        return PUBLISHED in self.points

    @property
    def has_bound(self) -> bool:
        return BOUND in self.points

    @property
    def x_axis(self) -> str:
        return self.axes[0] if self.axes else "targets"

    def values(self, axis: str) -> list:
        """Numbers in rising order, names in the order of the sweep."""
        values = list(self.points[axis].unique())
        return values if any(isinstance(value, str) for value in values) else sorted(values)

    def of(self, curve: Curve, frame: pd.DataFrame | None = None) -> pd.DataFrame:
        frame = self.points if frame is None else frame
        return frame[frame["series"] == curve.name]


def load(directory: Path) -> Study:
    """Throws InputError if a file or a column is missing, or if the files are of another schema."""
    run = read_record(directory / "run.json")
    rows = _read_points(directory / "points.csv")
    scenario = run.get("scenario") if isinstance(run.get("scenario"), dict) else {}
    title = str(run.get("title") or scenario.get("title") or run.get("study") or directory.name)
    settings = curve_settings(scenario)
    curves = curves_of(scenario, rows, title)

    configuration = _configuration(rows)
    for column in configuration:  # 4.0 where a column of counts was read with gaps, or written so
        if pd.api.types.is_float_dtype(rows[column]) and (rows[column] % 1 == 0).all():
            rows[column] = rows[column].astype(int)
        elif rows[column].dtype == object:
            rows[column] = rows[column].fillna("").astype(str)
    points, notes = _average(rows, configuration)
    if run.get("complete") is False:
        notes.append(_what_is_missing(run))
    points = _add_luns(points, scenario, settings)
    axes = axes_of(points, configuration)

    study = Study(str(run.get("study") or directory.name), title, curves, points, configuration, axes, notes=notes,
                  scenario=scenario, directory=directory, rows=rows,
                  on_machines=isinstance(run.get("uncertainty"), dict))
    _add_figures(study, scenario)
    _choose_baseline(study, scenario, settings)
    _add_published(study, scenario)
    if study.on_machines:
        _add_model_bands(study)
        _add_published_bands(study, directory / BANDS)
        if (directory / GAINS).exists() and study.baseline is not None:
            _add_model_gains(study, directory / GAINS)
    return study


def _add_figures(study: Study, scenario: dict) -> None:
    """What the scenario asks for beside the usual figures, as far as the results have it."""
    asked = scenario.get("figures") if isinstance(scenario.get("figures"), dict) else {}
    axes = [table.column_of(axis) for axis in asked.get("over", [])]
    study.wanted = [name for name in asked.get("metrics", []) if name in study.rows]
    study.over = [axis for axis in axes if axis in study.configuration]


def _what_is_missing(run: dict) -> str:
    long_runs = run.get("long_runs_total", 0) - run.get("long_runs_finished", 0)
    if long_runs > 0 and run.get("points_finished") == run.get("points_total"):
        return (f"{long_runs} of {run['long_runs_total']} long runs were missing when this was drawn: "
                "it is not known whether the runs of their points were long enough.")
    return "The study had not finished when this was drawn: only its finished points are shown."


def read_record(path: Path) -> dict:
    try:
        run = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse_constant)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); a result directory has run.json and points.csv")
    except ValueError as error:
        raise InputError(f"{path}: is not valid JSON ({error})")
    if not isinstance(run, dict):
        raise InputError(f"{path}: expected a JSON object")
    version = run.get("schema_version")
    if version not in SCHEMA_VERSIONS or isinstance(version, bool):
        known = ", ".join(str(known) for known in SCHEMA_VERSIONS)
        raise InputError(f"{path}: schema_version is {json.dumps(version)}; this program reads {known}")
    return run


def _refuse_constant(name: str):
    raise ValueError(f"{name} is no number of JSON")


def read_table(path: Path, names: tuple[str, ...], required: tuple[str, ...], of: str, files: str) -> pd.DataFrame:
    """A table whose columns `names` are text, blank or not, and the others of `required` numbers.

    `of` and `files` say in messages what it belongs to.
    """
    rows = table.read(path, names, of, files)
    missing = [column for column in required if column not in rows.columns]
    if missing:
        raise InputError(f"{path}: has no column {', '.join(missing)}")
    for name in names:
        rows[name] = rows[name].fillna("")
    for column in required:
        if column not in names:
            rows[column] = table.numbers(path, rows[column])
    return rows


def _read_points(path: Path) -> pd.DataFrame:
    rows = table.read(path, ("series",), "points", "run.json and points.csv")
    missing = [column for column in REQUIRED_COLUMNS if column not in rows.columns]
    if missing:
        raise InputError(f"{path}: has no column {', '.join(missing)}")
    if rows.empty:
        raise InputError(f"{path}: has no finished point, so there is nothing to draw")
    # The one parameter whose column has a name of its own; the path may stand beside it where it is swept.
    if "vcpus" in rows:
        rows = rows.drop(columns="guest.vcpus", errors="ignore")
    else:
        rows = rows.rename(columns={"guest.vcpus": "vcpus"})
    if estimate.interval_of(BANDWIDTH) not in rows:  # the column is left out if no point has an interval
        rows[estimate.interval_of(BANDWIDTH)] = math.nan
    for column in ("targets", BANDWIDTH, estimate.interval_of(BANDWIDTH), *([BOUND] if BOUND in rows else [])):
        rows[column] = table.numbers(path, rows[column])
    if rows["targets"].isna().any():
        raise InputError(f"{path}: column targets has empty cells")
    rows["series"] = rows["series"].fillna("")
    again = rows.duplicated(["series", *_configuration(rows), "seed"])
    if again.any():
        line = table.line_of(again[again].index[0])
        raise InputError(f"{path}: line {line}: its curve, configuration and seed stand in an earlier line, too")
    if rows[BANDWIDTH].isna().all():
        raise InputError(f"{path}: column {BANDWIDTH} is empty")
    return rows


def curve_settings(scenario: dict) -> list[dict]:
    # Results from before the key was renamed have "series".
    curves = scenario.get("curves") or scenario.get("series") or []
    if isinstance(curves, dict):
        curves = [{"name": name, **(body if isinstance(body, dict) else {})} for name, body in curves.items()]
    return [one for one in curves if isinstance(one, dict) and "name" in one]


def curves_of(scenario: dict, rows: pd.DataFrame, title: str) -> list[Curve]:
    """The curves that the rows are of, in the order of the scenario."""
    settings = curve_settings(scenario)
    labels = {str(one["name"]): str(one.get("label") or str(one["name"]).replace("_", " ")) for one in settings}
    for name in rows["series"]:
        labels.setdefault(name, name.replace("_", " ") or title)
    present = set(rows["series"])
    return [Curve(name, label, i) for i, (name, label) in enumerate(labels.items()) if name in present]


def _configuration(rows: pd.DataFrame) -> list[str]:
    before_seed = list(rows.columns[: list(rows.columns).index("seed")])
    columns = [column for column in before_seed if column not in _NOT_CONFIGURATION]
    if "targets" not in columns:
        columns.insert(0, "targets")
    return columns


def _average(rows: pd.DataFrame, configuration: list[str]) -> tuple[pd.DataFrame, list[str]]:
    notes = []
    measured = rows[rows[BANDWIDTH].notna()]
    if len(measured) < len(rows):
        missing = len(rows) - len(measured)
        notes.append(f"{missing} run{'' if missing == 1 else 's'} without a bandwidth left out.")
    states = states_of(measured)
    interval = estimate.interval_of(BANDWIDTH)
    has_bound = BOUND in measured and measured[BOUND].notna().any()
    averaged = []
    for key, group in measured.groupby(["series", *configuration], sort=False, dropna=False):
        mean, half_width = estimate.over_seeds(group[BANDWIDTH].to_numpy(), group[interval].to_numpy())
        averaged.append((*key, len(group), mean, half_width, marks.worst(states[group.index]),
                         *([group[BOUND].mean()] if has_bound else [])))
    columns = ["series", *configuration, "seeds", BANDWIDTH, interval, marks.STATE, *([BOUND] if has_bound else [])]
    points = pd.DataFrame(averaged, columns=columns)
    if points["seeds"].max() > 1:
        notes.append(f"Mean over {points['seeds'].max()} seeds.")
    return points, notes


def states_of(rows: pd.DataFrame) -> pd.Series:
    """How far each run can be trusted."""
    states = pd.Series(marks.PRECISE, index=rows.index)
    if "precise" in rows:
        states[rows["precise"].astype(str).str.lower().isin(["0", "false", "no"])] = marks.NOT_PRECISE
    if "not_settled" in rows:
        states[rows["not_settled"].fillna("") != ""] = marks.NOT_SETTLED
    return states


def axes_of(points: pd.DataFrame, configuration: list[str]) -> list[str]:
    """A column that differs between curves only, like the vCPUs of "multiqueue, 8 vCPUs", is no axis."""
    varying = [c for c in configuration if points.groupby("series", sort=False)[c].nunique().max() > 1]
    return sorted(varying, key=lambda column: column != "targets")


def look_up(tree: dict, path: str):
    """The value at a dotted path, which may also be written as one dotted key; None if there is none."""
    if path in tree:
        return tree[path]
    for key, below in tree.items():
        if isinstance(below, dict) and path.startswith(key + "."):
            found = look_up(below, path[len(key) + 1 :])
            if found is not None:
                return found
    return None


def resolved(scenario: dict, curve: dict, path: str):
    """The value of a parameter at the points of a curve, if the scenario has it; swept ones apart. Of listed jobs that
    of all of them."""
    found = _resolved(scenario, curve, path)
    jobs = _resolved(scenario, curve, "jobs") if path.startswith("job.") else None
    if not jobs:
        return found
    values = [job.get(path.removeprefix("job."), found) for job in jobs]
    return values[0] if all(value == values[0] for value in values) else None


def _resolved(scenario: dict, curve: dict, path: str):
    own = curve.get("set") if isinstance(curve.get("set"), dict) else {}
    for tree in (own, curve, scenario, scenario.get("testbed"), scenario.get("base")):
        if isinstance(tree, dict):
            found = look_up(tree, path)
            if found is not None:
                return found
    return None


def _add_luns(points: pd.DataFrame, scenario: dict, settings: list[dict]) -> pd.DataFrame:
    if "luns_per_target" not in points:
        luns = {str(one["name"]): resolved(scenario, one, "luns_per_target") for one in settings}
        fallback = resolved(scenario, {}, "luns_per_target")
        points["luns_per_target"] = [int(luns.get(name) or fallback or 1) for name in points["series"]]
    points["luns"] = points["targets"] * points["luns_per_target"]
    return points


def _choose_baseline(study: Study, scenario: dict, settings: list[dict]) -> None:
    finished = {curve.name: curve for curve in study.curves}
    name = scenario.get("baseline")
    if name is not None:
        known = {**{str(one["name"]): None for one in settings}, **finished}
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; the curves are {', '.join(known)}"
            raise InputError(f"run.json: scenario.baseline is {json.dumps(name)}, which is no curve{hint}")
    else:
        single = (str(one["name"]) for one in settings if _queues(scenario, one) == 1)
        name = next(single, None)
    study.baseline = finished.get(name)
    if name is None:
        study.no_baseline_because = "no curve has a single queue, and the scenario names no baseline"
    elif study.baseline is None:
        study.no_baseline_because = f"the baseline {name} has no finished point"
    elif len(study.curves) < 2:
        study.no_baseline_because = f"there is no curve beside {study.baseline.name}"


def _queues(scenario: dict, curve: dict):
    """Request queues that every point of a curve has; None if they are swept or not stated."""
    swept = scenario.get("sweep")
    if isinstance(swept, dict) and "controller.num_queues" in swept:
        values = swept["controller.num_queues"]
        return values[0] if isinstance(values, list) and len(values) == 1 else None
    return resolved(scenario, curve, "controller.num_queues")


def _add_published(study: Study, scenario: dict) -> None:
    found = published.read(scenario, BANDWIDTH)
    if found is None:
        return
    study.source, study.published_metric = found.source, found.metric
    if not set(found.axes) <= set(study.points):
        study.notes.append("Published values are not shown: they are over another axis.")
        return
    if any(other not in found.axes for other in study.axes):
        study.notes.append("Published values are not shown: more than their axis is swept.")
        return
    values = [found.values.get((row["series"], *(published.position(row[axis]) for axis in found.axes)), math.nan)
              for _, row in study.points.iterrows()]
    if not np.isnan(values).all():
        study.points[published.column(found.metric)] = values


def model_band(study: Study, metric: str) -> list[tuple[float, float]] | None:
    """Ends of the 90 % model band of each point, NaN where it has none; None if no plausible machines ran."""
    if not study.on_machines:
        return None
    path = study.directory / BANDS
    names = ("series", "metric", "inside")
    rows = read_table(path, names, ("series", "metric", MODEL_LOW, MODEL_HIGH), "bands", "run.json and bands.csv")
    missing = [axis for axis in study.configuration if axis not in rows.columns]
    if missing:
        raise InputError(f"{path}: has no column {', '.join(missing)}")
    keys = ["series", *study.configuration]
    rows = rows[rows["metric"] == metric]
    bands = {key_of(row, keys): (row[MODEL_LOW], row[MODEL_HIGH]) for _, row in rows.iterrows()}
    return [bands.get(key_of(row, keys), (math.nan, math.nan)) for _, row in study.points.iterrows()]


def _add_model_bands(study: Study) -> None:
    study.points[MODEL_LOW], study.points[MODEL_HIGH] = zip(*model_band(study, BANDWIDTH))
    if study.has_published:
        values = study.points[PUBLISHED]
        outside = (values < study.points[MODEL_LOW]) | (values > study.points[MODEL_HIGH])
        study.points[OUTSIDE] = outside.astype(object).where(values.notna(), "")


def _add_published_bands(study: Study, path: Path) -> None:
    names = ("series", "metric", "inside")
    numbers = ("nominal", "chance_low", "chance_high", MODEL_LOW, MODEL_HIGH, "published")
    rows = read_table(path, names, (*names, *numbers), "bands", "run.json and bands.csv")
    rows = rows[rows["published"].notna() & rows["nominal"].notna()].reset_index(drop=True)
    if rows.empty:
        return
    keys = ["series", *study.configuration]
    states = {key_of(row, keys): row[marks.STATE] for _, row in study.points.iterrows()}
    rows[marks.STATE] = [states.get(key_of(row, keys), marks.PRECISE) for _, row in rows.iterrows()]
    study.published_bands = rows[["series", *study.configuration, "metric", *numbers, "inside", marks.STATE]]


def _add_model_gains(study: Study, path: Path) -> None:
    names = ("series", "baseline", "metric", "inside")
    rows = read_table(path, names, (*names, *MODEL_GAIN[:-1]), "gains", "run.json and gains.csv")
    keys = ["series", *study.configuration]
    missing = [axis for axis in study.configuration if axis not in rows.columns]
    if missing:
        raise InputError(f"{path}: has no column {', '.join(missing)}")
    if set(rows["baseline"]) != {study.baseline.name}:
        raise InputError(f"{path}: has gains over {', '.join(sorted(set(rows['baseline'])))}, not over "
                         f"{study.baseline.name}")
    known = {"true": True, "false": False}
    found = {key_of(row, keys): [*(row[name] for name in MODEL_GAIN[:-1]), known.get(row["inside"], "")]
             for _, row in rows.iterrows()}
    nothing = [math.nan] * (len(MODEL_GAIN) - 1) + [""]
    columns = zip(*(found.get(key_of(row, keys), nothing) for _, row in study.points.iterrows()))
    for name, values in zip(MODEL_GAIN, columns):
        study.points[name] = pd.Series(values, index=study.points.index,
                                       dtype=object if name == MODEL_GAIN[-1] else float)


def key_of(row: pd.Series, columns: list[str]) -> tuple[str, ...]:
    """What tells a row apart, whether a column was read as whole numbers or not."""
    return tuple(words.number(row[column]) for column in columns)


def keys_of(rows: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """key_of() of each row."""
    return [tuple(map(words.number, values)) for values in zip(*(rows[column] for column in columns))]
