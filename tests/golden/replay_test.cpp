// Our rings write what Linux wrote, and a recording in which anything was changed is told apart from it.
#include "analysis/ring/replay/replay.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "analysis/ring/replay/trace.hpp"
#include "tests/golden/golden_files.hpp"

namespace vqlab {
namespace {

// "ok", what differs, or what is wrong with it.
std::string verdict(const std::string& text) {
  const TraceOrFaults loaded = parse_trace(text, "trace");
  if (!loaded.trace) return to_string(loaded.faults.front());
  const auto different = replay(*loaded.trace);
  if (!different) return "ok";
  const Difference& difference = different->difference;
  return std::to_string(different->step) + " " + difference.field + ": " + difference.expected + ", " +
         difference.found;
}

std::string verdict(const Json& trace) { return verdict(trace.dump()); }

Json example(const std::string& name) {
  for (const auto& file : golden_files("linux"))
    if (file.filename() == name + ".json.gz") return golden_document(file);
  throw std::runtime_error("no golden trace " + name);
}

TEST(GoldenReplay, AllTracesOfLinuxAgree) {
  const auto files = golden_files("linux");
  EXPECT_EQ(files.size(), 102U);  // 34 of Linux 3.6 (split), 34 split and 34 packed of 6.1
  for (const auto& file : files) {
    const TraceOrFaults loaded = load_trace(file.string());
    ASSERT_TRUE(loaded.trace) << to_string(loaded.faults.front());
    const auto different = replay(*loaded.trace);
    EXPECT_FALSE(different) << file << " differs at step " << different->step << " in " << different->difference.field;
  }
}

TEST(GoldenReplay, SlowHexAloneIsEnough) {
  for (const auto& file : golden_files("linux")) {
    Json trace = golden_document(file);
    drop_parsed_copies(trace);
    EXPECT_EQ(verdict(trace), "ok") << file;
  }
}

// The flavours differ, so each source's traces fail on the other's ring.
TEST(GoldenReplay, SourceChoosesTheFlavour) {
  Json trace = example("linux61.s01_basic.split.ind0.ev0");
  EXPECT_EQ(verdict(trace), "ok");
  trace["source"] = "linux 3.6 drivers/virtio/virtio_ring.c";
  // Linux 3.6 keeps no copy of the index, which is the first of 6.1's fields that it does not have.
  EXPECT_EQ(verdict(trace), "0 driver.avail_idx_shadow: 0, no such field");
}

TEST(GoldenReplay, SaysWhereAndWhatDiffers) {
  const Json good = example("linux36.s01_basic.split.ind0.ev0");
  const auto changed = [&good](auto change) {
    Json trace = good;
    change(trace["steps"][0]);  // add 0 o16: one descriptor, 16 bytes at 0x100000000
    return verdict(trace);
  };
  const auto flip = [](Json& hex, std::size_t digit, char to) {
    std::string text = hex.get<std::string>();
    text[digit] = to;
    hex = text;
  };
  EXPECT_EQ(changed([](Json& step) { step["driver"]["num_free"] = 6; }), "1 driver.num_free: 6, 7");
  EXPECT_EQ(changed([](Json& step) { step["result"]["head"] = 1; }), "1 result.head: 1, 0");
  EXPECT_EQ(changed([](Json& step) { step["device"]["completed"] = 1; }), "1 device.completed: 1, 0");
  // Descriptor 0: bytes 0 to 7 address, 8 to 11 length, 12 and 13 flags, 14 and 15 next; two digits for each.
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["desc"], 9, '2'); }),
            "1 hex.desc[0].addr: 0x200000000, 0x100000000");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["desc"], 16, '2'); }), "1 hex.desc[0].len: 32, 16");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["desc"], 2 * 30 + 1, '7'); }), "1 hex.desc[1].next: 7, 2");
  // Available ring: flags, idx, eight entries, used_event. Used ring: flags, idx, eight of (id, len), avail_event.
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["avail"], 5, '2'); }), "1 hex.avail.idx: 2, 1");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["avail"], 2 * 6 + 1, '3'); }), "1 hex.avail.ring[1]: 3, 0");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["avail"], 2 * 20 + 1, '1'); }), "1 hex.avail.used_event: 1, 0");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["used"], 2 * 16 + 1, '9'); }), "1 hex.used.ring[1].len: 9, 0");
  EXPECT_EQ(changed([&](Json& step) { flip(step["hex"]["used"], 2 * 69 + 1, '1'); }), "1 hex.used.avail_event: 256, 0");
  // The parsed copy, too.
  EXPECT_EQ(changed([](Json& step) { step["desc"][0][3] = 5; }), "1 desc[0][3]: 5, 1");
  EXPECT_EQ(changed([](Json& step) { step["used"]["ring"][2][0] = 1; }), "1 used.ring[2][0]: 1, 0");
  EXPECT_EQ(changed([](Json& step) { step["indirect"]["200000000"] = std::string(32, '0'); }),
            "1 indirect.200000000: \"00000000000000000000000000000000\", no table");
  // Another operation than the one that was recorded.
  EXPECT_EQ(changed([](Json& step) { step["op"] = "add 0 i16"; }), "1 hex.desc[0].flags: 0, 2");
}

