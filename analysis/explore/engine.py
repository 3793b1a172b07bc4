"""The process that simulates, and what it has said of the newest state."""

from __future__ import annotations

import json
import subprocess
import threading

# What may be asked beside a new state, and the type of each member.
_QUESTIONS = ({"why": int, "point": int}, {"helps": int, "point": int}, {"scenario": int})
_MOST_VALUES = 1000


class Engine:
    """Lines of JSON in and out: analysis/explore/engine.hpp. Use it as a context; its end is that of all processes."""

    def __init__(self, words: list[str]):
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._asking = threading.Lock()  # apart from the news: the engine may have to be read before it listens
        self.news = threading.Condition()
        self.state = 0
        self.lines: list[str] = []  # of the newest state
        self.failed = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def ask(self, question: object) -> int | None:
        """The number of the state that it is asked of; None if it is no question."""
        if not isinstance(question, dict):
            return None
        with self._asking:
            if set(question) == {"set"} and _are_values(question["set"]):
                with self.news:
                    self.state += 1
                    self.lines.clear()
                self._write({"state": self.state, **question})
            elif any(_has(question, form) for form in _QUESTIONS):
                self._write(question)
            else:
                return None
            return self.state

    def _write(self, question: dict) -> None:
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            self.failed = True

    def _read(self) -> None:
        for line in self._process.stdout:
            with self.news:
                # What was on its way when a newer state came is nobody's any more.
                if json.loads(line)["state"] == self.state:
                    self.lines.append(line)
                    self.news.notify_all()
        with self.news:
            self.failed = True
            self.news.notify_all()


def _are_values(values: object) -> bool:
    """By parameter; the engine says which of them are good."""
    if not isinstance(values, dict) or len(values) > _MOST_VALUES:
        return False
    single = (bool, int, float, str)
    return all(isinstance(value, single) or
               (isinstance(value, list) and all(isinstance(one, single) for one in value))
               for value in values.values())


def _has(question: dict, form: dict) -> bool:
    return set(question) == set(form) and all(type(question[key]) is kind and 0 <= question[key] < 2**53
                                              for key, kind in form.items())
