"""What every page carries: its style, its scripts as one, and uPlot."""

from __future__ import annotations

import json
import re
from pathlib import Path

WEB = Path(__file__).resolve().parent / "web"
# Where `lab` installs what analysis/page/web/package-lock.json names.
_INSTALLED = Path(__file__).resolve().parents[2] / "build" / "page" / "node_modules"
_FILES = ("uPlot.iife.min.js", "uPlot.min.css")
_IMPORT = re.compile(r'^import [^"]*"\./([\w]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


class NotInstalled(Exception):
    """The message says how it is installed."""


def uplot() -> tuple[str, str]:
    """Script and style of the version that the lock file names. Throws NotInstalled."""
    wanted = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))["packages"]["node_modules/uplot"]
    folder = _INSTALLED / "uplot"
    try:
        found = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
        texts = [(folder / "dist" / name).read_text(encoding="utf-8") for name in _FILES]
    except (OSError, ValueError, KeyError):
        found = None
    if found != wanted["version"]:
        raise NotInstalled(f"uPlot {wanted['version']} is not installed in {_INSTALLED}; `./lab setup report` does it")
    return texts[0], texts[1]


def script(entry: str) -> str:
    """A module and all that it imports, each once and after what it imports itself, as one script.

    All names of the modules are different, so that they can share one scope. Imports have a line of their own.
    """
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name in done:
            return
        text = (WEB / name).read_text(encoding="utf-8")
        done[name] = ""
        for other in _IMPORT.findall(text):
            add(other)
        del done[name]
        done[name] = _EXPORT.sub("", _IMPORT.sub("", text))

    add(entry)
    return "\n".join(done.values())


def style(name: str = "page.css") -> str:
    return (WEB / name).read_text(encoding="utf-8")
