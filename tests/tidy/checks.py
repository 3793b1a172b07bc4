"""The house rules as functions: path and text in, list of faults out. Paths are relative to the repository's root."""

import fnmatch
import re

import rooms

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
# A header of the standard library has no slash and no suffix; the C and POSIX ones end in .h.
STANDARD = re.compile(r"^([a-z_0-9]+|[a-z_0-9]+\.h|sys/[a-z_]+\.h|netinet/[a-z_]+\.h|arpa/[a-z_]+\.h)$")


def room_of(path):
    """The room that a file belongs to: its first two path parts."""
    return "/".join(path.split("/")[:2])


def includes(text):
    """(line number, quote character, included path) of every include line."""
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]


def include_faults(path, text):
    room = room_of(path)
    if rooms.may_include(room) is None:
        return [f"{path}: {room} is no room of rooms.py"]
    faults = []
    for line, quote, included in includes(text):
        if (path, included) in rooms.EXCEPTIONS:
            continue
        reason = _quoted_fault(path, room, included) if quote == '"' else _angled_fault(path, included)
        if reason:
            faults.append(f"{path}:{line}: includes {included}: {reason}")
    return faults


def _quoted_fault(path, room, included):
    if included == "build_info.hpp":
        allowed = any(path.startswith(prefix) for prefix in rooms.BUILD_INFO_ROOMS)
        return None if allowed else "what the program was built from is no matter of this room"
    if not any(path.startswith(place) for place in rooms.SHOWS_LIBRARY.get(included, [""])):
        return f"shows a library that only {', '.join(rooms.SHOWS_LIBRARY[included])} may see"
    other = room_of(included)
    if not included.startswith(("models/", "sim/", "analysis/")):
        return "quoted includes start at the repository's root, with models/, sim/ or analysis/; libraries take <...>"
    if other == room or other in rooms.may_include(room):
        return None
    return f"{room} may not include {other}"


def _angled_fault(path, included):
    for prefix, places in rooms.LIBRARIES.items():
        if included.startswith(prefix):
            if any(path.startswith(place) for place in places):
                return None
            return f"{prefix} only in {', '.join(places)}"
    if not STANDARD.match(included):
        return "neither the standard library nor a library of rooms.py"
    for place, pattern, reason in rooms.REFUSED_HEADERS:
        if path.startswith(place) and re.fullmatch(pattern, included):
            return reason
    return None


def header_faults(path, text):
    """A header begins by saying what it is for, and can be included twice."""
    if not path.endswith(".hpp"):
        return []
    faults = []
    if not text.startswith("//"):
        faults.append(f"{path}:1: a header starts with a comment that says what it is for")
    if not re.search(r"^#pragma once$", text, re.MULTILINE):
        faults.append(f"{path}: no #pragma once")
    if re.search(r"^\s*using namespace", text, re.MULTILINE):
        faults.append(f"{path}: using namespace in a header reaches everyone who includes it")
    if "namespace vqlab" not in text:
        faults.append(f"{path}: outside namespace vqlab")
    return faults


FORBIDDEN = [
    (r"\bstd::rand\b|\bs?rand\s*\(|\brandom_device\b|\bdrand48\b", "draw from a named stream (models/base/rng.hpp)"),
    (r"\b(std::)?time\s*\(\s*(0|NULL|nullptr|&\w+)\s*\)", "the wall clock makes runs differ"),
    (r"\b(system|steady|high_resolution)_clock\b", "the wall clock makes runs differ"),
    # Two parts, or this line would find itself.
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", "an intention belongs in an issue"),
]


# Where the wall clock is looked at on purpose: progress and how long things took.
WALL_CLOCK_ROOMS = ("tests/", "analysis/")


def forbidden_faults(path, text):
    faults = []
    for pattern, reason in FORBIDDEN:
        if "clock" in pattern and path.startswith(WALL_CLOCK_ROOMS):
            continue
        for match in re.finditer(pattern, text):
            faults.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {match.group(0)}: {reason}")
    return faults


def length_faults(path, text):
    lines = text.count("\n")
    if lines <= rooms.LONGEST_FILE or path in rooms.LONG_FILES:
        return []
    return [f"{path}: {lines} lines, more than {rooms.LONGEST_FILE}: split it, or give the reason in rooms.LONG_FILES"]


