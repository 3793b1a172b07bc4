"""The program and its tests with the files that pages of docs/how-to have their reader write.

All pages together are compiled and linked once. A page shows a file as a code block after a line that ends in its
path: `folder/name.cpp`:
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import program

BUILD = Path(program.binary()).resolve().parent
PAGES = sorted((program.ROOT / "docs" / "how-to").glob("*.md"))
FILE = re.compile(r"^`((?:models|sim|analysis|tests)/[\w/]+\.\w+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (program.ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")


def shown(text: str) -> dict[str, str]:
    """The files that a page shows, by their paths."""
    return dict(FILE.findall(text))


def shell(command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, shell=True, cwd=BUILD, capture_output=True, text=True, check=False)


def command_like(path: str) -> list[str]:
    """The words that compile a file of the same folder, or of the same library if the folder is new."""
    entries = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    folder = str(program.ROOT / Path(path).parent) + "/"
    library = "vqlab_analysis.dir/"  # often compiled in batches, so that the folders of their files do not show
    alike = [entry for entry in entries if entry["file"].startswith(folder)]
    alike += [entry for entry in entries if path.startswith("analysis/") and library in entry["command"]
              and "cmake_pch" not in entry["file"]]
    assert alike, f"something like {path} is built"
    return shlex.split(alike[0]["command"])


def check_syntax(source: Path, like: str) -> None:
    """Compiles the file as one of that path is, but makes nothing of it."""
    words = command_like(like)
    at = words.index("-o")
    words[at:at + 2] = ["-fsyntax-only"]
    words[words.index("-c") + 1] = str(source)
    done = shell(shlex.join(words))
    assert done.returncode == 0, done.stderr


class Tree:
    """A home with the pages' files, and the program and its conformance tests with them."""

    def __init__(self, home: Path):
        self.home = home
        self.vqlab = home / "vqlab"
        self.tests = home / "test_conformance"
        # Python finds its own folder through links, so these are copies.
        shutil.copytree(program.ROOT / "analysis", home / "analysis", ignore=lambda folder, names: [
            name for name in names if Path(name).suffix in (".cpp", ".hpp") or name == "__pycache__"])
        (home / "scenarios").symlink_to(program.ROOT / "scenarios")
        for folder in ("models/steering/policies", "tests/conformance"):
            (home / folder).mkdir(parents=True)

    def add(self, files: dict[str, str]) -> None:
        for path, text in files.items():
            (self.home / path).parent.mkdir(parents=True, exist_ok=True)
            (self.home / path).write_text(text, encoding="utf-8")

    def build(self) -> None:
        sources = sorted(path.relative_to(self.home).as_posix() for path in self.home.rglob("*.cpp"))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = dict(zip(sources, pool.map(self._compiled, sources)))
        of_program = [objects[path] for path in sources if not path.startswith("tests/")]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self._linked, ("vqlab", "tests/test_conformance"), (self.vqlab, self.tests),
                          (of_program, objects.values())))

    def _compiled(self, path: str) -> Path:
        source = self.home / path
        words = command_like(path)
        words[words.index("-o") + 1] = str(source.with_suffix(".o"))
        words[words.index("-c") + 1] = str(source)
        done = shell(shlex.join(words))
        assert done.returncode == 0, done.stderr
        return source.with_suffix(".o")

    def _linked(self, target: str, out: Path, objects) -> None:
        command = shell(f"ninja -t commands {target}").stdout.splitlines()[-1]
        with_more = command.replace(f"-o {target} ", f"-o {out} {' '.join(map(str, objects))} ", 1)
        assert with_more != command
        done = shell(with_more.split("&&")[1])
        assert done.returncode == 0, done.stderr

    def call(self, command: str) -> subprocess.CompletedProcess:
        """What `./lab ...` does, once it has built."""
        assert command.startswith("./lab ")
        return subprocess.run([self.vqlab, *shlex.split(command)[1:]], cwd=program.ROOT, capture_output=True, text=True,
                              check=False, env={**os.environ, "VQLAB_HOME": str(self.home)})

    def run_tests(self, only: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.tests, f"--gtest_filter={only}"], capture_output=True, text=True, check=False)


def commands(text: str, verb: str) -> list[str]:
    """The page's `./lab VERB ...` lines, continued ones joined."""
    found = re.findall(rf"^\./lab {verb} (?:[^\n]*\\\n)*[^\n]*$", text, re.MULTILINE)
    assert found, f"the page shows ./lab {verb}"
    return [command.replace("\\\n", " ") for command in found]
