#include "analysis/ring/replay/replay.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "analysis/ring/replay/make_replayed_ring.hpp"
#include "analysis/ring/replay/ring_bytes.hpp"
#include "models/base/endian.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

// --- results

// Of an operation that found nothing to do (the device had nothing to take, or does not hold what it is to complete) a
// recording may say so as it likes: that nothing was done is in its memory and states.
bool both_did_nothing(RingOp op, const Json& expected, const Json& found) {
  const auto rc = expected.find("rc");
  const auto is = [&](int code) { return rc != expected.end() && first_difference(*rc, code, "") == std::nullopt; };
  if (op == RingOp::kPop) return found["rc"] == 0 && !is(1);
  if (op == RingOp::kComplete) return found["rc"] != 0 && !is(0);
  return false;
}

std::optional<Difference> result_difference(const Json& expected, const Json& found, RingOp operation) {
  if (both_did_nothing(operation, expected, found)) return std::nullopt;
  return first_difference(expected, found, "result");
}

// --- memory

std::uint64_t value_of_hex(std::string_view digits) {
  std::uint64_t value = 0;  // little-endian: the last byte counts most
  for (std::size_t at = digits.size(); at >= 2; at -= 2) {
    for (const char digit : digits.substr(at - 2, 2))
      value = value << 4 | static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
  }
  return value;
}

std::string show_field(const std::string& hex, const RingField& field) {
  const std::uint64_t value = value_of_hex(std::string_view(hex).substr(2 * field.begin, 2 * field.bytes));
  return field.bytes == 8 ? "0x" + address_text(value) : std::to_string(value);
}

// The first byte that differs, as the field that it belongs to. Both: hex, of the same length.
Difference byte_difference(RingPart part, const std::string& expected, const std::string& found,
                           const std::string& name) {
  const auto at = std::mismatch(expected.begin(), expected.end(), found.begin()).first - expected.begin();
  const RingField field = field_at(part, expected.size() / 2, static_cast<std::size_t>(at) / 2);
  return {name + field.name, show_field(expected, field), show_field(found, field)};
}

std::optional<Difference> memory_difference(const Json& expected, const Json& found, bool packed) {
  struct Part {
    const char* name;
    RingPart layout;
  };
  static constexpr std::array kSplit = {Part{"desc", RingPart::kSplitDesc}, Part{"avail", RingPart::kAvail},
                                        Part{"used", RingPart::kUsed}};
  static constexpr std::array kPacked = {Part{"desc", RingPart::kPackedDesc}, Part{"driver_event", RingPart::kEvent},
                                         Part{"device_event", RingPart::kEvent}};
  for (const Part& part : packed ? kPacked : kSplit) {
    const std::string& was = expected["hex"][part.name].get_ref<const std::string&>();
    const std::string& is = found["hex"][part.name].get_ref<const std::string&>();
    if (was != is) return byte_difference(part.layout, was, is, std::string("hex.").append(part.name));
    if (const auto parsed = expected.find(part.name); parsed != expected.end())
      if (auto difference = first_difference(*parsed, found[part.name], part.name)) return difference;
  }
  return std::nullopt;
}

std::optional<Difference> table_difference(const Json& expected, const Json& found, bool packed) {
  for (const auto& [address, is] : found.items()) {
    const auto was = expected.find(address);
    if (was == expected.end()) return Difference{"indirect." + address, "no table", show(is)};
    if (*was == is) continue;
    const std::string& a = was->get_ref<const std::string&>();
    const std::string& b = is.get_ref<const std::string&>();
    if (a.size() != b.size())
      return Difference{"indirect." + address, std::to_string(a.size() / 32) + " descriptors",
                        std::to_string(b.size() / 32)};
    return byte_difference(packed ? RingPart::kPackedDesc : RingPart::kSplitDesc, a, b, "indirect." + address);
  }
  for (const auto& [address, was] : expected.items())
    if (!found.contains(address)) return Difference{"indirect." + address, show(was), "no table"};
  return std::nullopt;
}

// --- a step

const Json& member_or_empty(const Json& object, const char* key) {
  static const Json empty = Json::object();
  const auto found = object.find(key);
  return found == object.end() ? empty : *found;
}

std::optional<Difference> state_difference(const Json& expected, const ReplayedRing& ring, bool packed) {
  const bool parsed = expected.contains("desc") || expected.contains("avail") || expected.contains("used") ||
                      expected.contains("driver_event") || expected.contains("device_event");
  const Json found = ring.state(parsed);
  for (const char* side : {"driver", "device"})
    if (auto difference = first_difference(expected[side], found[side], side)) return difference;
  if (auto difference = memory_difference(expected, found, packed)) return difference;
  return table_difference(member_or_empty(expected, "indirect"), found["indirect"], packed);
}

std::size_t adds_of(const std::vector<TraceStep>& steps) {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const TraceStep& s) { return s.operation.op == RingOp::kAdd; }));
}

}  // namespace

std::optional<StepDifference> replay(const RingTrace& trace) {
  const bool packed = trace.config.packed;
  const auto ring = make_replayed_ring(trace.config, adds_of(trace.steps));
  if (auto difference = state_difference(trace.initial, *ring, packed)) return StepDifference{0, "", *difference};
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    const TraceStep& step = trace.steps[i];
    const Json result = ring->run(step.operation, step.recorded);
    auto difference = result_difference(step.recorded["result"], result, step.operation.op);
    if (!difference) difference = state_difference(step.recorded, *ring, packed);
    if (difference) return StepDifference{i + 1, step.text, *difference};
  }
  return std::nullopt;
}

Json record(const TraceConfig& config, const std::vector<std::string>& operations) {
  const auto ring = make_replayed_ring(config, operations.size());
  const bool linux36 = config.flavour == RingFlavour::kLinux36;
  Json trace;
  trace["scenario"] = "recorded from vqlab's own ring";
  trace["source"] = linux36 ? "linux 3.6 as vqlab writes it" : "linux 6.1 as vqlab writes it";
  trace["config"] = {{"num", config.size},
                     {"packed", config.packed ? 1 : 0},
                     {"indirect", config.indirect_desc ? 1 : 0},
                     {"event_idx", config.event_idx ? 1 : 0},
                     {"version_1", 1}};
  trace["initial"] = ring->state(true);
  trace["steps"] = Json::array();
  for (const std::string& text : operations) {
    const OperationOrFault parsed = parse_operation(text);
    ensure(parsed.accepted.empty(), "record: operations in the form of traces");
    Json step;
    step["op"] = text;
    step["result"] = ring->run(parsed.operation, nullptr);
    step.update(ring->state(true));
    trace["steps"].push_back(std::move(step));
  }
  return trace;
}

}  // namespace vqlab
