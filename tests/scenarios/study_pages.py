"""Pages of studies without published values: words from NAME.md.in, numbers from a fresh run of the study."""

import statistics
import tempfile
from pathlib import Path

import program
import template_page
from template_page import Change, Number, Rate, Share, Time, rows, span

FOLDER = program.ROOT / "docs" / "studies"
STUDIES = ("database_beside_backup", "mixed_flash", "near_far", "one_job_many_disks", "throttled_neighbour", "trace")
AXES = {"database_beside_backup": ("job.iodepth", "job.rw"), "mixed_flash": ("job.rwmixread",),
        "near_far": ("job.iodepth",), "one_job_many_disks": ("job.iodepth",),
        "throttled_neighbour": ("job.iodepth",), "trace": ("job.iodepth",)}


def page(study: str) -> Path:
    return FOLDER / f"{study}.md"


class Run:
    """Rows of a study's points.csv and jobs.csv by curve and values of its axes, as in the files."""

    def __init__(self, folder: Path, axes: tuple[str, ...]):
        def place(row):
            return row["series"], *(row[axis] for axis in axes)
        self.points = {place(row): row for row in rows(folder / "points.csv")}
        self.jobs = {(*place(row), row["job"], row["kind"]): row for row in rows(folder / "jobs.csv")}
        self.curves = list(dict.fromkeys(row[0] for row in self.points))

    def iops(self, *place) -> float:
        return float(self.points[place]["iops"])

    def job(self, quantity: str, *place) -> float:
        return float(self.jobs[place][quantity])

    def p99(self, *place) -> Time:
        return Time(self.job("latency_p99_us", *place))


def line(cells) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def database_beside_backup(run: Run) -> dict:
    depths = list(dict.fromkeys(place[1] for place in run.points))

    def p99(curve, depth, backup):
        return run.p99(curve, depth, backup, "database", "read")

    def rate(curve, depth, backup):
        return run.job("iops", curve, depth, backup, "database", "read")

    def bandwidth(curve, depth, backup):
        return Rate(run.job("bandwidth_mib_per_s", curve, depth, backup, "backup", backup))

    def table(backup):
        lines = [line(["backup", "in flight", "p99 of the database, us", "its reads a second", "backup, MiB/s"]),
                 "|---|---:|---:|---:|---:|"]
        lines += [line([f"`{curve}`", depth, p99(curve, depth, backup).digits(), f"{rate(curve, depth, backup):,.0f}",
                        bandwidth(curve, depth, backup)]) for curve in run.curves for depth in depths]
        return "\n".join(lines)

    return locals()


def mixed_flash(run: Run) -> dict:
    mixes = list(dict.fromkeys(place[1] for place in run.points))
    drives = ("s3700", "p4500", "optane")

    def shared_time(curve, mix):
        """Requests a second if reads and writes take the drive in turn, each at its own rate."""
        reads = float(mix) / 100
        return 1 / (reads / run.iops(curve, "100") + (1 - reads) / run.iops(curve, "0"))

    def off(drive):
        """Of that rule, in % of what was simulated."""
        curve = f"{drive}_queues"
        return [100 * (shared_time(curve, mix) / run.iops(curve, mix) - 1) for mix in mixes[1:-1]]

    def gain(drive, mix):
        return Change(100 * (run.iops(f"{drive}_queues", mix) / run.iops(f"{drive}_one_queue", mix) - 1))

    def thousand(curve, mix):
        return Number(run.iops(curve, mix) / 1000)

    def p99(drive, mix, kind):
        return run.p99(f"{drive}_queues", mix, "job", kind)

    def table():
        lines = [line(["reads, %", *(f"`{curve}`" for curve in run.curves)]), "|---:|" + "---:|" * len(run.curves)]
        return "\n".join(lines + [line([mix, *(thousand(curve, mix) for curve in run.curves)]) for mix in mixes])

    def table_of_p99():
        lines = [line(["reads, %", *(f"{kind}s, `{drive}`" for drive in drives for kind in ("read", "write"))]),
                 "|---:|" + "---:|" * 6]
        for mix in mixes:
            here = [(drive, kind) for drive in drives for kind in ("read", "write")]
            cells = [p99(drive, mix, kind).digits() if (f"{drive}_queues", mix, "job", kind) in run.jobs else ""
                     for drive, kind in here]
            lines.append(line([mix, *cells]))
        return "\n".join(lines)

    return locals()


