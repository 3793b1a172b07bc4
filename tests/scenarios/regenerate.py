#!/usr/bin/python3
"""Writes the generated files and the golden results anew with the program that VQLAB_BIN names.

With --all also what takes some half an hour: docs/assumptions.md, docs/steering.md, the table of docs/how-to/worst.md,
pages of studies without published values, slow quotes, and figures.
"""

import sys
import tempfile
from pathlib import Path

import assumptions_page
import claims_pages
import devices_page
import iothreads_page
import machine_page
import page_figures
import program
import quotes
import steering_page
import study_pages
import why_page
import worst_page


def write(page: Path, text: str) -> None:
    page.write_text(text, encoding="utf-8")
    print(page)


def main() -> int:
    for path, arguments in program.GENERATED.items():
        done = program.call(*arguments)
        if done.returncode != 0:
            sys.exit(done.stderr)
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, done.stdout)
    write(machine_page.PAGE, machine_page.text())
    write(devices_page.PAGE, devices_page.text(devices_page.all_measured()))
    program.GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        numbers = why_page.collect(folder)
        write(why_page.PAGE, why_page.fill(why_page.TEMPLATE.read_text(encoding="utf-8"), numbers))
        texts = [quotes.quick(folder), claims_pages.pages(folder / "claims")]
        for page, text in [item for pages in texts for item in pages.items()]:
            write(page, text)
        for figure in page_figures.quick(folder):
            print(figure)
        for scenario in program.TUTORIAL:
            write(program.GOLDEN / (scenario.stem + ".csv"), program.points_of(scenario, folder / scenario.stem))
    if "--all" in sys.argv:
        for page in (assumptions_page, iothreads_page, steering_page, worst_page):
            write(page.PAGE, page.text())
        for study in study_pages.STUDIES:
            write(study_pages.page(study), study_pages.text(study))
        for page, text in quotes.slow().items():
            write(page, text)
        for figure in page_figures.slow():
            print(figure)
    return 0


if __name__ == "__main__":
    sys.exit(main())
