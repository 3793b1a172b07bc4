"""The checker itself: each rule must be able to fail, and must not fail what is right."""

import pytest

import checks


@pytest.mark.parametrize("path, line", [
    ("models/virtqueue/ring.cpp", '#include "models/scsi/wire.hpp"'),
    ("models/base/units.hpp", '#include "models/costs/costs.hpp"'),
    ("models/costs/costs.hpp", '#include "models/steering/policy.hpp"'),
    ("models/steering/policy.hpp", '#include "models/virtqueue/ring.hpp"'),
    ("models/testbed/testbed.hpp", '#include "sim/engine/calendar.hpp"'),
    ("sim/engine/calendar.hpp", '#include "models/virtqueue/ring.hpp"'),
    ("sim/machine/machine.hpp", '#include "sim/guest/vcpu.hpp"'),
    ("sim/guest/vcpu.hpp", '#include "sim/host/host.hpp"'),
    ("sim/host/host.hpp", '#include "sim/guest/vcpu.hpp"'),
    ("sim/host/host.hpp", '#include "models/steering/policy.hpp"'),
    ("sim/host/host.hpp", '#include "models/workload/fio_job.hpp"'),
    ("analysis/scenario/parse.cpp", '#include "sim/engine/calendar.hpp"'),
    ("analysis/app/progress.cpp", '#include "analysis/runs/csv.hpp"'),
    ("analysis/runs/csv.cpp", '#include "analysis/compare/comparison.hpp"'),
    ("analysis/ablate/ablation.cpp", '#include "analysis/compare/comparison.hpp"'),
    ("sim/experiment/run.cpp", '#include "analysis/runs/csv.hpp"'),
    ("sim/guest/vcpu.hpp", '#include "vcpu_state.hpp"'),
    ("sim/guest/vcpu.cpp", "#include <simgrid/s4u.hpp>"),
    ("sim/engine/calendar.cpp", "#include <simgrid/kernel/resource/Model.hpp>"),
    ("sim/engine/calendar.cpp", '#include "sim/engine/simgrid_api.hpp"'),
    ("sim/engine/calendar.cpp", "  #  include <xbt/log.h>"),
    ("sim/experiment/run.cpp", "#include <nlohmann/json.hpp>"),
    ("analysis/runs/csv.cpp", "#include <zlib.h>"),
    ("sim/host/bus.cpp", "#include <Eigen/Dense>"),
    ("models/costs/costs.cpp", "#include <fmt/format.h>"),
    ("models/costs/costs.cpp", "#include <chrono>"),
    ("models/costs/costs.cpp", "#include <fstream>"),
    ("models/costs/costs.cpp", "#include <unistd.h>"),
    ("sim/guest/fio.cpp", "#include <random>"),
    ("models/testbed/conditions.cpp", "#include <unordered_map>"),
    ("sim/guest/fio.cpp", "#include <unordered_set>"),
    ("analysis/runs/csv.cpp", "#include <unordered_map>"),
    ("sim/guest/fio.cpp", "#include <absl/strings/cord.h>"),
    ("sim/guest/fio.cpp", '#include "build_info.hpp"'),
    ("sim/misc/things.hpp", ""),
])
def test_wrong_includes_are_found(path, line):
    assert checks.include_faults(path, f"// What it is.\n{line}\n")


@pytest.mark.parametrize("path, line", [
    ("models/base/units.hpp", "#include <cstdint>"),
    ("models/base/rng.cpp", "#include <Random123/philox.h>"),
    ("models/steering/policies/per_vcpu.cpp", '#include "models/steering/policy.hpp"'),
    ("models/analytic/mva.cpp", "#include <Eigen/Dense>"),
    ("sim/engine/simgrid_bridge.cpp", "#include <simgrid/s4u/Engine.hpp>"),
    ("sim/engine/simgrid_bridge.cpp", '#include "sim/engine/simgrid_api.hpp"'),
    ("sim/guest/driver.cpp", '#include "models/virtqueue/ring.hpp"'),
    ("sim/engine/causal_order.hpp", "#include <unordered_map>"),
    ("sim/host/main_loop.cpp", '#include "models/scsi/wire.hpp"'),
    ("analysis/scenario/parse.cpp", "#include <nlohmann/json.hpp>"),
    ("analysis/anew/question.cpp", '#include "analysis/runs/csv.hpp"'),
    ("sim/experiment/workers.cpp", "#include <sys/wait.h>"),
    ("sim/experiment/workers.cpp", "#include <unistd.h>"),
    ("analysis/app/main.cpp", "#include <CLI/CLI.hpp>"),
    ("analysis/runs/run_json.cpp", '#include "build_info.hpp"'),
    ("sim/guest/vcpu.cpp", '// #include "sim/host/host.hpp"'),
])
def test_right_includes_pass(path, line):
    assert checks.include_faults(path, f"{line}\n") == []


