"""What the text of a policy may not do: its state lies in the words that `vqlab order` explores, and nowhere else."""

import re

import checks
import unused

# What a policy could keep state in, beside the words that the explorer of interleavings knows, and how it could get at
# state outside itself. (A reference or span of words is the way to those that setup.words has made.)
REFUSED_IN_POLICIES = [
    (r"\bmutable\b", "a policy's object stays as it was made"),
    (r"\b(const_cast|reinterpret_cast|dynamic_cast)\b", "a cast that takes away what keeps state in setup.words"),
    (r"\bstatic\b(?! constexpr\b)(?! const ParamTable table\{)"
     r"(?! [\w:<>,&*\s\[\]]+ \w+\([^;=]*\) (?:const )?(?:noexcept )?\{)",
     "state of all objects belongs into setup.words of each"),
    (r"\b(thread_local|volatile|extern|asm|goto|union)\b", "state that no `memory` knows"),
    (r"\b(new|delete|malloc|calloc|realloc|alloca|mmap)\b(?! *;)",
     "nothing is allocated, and nothing kept on the heap"),
    (r"\bstd::(atomic\w*|unique_ptr|shared_ptr|weak_ptr|make_unique|make_shared|function|any|map|set|list|deque|mutex|"
     r"vector|string|optional|variant|call_once|once_flag|addressof|launder|bit_cast)\b",
     "what changes lies in setup.words, and what does not needs no more than std::array and std::span"),
    (r"\bclass \w+[^;{]*: *(?:public )?PolicyMemory\b", "`memory` is the caller's"),
    (r"\b(Registry|__\w+)\b", "a policy looks at nobody else"),
    (r"#[ \t]*define\b", "no macros"),
]
# Members end in _. One that points or refers to anything but words could lead to state elsewhere.
POINTING_MEMBER = re.compile(
    r"^[ \t]+(?!return\b)([\w:<>, ]+?)[ \t]*([*&]+)[ \t]*\w+_(?:\[\w*\])?[ \t]*(?:\{[^;]*\}|=[^;]*)?;", re.MULTILINE)
SPAN_MEMBER = re.compile(r"^[ \t]+(?:const )?std::span<([^;]*)>[ \t]+\w+_\b", re.MULTILINE)
WORDS = re.compile(r"^(LineWord|PolicyWord|Words)$")
# At namespace scope, where nothing is indented: what is not one of these declares a variable.
NO_VARIABLE = re.compile(
    r"^(?:$|[\s#]|\}[;)]*\s*$|\)|//|namespace\b|using\b|class\b|struct\b|enum\b|template\b|static_assert\b|"
    r"public:|private:|(?:inline )?constexpr\b|const PolicyRegistration registered\b|"
    r"const PartParamsRegistration<\w+> params;)")
INTERFACE = {f"models/steering/{name}"
             for name in ("clairvoyance.hpp", "policy.cpp", "policy.hpp", "policy_memory.hpp", "plain_memory.hpp")}
POLICY_INCLUDES = {"algorithm", "array", "bit", "cstddef", "cstdint", "limits", "numeric", "span", "tuple", "utility"}


def is_policy_code(path):
    """The files of policies, and what they share: all of the room but their interface."""
    return path.startswith("models/steering/") and path not in INTERFACE


def policy_faults(path, text):
    """All that changes in a policy lies in setup.words: vqlab order knows of nothing else."""
    if not is_policy_code(path):
        return []
    bare = unused.stripped(text)
    faults = []

    def add(at, what, reason):
        faults.append(f"{path}:{bare.count(chr(10), 0, at) + 1}: {what.strip()}: {reason}")

    for pattern, reason in REFUSED_IN_POLICIES:
        for match in re.finditer(pattern, bare):
            add(match.start(), match.group(0), reason)
    for match in POINTING_MEMBER.finditer(bare):
        if not WORDS.match(match.group(1).strip()) or "*" in match.group(2):
            add(match.start(1), match.group(0), "points to what may lie outside setup.words")
    for match in SPAN_MEMBER.finditer(bare):
        if not WORDS.match(match.group(1).strip()) and not match.group(1).startswith("const "):
            add(match.start(1), match.group(0), "a span of what may lie outside setup.words")
    stem = path.rsplit("/", 1)[1].removesuffix(".cpp")
    for match in re.finditer(r'\bParamTable table\{\s*"([^"]*)"', text):
        if match.group(1) != stem:
            faults.append(f"{path}: parameters called {match.group(1)}: those of policy {stem} have its name")
    at = 0
    for line in bare.split("\n"):
        function = re.match(r"^[\w:<>,\[\]&* ]+ \w+\([^;{=]*(?:\)[ \w]*\{.*|[,(])$", line)
        declares = re.match(r"^(?:class|struct|enum)\b.*\} *\w", line)
        if declares or not NO_VARIABLE.match(line) and not function:
            add(at, line, "a variable of the file: state of all objects")
        at += len(line) + 1
    for line, quote, included in checks.includes(text):
        needless = included not in POLICY_INCLUDES if quote == "<" else not included.startswith("models/steering/")
        if needless:
            needed = ", ".join(sorted(POLICY_INCLUDES))
            faults.append(f"{path}:{line}: includes {included}: a policy needs no more than {needed}")
    return faults
