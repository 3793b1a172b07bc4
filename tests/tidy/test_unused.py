"""Nothing is left over: every header is included, and every name that is offered is used."""

import tree
import unused

CODE = {path: tree.text(path) for path in tree.code("models/", "sim/", "analysis/")}
# What builds and runs the program may use it, too; tests may not.
USERS = {**CODE, **{path: tree.text(path) for path in tree.code("tests/fuzz/", "cmake/")}}
PYTHON = {path: tree.text(path) for path in tree.files() if path.startswith("analysis/") and path.endswith(".py")}

HEADER = """// For tests.
#pragma once
namespace vqlab {
struct Used;
struct Lonely {
  int member;
};
enum class Colour { kRed };
using Alias = int;
inline constexpr int kMany = 3;
[[nodiscard]] std::vector<int> numbers(const Used& used);
template <class T>
T twice(T value) {
  return value + value;
}
}  // namespace vqlab
"""


def test_names_of_a_header_are_found():
    assert unused.exported(HEADER) == ["Lonely", "Colour", "Alias", "kMany", "numbers", "twice"]


def test_a_definition_is_no_use():
    user = "std::vector<int> numbers(const Used& used) {\n  return {kMany, twice(2)};  // Lonely\n}\n"
    assert unused.unused_names({"sim/a/x.hpp": HEADER, "sim/a/x.cpp": user}) == [
        f"sim/a/x.hpp: {name}" for name in ("Lonely", "Colour", "Alias", "numbers")]
    assert unused.unused_names({"sim/a/x.hpp": HEADER, "sim/a/y.cpp": "Lonely f(Alias) {\n  numbers(Colour::kRed);\n}",
                                "sim/a/x.cpp": user}) == []


def test_an_own_implementation_does_not_make_a_header_used():
    texts = {"sim/a/x.hpp": "", "sim/a/x.cpp": '#include "sim/a/x.hpp"\n'}
    assert unused.unused_headers(texts) == ["sim/a/x.hpp"]
    assert not unused.unused_headers({**texts, "sim/a/y.cpp": '#include "sim/a/x.hpp"\n'})


def test_python_names_and_modules():
    texts = {"analysis/a/b.py": "def f():\n    return LIMIT\n\n\nLIMIT = 3\n",
             "analysis/a/c.py": "from analysis.a import b\n"}
    assert unused.unused_python(texts) == ["analysis/a/b.py: f"]
    assert unused.unused_modules(texts, texts) == ["analysis/a/c.py"]


def test_every_header_is_included():
    assert not unused.unused_headers(CODE)


def test_every_exported_name_is_used():
    assert not unused.unused_names(USERS)


def test_every_python_name_is_used():
    assert not unused.unused_python(PYTHON)
    assert not unused.unused_modules(PYTHON, {**PYTHON, **CODE})


def test_what_is_kept_is_still_unused(monkeypatch):
    kept = set(unused.KEPT)
    monkeypatch.setattr(unused, "KEPT", {})
    found = unused.unused_headers(CODE) + unused.unused_names(USERS) + unused.unused_python(PYTHON)
    assert kept <= set(found)
