"""docs/devices.md: what each storage device does in the simulator, beside its data sheet.

Nothing but the device takes time: every cost of guest and host is 0, the thread that serves the queue polls for ever.
"""

import csv
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import program

DEVICES = sorted((program.SCENARIOS / "devices").glob("*.json"))
TEMPLATE = Path(__file__).resolve().parent / "devices.md.in"
PAGE = program.ROOT / "docs" / "devices.md"
LIMIT = 5  # percent
PACE = 0.1  # of the rate that the device keeps up, for latencies
MOST_BUSY = 0.5  # and the share of time at most in which it has the one request
TURNS_PER_MS = 60e3  # of one turn a minute


@dataclass
class Figure:
    """A figure of a sheet, and the load under which the simulator gives it."""

    name: str
    sheet: float
    unit: str
    column: str
    rw: str
    kib: int = 4
    depth: int = 1
    read_percent: int = 50
    rate: float = 0  # of requests in a second; 0: one comes when one is over

    def how(self) -> str:
        size = f"{self.kib} KiB, " + ("one at a time" if self.depth == 1 else f"{self.depth} in flight")
        return size + (f", {self.rate:,.0f} a second" if self.rate else "")


def latencies(sheet: dict) -> list[Figure]:
    rates = {"random_read_us": ("randread", sheet.get("random_read_iops", 0)),
             "random_write_us": ("randwrite", sheet.get("random_write_iops", 0)),
             "sequential_read_us": ("read", sheet.get("sequential_read_mb_per_s", 0) * 1e6 / 4096),
             "sequential_write_us": ("write", sheet.get("sequential_write_mb_per_s", 0) * 1e6 / 4096)}
    return [Figure(name, sheet[name], "us", "latency_mean_us", rw,
                   rate=round(min(rate * PACE, MOST_BUSY * 1e6 / sheet[name])))
            for name, (rw, rate) in rates.items() if name in sheet]


def figures(sheet: dict) -> list[Figure]:
    """Those of the sheet that a load gives."""
    found = latencies(sheet)
    for direction in ("read", "write"):
        if (iops := sheet.get(f"random_{direction}_iops")) is not None:
            found.append(Figure(f"random_{direction}_iops", iops, "requests/s", "iops", f"rand{direction}",
                                depth=sheet[f"random_{direction}_depth"]))
    if "mixed_iops" in sheet:
        found.append(Figure("mixed_iops", sheet["mixed_iops"], "requests/s", "iops", "randrw",
                            depth=sheet["mixed_depth"], read_percent=sheet["mixed_read_percent"]))
    for direction in ("read", "write"):
        if (rate := sheet.get(f"sequential_{direction}_mb_per_s")) is not None:
            found.append(Figure(f"sequential_{direction}_mb_per_s", rate, "MB/s", "mb_per_s", direction,
                                kib=sheet["sequential_bytes"] // 1024, depth=sheet.get("sequential_depth", 1)))
    for direction in ("read", "write"):
        if (seek := sheet.get(f"seek_{direction}_ms")) is not None:
            found.append(Figure(f"seek_{direction}_ms", seek, "ms", "seek_ms", f"rand{direction}"))
    return found


def curve(name: str, device: str, sheet: dict, figure: Figure) -> dict:
    capacity = int(sheet.get("capacity_gb", 1000) * 1e9)
    settings = {"host.device": device, "job.rw": figure.rw, "job.bsrange": f"{figure.kib}k-{figure.kib}k",
                "job.iodepth": figure.depth, "job.size": capacity, "job.rate_iops": int(figure.rate)}
    if figure.rw == "randrw":
        settings["job.rwmixread"] = figure.read_percent
    slow = sheet["kind"] == "hard_disk" and figure.rw.startswith("rand")
    settings["precision.min_simulated_s"], settings["precision.max_simulated_s"] = (40, 200) if slow else (0.05, 2)
    if not figure.rate:
        del settings["job.rate_iops"]
    return {"name": name, "set": settings}


def scenario(sheets: dict) -> dict:
    """One curve for each figure."""
    return {"study": "devices", "targets": 1, "machine": "no_costs", "precision": {"half_width_percent": 0.7},
            "curves": [curve(f"{device}-{figure.name}", device, sheet, figure)
                       for device, sheet in sheets.items() for figure in figures(sheet)]}


def measured(figure: Figure, sheet: dict, row: dict) -> float:
    if figure.column == "mb_per_s":
        return float(row["bandwidth_mib_per_s"]) * 2**20 / 1e6
    if figure.column == "seek_ms":  # half a turn and the transfer are the rest of the time
        transfer = figure.kib * 1024 / (sheet["sequential_read_mb_per_s"] * 1e3)
        return float(row["latency_mean_us"]) / 1e3 - TURNS_PER_MS / sheet["rpm"] / 2 - transfer
    return float(row[figure.column])


def all_measured() -> dict:
    """Of each device, its figures with what the simulator gives."""
    sheets = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in DEVICES}
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "devices.json"
        file.write_text(json.dumps(scenario(sheets)), encoding="utf-8")
        points = csv.DictReader(program.points_of(file, Path(temporary) / "out").splitlines())
        rows = {row["series"]: row for row in points}
    return {device: [(figure, measured(figure, sheet, rows[f"{device}-{figure.name}"])) for figure in figures(sheet)]
            for device, sheet in sheets.items()}


def deviation(figure: Figure, value: float) -> float:
    """In percent of the sheet."""
    return 100 * (value / figure.sheet - 1)


def table(device: str, title: str, found: list) -> str:
    lines = [f"## {device}", "", title + ".", ""]
    if not found:
        return "\n".join([*lines, "It has no figures."])
    lines += ["| figure | sheet | simulator | off by | load |", "|---|---:|---:|---:|---|"]
    for figure, value in found:
        digits = 0 if figure.sheet >= 1000 else 1 if figure.sheet >= 100 else 2
        lines.append(f"| `{figure.name}` | {figure.sheet:,g} {figure.unit} | {value:,.{digits}f} {figure.unit} "
                     f"| {deviation(figure, value):+.1f} % | {figure.how()} |")
    return "\n".join(lines)


def text(found: dict) -> str:
    titles = {path.stem: json.loads(path.read_text(encoding="utf-8"))["title"] for path in DEVICES}
    tables = "\n\n".join(table(device, titles[device], figures_of) for device, figures_of in found.items())
    page = TEMPLATE.read_text(encoding="utf-8")
    return page.replace("{{LIMIT}}", str(LIMIT)).replace("{{tables}}", tables)
