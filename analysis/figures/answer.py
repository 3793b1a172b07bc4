"""What a script answers to the program that started it, where that one was asked for JSON; else nothing is kept.

The program has it in analysis/app/python.cpp.
"""

from __future__ import annotations

import atexit
import json
import math
import os
import sys
from pathlib import Path

_VARIABLE = "VQLAB_ANSWER_FD"
_QUIET = "VQLAB_QUIET"
_FOUND, _ACCEPTED = ": found ", "; accepted: "


class _Answer:
    def __init__(self, descriptor: int):
        self.descriptor = descriptor
        self.given: dict = {"answer": {}, "files": [], "faults": [], "notes": []}
        atexit.register(self.write)
        usual = sys.excepthook
        sys.excepthook = lambda kind, error, trace: (self.fail(f"{kind.__name__}: {error}"), usual(kind, error, trace))

    def fail(self, why: str) -> None:
        self.given["faults"].append({"kind": "failed", "file": "", "path": "", "found": why, "accepted": ""})

    def write(self) -> None:
        os.write(self.descriptor, json.dumps(self.given, ensure_ascii=False, default=str).encode(errors="replace"))


_answer = _Answer(int(os.environ[_VARIABLE])) if _VARIABLE in os.environ else None


def give(**members) -> None:
    """Members of the verb's answer, made of what JSON has, numpy's numbers, and tables of pandas."""
    if _answer:
        _answer.given["answer"].update({name: plain(value) for name, value in members.items()})


def give_files(files: list[Path]) -> None:
    """Files that were written."""
    if _answer:
        _answer.given["files"] += [str(file) for file in files]


def give_faults(text: str, kind: str = "refused") -> None:
    """What is wrong, a line each."""
    if not _answer:
        return
    for line in text.splitlines():
        place, found, rest = line.partition(_FOUND)
        what, _, accepted = rest.partition(_ACCEPTED)
        _answer.given["faults"].append({"kind": kind, "file": "", "path": place if found else "",
                                        "found": what if found else line, "accepted": accepted})


def note(text: str) -> None:
    """Said on standard error, unless -q was given."""
    if _QUIET not in os.environ:
        print(text, file=sys.stderr)
    if _answer:
        _answer.given["notes"].append(text)


def is_wanted() -> bool:
    """Whether standard output is that of the answer alone: what is printed there goes nowhere."""
    return _answer is not None


def end_with(program: str, why: object, code: int) -> int:
    """Says what is wrong, a line each, and returns the exit code of the program."""
    for line in str(why).splitlines():
        print(f"{program}: {line}", file=sys.stderr)
    give_faults(str(why), "refused" if code == 2 else "failed")
    return code


def plain(value):
    """As JSON has it: what is no number is null."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):  # a table of pandas
        value = value.to_dict("records")
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    value = value.item() if hasattr(value, "item") else value  # a number of numpy
    return None if isinstance(value, float) and not math.isfinite(value) else value
