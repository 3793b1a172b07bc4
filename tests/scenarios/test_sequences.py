"""Killed, interrupted, out of disk, two writers at once: nothing is lost, nothing is wrong, nothing crashes."""

import os
import random
import shutil

import pytest

import program
import sequences

DEEP = "VQLAB_DEEP" in os.environ
COUNT = 500 if DEEP else 2 if program.is_sanitized() else 10
DAMAGED = 1000 if DEEP else 4 if program.is_sanitized() else 20


@pytest.fixture(scope="module", name="lasts_s")
def undisturbed():
    yield sequences.prepare()
    sequences.forget()


@pytest.mark.parametrize("seed", range(1, COUNT + 1))
def test_whatever_happens_the_tables_come_out_the_same(tmp_path, lasts_s, seed):
    sequences.run_sequence(tmp_path, seed, lasts_s)
    shutil.rmtree(tmp_path)


@pytest.mark.parametrize("name", sequences.JOURNALS)
def test_a_damaged_journal_is_refused_with_its_line(tmp_path, lasts_s, name):
    del lasts_s
    out = tmp_path / "out"
    shutil.copytree(sequences.REFERENCE / ("long" if sequences.LONG_RUNS in name else "short"), out)
    journal = out / name
    whole = journal.read_bytes()
    points = (out / "points.csv").read_bytes()
    draw = random.Random(7)
    for _ in range(DAMAGED // len(sequences.JOURNALS)):
        at = draw.randrange(len(whole) - 1)  # the last newline: a line that was cut short, and is run again
        byte = draw.choice([other for other in range(256) if other != whole[at]])
        damaged = whole[:at] + bytes([byte]) + whole[at + 1:]
        journal.write_bytes(damaged)
        verb = draw.choice((["run", out / "study.json", "--out", out, "--resume", "--no-figures"], ["explain", out],
                            ["predict", out / "study.json", "--against", out]))
        done = program.call(*verb)
        assert done.returncode == 2, (at, byte, done.stderr)
        assert f"{name}: line {whole[:at].count(10) + 1}: found " in done.stderr, (at, byte, done.stderr)
        assert journal.read_bytes() == damaged and (out / "points.csv").read_bytes() == points