TEST(GoldenReplay, IndirectTablesAreComparedByteByByte) {
  const Json good = example("linux61.s07_indirect_alloc_fail.packed.ind1.ev1");
  Json trace = good;
  // add 0 o51 i108 i4096+4096: a table of four. Its second descriptor's length, 108 = 0x6c, is at byte 24.
  std::string hex = trace["steps"][0]["indirect"]["200000000"].get<std::string>();
  hex[2 * 24] = '7';
  trace["steps"][0]["indirect"]["200000000"] = hex;
  EXPECT_EQ(verdict(trace), "1 indirect.200000000[1].len: 124, 108");
  trace = good;
  trace["steps"][0]["indirect"]["200000000"] = hex.substr(32);
  EXPECT_EQ(verdict(trace), "1 indirect.200000000: 3 descriptors, 4");
  trace = good;
  trace["steps"][0].erase("indirect");
  EXPECT_EQ(verdict(trace).substr(0, 32), "1 indirect.200000000: no table, ");
}

// --- what is taken over

TEST(GoldenReplay, NothingDoneMayBeSaidInAnyWay) {
  Json trace = record({.size = 2}, {"dpop", "add 1 o1", "dpop", "dcomplete 2 0", "dcomplete 1 0"});
  EXPECT_EQ(verdict(trace), "ok");
  trace["steps"][0]["result"] = {{"rc", 0}, {"head", -1}, {"token", nullptr}};
  trace["steps"][3]["result"] = {{"rc", -2}};
  EXPECT_EQ(verdict(trace), "ok");
  trace["steps"][3]["result"] = {{"rc", 0}, {"head", 0}, {"len", 0}};
  EXPECT_EQ(verdict(trace), "4 result.rc: 0, -22");
  trace["steps"][0]["result"]["rc"] = 1;
  EXPECT_EQ(verdict(trace), "1 result.rc: 1, 0");
}

// Two buffers with one token, in descriptors 0 and 1.
TEST(GoldenReplay, RecordedHeadChoosesAmongEqualTokens) {
  Json trace = record({.size = 2}, {"add 1 o1", "add 1 o1", "dpop", "dpop", "dcomplete 1 0"});
  EXPECT_EQ(verdict(trace), "ok");
  trace["steps"][4]["result"]["head"] = 1;
  EXPECT_EQ(verdict(trace), "5 hex.used.ring[0].id: 0, 1");
}

// The device's WRITE flag, byte 14 of descriptor 0, of a buffer that has room and got nothing.
TEST(GoldenReplay, PackedDeviceMaySayThatItWroteNothing) {
  Json trace = record({.size = 2, .packed = true}, {"add 1 i8", "dpop", "dcomplete 1 0", "get"});
  drop_parsed_copies(trace);
  EXPECT_EQ(verdict(trace), "ok");
  const auto set_flag = [&trace](std::size_t first) {
    for (std::size_t i = first; i < 4; ++i) {
      std::string hex = trace["steps"][i]["hex"]["desc"].get<std::string>();
      EXPECT_EQ(hex.substr(2 * 14, 4), "8080");  // available and used, in the first round
      trace["steps"][i]["hex"]["desc"] = hex.replace(2 * 14, 4, "8280");
    }
  };
  set_flag(2);
  EXPECT_EQ(verdict(trace), "ok");
  // What was written and what was not is no choice.
  trace = record({.size = 2, .packed = true}, {"add 1 o8", "dpop", "dcomplete 1 0", "get"});
  drop_parsed_copies(trace);
  set_flag(2);
  EXPECT_EQ(verdict(trace), "3 hex.desc[0].flags: 32898, 32896");
}

// A ring of four. The driver wants to hear of position 0 and does not look again. The device thinks of an interrupt at
// position 3, then, one buffer later, at position 0 of the next round: nobody needs that one, but who compares 0 with 3
// may believe it.
TEST(GoldenReplay, PackedDeviceMayInterruptTooOften) {
  Json trace =
      record({.size = 4, .packed = true, .event_idx = true},
             {"disable_cb", "enable_cb", "add 1 o1", "add 2 o1", "add 3 o1", "dpop", "dpop", "dpop", "dcomplete 1 0",
              "dcomplete 2 0", "dcomplete 3 0", "dneed", "add 4 o1", "dpop", "dcomplete 4 0", "dneed"});
  EXPECT_EQ(verdict(trace), "ok");
  Json& needed = trace["steps"][11]["result"]["needs_interrupt"];
  Json& too_many = trace["steps"][15]["result"]["needs_interrupt"];
  ASSERT_EQ(needed, 1);
  ASSERT_EQ(too_many, 0);
  too_many = 1;
  EXPECT_EQ(verdict(trace), "ok");
  needed = 0;
  EXPECT_EQ(verdict(trace), "12 result.needs_interrupt: 0, 1");
}

