"""Writes drawings as PNG, SVG and CSV: all of them or none."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

from analysis.figures.page import Drawing


def contents(drawing: Drawing) -> dict[str, bytes]:
    """File names and bytes; the same drawing gives the same bytes: no date, no version of a library."""
    png, svg = io.BytesIO(), io.BytesIO()
    drawing.figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    drawing.figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    table = drawing.table.to_csv(index=False, lineterminator="\n").encode()
    return {f"{drawing.name}.png": png.getvalue(), f"{drawing.name}.svg": svg.getvalue(), f"{drawing.name}.csv": table}


def write(files: dict[str, bytes], out: Path) -> list[Path]:
    """Writes beside the directory's files first and renames at the end, so that a full disk spoils nothing."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".new-") as fresh:
        for name, data in files.items():
            (Path(fresh) / name).write_bytes(data)
        for name in files:
            os.replace(Path(fresh) / name, out / name)
    return [out / name for name in files]
