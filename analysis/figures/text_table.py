"""Tables of a terminal."""

from __future__ import annotations


def aligned(lines: list[list[str]], left: int = 1) -> str:
    """Columns below each other, so many of them flush left and the others flush right; two blanks between them."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)
