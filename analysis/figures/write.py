"""Writes drawings as PNG, SVG and CSV: all of them or none."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.figures import answer

if TYPE_CHECKING:
    from analysis.figures.page import Drawing

LIST = ".vqlab"  # analysis/runs/result_folder.hpp has the same


def contents(drawing: Drawing) -> dict[str, bytes]:
    """File names and bytes; the same drawing gives the same bytes: no date, no version of a library."""
    png, svg = io.BytesIO(), io.BytesIO()
    drawing.figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    drawing.figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    tables = {drawing.name: drawing.table, **{f"{drawing.name}_{end}": one for end, one in drawing.further.items()}}
    return {f"{drawing.name}.png": png.getvalue(), f"{drawing.name}.svg": svg.getvalue(),
            **{f"{name}.csv": one.to_csv(index=False, lineterminator="\n").encode() for name, one in tables.items()}}


def write(files: dict[str, bytes], out: Path) -> list[Path]:
    """Writes beside the directory's files first and renames at the end, so that a full disk spoils nothing.

    Figures of before that are drawn no more are removed. They are known by the list that is kept beside them, in the
    form of sha256sum: a file that is not listed, or was changed since, is a person's and stays.
    """
    out.mkdir(parents=True, exist_ok=True)
    before = _listed(out)
    made = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as fresh:
        for name, data in files.items():
            (Path(fresh) / name).write_bytes(data)
        _write_list(Path(fresh) / LIST, [*before, *((digest, name) for name, digest in made.items())])
        os.replace(Path(fresh) / LIST, out / LIST)  # before the files: one that is listed and not there does no harm
        for name in files:
            os.replace(Path(fresh) / name, out / name)
        for digest, name in before:
            if name not in made and _is_as_made(out / name, digest):
                (out / name).unlink()
        _write_list(Path(fresh) / LIST, [(digest, name) for name, digest in made.items()])
        os.replace(Path(fresh) / LIST, out / LIST)
    written = [out / name for name in files]
    answer.give_files(written)
    return written


def _listed(out: Path) -> list[tuple[str, str]]:
    try:
        lines = (out / LIST).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    pairs = [line.split("  ", 1) for line in lines if "  " in line]
    return [(digest, name) for digest, name in pairs if Path(name).name == name]


def _is_as_made(file: Path, digest: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == digest


def _write_list(file: Path, pairs: list[tuple[str, str]]) -> None:
    file.write_text("".join(f"{digest}  {name}\n" for digest, name in pairs), encoding="utf-8")
