// Whatever is done to our rings, in whatever order, is recorded in a form that replays: the replayer knows every
// operation in every state.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "analysis/ring/replay/replay.hpp"
#include "analysis/ring/replay/trace.hpp"

namespace vqlab {
namespace {

TraceConfig any_config() {
  TraceConfig config;
  config.packed = *rc::gen::arbitrary<bool>();
  config.indirect_desc = *rc::gen::arbitrary<bool>();
  config.event_idx = *rc::gen::arbitrary<bool>();
  config.size = config.packed ? *rc::gen::inRange<std::uint16_t>(1, 20)
                              : static_cast<std::uint16_t>(1U << *rc::gen::inRange(0, 9));
  config.flavour = !config.packed && *rc::gen::arbitrary<bool>() ? RingFlavour::kLinux36 : RingFlavour::kLinux61;
  return config;
}

// Lists of up to `longest` entries; empty buffers' lengths are as good as others.
std::string any_add(int token, int longest) {
  std::string text = "add " + std::to_string(token);
  const int out = *rc::gen::inRange(0, 3);
  const int in = *rc::gen::inRange(out == 0 ? 1 : 0, 3);
  for (int list = 0; list < out + in; ++list) {
    text += list < out ? " o" : " i";
    const int entries = *rc::gen::inRange(1, longest + 1);
    for (int i = 0; i < entries; ++i) text += (i == 0 ? "" : "+") + std::to_string(*rc::gen::inRange(0, 5000));
  }
  return text;
}

// Tokens are few, so that they come back, are unknown to the device, or are there twice.
std::string any_operation(const TraceConfig& config) {
  const int token = *rc::gen::inRange(0, 12);
  switch (*rc::gen::inRange(0, 24)) {
    case 0: return "kick_prepare";
    case 1: return "notify";
    case 2: return "disable_cb";
    case 3: return "enable_cb";
    case 4: return "enable_cb_delayed";
    case 5: return "enable_cb_prepare";
    case 6:
      return "poll " + std::to_string(*rc::gen::inRange<unsigned>(0, config.size) + (token % 2 == 0 ? 0U : 32768U));
    case 7: return "irq";
    case 8: return "detach";
    case 9: return "kmfail " + std::to_string(token % 2);
    case 10: return "dneed";
    case 11: return "dnotify_on";
    case 12: return "dnotify_off";
    case 13: return "ffwd " + std::to_string(token);
    case 14:
    case 15: return "kick";
    case 16:
    case 17: return "get";
    case 18:
    case 19: return "dpop";
    case 20:
    case 21: return "dcomplete " + std::to_string(token) + " " + std::to_string(*rc::gen::inRange(0, 5000));
    default: return any_add(token, *rc::gen::inRange(1, config.size + 3));
  }
}

TEST(RingReplay, WhatOurRingsDoReplays) {
  const bool holds = rc::check([] {
    const TraceConfig config = any_config();
    std::vector<std::string> operations(*rc::gen::inRange<std::size_t>(0, 60));
    for (std::string& operation : operations) operation = any_operation(config);
    const TraceOrFaults loaded = parse_trace(record(config, operations).dump(), "recorded");
    for (const Fault& fault : loaded.faults) RC_LOG() << to_string(fault) << "\n";
    RC_ASSERT(loaded.trace.has_value());
    RC_ASSERT(loaded.trace->steps.size() == operations.size());
    const auto different = replay(*loaded.trace);
    if (different) RC_LOG() << different->step << " " << different->operation << " " << different->difference.field;
    RC_ASSERT(!different.has_value());
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace vqlab
