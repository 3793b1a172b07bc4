"""What a report says of a scenario: what was asked, of which machine, and what the model leaves out."""

from __future__ import annotations

import json
import re

from analysis.figures import load, words
from analysis.page import markup
from analysis.page.section import Section
from analysis.report import parameters
from analysis.report.parameters import ROOT, Parameter

_LEFT_OUT = "Left out"
_PAGES = {"guest": "guest", "host": "host", "backend": "back end", "virtqueue": "virtqueue", "scsi": "virtio-scsi",
          "steering": "steering"}
_LONGEST = 160
# Of a job, in this order.
_JOB = ("rw", "bs", "bsrange", "bssplit", "ioengine", "iodepth", "numjobs", "direct", "size", "rate_iops", "thinktime")


def asked(scenario: dict) -> Section:
    section = Section("What was asked")
    if scenario.get("description"):
        section.body.append(markup.paragraph(str(scenario["description"])))
    pairs = [("machine", parameters.described(scenario)[0]), ("job", _job(scenario)), ("swept", _swept(scenario)),
             ("seeds", ", ".join(map(str, scenario.get("seeds") or []))), ("precision", _precision(scenario))]
    section.body.append(_definitions(pairs))
    curves = load.curve_settings(scenario)
    if curves:
        lines = [[one.get("label") or one["name"], _code(one["name"]), _settings(one.get("set"))] for one in curves]
        section.body.append(markup.table("Curves", ["curve", "name", "what it sets"], lines))
    section.body.append(markup.folded("All settings, as the program resolved them", markup.tag(
        "div", markup.tag("pre", json.dumps(scenario, indent=1, ensure_ascii=False), tabindex=0))))
    return section


def _definitions(pairs: list[tuple[str, object]]) -> markup.Markup:
    return markup.tag("dl", *((markup.tag("dt", name), markup.tag("dd", value)) for name, value in pairs if value))


def _code(text: object) -> markup.Markup:
    return markup.tag("code", text)


def _settings(tree: object) -> markup.Markup | str:
    if not isinstance(tree, dict) or not tree:
        return "nothing"
    return markup.joined([markup.tag("div", _code(f"{path} = {_text(value)}")) for path, value in tree.items()])


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"


def _job(scenario: dict) -> str:
    jobs = [one for one in scenario.get("jobs") or [] if isinstance(one, dict)]
    if jobs:
        return "; ".join(f"{one.get('name', 'job')}: {_text({key: one[key] for key in one if key != 'name'})}"
                         for one in jobs)
    job = scenario.get("job") if isinstance(scenario.get("job"), dict) else {}
    return " ".join(f"{name}={job[name]}" for name in _JOB if job.get(name) not in (None, "", 0))


def _swept(scenario: dict) -> str:
    sweep = scenario.get("sweep") if isinstance(scenario.get("sweep"), dict) else {}
    return "; ".join(f"{path}: {', '.join(words.shown(v if isinstance(v, str) else json.dumps(v)) for v in values)}"
                     for path, values in sweep.items() if isinstance(values, list))


def _precision(scenario: dict) -> str:
    precision = scenario.get("precision")
    if not isinstance(precision, dict) or "half_width_percent" not in precision:
        return ""
    return (f"each point until its 95 % interval is within {precision['half_width_percent']:g} %, from "
            f"{precision.get('min_simulated_s', 0):g} to {precision.get('max_simulated_s', 0):g} simulated seconds")


def machine(scenario: dict, facts: dict) -> Section:
    name, file = parameters.described(scenario)
    section = Section("The machine, and where its numbers come from")
    if file.get("title"):
        section.body.append(markup.paragraph(markup.tag("strong", f"{name}: {file['title']}."), " ",
                                             str(file.get("description") or "")))
    known = [one for one in parameters.of(scenario, facts) if _is_part_of(one.path, scenario)]
    if not known:
        section.body.append(markup.paragraph("Nothing is known here of the parameters and their sources."))
        return section
    by_study = [one for one in known if one.says == "the study"]
    if by_study:
        section.body.append(markup.paragraph(
            f"Set by the study or the command line: {', '.join(f'{one.path} = {_value(one)}' for one in by_study)}."))
    ends = [one for one in known if one.is_at_an_end and one.says != "default"]
    if ends:
        section.warnings.append(
            "Numbers of the machine at the end of their plausible range, or beyond: "
            + ", ".join(f"{one.path} = {_value(one)} ({_range(one)})" for one in ends)
            + ". The ranges are those of the machine of 2012.")
    guesses = sum("guess" in one.source.lower() for one in known)
    section.body.append(markup.paragraph(
        f"{len(known)} numbers. {guesses} have a source that calls them a guess, and "
        f"{sum(not one.source for one in known)} have none."))
    section.body.append(markup.folded("Every number, with its source", markup.table(
        "Numbers of the machine", ["parameter", "value", "plausible", "said by", "source"],
        [[markup.tag("span", one.path, class_="path", title=one.help), _value(one), _range(one), one.says, one.source]
         for one in known], (1, 2))))
    return section


def _is_part_of(path: str, scenario: dict) -> bool:
    """Parts and policies that are not used have sections as well."""
    head = path.split(".")[0]
    if head in ("hardware", "guest_costs", "host_costs"):
        return True
    if head in ("guest", "host", "controller"):
        return path.endswith("_ns")
    used = json.dumps([scenario.get("host"), scenario.get("guest"), scenario.get("curves"), scenario.get("sweep")])
    return f'"{head}"' in used


def _value(one: Parameter) -> str:
    return f"{words.number(one.value)} {one.unit}".rstrip() if isinstance(one.value, (int, float)) else str(one.value)


def _range(one: Parameter) -> str:
    return "" if one.plausible is None else f"{words.number(one.plausible[0])} to {words.number(one.plausible[1])}"


def not_modelled(scenario: dict) -> Section:
    section = Section("What was not modelled")
    mechanisms = scenario.get("mechanisms") if isinstance(scenario.get("mechanisms"), dict) else {}
    off = [name for name, on in mechanisms.items() if on is False]
    if off:
        section.body.append(markup.paragraph("Switched off in this study: ", words.listed(off), "."))
    general = _section_of("assumptions.md")
    if general:
        section.body.append(markup.items(general))
    lines = [(name, sentence) for page, name in _PAGES.items() for sentence in _sentences_of(f"models/{page}.md")]
    if lines:
        section.body.append(markup.folded("More, by model", markup.items(f"{name}: {text}" for name, text in lines)))
    section.body.append(markup.paragraph("docs/assumptions.md says what each assumption changes.", class_="note"))
    return section


def _page(name: str) -> str:
    try:
        return (ROOT / "docs" / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _section_of(name: str) -> list[str]:
    """What the page lists under the heading, one by one."""
    found = re.search(rf"^## {_LEFT_OUT}\n\n(.*?)\n\n", _page(name), re.MULTILINE | re.DOTALL)
    return [_plain(one) for one in re.split(r";\s+", found[1].rstrip(". \n"))] if found else []


def _sentences_of(name: str) -> list[str]:
    """Paragraphs that begin with the words."""
    sentences = re.compile(rf"^{_LEFT_OUT}[^:\n]*:(.*?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
    return [_plain(text) for text in sentences.findall(_page(name))]


def _plain(text: str) -> str:
    return re.sub(r"[`*]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(text.split())))
