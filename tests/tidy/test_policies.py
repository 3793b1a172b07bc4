"""What is refused in the text of a policy: each way to keep state that `vqlab order` does not know."""

import re

import pytest

import checks
import policies
import tree
import unused

PATH = "models/steering/policies/mine.cpp"
GOOD = """#include <span>

#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kRow = 8;  // static, mutable: words of a comment

struct MineParams {
  std::uint32_t row = 8;
};

const ParamTable& params_of(const MineParams*) {
  static const ParamTable table{"mine", "A policy's.", {integer("row", &MineParams::row, {1, 64}, "", "A row.")}};
  return table;
}

const PartParamsRegistration<MineParams> params;

// A policy.
class Mine final : public SteeringPolicy {
 public:
  explicit Mine(const PolicySetup& setup) : words_(setup.words.make<Words>(setup.targets)) {}

  QueueId pick(const SteeringView& view) const override {
    return QueueId(view.memory.add(words_[0].reqs, 1) % view.queues);
  }

 private:
  struct Words {
    PolicyWord reqs;
  };
  static constexpr std::uint32_t kMask = 7;
  [[nodiscard]] static std::uint32_t low(std::uint32_t word) noexcept { return word & kMask; }
  static QueueId write(Words& target, const SteeringView& view) {
    return QueueId(view.memory.load(target.reqs));
  }

  std::uint32_t row_ = 0;
  PolicyWord& picks_;
  std::span<Words> words_;
};

std::uint32_t helper(std::uint32_t value) { return value + 1; }

const PolicyRegistration registered{"mine", {.help = "a static, mutable queue", .make = make_policy<Mine>}};

}  // namespace
}  // namespace vqlab
"""


def test_what_is_right_passes():
    assert policies.policy_faults(PATH, GOOD) == []


@pytest.mark.parametrize("line", [
    "  mutable std::uint32_t count_ = 0;",
    "  static std::uint32_t count;",
    "  inline static std::uint32_t count = 0;",
    "    static std::uint32_t count(0);",
    "    static std::array<std::uint32_t, f(3)> counts;",
    "    static thread_local int count = 0;",
    "    thread_local int count = 0;",
    "    auto& self = const_cast<Mine&>(*this);",
    "    auto* raw = reinterpret_cast<const std::uint32_t*>(&words_[0]);",
    "  std::uint32_t* count_ = nullptr;",
    "  const Mine* other_;",
    "  std::uint32_t& count_;",
    "  PolicyMemory* memory_{};",
    "  std::span<std::uint32_t> counts_;",
    "  std::unique_ptr<std::uint32_t> count_;",
    "  std::vector<std::uint32_t> counts_;",
    "  std::atomic<std::uint32_t> count_{0};",
    "    int* count = new int(0);",
    "    asm volatile(\"\");",
    "  struct Own : PolicyMemory {};\nclass Thief final : public PolicyMemory {",
    "    Registry<PolicyEntry>::instance().find(\"per_vcpu\");",
    "#define COUNT static int count",
])
def test_state_that_the_explorer_does_not_know_is_refused(line):
    assert len(policies.policy_faults(PATH, GOOD.replace("  std::uint32_t row_ = 0;", line))) >= 1


@pytest.mark.parametrize("line", [
    "std::uint32_t count = 0;", "std::uint32_t count;", "int count{0};", "std::array<int, 4> counts;", "Mine other;",
    "static int count = 0;", "extern int count;", "thread_local int count;", "inline int count = 0;",
    "const PartParamsRegistration<MineParams> params{}, more;", "static const ParamTable other{};",
    "struct { int count; } state;", "struct State {\n  int count;\n} state;", "int count(0);"])
def test_variables_of_the_file_are_refused(line):
    assert policies.policy_faults(PATH, GOOD.replace("// A policy.", line))


@pytest.mark.parametrize("included", ["<atomic>", "<memory>", "<map>", '"sim/engine/calendar.hpp"',
                                      '"models/base/rng.hpp"'])
def test_includes_that_no_policy_needs_are_refused(included):
    assert policies.policy_faults(PATH, GOOD.replace("<span>", included))


def test_parameters_have_the_name_of_their_policy():
    assert policies.policy_faults(PATH, GOOD.replace('table{"mine"', 'table{"yours"'))


def test_shared_code_of_policies_is_looked_at_and_nothing_else():
    bad = GOOD.replace("constexpr", "int count;\nconstexpr")
    assert policies.policy_faults("models/steering/follow_submitter.hpp", bad)
    assert policies.policy_faults("models/steering/policy.hpp", bad) == []
    assert policies.policy_faults("models/backend/backends/null.cpp", bad) == []


def seen_by_policies():
    """What models/steering/policy.hpp includes, itself included."""
    seen, todo = set(), ["models/steering/policy.hpp"]
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += [name for _, quote, name in checks.includes(tree.text(path)) if quote == '"']
    return seen


def test_new_policy_knows_the_classes_that_are_taken():
    taken = {name for path in seen_by_policies() for name in unused.exported(tree.text(path)) if name[0].isupper()}
    text = tree.text("analysis/new_policy/policy_name.cpp")
    listed = re.search(r"kTakenClasses\[\] = \{(.*?)\};", text, re.DOTALL).group(1)
    assert set(re.findall(r'"(\w+)"', listed)) == taken


def test_every_policy_keeps_the_rules():
    faults = [fault for path in tree.code("models/") for fault in policies.policy_faults(path, tree.text(path))]
    assert not faults, "\n" + "\n".join(faults)
