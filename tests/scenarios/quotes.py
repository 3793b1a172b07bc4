"""What pages quote of the program's output: blocks between `<!-- made from: COMMAND -->` and `<!-- end -->`.

Those of `quick()` come from the runs that docs/why.md is made from, and are checked in every test run. Those of
`slow()` are made by regenerate.py and checked by the deep tests.
"""

import re
import shlex
import tempfile
from functools import partial
from pathlib import Path

import program
import why_page
from template_page import mean, rows

BLOCK = re.compile(r"(<!-- made from: (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)
# What a page quotes whole: a design, and studies that have a published table, but no claims.
RUNS = {
    "docs/how-to/design.md": "./lab design scenarios/studies/multiqueue_2012.json --curves "
                             "multi_queue_8vcpu,multi_queue_4vcpu",
    "docs/studies/emulated_guest.md": "./lab run scenarios/studies/emulated_guest.json --no-long-runs --seeds 1",
    "docs/studies/tcm_vhost_2013.md": "./lab run scenarios/studies/tcm_vhost_2013.json",
}
LARGE_GUEST = "./lab run scenarios/studies/large_guest.json --no-long-runs"
PREDICTED = ("scaling", "few_queues", "mixed_rw", "pinned_few", "pinned_many")


def blocks(page: str) -> dict[str, str]:
    return {command: "" for _, command, _ in BLOCK.findall(page)}


def fill(page: str, texts: dict[str, str]) -> str:
    """The page with the blocks that there are texts for."""
    def filled(match):
        inside = texts.get(match[2])
        return match[0] if inside is None else f"{match[1]}\n{inside}\n{match[3]}"
    unknown = set(texts) - set(blocks(page))
    assert not unknown, f"no block for {unknown}"
    return BLOCK.sub(filled, page)


def quoted(text: str) -> str:
    return f"```\n{text}\n```\n"


def section(output: str, first: str, stop: str = r"$") -> list[str]:
    """The lines from the one that begins with `first` to the one before a line that `stop` matches."""
    lines = output.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(first))
    end = next((number for number in range(begin + 1, len(lines)) if re.match(stop, lines[number])), len(lines))
    return lines[begin:end]


def columns(lines: list[str], wanted: list[str]) -> list[str]:
    """Of a table whose headings are set right, the first column and the wanted ones, marked or not."""
    ends = [match.end() for match in re.finditer(r"\S+", lines[0])]
    begins = [max(len(re.match(r"[\w ]*?(?=  )|\S+ \S+|\S+", line)[0]) for line in lines[1:]), *ends[:-1]]
    kept = [span for span in zip(begins, ends) if lines[0][slice(*span)].strip().rstrip("?!") in wanted]
    return [(line[:begins[0]] + "".join(line[begin:end] for begin, end in kept)).rstrip() for line in lines]


def letter_table(folder: Path) -> str:
    output = (folder / "run.txt").read_text(encoding="utf-8")
    table = section(output, "          single_queue_4vcpu")
    head = [*section(output, "Multiqueue"), "", *section(output, "bandwidth_mib_per_s"), ""]
    return quoted("\n".join([*head, *table, "", *not_settled(output), *section(output, "MAPE")]))


def not_settled(output: str) -> list[str]:
    """What the mark means, and an empty line; nothing if the output has none."""
    return section(output, "? not settled", r"[*!]|MAPE|$") + [""] if "\n? not settled" in output else []


def explained(folder: Path) -> str:
    output = (folder / "explain.txt").read_text(encoding="utf-8")
    table = [line for line in section(output, "What limits")
             + section(output, "   ", r"(multi_queue_4|single_queue_before)") if line.strip()]
    limits = [line for line in output.splitlines()
              if re.match(r"(single_queue_4|multi_queue_8)vcpu targets=(1|8|32) ", line)]
    stages = section(output[output.index("Where the mean latency goes"):], "single_queue_4vcpu")
    head = [line for line in table if not re.match(r"\w+vcpu targets", line)]
    return quoted("\n".join([*head, *limits, "", *section(output, "Where the mean latency goes"), "", stages[0],
                             *columns(stages[1:], ["targets=1", "targets=8", "targets=32"]), "",
                             *not_settled(output)]).rstrip())


def ablated(folder: Path) -> str:
    output = (folder / "ablate.txt").read_text(encoding="utf-8")
    parts = [section(output, first) for first in ("Resources", "Mechanisms", "Costs", "The resources that move")]
    tables = [section(output[output.index(part[0]):][len(part[0]) + 1:].lstrip("\n"), "", r"(no effect|and \d|$)")
              for part in parts]
    lines = section(output, "Multiqueue")
    for part, table in zip(parts, tables):
        lines += ["", *part, "", *(table if len(table) <= 20 else table[:8] + ["..."])]
    return command_and_output("ablate", lines)


