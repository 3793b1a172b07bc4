"""The files of the repository."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Only for trees that git cannot list: what building, running and testing leave behind.
LEFT_BEHIND = {".git", "build", "results", "__pycache__", ".pytest_cache"}


def _git(*arguments):
    """Output lines, or None without git or without a clone."""
    try:
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", ROOT, "ls-files", "-z", *arguments], capture_output=True,
            check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return [name for name in done.stdout.decode().split("\0") if name]


def files():
    """Every file that is or could be committed, relative to the root and with /."""
    listed = _git("--cached", "--others", "--exclude-standard")
    if listed is None:
        paths = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
        listed = [path.as_posix() for path in paths if not LEFT_BEHIND & set(path.parts)]
    return sorted(name for name in set(listed) if (ROOT / name).is_file())


def top_level():
    """Names at the root: committed ones, so that a reader's own files beside them are left in peace."""
    listed = _git("--cached")
    return {name.split("/")[0] for name in (listed if listed is not None else files())}


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def code(*folders):
    """C++ files below the folders."""
    return [path for path in files() if path.endswith((".cpp", ".hpp")) and path.startswith(folders)]
