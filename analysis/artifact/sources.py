"""The sources of the program, as git knows them, with what was changed since."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from analysis.figures.table import InputError


@dataclass
class Sources:
    commit: str
    changed: list[str]  # files that differ from the commit
    files: dict[str, tuple[bytes, bool]]  # with whether they can be executed

    @classmethod
    def of(cls, tree: Path) -> Sources:
        """Throws InputError where there is no clone: an installed program does not know what it was made of."""
        accepted = "accepted: the program of a clone, `./lab artifact`"
        if not (tree / "lab").is_file() or not (tree / ".git").exists():
            raise InputError(f"{tree}: found no clone of the sources; {accepted}")
        try:
            commit = _git(tree, "rev-parse", "HEAD").strip()
            changed = [line[3:] for line in _git(tree, "status", "--porcelain", "-z").split("\0") if line]
            names = _git(tree, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
        except (OSError, subprocess.CalledProcessError) as error:
            raise InputError(f"{tree}: found no git that can read it ({error}); {accepted}") from error
        files = {name: ((tree / name).read_bytes(), os.access(tree / name, os.X_OK))
                 for name in names if name and (tree / name).is_file()}
        return cls(commit, changed, files)


def _git(tree: Path, *words: str) -> str:
    return subprocess.run(["git", "-c", "safe.directory=*", "-C", str(tree), *words], capture_output=True, text=True,
                          check=True).stdout
