"""What may go wrong, as exceptions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in an input, as `vqlab check --json` has it."""

    kind: str  # "syntax", "schema", "meaning" or "effect"
    file: str
    path: str  # "$.curves[0].set", or a line and a column
    found: str
    accepted: str
    nearest: str = ""  # the known name nearest to a misspelt one

    def __str__(self) -> str:
        hint = f"; did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.file}: {self.path}: found {self.found}; accepted: {self.accepted}{hint}"


class VqlabError(Exception):
    """Whatever the program ends with that is not good."""


class InputError(VqlabError):
    """The input is wrong, and nothing was written. `faults` has all of them, if the scenario has them."""

    def __init__(self, message: str, faults: tuple[Fault, ...] = ()):
        super().__init__(message)
        self.faults = faults


class Failed(VqlabError):
    """Something was run and failed; `folder` has what did not."""

    def __init__(self, message: str, folder: Path | None = None):
        super().__init__(message)
        self.folder = folder


class Interrupted(KeyboardInterrupt):
    """By Ctrl-C. Finished points are in `folder`; the same call goes on there."""

    def __init__(self, folder: Path | None):
        super().__init__(f"interrupted; finished points are in {folder}, and the same call goes on" if folder else "")
        self.folder = folder
