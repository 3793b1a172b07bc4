"""What the scripts need of Python, said where it is missing. Needs nothing itself."""

from __future__ import annotations

import sys
from typing import NoReturn

from analysis.figures import answer


def end_without(program: str, missing: ImportError) -> NoReturn:
    """Ends the script `program`, which cannot go on without a library."""
    needed = ("needed are numpy, matplotlib and pandas: Debian's packages python3-numpy, python3-matplotlib and "
              "python3-pandas, or VQLAB_PYTHON with a Python that has them")
    sys.exit(answer.end_with(program, f"{missing}, in {sys.executable}; {needed}", 1))
