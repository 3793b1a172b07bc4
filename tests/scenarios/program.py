"""The program as the tests call it, and the files that are made with it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
GOLDEN = Path(__file__).resolve().parent / "golden"
TUTORIAL = sorted((SCENARIOS / "tutorial").glob("*.json"))

# What a test simulates is simulated, whatever the user's cache holds.
os.environ["VQLAB_CACHE"] = ""
# And drawn by what runs the tests, whichever Python is the first in the path.
os.environ["VQLAB_PYTHON"] = sys.executable

# Checked-in file -> the arguments that print it.
GENERATED = {
    SCENARIOS / "schema.json": ["schema"],
    SCENARIOS / "machine_schema.json": ["schema", "--machine"],
    SCENARIOS / "device_schema.json": ["schema", "--device"],
    SCENARIOS / "plan_schema.json": ["schema", "--plan"],
    ROOT / "docs" / "reference" / "parameters.md": ["schema", "--markdown"],
    ROOT / "docs" / "reference" / "columns.md": ["schema", "--columns"],
}


def binary() -> str:
    return os.environ.get("VQLAB_BIN", str(ROOT / "build" / "release" / "vqlab"))


def is_sanitized() -> bool:
    """Whether sanitizers slow it down, by some fifteen times."""
    cache = Path(binary()).resolve().parent / "CMakeCache.txt"
    return cache.exists() and "CMAKE_BUILD_TYPE:STRING=Sanitize" in cache.read_text(encoding="utf-8")


def call(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True, check=False, **options)


def points_of(scenario: Path, out: Path) -> str:
    """points.csv of a fresh run."""
    done = call("run", scenario, "--out", out, "--no-figures", "--no-long-runs", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    return (out / "points.csv").read_text(encoding="utf-8")
