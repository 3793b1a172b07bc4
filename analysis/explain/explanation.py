"""Reads what `vqlab explain` writes: what limits each point of a result, and where its latency goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.figures import load, marks, table
from analysis.figures.load import Curve, InputError, Study
from analysis.figures.stages import GROUPS, LATENCY, QUEUEING, SERVICE

RESOURCES = "resources.csv"
STAGES = "stages.csv"
WORDS = "resource_words.csv"

_TEXT = {RESOURCES: ("bottleneck",), STAGES: ()}
_POINT = ("series", "targets", "vcpus")
_REQUIRED = {
    RESOURCES: (*_POINT, "resource", "bottleneck", "gain_percent", "gain_percent_ci95", "path_share", "path_share_ci95",
                "utilization", "utilization_ci95"),
    STAGES: (*_POINT, "stage", LATENCY, QUEUEING, SERVICE),
}


@dataclass
class Explanation:
    resources: Study  # one row per point and resource; bottleneck is true in one, in those that tie, or in none
    stages: Study  # one row per point and stage; without rows if the result knows no stages
    groups: list[tuple[str, list[Curve]]]  # curves that differ in their vCPUs alone, and what they share of the label


def found_in(directory: Path) -> bool:
    return (directory / RESOURCES).exists()


def read(directory: Path) -> Explanation:
    """Throws InputError if a file or a column is missing, or if the files are of another schema.

    The directory lies in that of the result, whose run.json has the title and the curves' labels.
    """
    run = load.read_record(directory.absolute().parent / "run.json")
    resources = _read_table(directory, RESOURCES, "resource")
    resources["bottleneck"] = resources["bottleneck"] == "true"
    resources["words"] = _words(directory, resources)
    if resources.empty:
        raise InputError(f"{directory / RESOURCES}: has no point, so there is nothing to draw")
    stages = _read_table(directory, STAGES, "stage")
    stages = stages[stages[LATENCY].notna()]
    unknown = sorted(set(stages["stage"]) - {name for names in GROUPS.values() for name in names})
    if unknown:
        raise InputError(f"{directory / STAGES}: this program knows no stage {', '.join(unknown)}")

    scenario = run.get("scenario") if isinstance(run.get("scenario"), dict) else {}
    title = str(run.get("title") or scenario.get("title") or run.get("study") or directory.absolute().parent.name)
    curves = load.curves_of(scenario, resources, title)
    notes = []
    if run.get("complete") is False:
        notes.append("The study had not finished when this was drawn: only its finished points are shown.")
    if len(run.get("seeds") or []) > 1:
        notes.append(f"Mean over {len(run['seeds'])} seeds.")
    first = {one.name: resources[resources["series"] == one.name].iloc[0] for one in curves}
    return Explanation(_study(title, curves, resources, "resource", notes),
                       _study(title, curves, stages, "stage", notes),
                       _groups(curves, scenario, {name: int(row["vcpus"]) for name, row in first.items()}))


def _read_table(directory: Path, file: str, name: str) -> pd.DataFrame:
    rows = load.read_table(directory / file, ("series", name, *_TEXT[file]), _REQUIRED[file], "an explanation",
                           f"{RESOURCES} and {STAGES}")
    for column in ("targets", "vcpus"):
        rows[column] = table.counts(directory / file, rows[column])
    return marks.with_states(rows.drop(columns="guest.vcpus", errors="ignore"))


def _words(directory: Path, resources: pd.DataFrame) -> pd.Series:
    """What people call each row's resource: its name in results that do not say so."""
    if not (directory / WORDS).exists():
        return resources["resource"]
    words = load.read_table(directory / WORDS, ("series", "resource", "words"), ("resource", "words"), "an explanation",
                            WORDS)
    if len(words) != len(resources) or (words["resource"].to_numpy() != resources["resource"].to_numpy()).any():
        raise InputError(f"{directory / WORDS}: its rows are not those of {RESOURCES}")
    return pd.Series(words["words"].to_numpy(), index=resources.index)


def _study(title: str, curves: list[Curve], rows: pd.DataFrame, name: str, notes: list[str]) -> Study:
    columns = list(rows.columns)
    configuration = columns[columns.index("targets"):columns.index(name)]
    return Study(title, title, curves, rows, configuration, load.axes_of(rows, configuration), notes=notes)


def _groups(curves: list[Curve], scenario: dict, vcpus: dict[str, int]) -> list[tuple[str, list[Curve]]]:
    settings = load.curve_settings(scenario)
    groups: dict[tuple, list[Curve]] = {}
    for one in curves:
        setting = next((_flat(each.get("set")) for each in settings if str(each["name"]) == one.name), None)
        if setting is None:
            groups[one.name,] = [one]
            continue
        setting.pop("guest.vcpus", None)
        if setting.get("controller.num_queues") == vcpus[one.name] > 1:
            setting["controller.num_queues"] = 0  # that is, a queue for each
        alike = tuple(sorted((path, repr(value)) for path, value in setting.items()))
        if vcpus[one.name] in (vcpus[other.name] for other in groups.get(alike, [])):
            alike += (one.name,)
        groups.setdefault(alike, []).append(one)
    return [(_common_label(members), members) for members in groups.values()]


def _flat(tree, path: str = "") -> dict:
    """Settings by their dotted paths, however they are nested."""
    if not isinstance(tree, dict):
        return {path: tree} if path else {}
    flat = {}
    for key, below in tree.items():
        flat.update(_flat(below, f"{path}.{key}" if path else key))
    return flat


def _common_label(members: list[Curve]) -> str:
    """What the labels have in common, comma by comma: `single queue` of `single queue, 4 vCPUs` and `..., 8 vCPUs`."""
    if len(members) == 1:
        return members[0].label
    split = [re.split(r",\s*", one.label) for one in members]
    common = [part for part in split[0] if all(part in other for other in split[1:])]
    return ", ".join(common) or " / ".join(one.label for one in members)
