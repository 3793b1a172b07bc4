#!/usr/bin/python3
"""Result directories as one page of HTML; `report.py --help`, or docs/how-to/report.md."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

try:
    from analysis.figures import answer, load, results
    from analysis.figures.load import Study
    from analysis.figures.table import InputError
    from analysis.page import document, markup
    from analysis.page.assets import NotInstalled
    from analysis.page.section import Section
    from analysis.report import plain_tables, provenance, scenario_sections
except ImportError as missing:
    sys.exit(f"report: {missing}; Debian's python3-matplotlib, python3-numpy and python3-pandas are needed, "
             "and /usr/bin/python3 to run this with")

_RECORDS = ("run.json", "comparison.json", "claims.json", "ablation.json", "tune.json", "design.json", "overlay.json")


@dataclass
class Result:
    name: str  # different from those of the others
    directory: Path
    question: str
    data: object
    record: dict


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Result directories as one page of HTML.")
    parser.add_argument("results", type=Path, nargs="+", metavar="RESULT")
    parser.add_argument("--out", type=Path, default=Path("report.html"), help="the page")
    parser.add_argument("--title", default="", help="what stands above it")
    parser.add_argument("--parameters", type=Path, help="what `vqlab report` knows of parameters, as JSON")
    parser.add_argument("--force", action="store_true", help="write over a file that is no report")
    options = parser.parse_args(arguments)
    try:
        _check_place(options.out, options.force)
        found = _read(options.results)
        facts = json.loads(options.parameters.read_text(encoding="utf-8")) if options.parameters else {}
        page = _page(found, facts, options.title)
    except InputError as error:
        return answer.end_with("report", error, 2)
    except NotInstalled as error:
        return answer.end_with("report", error, 1)
    try:
        _write(options.out, page)
    except OSError as error:
        return answer.end_with("report", f"cannot write: {error}", 1)
    print(options.out)
    answer.give_files([options.out])
    answer.give(title=options.title or _title(found), results=[
        {"name": one.name, "directory": str(one.directory), "question": one.question} for one in found])
    return 0


def _check_place(out: Path, force: bool) -> None:
    """Throws InputError where something stands that is no report."""
    if out.is_dir():
        raise InputError(f"--out {out}: found a directory; accepted: the name of a file")
    if not out.exists() or force:
        return
    with out.open("rb") as file:
        if file.read(len(document.SIGNATURE)) != document.SIGNATURE.encode():
            raise InputError(f"--out {out}: found a file that is no report; --force writes over it")


def _read(directories: list[Path]) -> list[Result]:
    """All of them, and what stands in them; throws InputError with the faults of all."""
    found, faults = [], []
    for directory in directories:
        try:
            found.append(_result(directory, _name(directory, directories)))
            found += _inside(found[-1])
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError("\n".join(faults))
    return found


def _name(directory: Path, all_of: list[Path]) -> str:
    """The folder's name; with as many folders above it as tell it from the others."""
    parts = directory.resolve().parts
    for count in range(1, len(parts)):
        name = "/".join(parts[-count:])
        if sum("/".join(other.resolve().parts[-count:]) == name for other in all_of) == 1:
            return name
    return str(directory)


def _result(directory: Path, name: str) -> Result:
    data, question, _ = results.results(directory)
    record: dict = {}
    for file in _RECORDS:
        if (directory / file).is_file():
            record = json.loads((directory / file).read_text(encoding="utf-8"))
            break
    return Result(name, directory, question, data, record if isinstance(record, dict) else {})


def _inside(result: Result) -> list[Result]:
    """What other questions left in the folder of a run, such as its explanation."""
    if result.question != "run":
        return []
    found = []
    for directory in sorted(one for one in result.directory.iterdir() if one.is_dir()):
        for question in results.question_names():
            package = importlib.import_module(f"analysis.{question}.figures")
            if hasattr(package, "found_in") and package.found_in(directory):
                name = f"{result.name}/{directory.name}"
                found.append(Result(name, directory, question, package.read(directory), {}))
    return found


