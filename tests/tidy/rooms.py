"""Who may include whom: the one place that says it. A room that is not listed may not exist."""

ALL_MODELS = {
    "models/base", "models/virtqueue", "models/scsi", "models/command", "models/steering", "models/workload",
    "models/backend", "models/block", "models/costs", "models/testbed", "models/analytic", "models/bounds",
}
ALL_SIM = {"sim/engine", "sim/machine", "sim/guest", "sim/host", "sim/metrics", "sim/experiment"}

# Room -> rooms it may include beside itself. What none of its files includes may not stand here.
MAY_INCLUDE = {
    "models/base": set(),
    "models/virtqueue": {"models/base"},
    "models/scsi": {"models/base"},
    "models/command": {"models/base", "models/virtqueue", "models/scsi", "models/steering"},
    "models/steering": {"models/base"},
    "models/workload": {"models/base"},
    "models/backend": {"models/base"},
    "models/block": {"models/base"},
    "models/costs": {"models/base"},
    "models/testbed": {
        "models/base", "models/command", "models/steering", "models/workload", "models/backend", "models/block",
        "models/costs",
    },
    "models/analytic": {"models/base"},
    "models/bounds": {
        "models/base", "models/command", "models/backend", "models/testbed", "models/analytic",
    },
    "sim/engine": {"models/base"},
    "sim/metrics": {"models/base"},
    "sim/machine": {"sim/engine", "sim/metrics", "models/base", "models/virtqueue"},
    "sim/guest": {
        "sim/machine", "sim/engine", "sim/metrics", "models/base", "models/virtqueue", "models/scsi", "models/command",
        "models/steering", "models/workload", "models/block", "models/testbed",
    },
    "sim/host": {
        "sim/machine", "sim/engine", "models/base", "models/virtqueue", "models/scsi", "models/backend",
        "models/testbed",
    },
    "sim/experiment": {
        "sim/engine", "sim/machine", "sim/guest", "sim/host", "sim/metrics", "models/base", "models/testbed",
    },
    "analysis/app": {"models/base", "sim/metrics"},
    "analysis/words": set(),
    "analysis/scenario": {
        "analysis/app", "analysis/words", "sim/metrics", "models/base", "models/scsi", "models/command",
        "models/workload", "models/backend", "models/testbed",
    },
    "analysis/runs": {
        "analysis/app", "analysis/scenario", "sim/metrics", "sim/experiment", "models/base", "models/steering",
        "models/backend", "models/bounds",
    },
    "analysis/formats": {
        "analysis/app", "analysis/scenario", "analysis/words", "sim/metrics", "models/base", "models/backend",
        "models/testbed", "models/workload",
    },
    "analysis/uncertainty": {"analysis/app", "analysis/runs", "analysis/scenario", "sim/metrics", "models/base"},
}
# What one question may include; no question includes another. Each is a folder of analysis/, and needs no line here.
QUESTION_MAY_INCLUDE = {
    "analysis/app", "analysis/formats", "analysis/scenario", "analysis/runs", "analysis/uncertainty",
} | ALL_SIM | ALL_MODELS


# What the Python of questions shares; no question's Python imports another's.
SHARED_PYTHON = ["analysis/figures", "analysis/page"]


def may_include(room):
    """The rooms that a room may include beside itself; None if there is no such room."""
    if room not in MAY_INCLUDE and room.startswith("analysis/"):
        return QUESTION_MAY_INCLUDE
    return MAY_INCLUDE.get(room)


# Header prefix of a library -> path prefixes that may include it. What is not listed here and is no header of the
# standard library or of POSIX is refused everywhere.
LIBRARIES = {
    "simgrid/": ["sim/engine/simgrid_"],
    "Eigen/": ["models/analytic/", "models/bounds/", "analysis/calibrate/", "analysis/design/",
               "analysis/uncertainty/"],
    "unsupported/Eigen/": ["analysis/calibrate/", "analysis/design/", "analysis/runs/", "analysis/uncertainty/"],
    "nlohmann/": ["analysis/"],
    "CLI/": ["analysis/"],
    "Random123/": ["models/base/"],
    "fmt/": ["analysis/"],
    "pugixml.hpp": ["analysis/formats/"],
    "boost/context/": ["analysis/order/"],
    "zlib.h": ["analysis/ring/"],
}

# A header of ours that shows a library to whoever includes it -> path prefixes that may.
SHOWS_LIBRARY = {"sim/engine/simgrid_api.hpp": ["sim/engine/simgrid_"]}

# Headers of the language's own library that a place may not use, and why.
REFUSED_HEADERS = [
    ("models/", r"(chrono|ctime|time\.h)", "models have no clock"),
    ("models/", r"(thread|mutex|condition_variable|future)", "models have no threads"),
    ("models/", r"(fstream|iostream|filesystem|cstdio|stdio\.h)", "models touch no files"),
    ("models/", r"(unistd\.h|fcntl\.h|sys/.*)", "models know no operating system"),
    ("models/", r"random", "draws differ between standard libraries: use models/base/rng.hpp"),
    ("sim/", r"random", "draws differ between standard libraries: use models/base/rng.hpp"),
    ("models/", r"unordered_(map|set)", "the order of a walk through it differs between standard libraries"),
    ("sim/", r"unordered_(map|set)", "the order of a walk through it differs between standard libraries"),
    ("analysis/", r"unordered_(map|set)", "the order of a walk through it differs between standard libraries"),
    ("sim/engine/", r"(chrono|ctime|time\.h)", "simulated time only"),
    ("sim/machine/", r"(chrono|ctime|time\.h|iostream|fstream)", "simulated time only, and no files"),
    ("sim/guest/", r"(chrono|ctime|time\.h|iostream|fstream)", "simulated time only, and no files"),
    ("sim/host/", r"(chrono|ctime|time\.h|iostream|fstream)", "simulated time only, and no files"),
]

# Exceptions to the table, each with its reason: (file, included path) -> reason.
EXCEPTIONS = {
    ("models/base/units.hpp", "chrono"): "its durations are good units; clocks are refused by name",
    ("models/base/ensure.cpp", "cstdio"): "a failed ensure has to say where before it aborts",
    ("models/base/contract.cpp", "cstdio"): "a broken contract has to say whose before the process ends",
    ("sim/engine/causal_order.hpp", "unordered_map"): "looked up by key, never walked",
    ("sim/experiment/recorder.hpp", "unordered_map"): "looked up by key, never walked",
    ("analysis/explore/engine.cpp", "analysis/ablate/plan_ablation.hpp"): "its page asks several questions at once",
    ("analysis/explore/explored_study.cpp", "analysis/predict/not_modelled.hpp"): "as the line above",
    ("analysis/explore/explored_study.cpp", "analysis/predict/predict_point.hpp"): "as the line above",
}

# Generated at build time; declared in cmake/build_info.hpp.
BUILD_INFO_ROOMS = ["analysis/"]

# Folders whose files are plug-ins: the name that a file registers is its stem.
PLUGIN_FOLDERS = [
    "models/steering/policies", "models/backend/backends", "models/command/drivers", "sim/host/servers", "sim/host/aio",
]

# A file longer than this wants to be two, or a reason here.
LONGEST_FILE = 400
LONG_FILES = {}

# Entries of the repository's root. A stranger needs a line in design and README first.
TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".github", ".gitignore", "CHANGELOG.md", "CMakeLists.txt",
    "CMakePresets.json", "CONTRIBUTING.md", "LICENSE", "README.md", "analysis", "cmake", "docs", "lab", "models",
    "scenarios", "sim", "tests",
}
