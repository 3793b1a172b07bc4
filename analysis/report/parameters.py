"""Where the numbers of a machine come from: a scenario's values beside machine files, defaults and their sources."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_MACHINES = ROOT / "scenarios" / "machines"


@dataclass(frozen=True)
class Parameter:
    path: str
    value: object
    unit: str
    says: str  # who says this value: the machine file, the default, or the study
    source: str
    plausible: tuple[float, float] | None
    help: str

    @property
    def is_at_an_end(self) -> bool:
        """Of its plausible range, or beyond."""
        return (self.plausible is not None and isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
                and self.value != 0 and not self.plausible[0] < self.value < self.plausible[1])


def of(scenario: dict, facts: dict) -> list[Parameter]:
    """Of hardware and costs. facts: what analysis/report/parameter_facts.cpp says of each path."""
    machine, name = _machine(scenario)
    found = []
    for path, fact in facts.items():
        value = _mean(_at(scenario, path))
        if value is None:
            continue
        usual, of_machine = _mean(fact.get("default")), _mean(_at(machine, path))
        sources = machine.get("sources") if isinstance(machine.get("sources"), dict) else {}
        if of_machine is not None and of_machine == value:
            says, source = f"machine {name}", str(sources.get(path) or "")
        elif usual == value:
            says, source = "default", fact.get("source", "")
        else:
            says, source = "the study", ""
        plausible = fact.get("plausible")
        found.append(Parameter(path, value, fact.get("unit", ""), says, source,
                               (plausible[0], plausible[1]) if plausible else None, fact.get("help", "")))
    return found


def described(scenario: dict) -> tuple[str, dict]:
    """Name of the machine, and its file; empty if it is not known here."""
    machine, name = _machine(scenario)
    return name, machine


def _machine(scenario: dict) -> tuple[dict, str]:
    machine = scenario.get("machine")
    if isinstance(machine, dict) and set(machine) - {"name"}:
        return machine, str(machine.get("name") or "of the study")
    name = str(machine.get("name") if isinstance(machine, dict) else machine or "")
    file = _MACHINES / f"{name}.json"
    if not name or Path(name).name != name or not file.is_file():
        return {}, name
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, name
    return (found if isinstance(found, dict) else {}), name


def _at(tree: dict, path: str):
    for key in path.split("."):
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree


def _mean(value):
    """A cost is its mean, in whatever form it is written."""
    return value.get("mean_ns") if isinstance(value, dict) else value
