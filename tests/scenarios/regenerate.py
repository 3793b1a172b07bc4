#!/usr/bin/python3
"""Writes the generated files and the golden results anew with the program that VQLAB_BIN names."""

import sys
import tempfile
from pathlib import Path

import machine_page
import program


def main() -> int:
    for path, arguments in program.GENERATED.items():
        done = program.call(*arguments)
        if done.returncode != 0:
            sys.exit(done.stderr)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(done.stdout, encoding="utf-8")
        print(path)
    machine_page.PAGE.write_text(machine_page.text(), encoding="utf-8")
    print(machine_page.PAGE)
    program.GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for scenario in program.TUTORIAL:
            golden = program.GOLDEN / (scenario.stem + ".csv")
            golden.write_text(program.points_of(scenario, Path(folder) / scenario.stem), encoding="utf-8")
            print(golden)
    return 0


if __name__ == "__main__":
    sys.exit(main())
