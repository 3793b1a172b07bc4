"""What pages say of the tree, as functions: text in, list of faults out."""

import re

CODE = re.compile(r"^```.*?^```\n?", re.MULTILINE | re.DOTALL)
WORD = re.compile(r"`([^`\s]+)`")
SOURCE = re.compile(r"[\w./-]+\.(hpp|cpp|py)")
FOLDERS = re.compile(r"(models|sim|analysis|tests|docs|scenarios|cmake)/[\w./-]+")
# A page that has its reader write a file names it before the code.
SHOWN = re.compile(r"`([\w./-]+)`[^`]*\n```")


def names(markdown):
    """Backticked words of the prose."""
    return WORD.findall(CODE.sub("", markdown))


def missing_files(page, markdown, files):
    """Backticked sources and folders that the tree does not have. A bare file name may lie anywhere."""
    shown = set(SHOWN.findall(markdown))
    known = {part for path in files for part in _leading_parts(path)}
    stems = {path.rsplit("/", 1)[-1] for path in files}
    here = page.rpartition("/")[0]
    faults = []
    for name in names(markdown):
        if name in shown or re.search(r"[A-Z]{2,}|\*", name):
            continue
        path = name.rstrip("/")
        if "/" not in path:
            found = not SOURCE.fullmatch(path) or path in stems
        elif SOURCE.fullmatch(path) or FOLDERS.fullmatch(path):
            found = path in known or _joined(here, path) in known
        else:
            found = True
        if not found:
            faults.append(f"{page}: `{name}` is not there")
    return faults


def _leading_parts(path):
    parts = path.split("/")
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _joined(folder, path):
    parts = folder.split("/")
    while path.startswith("../"):
        path, parts = path[3:], parts[:-1]
    return "/".join([*parts, path])


def table(markdown, first_column):
    """Rows, as lists of cells, of the table whose first heading is this."""
    lines = markdown.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    rows = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def missing_functions(row, text_of, types):
    """Functions of a row of the walk that its files do not name, or whose class is not among the types of the tree."""
    _stop, functions, places, *_ = row
    texts = "\n".join(text_of(place) for place in WORD.findall(places))
    missing = []
    for name in WORD.findall(functions):
        *scope, function = name.split("::")
        if not re.search(rf"\b{function}\b", texts) or not types.issuperset(scope):
            missing.append(name)
    return missing
