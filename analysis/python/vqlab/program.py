"""Calls the program: its words, its progress, its end."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Callable

from vqlab.errors import Failed, InputError, Interrupted

_DONE = re.compile(r"^\[(\d+)/(\d+)\] ")
_BAR_COLUMNS = 30


def program() -> str:
    """Its path. InputError, with where it was looked for, if there is none."""
    named = os.environ.get("VQLAB")
    found = shutil.which(named or "vqlab")
    if found is None:
        where = f"VQLAB, {named}" if named else f"PATH, {os.environ.get('PATH', '')}"
        raise InputError(f"found no program vqlab in {where}; accepted: an installed vqlab, or VQLAB with its path")
    return found


def call(words: list[str], folder: Path | None = None, progress: bool = False) -> str:
    """What the program prints. Raises what its exit code means; `folder` is where its results go."""
    with subprocess.Popen([program(), *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, errors="replace") as process:
        said: list[str] = []
        show = _shown() if progress else None
        reader = threading.Thread(target=_read, args=(process.stderr, said, show))
        reader.start()
        printed = ""
        try:
            printed = process.stdout.read()
            code = process.wait()
        except KeyboardInterrupt:
            # A terminal has told the program already, a notebook has not.
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            process.wait()
            raise Interrupted(folder) from None
        finally:
            reader.join()
            if show:
                show("")
    if code == 0:
        return printed
    message = "\n".join(said) or f"vqlab {words[0]} ended with {code}"
    if code == 130:
        raise Interrupted(folder)
    if code == 2:
        raise InputError(message)
    raise Failed("\n".join(filter(None, (message, printed))), folder)


def checked(words: list[str]) -> list[dict]:
    """A member for each file, with its faults."""
    done = subprocess.run([program(), "check", "--json", *words], capture_output=True, text=True, check=False)
    try:
        return json.loads(done.stdout)["answer"]["checked"]
    except (ValueError, TypeError):  # no file was looked at
        raise InputError(done.stderr.strip() or f"vqlab check ended with {done.returncode}") from None


def _read(stream, said: list[str], show: Callable[[str], None] | None) -> None:
    for line in stream:
        done = _DONE.match(line)
        if done is None:
            said.append(line.rstrip("\n"))
        elif show:
            share = int(done.group(1)) / max(1, int(done.group(2)))
            full = int(_BAR_COLUMNS * share)
            show(f"[{'#' * full}{' ' * (_BAR_COLUMNS - full)}] {done.group(1)}/{done.group(2)}")


def _shown() -> Callable[[str], None] | None:
    """What shows the bar: the output of a notebook's cell, or a terminal's line. Nothing elsewhere."""
    if "ipykernel" in sys.modules:
        from IPython.display import display

        handle = display({"text/plain": ""}, raw=True, display_id=True)
        return lambda text: handle.update({"text/plain": text}, raw=True)
    if sys.stderr is not None and sys.stderr.isatty():
        return lambda text: print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    return None