def one_job_many_disks(run: Run) -> dict:
    depths = list(dict.fromkeys(place[1] for place in run.points))
    jobs = 8

    def thousand(curve, depth):
        return Number(run.iops(curve, depth) / 1000)

    def times(one, many, depth):
        """Jobs over one job with as many requests in flight altogether."""
        return run.iops(many, depth) / run.iops(one, str(jobs * int(depth)))

    def alike():
        """Those of each disk with so many in flight that one job can have as many in all."""
        return [depth for depth in depths if str(jobs * int(depth)) in depths]

    def best(curve):
        return Number(max(run.iops(curve, depth) for depth in depths) / 1000)

    def table():
        lines = [line(["in flight for each job", *(f"`{curve}`" for curve in run.curves)]),
                 "|---:|" + "---:|" * len(run.curves)]
        return "\n".join(lines + [line([depth, *(thousand(curve, depth) for curve in run.curves)]) for depth in depths])

    return locals()


def throttled_neighbour(run: Run) -> dict:
    depths = list(dict.fromkeys(place[1] for place in run.points))

    def p99(curve, depth):
        return run.p99(curve, depth, "neighbour", "read")

    def rate(curve, depth):
        """Thousands of the neighbour's reads in a second."""
        return Number(run.job("iops", curve, depth, "neighbour", "read") / 1000)

    def heavy(curve, depth):
        return Number(run.job("iops", curve, depth, "heavy", "read") / 1000)

    def times(quantity, curve, other, depth):
        """The neighbour's quantity beside `curve`, as a multiple of that beside `other`."""
        return Number(run.job(quantity, curve, depth, "neighbour", "read") /
                      run.job(quantity, other, depth, "neighbour", "read"))

    def lost(curve, depth):
        """Of the reads that the neighbour makes alone."""
        return Share(100 * (1 - rate(curve, depth) / rate("alone", depth)))

    def table():
        lines = [line(["neighbours", "in flight", "reads a second, thousands", "p99, us", "theirs, thousands"]),
                 "|---|---:|---:|---:|---:|"]
        lines += [line([f"`{curve}`", depth, rate(curve, depth), p99(curve, depth).digits(),
                        heavy(curve, depth) if curve != "alone" else ""]) for curve in run.curves for depth in depths]
        return "\n".join(lines)

    return locals()


def near_far(run: Run) -> dict:
    depths = list(dict.fromkeys(place[1] for place in run.points))

    def rate(curve, depth):
        """Thousands of reads in a second."""
        return Number(run.iops(curve, depth) / 1000)

    def latency(curve, depth):
        return Time(float(run.points[curve, depth]["latency_mean_us"]))

    def lost(curve, other, depth):
        """Of the reads with the iothread in the other place."""
        return Share(100 * (1 - run.iops(curve, depth) / run.iops(other, depth)))

    def table():
        lines = [line(["iothread", "in flight", "reads a second, thousands", "mean latency, us"]),
                 "|---|---:|---:|---:|"]
        lines += [line([f"`{curve}`", depth, rate(curve, depth), latency(curve, depth).digits()])
                  for curve in run.curves for depth in depths]
        return "\n".join(lines)

    return locals()


def trace(run: Run) -> dict:
    depths = list(dict.fromkeys(place[1] for place in run.points))
    kinds = ("read", "write", "flush")

    def p99(curve, depth, kind="read"):
        return run.p99(curve, depth, "job", kind)

    def mean(curve, depth, kind="read"):
        return Time(run.job("latency_mean_us", curve, depth, "job", kind))

    def lasts(curve, depth):
        """Of the whole trace, in ms."""
        return Number(1e3 * float(run.points[curve, depth]["simulated_s"]))

    def table():
        plural = ("reads", "writes", "flushes")
        lines = [line(["replay", "in flight", "lasts, ms", *(f"p99 of {kind}, us" for kind in plural)]),
                 "|---|---:|---:|---:|---:|---:|"]
        lines += [line([f"`{curve}`", depth, lasts(curve, depth),
                        *(p99(curve, depth, kind).digits() for kind in kinds)])
                  for curve in run.curves for depth in depths]
        return "\n".join(lines)

    return locals()


def filled(study: str, folder: Path) -> str:
    known = {**globals(), **globals()[study](Run(folder, AXES[study])), "median": statistics.median, "span": span,
             "Share": Share}
    template = Path(__file__).resolve().parent / f"{study}.md.in"
    return template_page.fill(template.read_text(encoding="utf-8"), known)


def text(study: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        done = program.call("run", program.SCENARIOS / "studies" / f"{study}.json", "--out", folder, "--no-long-runs",
                            "--no-figures", "--quiet")
        assert done.returncode == 0, done.stdout + done.stderr
        return filled(study, Path(folder))