REGISTRATION = re.compile(r'Registration(?:<[^>]*>)?\s+\w+\s*[{(]\s*"([^"]*)"')


def plugin_faults(path, text):
    """One plug-in, one file, one name."""
    folder, _, name = path.rpartition("/")
    if folder not in rooms.PLUGIN_FOLDERS:
        return []
    if not name.endswith(".cpp"):
        return [f"{path}: a folder of plug-ins holds one .cpp for each"]
    stem = name[: -len(".cpp")]
    registered = REGISTRATION.findall(text)
    if registered != [stem]:
        return [f"{path}: registers {registered}, but a file registers one plug-in, under its own stem '{stem}'"]
    return []


def verb_faults(path, text):
    """A question's folder has its verb in a file of its name, under that name."""
    parts = path.split("/")
    if len(parts) != 3 or parts[0] != "analysis" or "VerbRegistration " not in text:
        return []
    name = parts[1]
    if parts[2] == f"{name}.cpp" and REGISTRATION.findall(text) == [name.replace("_", "-")]:
        return []
    return [f"{path}: registers {REGISTRATION.findall(text)}; a verb stands in analysis/NAME/NAME.cpp"]


def top_level_faults(entries):
    return [f"{entry}: a stranger at the top level" for entry in sorted(set(entries) - rooms.TOP_LEVEL)]


def text_faults(path, text):
    """Rules for any text file."""
    faults = []
    if text and not text.endswith("\n"):
        faults.append(f"{path}: no newline at the end")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.endswith((" ", "\t", "\r")):
            faults.append(f"{path}:{number}: blanks at the end of the line")
        if path.endswith((".cpp", ".hpp", ".py", ".cmake")) and len(line) > 120:
            faults.append(f"{path}:{number}: longer than 120 columns")
    return faults


LINK = re.compile(r"(?<!\\)!?\[[^\]\n]*\]\(([^)\s]+)\)")


