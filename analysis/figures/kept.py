"""Figures that were drawn before: of the same results, by the same code and libraries they have the same bytes.

Nothing here needs matplotlib, which takes longer to load than kept figures take to be written.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from importlib import metadata
from pathlib import Path

_ANALYSIS = Path(__file__).resolve().parents[1]
_LIBRARIES = ("matplotlib", "numpy", "pandas")
# What differs between two runs with the same results.
_OF_THE_RUN = {"started_utc", "wall_s", "points_cpu_s", "memory_mb"}
_LIST = "SHA256SUMS"


def key(directory: Path) -> str:
    """Of all that figures of this directory are made from."""
    digest = hashlib.sha256()

    def add(name: str, data: bytes) -> None:
        digest.update(f"{len(name)} {name} {len(data)} ".encode())
        digest.update(data)

    for script in sorted(_ANALYSIS.rglob("*.py")):
        add(str(script.relative_to(_ANALYSIS)), script.read_bytes())
    for library in _LIBRARIES:
        add(library, _version(library).encode())
    add("python", sys.version.encode())
    directory = directory.absolute()
    above = directory.parent / "run.json"  # of the result that is explained
    for file in [*sorted(directory.rglob("*")), above]:
        name = Path(os.path.relpath(file, directory))
        if "figures" in name.parts[:-1] or file.suffix not in (".csv", ".json") or not file.is_file():
            continue
        data = file.read_bytes()
        add(str(name), _without_the_run(data) if file.suffix == ".json" else data)
    return digest.hexdigest()


def find(cache: Path, name: str) -> dict[str, bytes] | None:
    """In their order. None if they were not kept, or are not as they were kept."""
    folder = cache / name
    try:
        names = [line.split("  ", 1)[1] for line in (folder / _LIST).read_text(encoding="utf-8").splitlines()]
        files = {file: (folder / file).read_bytes() for file in names}
        whole = (folder / _LIST).read_text(encoding="utf-8") == _list(files)
    except (OSError, UnicodeDecodeError, IndexError):
        return None
    if not whole:
        shutil.rmtree(folder, ignore_errors=True)
    return files if whole else None


def keep(cache: Path, name: str, files: dict[str, bytes]) -> None:
    """A folder that cannot be written keeps nothing."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".new-") as fresh:
            made = Path(fresh) / name
            made.mkdir()
            for file, data in files.items():
                (made / file).write_bytes(data)
            (made / _LIST).write_text(_list(files), encoding="utf-8")
            os.rename(made, cache / name)
    except OSError:
        pass  # somebody else has kept the same, or the disk is full


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # whoever draws will say so
        return ""


def _list(files: dict[str, bytes]) -> str:
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())


def _without_the_run(data: bytes) -> bytes:
    try:
        return json.dumps(_stripped(json.loads(data))).encode()
    except ValueError:
        return data


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        return {name: _stripped(one) for name, one in value.items() if name not in _OF_THE_RUN}
    return [_stripped(one) for one in value] if isinstance(value, list) else value