// Linux reads what lies behind the ring.
TEST(GoldenReplay, PollBehindAPackedRingFindsAnything) {
  Json trace = record({.size = 3, .packed = true}, {"poll 2", "poll 3"});
  EXPECT_EQ(verdict(trace), "ok");
  for (Json& step : trace["steps"]) step["result"]["ret"] = 1 - step["result"]["ret"].get<int>();
  EXPECT_EQ(verdict(trace), "1 result.ret: 0, 1");
  trace["steps"][0]["result"]["ret"] = 1;
  EXPECT_EQ(verdict(trace), "ok");
}

// --- changed at random places

// A leaf of a step, by the pointers that lead to it.
void collect_leaves(Json& value, std::vector<Json*>& leaves) {
  if (!value.is_structured())
    leaves.push_back(&value);
  else
    for (Json& child : value) collect_leaves(child, leaves);
}

void change(Json& leaf, std::mt19937& random) {
  if (leaf.is_number_integer()) {
    leaf = leaf.get<std::int64_t>() + 1;
  } else if (leaf.is_null()) {
    leaf = 0;
  } else {
    std::string text = leaf.get<std::string>();
    char& digit = text[random() % text.size()];
    digit = digit == '0' ? '1' : digit == 'f' ? 'e' : static_cast<char>(digit + 1);
    leaf = text;
  }
}

// Sanitizers look at how a change is read, not at whether it is found: they see a quarter of them.
#ifdef NDEBUG
constexpr int kShare = 1;
#else
constexpr int kShare = 4;
#endif

// Every leaf but the operation: what was recorded must agree to the last digit, in whatever trace.
TEST(GoldenReplay, SlowNoChangedFieldPasses) {
  std::mt19937 random(20121218);
  int tried = 0;
  for (const auto& file : golden_files("linux")) {
    Json trace = golden_document(file);
    for (int i = 0; i < 12 / kShare; ++i) {
      Json& step = trace["steps"][random() % trace["steps"].size()];
      std::vector<Json*> leaves;
      for (auto& [key, value] : step.items())
        if (key != "op") collect_leaves(value, leaves);
      Json& leaf = *leaves[random() % leaves.size()];
      const Json before = leaf;
      change(leaf, random);
      EXPECT_NE(verdict(trace), "ok") << file << ": " << step["op"] << ": " << before << " became " << leaf;
      leaf = before;
      ++tried;
    }
    EXPECT_EQ(verdict(trace), "ok") << "each change is undone";
  }
  EXPECT_EQ(tried, 102 * (12 / kShare));
}

// One more than a number of the operation: another token, length, count. Not of an `add` that was refused, nor of
// `poll` or `kmfail`: what they were told may have made no difference.
TEST(GoldenReplay, SlowNoChangedOperationPasses) {
  std::mt19937 random(20121219);
  int tried = 0;
  for (const auto& file : golden_files("linux")) {
    Json trace = golden_document(file);
    for (int i = 0; i < 30 / kShare; ++i) {
      Json& step = trace["steps"][random() % trace["steps"].size()];
      const std::string before = step["op"].get<std::string>();
      const std::size_t digit = before.find_first_of("0123456789", before.find(' ') + random() % 8);
      const bool told =
          before.rfind("add", 0) == 0 || before.rfind("dcomplete", 0) == 0 || before.rfind("ffwd", 0) == 0;
      if (!told || digit == std::string::npos || step["result"].value("rc", 0) != 0) continue;
      std::string after = before;
      after[digit] = after[digit] == '9' ? '8' : static_cast<char>(after[digit] + 1);
      step["op"] = after;
      EXPECT_NE(verdict(trace), "ok") << file << ": " << before << " became " << after;
      step["op"] = before;
      ++tried;
    }
  }
  EXPECT_GT(tried, 500 / kShare);
}

// Every byte of a whole file, keys and punctuation included, but for the prose that names where it comes from.
TEST(GoldenReplay, SlowNoChangedBytePasses) {
  const Json trace = example("linux61.s08_detach.packed.ind1.ev1");
  std::string text = trace.dump();
  for (std::size_t at = text.find("\"initial\""); at < text.size(); at += kShare) {
    const char before = text[at];
    text[at] = before == '9' ? '0' : static_cast<char>(before + 1);
    EXPECT_NE(verdict(text), "ok") << "at byte " << at << ": " << text.substr(at < 20 ? 0 : at - 20, 40);
    text[at] = before;
  }
}

}  // namespace
}  // namespace vqlab
