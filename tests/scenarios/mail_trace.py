#!/usr/bin/python3
"""Prints scenarios/traces/mail.log, an iolog of fio's as a small mail server might have made it. It is no recording.

Messages come at random times, 800 a second, often several soon after each other. Each appends to a log and waits for
it, reads some pages of a data base, and writes one. Every 45 ms a checkpoint writes 64 KiB blocks one after the other.
"""

import random

LENGTH_US = 180_000
CHECKPOINT_US = 45_000
PAGE = 8192
PAGES = 200_000  # of the data base: 1.6 GB


def entries():
    draw = random.Random(2012).random
    now, log = 0.0, 0
    while now < LENGTH_US:
        now += 100 + 4700 * draw() ** 3  # many soon, some late
        at = now
        size = 4096 * (1 + int(4 * draw() ** 2))
        yield at, "log", "write", log, size
        yield at + 10, "log", "datasync", 0, 0
        log += size
        for _ in range(2 + int(4 * draw())):
            at += 20 + 60 * draw()
            yield at, "data", "read", PAGE * int(PAGES * draw() ** 3), PAGE
        yield at + 50, "data", "write", PAGE * int(PAGES * draw() ** 3), PAGE
    for begin in range(CHECKPOINT_US, LENGTH_US, CHECKPOINT_US):
        for block in range(32):
            yield begin + 40 * block, "data", "write", PAGE * PAGES + 65536 * (block + begin // 1000), 65536


def text() -> str:
    lines = [f"{int(at)} {file} {action} {offset} {length}" for at, file, action, offset, length in sorted(entries())]
    return "fio version 3 iolog\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(), end="")
