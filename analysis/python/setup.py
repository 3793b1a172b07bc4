"""The version of the module is the program's."""

import re
from pathlib import Path

from setuptools import setup

_CMAKE = Path(__file__).resolve().parents[2] / "CMakeLists.txt"
setup(version=re.search(r"^project\(vqlab VERSION ([\d.]+)", _CMAKE.read_text(encoding="utf-8"), re.MULTILINE).group(1))
