#!/usr/bin/python3
"""Writes the generated files and the golden results anew with the program that VQLAB_BIN names."""

import sys
import tempfile
from pathlib import Path

import claims_pages
import machine_page
import program
import why_page


def main() -> int:
    for path, arguments in program.GENERATED.items():
        done = program.call(*arguments)
        if done.returncode != 0:
            sys.exit(done.stderr)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(done.stdout, encoding="utf-8")
        print(path)
    for page in (machine_page, why_page):
        page.PAGE.write_text(page.text(), encoding="utf-8")
        print(page.PAGE)
    program.GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for page, text in claims_pages.pages(Path(folder) / "claims").items():
            page.write_text(text, encoding="utf-8")
            print(page)
        for scenario in program.TUTORIAL:
            golden = program.GOLDEN / (scenario.stem + ".csv")
            golden.write_text(program.points_of(scenario, Path(folder) / scenario.stem), encoding="utf-8")
            print(golden)
    return 0


if __name__ == "__main__":
    sys.exit(main())