def test_fault_names_file_line_and_rule():
    text = '// Ring.\n#pragma once\n\n#include "models/scsi/wire.hpp"\n'
    assert checks.include_faults("models/virtqueue/ring.hpp", text) == [
        "models/virtqueue/ring.hpp:4: includes models/scsi/wire.hpp: models/virtqueue may not include models/scsi"]


GOOD_HEADER = "// A thing.\n#pragma once\n\nnamespace vqlab {}\n"


def test_headers():
    assert checks.header_faults("a.hpp", GOOD_HEADER) == []
    assert checks.header_faults("a.hpp", GOOD_HEADER.replace("#pragma once\n", ""))
    assert checks.header_faults("a.hpp", GOOD_HEADER.replace("// A thing.\n", ""))
    assert checks.header_faults("a.hpp", GOOD_HEADER.replace("vqlab", "other"))
    assert checks.header_faults("a.hpp", GOOD_HEADER + "using namespace std;\n")
    assert checks.header_faults("a.cpp", "int main() {}\n") == []


@pytest.mark.parametrize("line", [
    "int a = rand();", "srand(1);", "int a = std::rand() % 6;", "std::random_device device;", "auto t = time(nullptr);",
    "auto t = std::time(NULL);",
    "const auto start = std::chrono::steady_clock::now();", "// TO" "DO: later", "// FIX" "ME"])
def test_forbidden_words_are_found(line):
    assert checks.forbidden_faults("models/base/a.cpp", line + "\n")


@pytest.mark.parametrize("line", [
    "Duration time(const Request& request);", "const auto operand = strand(a);", "co_await service_time(request);"])
def test_similar_words_pass(line):
    assert checks.forbidden_faults("models/base/a.cpp", line + "\n") == []


def test_length():
    assert checks.length_faults("a.cpp", "\n" * 400) == []
    assert checks.length_faults("a.cpp", "\n" * 401)


def test_plugins():
    path = "models/steering/policies/per_vcpu.cpp"
    good = 'const PolicyRegistration registered{\n    "per_vcpu",\n    {}};\n'
    assert checks.plugin_faults(path, good) == []
    assert checks.plugin_faults(path, 'const Registration<Policy> registered{"per_vcpu", {}};\n') == []
    assert checks.plugin_faults(path, good.replace("per_vcpu", "per_cpu"))
    assert checks.plugin_faults(path, good + good)
    assert checks.plugin_faults(path, "")
    assert checks.plugin_faults("models/steering/policies/common.hpp", GOOD_HEADER)
    assert checks.plugin_faults("models/steering/policy.cpp", "") == []


def test_top_level():
    assert checks.top_level_faults(["lab", "models", "sim"]) == []
    assert checks.top_level_faults(["lab", "utils"]) == ["utils: a stranger at the top level"]


def test_text():
    assert checks.text_faults("a.md", "a\nb\n") == []
    assert checks.text_faults("a.md", "a\nb")
    assert checks.text_faults("a.md", "a \nb\n")
    assert checks.text_faults("a.cpp", "a" * 121 + "\n")
    assert checks.text_faults("a.md", "a" * 121 + "\n") == []


def test_links():
    page = "See [a](docs/a.md#part), ![b](b.png), [c](https://c.org), `[d](d.md)`, [e](#e).\n```\n[f](f.md)\n```\n"
    assert checks.links(page) == ["docs/a.md", "b.png"]


