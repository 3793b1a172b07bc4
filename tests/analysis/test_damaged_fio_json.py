"""fio's JSON, damaged: it is read, or refused with InputError, and nothing else happens.

A file becomes a list of JSON tokens without what nobody reads, so that one execution takes less than a tenth of a
millisecond. Some of the tokens are then replaced, left out, repeated or put elsewhere.
"""

import json
import os
import random
import re
import signal
from pathlib import Path

import pytest

import synthetic
from analysis.figures import load
from analysis.figures.table import InputError
from analysis.overlay import fio_json, measured

FIO = Path(__file__).resolve().parent / "fio"
FILE = Path("f.json")
EXECUTIONS = 1_000_000 if "VQLAB_DEEP" in os.environ else 4_000
LONGEST_S = 60  # CPU time of a thousand executions, which take less than a second: what takes longer hangs
_UNREAD = ("bw_", "iops_", "iodepth_", "latency_", "short_", "drop_", "sync", "timestamp", "in_", "write_", "read_")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^{}\[\]:,"\s]+')
_VALUES = ["null", "true", "false", "{}", "[]", "[[]]", '{"":{}}', "0", "-0.0", "-1", "1e308", "1e999", "-1e999", "NaN",
           "Infinity", "-Infinity", "9" * 400, "0." + "3" * 400, '""', '"x"', '"\\ud800"', '"\\u0000"', '"4k"',
           '"1e999"',
           '"nan"', '"-"', '"/dev/a:/dev/b"', '":"', '"²"', '"1"', "1", "4096"]
_BROKEN = ["{", "}", "[", "]", ",", ":", '"', "\n", "\n{", "\x00", "fio: ", "9" * 5000, "[" * 2000, '{"a":' * 2000]


def less(value, of_kind=""):
    """Without most of what is not read: two bins, four percentiles, one entry of each other list of numbers."""
    if isinstance(value, list):
        return [less(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {"bins": 2, "percentile": 4}.get(of_kind, len(value))
    entries = [(key, one) for key, one in value.items() if not key.startswith(_UNREAD) or key.startswith("bw_bytes")]
    return {key: less(one, key) for key, one in entries[-kept:]}


def seeds():
    for file in sorted(FIO.glob("*.json")):
        text = file.read_text(encoding="utf-8")
        yield Original(_TOKEN.findall(json.dumps(less(json.loads(text[text.index("{"):])))))


class Original:
    """The tokens of a file, and where its keys and its values are."""

    def __init__(self, tokens):
        self.tokens = tokens
        marks = [token in "{}[]:," for token in tokens] + [True]
        self.keys = [at for at, mark in enumerate(marks) if not mark and tokens[at + 1] == ":"]
        self.values = [at for at, mark in enumerate(marks) if not mark and tokens[at + 1] != ":"]


def damaged(original, words, rng):
    def one_of(choices):
        return choices[int(rng.random() * len(choices))]

    tokens = list(original.tokens)
    for _ in range(1 + int(4 * rng.random())):
        way = rng.random()
        if way < 0.5:
            tokens[one_of(original.values)] = one_of(_VALUES)
        elif way < 0.7:
            tokens[one_of(original.values)] = tokens[one_of(original.values)]
        elif way < 0.85:
            tokens[one_of(original.keys)] = one_of(words)
        elif way < 0.9:
            at = one_of(original.values)
            tokens[at] = "[" + tokens[at] + "]" if way < 0.88 else '{"a":' + tokens[at] + "}"
        elif way < 0.95:
            tokens[int(rng.random() * len(tokens))] = one_of(_BROKEN)
        else:
            at = int(rng.random() * len(tokens))
            tokens[at] = "".join(tokens[at:at + int(40 * rng.random())])
    text = "".join(tokens)
    return text[: int(rng.random() * len(text))] if rng.random() < 0.05 else text


@pytest.fixture(name="study")
def small_study(tmp_path):
    rows = [{**row, "job.iodepth": 4, "job.bs": "4k"} for row in synthetic.letter_rows()]
    return load.load(synthetic.write(tmp_path / "result", synthetic.letter_run(), synthetic.add_latencies(rows)))


class Hangs(BaseException):
    """No Exception, so that nobody takes it for one of fio's."""


def stop(_signal, _frame):
    raise Hangs


def test_damaged_files_are_read_or_refused(study):
    signal.signal(signal.SIGVTALRM, stop)
    rng, originals = random.Random(1), list(seeds())
    words = sorted({one.tokens[at] for one in originals for at in one.keys}) + ['"', '""', "1"]
    read = 0
    for number in range(EXECUTIONS):
        if number % 1000 == 0:
            signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST_S)
        text = damaged(originals[number % len(originals)], words, rng)
        try:
            for one in fio_json.read(FILE, text):
                measured.place(one, {}, [], study)
                assert one.refused_because or all(value >= 0 for value in one.values.values())
            read += 1
        except InputError as error:
            assert str(error).startswith("f.json: "), text
        except (Exception, Hangs) as error:
            raise AssertionError(f"execution {number}: {error!r} of {text!r}") from error
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    # Both ends are reached often, or the test says nothing.
    assert 0.2 * EXECUTIONS < read < 0.8 * EXECUTIONS
    print(f"{EXECUTIONS} executions, {read} of them read")