def _page(found: list[Result], facts: dict, title: str) -> str:
    runs = [one for one in found if one.question == "run"]
    sections: list[Section] = []
    for other in runs[1:]:
        sections.append(_difference(runs[0], other))
    for one in found:
        sections += _own(one, len(runs) > 1)
    asked = _scenarios(found)
    for i, one in enumerate(asked):
        of_study = scenario_sections.asked(one.record["scenario"])
        sections.insert(i, _named(of_study, one, len(asked) > 1))  # first of all: what the numbers are of
        sections.append(_named(scenario_sections.machine(one.record["scenario"], facts), one, len(asked) > 1))
    if asked:
        sections.append(scenario_sections.not_modelled(asked[0].record["scenario"]))
    sections.append(provenance.section([(one.name, one.directory, one.record) for one in found if one.record]))
    warnings = [text for one in sections for text in one.warnings]
    lead = [markup.paragraph("; ".join(_lead(one) for one in found if one.record), class_="lead")]
    if warnings:
        lead.append(markup.tag("p", markup.tag("strong", f"{len(warnings)} warning{'s' * (len(warnings) != 1)}:"),
                               " see the marked lines below.", class_="lead"))
    return document.write(title or _title(found), lead, sections)


def _title(found: list[Result]) -> str:
    titles = list(dict.fromkeys(str(getattr(one.data, "title", "") or one.record.get("title") or one.name)
                                for one in found if one.record))
    return titles[0] if len(titles) == 1 else " / ".join(titles[:3]) or found[0].name


def _lead(one: Result) -> str:
    begun = str(one.record.get("started_utc") or "")[:10]
    version = f"vqlab {one.record['version']}" if one.record.get("version") else "vqlab"
    return " ".join(part for part in (f"{one.name}: {version} {one.question.replace('_', '-')}", begun) if part)


def _scenarios(found: list[Result]) -> list[Result]:
    """The results whose scenarios are not those of an earlier one."""
    kept: list[Result] = []
    for one in found:
        scenario = one.record.get("scenario")
        if isinstance(scenario, dict) and all(scenario != other.record["scenario"] for other in kept):
            kept.append(one)
    return kept


def _named(section: Section, of: Result, several: bool) -> Section:
    if several:
        section.title = f"{section.title}: {of.name}"
    return section


def _own(one: Result, several: bool) -> list[Section]:
    """What the result's question says of it, in its folder's sections.py."""
    try:
        module = importlib.import_module(f"analysis.{one.question}.sections")
    except ModuleNotFoundError as missing:
        if missing.name != f"analysis.{one.question}.sections":
            raise
        return [plain_tables.section(one.question, one.directory)]
    made = [_named(section, one, several) for section in module.sections(one.data)]
    if one.record.get("complete") is False and made:
        made[0].warnings.insert(0, f"{one.name} is not complete: something of it had not been simulated when this was "
                                   "written.")
    return made


def _difference(before: Result, after: Result) -> Section:
    """By the one question that holds two results against each other. Reads both again, since it fills columns in."""
    modules = (importlib.import_module(f"analysis.{file.parent.name}.sections")
               for file in sorted(results.QUESTIONS.glob("*/sections.py")))
    between = next(module.between for module in modules if hasattr(module, "between"))
    studies: list[Study] = [load.load(one.directory) for one in (before, after)]
    return between(*studies, (before.name, after.name))


def _write(out: Path, page: str) -> None:
    """All of it or nothing."""
    with tempfile.NamedTemporaryFile("w", dir=out.absolute().parent, prefix=f".{out.name}-", encoding="utf-8",
                                     delete=False) as file:
        try:
            file.write(page)
            file.close()
            os.chmod(file.name, 0o666 & ~_umask())
            os.replace(file.name, out)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


if __name__ == "__main__":
    sys.exit(main())
