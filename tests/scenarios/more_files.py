"""The program and its tests with files more than the build has: for pages that have their reader write some."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import program

BUILD = Path(program.binary()).resolve().parent


def shell(command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, shell=True, cwd=BUILD, capture_output=True, text=True, check=False)


def code_of(page: str, title: str) -> str:
    """The code block after the line that names its file."""
    block = re.search(re.escape(f"`{title}`") + r"[^`]*```cpp\n(.*?)```", page, re.DOTALL)
    assert block, f"the page shows {title}"
    return block.group(1)


def compiled(source: Path, like: str) -> Path:
    """The object file beside the source, compiled as the build compiles the file `like`."""
    out = source.with_suffix(".o")
    for entry in json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8")):
        if entry["file"].endswith(like):
            words = shlex.split(entry["command"])
            words[words.index("-o") + 1] = str(out)
            words[words.index("-c") + 1] = str(source)
            done = shell(shlex.join(words))
            assert done.returncode == 0, done.stderr
            return out
    raise AssertionError(f"{like} is built")


def linked(target: str, out: Path, objects: list[Path]) -> Path:
    """As the build links the target, with more objects."""
    command = shell(f"ninja -t commands {target}").stdout.splitlines()[-1]
    with_more = command.replace(f"-o {target} ", f"-o {out} {' '.join(map(str, objects))} ", 1)
    assert with_more != command
    done = shell(with_more.split("&&")[1])
    assert done.returncode == 0, done.stderr
    return out


def call(vqlab: Path, command: str) -> subprocess.CompletedProcess:
    """What `./lab ...` does, once it has built."""
    assert command.startswith("./lab ")
    return subprocess.run([vqlab, *shlex.split(command)[1:]], cwd=program.ROOT, capture_output=True, text=True,
                          check=False, env={**os.environ, "VQLAB_HOME": str(program.ROOT)})
