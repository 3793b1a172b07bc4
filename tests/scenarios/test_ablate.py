"""An ablation of real simulations: what is never drawn changes nothing, the main loop does; and a figure."""

import csv

import program


def test_an_ablation(tmp_path):
    done = program.call("ablate", program.SCENARIOS / "tutorial" / "02_sweep.json", "--only", "main_loop,timer_late_ns",
                        "--set", "sweep.targets=[8]", "--set", "precision.half_width_percent=5", "--seeds", "1,2",
                        "--quiet", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "figures").glob("tornado_*.png"))
    # No process of this study thinks: the very same draws, and so the very same simulations.
    assert "no effect at any point: guest_costs.timer_late_ns\n" in done.stdout
    rows = list(csv.DictReader((tmp_path / "points.csv").read_text(encoding="utf-8").splitlines()))
    by_variant = {variant: [{**row, "point": "", "variant": ""} for row in rows if row["variant"] == variant]
                  for variant in ("base", "guest_costs.timer_late_ns", "main_loop")}
    assert by_variant["base"] == by_variant["guest_costs.timer_late_ns"] != by_variant["main_loop"]
    point = next(row for row in csv.DictReader((tmp_path / "ablation.csv").read_text(encoding="utf-8").splitlines())
                 if row["scope"] == "point" and row["name"] == "main_loop")
    # Several queues and one main loop, which is busy nearly all the time: half its work is worth tens of percent.
    assert float(point["change_percent"]) > 20
