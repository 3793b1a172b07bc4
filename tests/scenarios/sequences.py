"""Draws sequences of what may befall a run: killed, interrupted, a full disk, two writers; then `--resume` to the end.

Whatever happened, the tables have the bytes of a run that nobody disturbed, no finished point is simulated twice, and
no process crashes. `python3 sequences.py COUNT [SEED]` draws many and counts.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import program

# Many points without long runs, and few with them.
STUDIES = {
    "short": """{"study": "short", "machine": "letter_2012_fitted",
 "precision": {"half_width_percent": 50, "min_simulated_s": 0.002, "max_simulated_s": 0.002},
 "seeds": [1, 2, 3], "sweep": {"targets": [1, 4, 8]},
 "curves": [{"name": "sq", "set": {"controller.num_queues": 1, "guest.policy": "single_queue"}},
            {"name": "mq", "set": {"controller.num_queues": 4}}]}
""",
    "long": """{"study": "long", "machine": "letter_2012_fitted",
 "precision": {"half_width_percent": 50, "min_simulated_s": 0.002, "max_simulated_s": 1},
 "seeds": [1, 2], "sweep": {"targets": [4, 8]},
 "curves": [{"name": "mq", "set": {"controller.num_queues": 4}}]}
"""}
LONG_RUNS = "long_runs"
JOURNALS = ("points.jsonl", f"{LONG_RUNS}/points.jsonl")
OF_A_RUN = ("points.csv", "stages.csv", "jobs.csv", "disks.csv")
TABLES = {"short": OF_A_RUN, "long": (*OF_A_RUN, f"{LONG_RUNS}/points.csv")}
SAID_IN_USE = "is being written by"
EVENTS = ("kill", "interrupt", "terminate", "limit", "full", "two writers", "explain")


class Disturbed:
    """One folder, and what happens to it."""

    def __init__(self, folder: Path, seed: int, lasts_s: dict[str, float]):
        self.random = random.Random(seed)
        self.name = "long" if seed % 3 == 0 else "short"
        self.lasts_s = lasts_s[self.name]  # a run that nobody disturbs
        self.study = folder / "study.json"
        self.study.write_text(STUDIES[self.name], encoding="utf-8")
        self.disk = folder / "disk"
        self.disk.mkdir()
        self.out = self.disk / "out"
        self.known = 0  # finished points, by the journals
        self.history = []

    def command(self, resume: bool) -> list[str]:
        words = [program.binary(), "run", str(self.study), "--out", str(self.out), "--no-figures", "--quiet",
                 "--jobs", str(self.random.choice((1, 2, 3)))]
        return words + (["--resume"] if resume else [])

    def start(self, resume=True, limit=None) -> subprocess.Popen:
        def lower():
            if limit is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return subprocess.Popen(self.command(resume), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                                preexec_fn=lower)

    def end(self, process: subprocess.Popen, allowed: tuple[int, ...]) -> str:
        _, errors = process.communicate(timeout=60)
        self.history.append((process.returncode, errors[-300:]))
        assert process.returncode in allowed, self.history
        assert "terminate called" not in errors and "Sanitizer" not in errors, self.history
        assert process.returncode == 0 or process.returncode < 0 or errors, self.history
        self.look()
        return errors

    def look(self) -> None:
        journals = [self.out / name for name in JOURNALS]
        finished = sum(max(0, journal.read_bytes().count(b"\n") - 1) for journal in journals if journal.exists())
        assert finished >= self.known, ("lost points", self.known, finished, self.history)
        self.known = finished

    def signalled(self, which: signal.Signals) -> None:
        process = self.start()
        time.sleep(self.random.uniform(0, self.lasts_s))
        process.send_signal(which)
        # It may be over, or not yet have begun to listen.
        self.end(process, (0, -which) if which == signal.SIGKILL else (0, 130, -which))

    def happen(self, event: str) -> None:
        self.history.append(event)
        if event == "kill":
            self.signalled(signal.SIGKILL)
        elif event == "interrupt":
            self.signalled(signal.SIGINT)
        elif event == "terminate":
            self.signalled(signal.SIGTERM)
        elif event == "limit":
            self.end(self.start(limit=self.random.randrange(1, 40_000)), (0, 1, 2))
        elif event == "full":
            self.full_disk()
        elif event == "two writers":
            self.two_writers()
        elif event == "explain":
            done = program.call("explain", self.out, "--no-figures", "--quiet", timeout=60)
            self.history.append((done.returncode, done.stderr[-300:]))
            assert done.returncode in (0, 2), self.history

    def full_disk(self) -> None:
        size = f"size={self.random.randrange(8, 64)}k"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", self.disk], stderr=subprocess.DEVNULL,
                          check=False).returncode != 0:
            self.happen("limit")  # only root can mount
            return
        try:
            # What is there so far, in so far as there is room: a copy without its end is a torn journal.
            known, self.known = self.known, 0
            self.end(self.start(resume=False), (0, 1, 2))
            self.end(self.start(), (0, 1, 2))
            subprocess.run(["mount", "-o", "remount,size=10m", self.disk], check=True)
            self.end(self.start(), (0,))
            self.compare()
            self.known = known
        finally:
            subprocess.run(["umount", self.disk], check=True)

    def two_writers(self) -> None:
        first, second = self.start(), self.start()
        killed = self.random.random() < 0.5
        if killed:
            time.sleep(self.random.uniform(0, self.lasts_s))
            first.kill()
        for process in (first, second):
            errors = self.end(process, (0, 2, -signal.SIGKILL) if process is first and killed else (0, 2))
            assert process.returncode != 2 or SAID_IN_USE in errors, self.history

    def compare(self) -> None:
        for name in TABLES[self.name]:
            assert (self.out / name).read_bytes() == (REFERENCE / self.name / name).read_bytes(), (name, self.history)
        expected = {*OF_A_RUN, "run.json", "points.jsonl", ".vqlab", "explanation"}
        if self.name == "long":
            expected.add(LONG_RUNS)
        strange = {path.name for path in self.out.iterdir()} - expected
        assert not strange, (strange, self.history)


REFERENCE = Path(tempfile.mkdtemp(prefix="vqlab_sequences_"))


def prepare() -> dict[str, float]:
    """Makes the runs that nobody disturbed, and returns how long each takes."""
    lasts_s = {}
    for name, text in STUDIES.items():
        out = REFERENCE / name
        out.mkdir()
        study = out / "study.json"
        study.write_text(text, encoding="utf-8")
        begun = time.monotonic()
        done = program.call("run", study, "--out", out, "--no-figures", "--quiet", "--jobs", "2")
        assert done.returncode == 0, done.stderr
        lasts_s[name] = time.monotonic() - begun
        assert all((out / table).exists() for table in TABLES[name])
    return lasts_s


def forget() -> None:
    shutil.rmtree(REFERENCE, ignore_errors=True)


def run_sequence(folder: Path, seed: int, lasts_s: dict[str, float]) -> list:
    """What happened. Throws AssertionError with it, if something is lost or wrong or has crashed."""
    disturbed = Disturbed(folder, seed, lasts_s)
    for _ in range(disturbed.random.randrange(1, 5)):
        disturbed.happen(disturbed.random.choice(EVENTS))
    disturbed.end(disturbed.start(), (0,))
    disturbed.compare()
    return disturbed.history


def main() -> int:
    count, first = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    lasts_s = prepare()
    failed = 0
    happened: dict[str, int] = {}
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory(prefix="vqlab_sequence_") as folder:
            try:
                history = run_sequence(Path(folder), seed, lasts_s)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                failed += 1
                print(f"seed {seed}: {error}", flush=True)
                continue
            for event in history:
                if isinstance(event, str):
                    happened[event] = happened.get(event, 0) + 1
    forget()
    print(f"{count} sequences, {failed} with something lost, wrong or crashed; {happened}")
    return 1 if failed else 0


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