def links(markdown):
    """Targets of the relative links of a page; code blocks hold none."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    targets = [target.split("#")[0] for target in LINK.findall(prose)]
    return [target for target in targets if target and not re.match(r"[a-z]+:", target)]


PATH = re.compile(r"(?:^|(?<=[\s=(\[']))(?:\./)?((?:models|sim|analysis|tests|scenarios|docs|cmake)/[\w./*<>{}-]*)")
# A file that a page shows in full, for the reader to make.
SHOWN = re.compile(r"^`([^`\n]+)`:\n+```", re.MULTILINE)
# A word in capitals stands for any name; README is one.
ANY_NAME = re.compile(r"(?<![A-Za-z])(?!README\b|LICENSE\b|CHANGELOG\b|CONTRIBUTING\b)[A-Z]{3,}(?![a-z])|[<>{}]")


def missing_paths(markdown, files):
    """Paths of the repository that a page names in backticks and that do not exist, except files that the page has the
    reader make and names for any file (ANY_NAME). `*` stands for any letters. A path may leave out its suffix, for a
    header and its source."""
    known = set(files)
    for path in files:
        known |= {path.rpartition(".")[0]} | {path[:i] for i, letter in enumerate(path) if letter == "/"}
    shown = SHOWN.findall(markdown)
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    missing = []
    for span in re.findall(r"`([^`\n]+)`", prose):
        for path in PATH.findall(span):
            path = path.rstrip("./")
            if ANY_NAME.search(path) or path in shown:
                continue
            if path not in known and not any(fnmatch.fnmatchcase(name, path) for name in known if "*" in path):
                missing.append(path)
    return missing


def include_graph(texts):
    """What each C++ file includes, file by file; a header and the source of its name count as one. `texts`: by path."""
    stem = re.compile(r"\.[hc]pp$")
    graph = {}
    for path, text in texts.items():
        node = stem.sub("", path)
        included = {stem.sub("", name) for _, quote, name in includes(text) if quote == '"'}
        graph.setdefault(node, set()).update(included - {node})
    return graph


IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+([\w, \t]+)|import[ \t]+([\w.]+))", re.MULTILINE)


def import_graph(texts):
    """What each Python file of `texts` (by path) imports of the others, as paths without .py."""
    modules = {path.removesuffix(".py").removesuffix("/__init__") for path in texts}
    graph = {}
    for path, text in texts.items():
        node = path.removesuffix(".py").removesuffix("/__init__")
        names = set()
        for package, members, module in IMPORT.findall(text):
            place = (package or module).replace(".", "/")
            # `from package import a, b` may name modules of the package.
            of_package = {f"{place}/{name.split()[0]}" for name in members.split(",") if name.strip()} & modules
            names |= of_package or ({place} & modules)
        graph.setdefault(node, set()).update(names - {node})
    return graph


def by_folder(graph, depth):
    """The same graph with all that lies below one folder, this deep, as one node."""
    def folder(node):
        return "/".join(node.split("/")[:-1][:depth])

    folders = {}
    for node, others in graph.items():
        here = folder(node)
        folders.setdefault(here, set()).update({folder(other) for other in others} - {here})
    return folders


def circles(graph):
    """Sets of nodes that each reach all others of their set, as sorted lists."""
    def reached(start):
        seen, todo = set(), [start]
        while todo:
            for other in graph.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reach = {node: reached(node) for node in graph}
    found = {tuple(sorted(other for other in reach[node] if node in reach.get(other, ()))) for node in graph}
    return sorted(list(circle) for circle in found if circle)


def circle_faults(graph):
    """Circles of files, and of folders at every depth."""
    deepest = max((node.count("/") for node in graph), default=0)
    faults = {f"a circle of files: {', '.join(circle)}": None for circle in circles(graph)}
    for depth in range(1, deepest + 1):
        for circle in circles(by_folder(graph, depth)):
            faults[f"a circle of folders: {', '.join(circle)}"] = None
    return list(faults)


def question_faults(graph):
    """Imports between questions, or of a question by what questions share. `graph`: of Python files."""
    faults = []
    for node, others in graph.items():
        for other in others:
            here, there = room_of(node), room_of(other)
            if here != there and there not in rooms.SHARED_PYTHON:
                faults.append(f"{node}.py imports {other}.py: {here} may import {', '.join(rooms.SHARED_PYTHON)} alone")
    return faults


def allowance_faults(texts):
    """Rooms and libraries that rooms.py lets a place include although nothing there does. `texts`: by path."""
    used_rooms, used_libraries = set(), set()
    for path, text in texts.items():
        for _, quote, included in includes(text):
            if quote == '"':
                used_rooms.add((room_of(path), room_of(included)))
                continue
            for prefix, places in rooms.LIBRARIES.items():
                if included.startswith(prefix):
                    used_libraries |= {(prefix, place) for place in places if path.startswith(place)}
    faults = [f"{room} may include {other}, and does not" for room, others in rooms.MAY_INCLUDE.items()
              for other in sorted(others) if (room, other) not in used_rooms]
    faults += [f"{place} may include {prefix}, and does not" for prefix, places in rooms.LIBRARIES.items()
               for place in places if (prefix, place) not in used_libraries]
    return faults


def anchors(markdown):
    """What a link's # can name: the headings, as GitHub spells them."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing_anchors(page, markdown, text_of):
    """Links to headings that are not there. text_of(path) is the text of another page, by the link's path."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    links = re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", prose)
    return [f"{page}: {path}#{anchor} is no heading" for path, anchor in links
            if anchor not in anchors(text_of(path) if path else markdown)]


def repeated_types(texts):
    """Types that two headers define in one namespace: linked together, one would be taken for the other."""
    places = {}
    for path, text in texts.items():
        if not path.endswith(".hpp"):
            continue
        scope = re.search(r"^namespace ([\w:]+) \{", text, re.MULTILINE)
        defined = r"^(?:struct|class) (?:alignas\(\w+\) )?(\w+)(?: final)? (?:: [^;{]*)?\{"
        for name in re.findall(defined, text, re.MULTILINE):
            places.setdefault(f"{scope[1] if scope else ''}::{name}", []).append(path)
    return [f"{name} is defined in {' and in '.join(paths)}" for name, paths in places.items() if len(paths) > 1]
