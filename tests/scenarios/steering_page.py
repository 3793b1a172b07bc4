"""docs/steering.md: words from steering.md.in, numbers from comparisons of all policies in thirteen studies.

The comparisons take some six minutes of CPU time, and those on plausible machines some ten.
"""

import json
import re
import statistics
import sys
import tempfile
from pathlib import Path

import program
import template_page
from template_page import Change, Number, Share, rows, size, span
from why_page import MQ4, MQ8

sys.path.insert(0, str(program.ROOT))
from analysis.compare import steering_overview  # noqa: E402  (the path to it is set above)
from analysis.figures import gain_map  # noqa: E402

TEMPLATE = Path(__file__).resolve().parent / "steering.md.in"
PAGE = program.ROOT / "docs" / "steering.md"
STUDIES = ("multiqueue_2012", "luns", "migration", "pinned_few", "pinned_many", "few_queues", "hotplug", "bursts",
           "think_time", "rate_limited", "skew", "mixed_rw", "slow_target")
BASELINE = "target_sticky"
MACHINES = 40
KEEPS_ORDER = re.compile(r"^(\w+) .*\n +promises: order of each target's commands$", re.MULTILINE)
BANDWIDTH, P99 = "bandwidth_mib_per_s", "latency_p99_us"


class Comparisons:
    """What each policy does to each study, in % of the baseline."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tables = {study: rows(folder / study / "comparison.csv") for study in STUDIES}
        self.headroom = {study: rows(folder / study / "headroom.csv") for study in STUDIES}
        self.policies = sorted({row["policy"] for row in self.tables["luns"]} - {BASELINE})

    def overall(self, policy, study, metric=BANDWIDTH):
        """Over all points of a study."""
        return Change(self.over_all(policy, study, metric)["difference_percent"])

    def over_all(self, policy, study, metric):
        return next(row for row in self.rows(policy, study, metric) if row["scope"] == "overall")

    def is_sure(self, policy, study, metric=BANDWIDTH):
        return self.over_all(policy, study, metric)["significant"] == "true"

    def points(self, policy, study, *places, metric=BANDWIDTH, curve=None):
        """At the points with these values of the study's axis; without any, at all its points."""
        axis = self.axis(study)
        found = [Change(row["difference_percent"]) for row in self.rows(policy, study, metric)
                 if row["scope"] == "point" and curve in (None, row["series"])
                 and (not places or float(row[axis]) in places)]
        assert found, f"{study} has no such point"
        return found

    def point(self, policy, study, place, metric=BANDWIDTH, curve=None):
        (found,) = self.points(policy, study, place, metric=metric, curve=curve)
        return found

    def is_sure_at(self, policy, study, place, metric=BANDWIDTH):
        """At one point of the study's axis."""
        axis = self.axis(study)
        return any(row["significant"] == "true" for row in self.rows(policy, study, metric)
                   if row["scope"] == "point" and float(row[axis]) == place)

    @staticmethod
    def axis(study):
        document = json.loads((program.SCENARIOS / "studies" / f"{study}.json").read_text(encoding="utf-8"))
        return next(iter(document["sweep"]))

    def rows(self, policy, study, metric):
        return [row for row in self.tables[study] if row["policy"] == policy and row["metric"] == metric]

    def ahead(self, policy, metric=BANDWIDTH):
        """Studies in which a policy is ahead by more than chance."""
        sign = 1 if metric == BANDWIDTH else -1
        return [study for study in STUDIES
                if self.is_sure(policy, study, metric) and sign * self.overall(policy, study, metric) > 0]

    def behind(self, policy):
        return [study for study in STUDIES if self.is_sure(policy, study) and self.overall(policy, study) < 0]

    def machines_ahead(self, policy, study, metric=BANDWIDTH):
        """In how many of the plausible machines a policy is ahead over all points."""
        return int(self.over_all(policy, study, metric)["machines_ahead"])

    def machines_behind(self, policy, study, metric=BANDWIDTH):
        return int(self.over_all(policy, study, metric)["machines_behind"])

    def gain_on_machines(self, policy, study, metric=BANDWIDTH):
        """The middle 90 % of the machines, positive where the policy is better."""
        row = self.over_all(policy, study, metric)
        return Change(row[gain_map.LOW]), Change(row[gain_map.HIGH])

    def spreads(self):
        """The greatest over the least gain on the machines, of policies that are ahead on at least 95 % of them."""
        gains = [self.gain_on_machines(policy, study) for policy in self.policies for study in STUDIES
                 if self.machines_ahead(policy, study) >= 0.95 * MACHINES]
        return [Number(high / low) for low, high in gains if low > 0]

    def of_best(self, policy, study):
        """Bandwidth in % of the best that was reached at each point, clairvoyant policies too: the geometric mean."""
        column = "percent_of_best"
        values = [float(row[column]) for row in self.headroom[study] if row["policy"] == policy and row[column]]
        return Share(statistics.geometric_mean(values)) if values else None

    def keepers(self):
        """Policies that keep the order of each target."""
        promising = KEEPS_ORDER.findall(program.call("list", "policies").stdout)
        return [policy for policy in [BASELINE, *self.policies] if policy in promising]

    def best_of(self, policies, study):
        return max(policies, key=lambda policy: self.of_best(policy, study))

    def headroom_table(self):
        lines = ["| study | `target_sticky` | best policy that keeps the order of a target | best policy "
                 "| best reached, in % of the bound |", "|---|---|---|---|---|"]
        for study in STUDIES:
            keeper, best = (self.best_of(policies, study) for policies in (self.keepers(), [BASELINE, *self.policies]))
            bound = self.bound_of_best(study)
            lines.append(f"| {study} | {self.of_best(BASELINE, study)} | `{keeper}` {self.of_best(keeper, study)} | "
                         f"`{best}` {self.of_best(best, study)} | {'' if bound is None else bound} |")
        return "\n".join(lines)

    def bound_of_best(self, study):
        """The best reached at each point in % of the bound; None where there is none."""
        best = [float(row["percent_of_bound"]) for row in self.headroom[study]
                if row["percent_of_best"] == "100" and row["percent_of_bound"] and row["policy"] != "bound"]
        return Share(statistics.geometric_mean(best)) if best else None

    def table(self, metric):
        return steering_overview.overview([self.folder / study for study in STUDIES], metric)

    def table_of_machines(self, metric):
        return steering_overview.plausible_overview([self.folder / study for study in STUDIES], metric)


def names(comparisons: Comparisons) -> dict:
    methods = {name: getattr(comparisons, name) for name in dir(comparisons) if not name.startswith("_")}
    return {**methods, "STUDIES": STUDIES, "BANDWIDTH": BANDWIDTH, "P99": P99, "MACHINES": MACHINES, "MQ4": MQ4,
            "MQ8": MQ8, "span": span, "size": size, "Share": Share}


def collect(folder: Path) -> Comparisons:
    for study in STUDIES:
        done = program.call("compare", program.SCENARIOS / "studies" / f"{study}.json", "--policy", "all",
                            "--uncertainty", MACHINES, "--out", folder / study, "--no-figures", "--quiet")
        assert done.returncode == 0, done.stdout + done.stderr
    return Comparisons(folder)


def text() -> str:
    with tempfile.TemporaryDirectory() as folder:
        return template_page.fill(TEMPLATE.read_text(encoding="utf-8"), names(collect(Path(folder))))