def test_missing_paths():
    files = ["sim/guest/vcpu.hpp", "sim/guest/vcpu.cpp", "scenarios/studies/luns.json"]
    page = """`sim/guest`, `sim/guest/`, `sim/guest/vcpu`, `sim/guest/v*`, `scenarios/studies/NAME.json` and
`./lab run scenarios/studies/luns.json --quiet` are right. `sim/guest/irq.hpp`, `sim/host`, `sim/guest/w*` and
`lab run scenarios/studies/x.json` are missing.

`sim/guest/mine.cpp`:

```cpp
// sim/guest/not_looked_at.cpp
```
"""
    assert checks.missing_paths(page, files) == [
        "sim/guest/irq.hpp", "sim/host", "sim/guest/w*", "scenarios/studies/x.json"]


def test_circles_of_files():
    graph = checks.include_graph({
        "sim/a.hpp": '#include "sim/b.hpp"\n', "sim/b.cpp": '#include "sim/b.hpp"\n#include "sim/a.hpp"\n',
        "sim/b.hpp": "#include <vector>\n", "sim/c.hpp": '#include "sim/a.hpp"\n'})
    assert graph == {"sim/a": {"sim/b"}, "sim/b": {"sim/a"}, "sim/c": {"sim/a"}}
    assert checks.circles(graph) == [["sim/a", "sim/b"]]
    assert checks.circle_faults(graph) == ["a circle of files: sim/a, sim/b"]


def test_circles_of_folders():
    graph = {"sim/a/x": {"sim/b/x"}, "sim/b/y": {"sim/a/y"}, "sim/b/x": set(), "sim/a/y": set()}
    assert checks.circles(graph) == []
    assert checks.circle_faults(graph) == ["a circle of folders: sim/a, sim/b"]
    # A folder and one below it.
    assert checks.circle_faults({"sim/a/x": {"sim/a/b/x"}, "sim/a/b/y": {"sim/a/y"}, "sim/a/b/x": set(),
                                 "sim/a/y": set()}) == ["a circle of folders: sim/a, sim/a/b"]


def test_imports():
    texts = {"analysis/figures/page.py": "import os\nfrom analysis.figures import style\n",
             "analysis/figures/style.py": "", "analysis/figures/__init__.py": "",
             "analysis/run/__init__.py": "from analysis.run.table import read, Table\n",
             "analysis/run/table.py": "def f():\n    import analysis.figures.page\n"}
    graph = checks.import_graph(texts)
    assert graph["analysis/figures/page"] == {"analysis/figures/style"}
    assert graph["analysis/run"] == {"analysis/run/table"}
    assert graph["analysis/run/table"] == {"analysis/figures/page"}
    assert checks.circle_faults(graph) == checks.question_faults(graph) == []


@pytest.mark.parametrize("path", ["analysis/figures/page.py", "analysis/compare/table.py"])
def test_imports_of_a_question_are_found(path):
    graph = checks.import_graph({path: "from analysis.run import table\n", "analysis/run/table.py": ""})
    assert len(checks.question_faults(graph)) == 1


def test_needless_allowances(monkeypatch):
    monkeypatch.setattr(checks.rooms, "MAY_INCLUDE", {"models/base": set(), "models/scsi": {"models/base"}})
    monkeypatch.setattr(checks.rooms, "LIBRARIES", {"fmt/": ["models/scsi/", "models/base/"]})
    using = {"models/scsi/a.cpp": '#include "models/base/b.hpp"\n#include <fmt/core.h>\n'}
    assert checks.allowance_faults(using) == ["models/base/ may include fmt/, and does not"]
    assert checks.allowance_faults({}) == ["models/scsi may include models/base, and does not",
                                           "models/scsi/ may include fmt/, and does not",
                                           "models/base/ may include fmt/, and does not"]


def test_missing_anchors():
    links = "[up](#two-words) [down](#deep) [there](b.md#peers) [not](b.md#peer) [c](https://c.org#d)"
    here = f"# Two: `words`?\n\n{links}\n"
    assert checks.missing_anchors("a.md", here, {"b.md": "## Peers\n```\n# Peer\n```\n"}.get) == [
        "a.md: #deep is no heading", "a.md: b.md#peer is no heading"]
