"""Reads a CSV file of results as strictly as the program writes it: what is wrong is said with its line."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd

# What pandas takes for a number, or for none, and the program never writes.
_NO_NUMBER = re.compile(r'(?im)(?:^|,)"?[+-]?(?:0x[^,"\n]*|inf|infinity|nan|1\.#[^,"\n]*)"?\r?(?=,|$)')


class InputError(Exception):
    """The result directory cannot be drawn; the message is for its owner."""


def column_of(axis: str) -> str:
    """The column of a swept parameter."""
    return "vcpus" if axis == "guest.vcpus" else axis


def line_of(row: int) -> int:
    """The line of the file where a row of the table stands, unless a name has a newline in it."""
    return int(row) + 2


def read(path: Path, names: tuple[str, ...], of: str, files: str) -> pd.DataFrame:
    """The columns `names` hold text, whatever it looks like. Throws InputError, whose text has `of` and `files`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); a directory of {of} has {files}")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError(f"{path}: line {line}: is no UTF-8")
    if "\0" in text:
        raise InputError(f"{path}: line {text[: text.index(chr(0))].count(chr(10)) + 1}: has a NUL")
    heading = _check_shape(path, text, of)
    _check_numbers(path, text, heading, names)
    try:
        # A curve may be called "null" or "nan".
        return pd.read_csv(io.StringIO(text), dtype={name: str for name in names}, keep_default_na=False,
                           na_values=[""], float_precision="round_trip")
    except ValueError as error:  # those of pandas' parser are ValueErrors
        raise InputError(f"{path}: is not a table of {of} ({error})")


def decimal(value) -> float:
    """A number, or a text that is one. Throws ValueError and TypeError."""
    if isinstance(value, str) and _NO_NUMBER.fullmatch(value):
        raise ValueError(value)
    return float(value)


def numbers(path: Path, column: pd.Series) -> pd.Series:
    """The column as numbers; blank cells stay blank."""
    values = pd.to_numeric(column, errors="coerce")
    wrong = column[values.isna() & column.notna()]
    if not wrong.empty:
        raise InputError(f"{path}: line {line_of(wrong.index[0])}: {column.name} is {wrong.iloc[0]!r}, not a number")
    return values


def counts(path: Path, column: pd.Series) -> pd.Series:
    """The column as whole numbers, none of them blank."""
    values = numbers(path, column)
    wrong = values[values.isna() | (values % 1 != 0)]
    if not wrong.empty:
        raise InputError(f"{path}: line {line_of(wrong.index[0])}: {column.name} is no whole number")
    return values.astype(int)


def _check_shape(path: Path, text: str, of: str) -> list[str]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    heading: list[str] = []
    try:
        for fields in reader:
            heading = heading or fields
            if len(fields) != len(heading) and fields:
                count = f"has {len(fields)} fields, the heading {len(heading)}"
                raise InputError(f"{path}: line {reader.line_num}: {count}")
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num}: is not a line of CSV ({error})")
    if not heading:
        raise InputError(f"{path}: is not a table of {of} (it is empty)")
    twice = [name for i, name in enumerate(heading) if name in heading[:i]]
    if twice:
        raise InputError(f"{path}: line 1: has two columns {twice[0]!r}")
    return heading


def _check_numbers(path: Path, text: str, heading: list[str], names: tuple[str, ...]) -> None:
    lines = None
    for match in _NO_NUMBER.finditer(text):
        lines = lines or text.split("\n")
        line = text.count("\n", 0, match.start() + (match.group()[0] == "\n")) + 1
        for name, field in zip(heading, next(csv.reader([lines[line - 1]]))):
            if name not in names and _NO_NUMBER.fullmatch(field):
                raise InputError(f"{path}: line {line}: {name} is {field!r}, not a decimal number")
