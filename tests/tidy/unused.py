"""Headers that nobody includes, and names of headers and Python modules that nobody uses. Tests are no users."""

import re

import checks

# Path or name -> why it is kept although nothing uses it.
KEPT = {
    "analysis/app/exit_code.hpp: ExitCode": "its values are used, and go to an int",
    "analysis/python/vqlab/__init__.py: __all__": "the module's face, for those who import it",
    "models/analytic/bounds.hpp: total_throughput_upper": "tests/theory holds exact solutions and the simulator to it",
    "models/analytic/bounds.hpp: balanced_job_bounds": "tests/theory holds exact solutions and the simulator to it",
    "models/analytic/exact_mva.hpp": "tests/theory holds the simulator to it",
    "models/analytic/exact_mva.hpp: exact_mva": "tests/theory holds the simulator to it",
    "models/analytic/linearizer.hpp": "tests/theory holds it to exact solutions",
    "models/analytic/linearizer.hpp: linearizer": "tests/theory holds it to exact solutions",
    "models/scsi/virtio_scsi.hpp: decode_request": "with it tests read what the driver has written",
    "models/scsi/virtio_scsi.hpp: decode_task_management": "with it tests read what the driver has written",
    "sim/engine/simgrid_api.hpp: kPrecisionOfWork": "tests/support models SimGrid's own with it",
}

COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
RAW_STRING = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
WORD = re.compile(r"[A-Za-z_]\w*")
# What stands at the beginning of a line is at namespace scope: clang-format indents nothing else that little.
TYPE = re.compile(r"^(?:struct|class|enum(?: class| struct)?|union|concept) "
                  r"(?:alignas\([^)]*\) |\[\[\w+\]\] )?(\w+)\b(?!;)")
ALIAS = re.compile(r"^using (\w+) =")
CONSTANT = re.compile(r"^(?:inline |static |extern )*(?:constexpr|const|constinit)\b[^(=]*?\b(\w+)(?:\[\])?(?: =|\{|;)")
FUNCTION = re.compile(r"^(?!\s|template|static_assert|namespace|using|#|}|struct|class|enum)[^()=]*?\b(\w+)\(")


def stripped(text):
    """Without comments and the contents of strings; lines stay where they are."""
    for pattern in (RAW_STRING, COMMENT):
        text = pattern.sub(lambda match: "\n" * match.group(0).count("\n"), text)
    return STRING.sub('""', text)


def exported(header):
    """Names that a header declares at namespace scope."""
    names = {}
    for line in stripped(header).split("\n"):
        for pattern in (TYPE, ALIAS, CONSTANT, FUNCTION):
            match = pattern.match(line)
            if match:
                if "operator" not in line:
                    names[match.group(1)] = None
                break
    return list(names)


def mentions(text):
    """The names that are mentioned. A name's own declaration, definition and class body are no mention of it."""
    names = set()
    inside = None
    for line in stripped(text).split("\n"):
        kind = next((pattern for pattern in (TYPE, ALIAS, CONSTANT, FUNCTION) if pattern.match(line)), None)
        own = {inside}
        if kind:
            own.add(kind.match(line).group(1))
        if kind is TYPE:
            inside = kind.match(line).group(1)
        if line.startswith("}") or kind is TYPE and line.endswith("};"):
            inside = None
        if kind is FUNCTION:
            own |= set(re.findall(r"(\w+)::(?=~?\w+\()", line[: line.index("(") + 1]))
        names |= set(WORD.findall(line)) - own
    return names


def unused_names(texts):
    """"header: name" for what a header exports and no file mentions. texts: path -> C++ text, without tests."""
    everywhere = set().union(*(mentions(text) for text in texts.values()))
    faults = []
    for path, text in texts.items():
        if not path.endswith(".hpp"):
            continue
        for name in exported(text):
            if name not in everywhere and f"{path}: {name}" not in KEPT:
                faults.append(f"{path}: {name}")
    return faults


def unused_headers(texts):
    """Headers that only their own .cpp includes, or nothing. texts: path -> C++ text, without tests."""
    included = {}
    for path, text in texts.items():
        for _, _, name in checks.includes(text):
            included.setdefault(name, set()).add(path)
    return [path for path in texts if path.endswith(".hpp") and path not in KEPT
            and not included.get(path, set()) - {path.removesuffix(".hpp") + ".cpp"}]


def unused_python(texts):
    """"module: name" for functions, classes and constants of a module that nothing mentions. texts: path -> text."""
    counts = {}
    for text in texts.values():
        for name in WORD.findall(re.sub(r"#[^\n]*", "", text)):
            counts[name] = counts.get(name, 0) + 1
    faults = []
    for path, text in texts.items():
        for name in re.findall(r"^(?:def|class) (\w+)|^([A-Za-z_]\w*) = ", text, re.MULTILINE):
            name = name[0] or name[1]
            if counts[name] < 2 and f"{path}: {name}" not in KEPT:
                faults.append(f"{path}: {name}")
    return faults


def unused_modules(texts, users):
    """Modules that no module imports and no program runs: figures are found by their folder, what a report says of a
    question's results by its name. users: texts to search.

    Those of analysis/python are installed, and imported from there.
    """
    faults = []
    for path, text in texts.items():
        stem = path.rsplit("/", 1)[1].removesuffix(".py")
        is_figure = "/figures/" in path and not path.startswith("analysis/figures/")
        if is_figure or stem in ("__init__", "sections", "setup"):
            continue
        if "__main__" in text:
            continue
        package = path.rsplit("/", 1)[0].removeprefix("analysis/python/").replace("/", ".")
        wanted = re.compile(rf"from {re.escape(package)} import [^\n]*\b{stem}\b|{re.escape(package)}\.{stem}\b")
        if not any(wanted.search(other) for name, other in users.items() if name != path) and path not in KEPT:
            faults.append(path)
    return faults
