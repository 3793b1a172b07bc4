"""What the build notes of the sources, so that `vqlab --version` can be believed."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Clone:
    def __init__(self, folder):
        self.folder = folder
        for file in ("models/base/a.cpp", "cmake/build_info.cpp.in", "CMakeLists.txt"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((ROOT / file).read_bytes() if (ROOT / file).exists() else b"\n")
        self.git("init", "--quiet")
        self.git("add", "--all")
        self.git("-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--message=all")

    def git(self, *words):
        return subprocess.run(["git", "-C", self.folder, *words], check=True, capture_output=True, text=True).stdout

    def commit(self, *definitions):
        out = self.folder.parent / "out.cpp"
        subprocess.run(["cmake", f"-DSOURCE_DIR={self.folder}", f"-DOUTPUT={out}", *definitions, "-P",
                        ROOT / "cmake/write_build_info.cmake"], check=True)
        return re.search(r'build_commit\(\) { return "(.*)"; }', out.read_text(encoding="utf-8")).group(1)


@pytest.fixture(name="clone")
def make_clone(tmp_path):
    return Clone(tmp_path / "clone")


def test_a_commit_as_it_is(clone):
    (clone.folder / "notes.txt").write_text("no part of the program", encoding="utf-8")
    assert clone.commit() == clone.git("rev-parse", "HEAD").strip()


@pytest.mark.parametrize("file", ["CMakeLists.txt", "models/base/a.cpp", "models/base/new.hpp"])
def test_a_changed_tree_is_no_commit(clone, file):
    (clone.folder / file).write_text("changed", encoding="utf-8")
    assert clone.commit().endswith("-dirty")


def test_without_git_nobody_can_tell(clone):
    (clone.folder / "CMakeLists.txt").write_text("changed", encoding="utf-8")
    assert clone.commit("-DGIT=") == clone.git("rev-parse", "HEAD").strip() + "-unverified"


def test_without_a_clone_there_is_no_commit(clone):
    (clone.folder / ".git").rename(clone.folder / "git")
    assert clone.commit() == "unknown"
