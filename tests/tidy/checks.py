"""The house rules as functions: path and text in, list of faults out. Paths are relative to the repository's root."""

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
