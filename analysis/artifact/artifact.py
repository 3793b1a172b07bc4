#!/usr/bin/python3
"""Results and all that it takes to have them again; `artifact.py --help`, or docs/how-to/artifact.md."""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from analysis.figures import answer, needs

try:
    from analysis.artifact import check, page
    from analysis.artifact.experiment import Experiment, read
    from analysis.artifact.sources import Sources
    from analysis.figures.table import InputError
except ImportError as missing:
    needs.end_without("artifact", missing)

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes
_EXECUTABLE, _PLAIN = 0o100755 << 16, 0o100644 << 16


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Results and all that it takes to have them again.")
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULT")
    parser.add_argument("--out", type=Path, required=True, help="the archive, DIR.zip")
    parser.add_argument("--title", default="")
    parser.add_argument("--version", required=True, help="of the program")
    parser.add_argument("--program-sha256", required=True)
    parser.add_argument("--sources", type=Path, required=True, help="the tree that the program was built from")
    parser.add_argument("--force", action="store_true", help="write over a file")
    options = parser.parse_args(arguments)
    try:
        _check_place(options.out, options.force)
        experiments = _experiments(options.results, options.program_sha256)
        sources = Sources.of(options.sources)
        files = _files(options, experiments, sources)
    except InputError as error:
        return answer.end_with("artifact", error, 2)
    try:
        _write(options.out, files)
    except OSError as error:
        return answer.end_with("artifact", f"cannot write: {error}", 1)
    print(options.out)
    answer.give_files([options.out])
    answer.give(experiments=[one.name for one in experiments], content=sorted(files))
    return 0


def _check_place(out: Path, force: bool) -> None:
    faults = []
    if out.suffix != ".zip" or not re.fullmatch(r"[\w.-]+", out.stem):
        faults.append(f"--out {out}: found another name; accepted: letters, digits, _, . and -, and .zip at the end")
    if out.is_dir():
        faults.append(f"--out {out}: found a directory; accepted: the name of a file")
    elif out.exists() and not force:
        faults.append(f"--out {out}: found a file that is there already; --force writes over it")
    elif not out.parent.is_dir():
        faults.append(f"--out {out}: found no such folder; accepted: a file in a folder that is there")
    if faults:
        raise InputError("\n".join(faults))


def _experiments(directories: list[Path], program: str) -> list[Experiment]:
    """Throws InputError with the faults of all."""
    found: list[Experiment] = []
    faults = []
    for directory in directories:
        try:
            one = read(directory, program)
        except InputError as error:
            faults += str(error).splitlines()
            continue
        if any(other.name == one.name for other in found):
            faults.append(f"{directory}: found a second result that is called {one.name}; accepted: folders of "
                          "different names")
        found.append(one)
    if faults:
        raise InputError("\n".join(faults))
    return found


def _files(options: argparse.Namespace, experiments: list[Experiment],
           sources: Sources) -> dict[str, tuple[bytes, bool]]:
    """Of each file its bytes, and whether it is a program."""
    title = options.title or experiments[0].title
    files = {"ARTIFACT.md": (page.text(title, options.version, experiments, sources).encode(), False),
             "check": (check.script(experiments).encode(), True)}
    for one in experiments:
        files[f"scenarios/{one.name}.json"] = (one.scenario, False)
        for name, content in one.files.items():
            files[f"results/{one.name}/{name}"] = (content, False)
    for name, (content, executable) in sources.files.items():
        files[f"source/{name}"] = (content, executable)
    return files


def _write(out: Path, files: dict[str, tuple[bytes, bool]]) -> None:
    """Whole or not at all."""
    descriptor, fresh = tempfile.mkstemp(dir=out.parent, prefix=".new-", suffix=".zip")
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(files):
                content, executable = files[name]
                info = zipfile.ZipInfo(f"{out.stem}/{name}", _EPOCH)
                info.external_attr = _EXECUTABLE if executable else _PLAIN
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3  # Unix, whose modes these are
                archive.writestr(info, content)
        os.chmod(fresh, 0o644)
        os.replace(fresh, out)
    except BaseException:
        os.unlink(fresh)
        raise


if __name__ == "__main__":
    sys.exit(main())