def compared(folder: Path) -> str:
    output = (folder / "compare.txt").read_text(encoding="utf-8")
    end = next(number for number, line in enumerate(output.splitlines()) if "comparison.csv" in line)
    return command_and_output("compare", output.splitlines()[:end - 1])


def command_and_output(name: str, lines: list[str]) -> str:
    command = why_page.folded(re.sub(r" --out \S+", "", why_page.COMMANDS[name]))
    return quoted(command) + "\nprints:\n\n" + quoted("\n".join(lines))


def predicted(folder: Path) -> str:
    """Predicted and simulated MiB/s of the letter's cells, and how far the prediction is off."""
    study = program.ROOT / why_page.STUDY_NAME
    done = program.call("predict", study, "--against", folder / "run", "--out", folder / "predict", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    cells = {}
    for row in rows(folder / "predict" / "predictions.csv"):
        cells.setdefault((row["series"], int(row["targets"])), row)
    lines = ["| targets | single queue, 4 vCPUs | multiqueue, 4 vCPUs | multiqueue, 8 vCPUs |", "|---:|---|---|---|"]
    errors = []
    for targets in why_page.TARGETS:
        texts = []
        for column in why_page.SHORT:
            row = cells[column, targets]
            here, simulated = (float(row[name]) for name in ("bandwidth_mib_per_s", "simulated_mib_per_s"))
            errors.append(100 * (here / simulated - 1))
            texts.append(f"{here:.0f}, {simulated:.0f}: {errors[-1]:+.1f} %")
        lines.append(f"| {targets} | " + " | ".join(texts) + " |")
    summary = f"MAPE {mean(map(abs, errors)):.1f} %, largest error {max(map(abs, errors)):.1f} %."
    return "\n".join(lines) + "\n\n" + summary + "\n"


def predicted_studies() -> str:
    lines = ["| study | points | MAPE | largest error |", "|---|---:|---:|---:|"]
    for study in PREDICTED:
        with tempfile.TemporaryDirectory() as folder:
            done = program.call("predict", program.SCENARIOS / "studies" / f"{study}.json", "--out", folder, "--quiet")
        assert done.returncode == 0, done.stdout + done.stderr
        found = re.search(r"MAPE (\S+ %) over (\d+) points, largest error (\S+ %)", done.stdout)
        error, points, largest = found.groups()
        lines.append(f"| `{study}` | {points} | {error} | {largest} |")
    return "\n".join(lines) + "\n"


def large_guest(command: str) -> str:
    """Thousands of IOPS by curve, targets and vCPUs, marked as in the program's tables."""
    with tempfile.TemporaryDirectory() as folder:
        done = program.call(*shlex.split(command)[1:], "--out", folder, "--no-figures", "--quiet", cwd=program.ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        points = {(row["series"], row["targets"], row["vcpus"]): row for row in rows(Path(folder) / "points.csv")}
    vcpus = list(dict.fromkeys(number for _, _, number in points))
    lines = [f"| curve | targets | {' | '.join(f'{number} vCPUs' for number in vcpus)} |",
             "|---|---:|" + "---:|" * len(vcpus)]
    for series, targets in dict.fromkeys((series, targets) for series, targets, _ in points):
        here = [points[series, targets, number] for number in vcpus]
        lines.append(f"| `{series}` | {targets} | "
                     + " | ".join(f"{float(row['iops']) / 1000:,.0f}" + ("" if row["precise"] == "true" else "!")
                                  for row in here) + " |")
    return "\n".join(lines) + "\n"


def printed(command: str) -> str:
    """What a run prints, but for the files that it writes."""
    with tempfile.TemporaryDirectory() as folder:
        done = program.call(*shlex.split(command)[1:], "--out", folder, "--no-figures", "--quiet", cwd=program.ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return quoted(done.stdout.split(folder)[0].strip())


QUICK = {
    "README.md": {"./lab run": letter_table},
    "docs/how-to/explain.md": {"./lab explain results/multiqueue_2012": explained},
    "docs/how-to/ablate.md": {"./lab ablate": ablated},
    "docs/how-to/compare.md": {"./lab compare": compared},
    "docs/how-to/predict.md": {"./lab predict": predicted},
}
SLOW = {
    "docs/how-to/predict.md": {"./lab predict STUDY": predicted_studies},
    "docs/large_guests.md": {LARGE_GUEST: partial(large_guest, LARGE_GUEST)},
    **{page: {command: partial(printed, command)} for page, command in RUNS.items()},
}


def quick(folder: Path) -> dict[Path, str]:
    """Pages as they should read; `folder` is what why_page.collect() has filled."""
    return pages({page: {command: make(folder) for command, make in makers.items()} for page, makers in QUICK.items()})


def slow() -> dict[Path, str]:
    return pages({page: {command: make() for command, make in makers.items()} for page, makers in SLOW.items()})


def pages(texts: dict[str, dict[str, str]]) -> dict[Path, str]:
    return {program.ROOT / page: fill((program.ROOT / page).read_text(encoding="utf-8"), inside)
            for page, inside in texts.items()}
