#!/usr/bin/python3
"""The table of docs/how-to/worst.md: what searches find, beside the worst points of the shipped studies.

The searches and the comparisons of docs/steering.md take some twenty minutes of CPU time. With two folders, of such
comparisons and of searches, the table is printed from those.
"""

import json
import re
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import program
import steering_page
from template_page import rows

PAGE = program.ROOT / "docs" / "how-to" / "worst.md"
BLOCK = re.compile(r"(<!-- searches, by tests/scenarios/worst_page.py -->\n).*?(<!-- end -->)", re.DOTALL)
METRIC = "bandwidth_mib_per_s"
LEAST = 10  # policies for which a search has to find worse than any shipped study


def shipped_worst(comparisons: Path, policy: str) -> tuple[float, str, str]:
    """The largest loss at a point of a study, in % of the best other policy's mean over the seeds; against which, and
    where that is."""
    worst, rival, where = float("-inf"), "", ""
    for study in steering_page.STUDIES:
        axis = steering_page.Comparisons.axis(study)
        means = defaultdict(dict)  # by point, then by policy
        for row in rows(comparisons / study / "comparison.csv"):
            if row["scope"] == "point" and row["metric"] == METRIC:
                means[row["series"], row[axis]][row["policy"]] = float(row["mean"])
        for (_, place), by_policy in means.items():
            best = max((name for name in by_policy if name != policy), key=by_policy.get)
            loss = 100 * (1 - by_policy[policy] / by_policy[best])
            if loss > worst:
                worst, rival, where = loss, best, f"`{study}`, `{axis}` {float(place):g}"
    return worst, rival, where


def search(policy: str, out: Path) -> dict:
    done = program.call("worst", policy, "--quiet", "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((out / "worst.json").read_text(encoding="utf-8"))


def is_worse(record: dict, shipped: float) -> bool:
    """By more than chance: the whole interval lies beyond the worst point of the studies."""
    return record.get("loss_percent", 0) - record.get("loss_percent_ci95", 0) > shipped


def members(record: dict) -> str:
    return ", ".join(f"`{one['path']}` {one['value']}" for one in record.get("members", []))


def table(comparisons: Path, records: list[dict]) -> str:
    text = ("| policy | worst point of the studies | against | there, % | found against | found, % (95 %) | worse? "
            "| the workload |\n|---|---|---|---:|---|---:|---|---|\n")
    worse = 0
    for record in records:
        shipped, rival, where = shipped_worst(comparisons, record["policy"])
        worse += is_worse(record, shipped)
        text += (f"| `{record['policy']}` | {where} | `{rival}` | {shipped:.1f} | `{record['against']}` | "
                 f"{record.get('loss_percent', 0):.1f} +-{record.get('loss_percent_ci95', 0):.1f} | "
                 f"{'yes' if is_worse(record, shipped) else 'no'} | {members(record)} |\n")
    return text + f"\n{worse} of {len(records)} searches found a workload that is worse than any point of any study.\n"


def fill(page: str, text: str) -> str:
    assert len(BLOCK.findall(page)) == 1
    return BLOCK.sub(lambda match: match.group(1) + "\n" + text + "\n" + match.group(2), page)


def text() -> str:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        steering_page.collect(folder / "comparisons")
        policies = sorted(path.stem for path in (program.ROOT / "models/steering/policies").glob("*.cpp"))
        records = [search(policy, folder / policy) for policy in policies]
        found = sum(is_worse(one, shipped_worst(folder / "comparisons", one["policy"])[0]) for one in records)
        assert found >= LEAST, f"worse than any study for {found} policies only"
        return fill(PAGE.read_text(encoding="utf-8"), table(folder / "comparisons", records))


if __name__ == "__main__":
    searches = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(Path(sys.argv[2]).glob("*/worst.json"))]
    print(table(Path(sys.argv[1]), searches))
