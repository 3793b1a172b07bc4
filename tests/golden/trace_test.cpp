// What is no trace is refused with its place, and nothing in a file can keep the machine busy.
#include "analysis/ring/replay/trace.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "analysis/ring/replay/gunzip.hpp"
#include "analysis/ring/replay/replay.hpp"
#include "tests/golden/golden_files.hpp"

namespace vqlab {
namespace {

Json small_trace() { return record({.size = 2}, {"add 0 o16", "kick"}); }

std::vector<std::string> faults_of(const std::string& bytes, const TraceLimits& limits = {}) {
  const TraceOrFaults loaded = parse_trace(bytes, "trace", limits);
  EXPECT_NE(loaded.trace.has_value(), !loaded.faults.empty());
  std::vector<std::string> lines;
  for (const Fault& fault : loaded.faults) lines.push_back(to_string(fault));
  return lines;
}

std::string fault_of(const Json& trace) {
  const auto faults = faults_of(trace.dump());
  return faults.empty() ? "none" : faults.front();
}

std::string fault_of_operation(const std::string& text) {
  Json trace = small_trace();
  trace["steps"][1]["op"] = text;
  return fault_of(trace);
}

TEST(Trace, GoodOneIsRead) {
  const TraceOrFaults loaded = parse_trace(small_trace().dump(), "trace");
  ASSERT_TRUE(loaded.trace);
  EXPECT_EQ(loaded.trace->config.size, 2);
  EXPECT_EQ(loaded.trace->config.flavour, RingFlavour::kLinux61);
  ASSERT_EQ(loaded.trace->steps.size(), 2U);
  EXPECT_EQ(loaded.trace->steps[0].operation.op, RingOp::kAdd);
}

TEST(Trace, UnknownAndMissingKeysAreFaults) {
  Json trace = small_trace();
  trace["sorce"] = 1;
  trace["steps"][1]["resul"] = 1;  // not looked at while the top is wrong
  EXPECT_EQ(fault_of(trace),
            "trace: $.sorce: found an unknown key; accepted: scenario, source, config, initial or steps; "
            "did you mean \"source\"?");
  trace = small_trace();
  trace["steps"][1].erase("result");
  trace["steps"][1]["resul"] = 1;
  EXPECT_EQ(faults_of(trace.dump()).size(), 2U);
  trace = small_trace();
  trace.erase("config");
  EXPECT_EQ(fault_of(trace), "trace: $.config: found nothing, but it is required; accepted: an object");
  EXPECT_EQ(fault_of(Json::array()), "trace: $: found []; accepted: an object");
  for (const char* key : {"driver", "device", "hex"}) {
    trace = small_trace();
    trace["initial"][key] = 3;
    EXPECT_EQ(fault_of(trace), std::string("trace: $.initial.") + key + ": found 3; accepted: an object");
  }
}

TEST(Trace, ConfigurationIsChecked) {
  const auto with = [](const char* key, const Json& value) {
    Json trace = small_trace();
    trace["config"][key] = value;
    return fault_of(trace);
  };
  EXPECT_EQ(with("num", 3), "trace: $.config.num: found 3; accepted: a queue size: a power of two from 1 to 32768");
  EXPECT_EQ(with("num", 65536),
            "trace: $.config.num: found 65536; accepted: a queue size: a power of two from 1 to 32768");
  EXPECT_EQ(with("indirect", 2), "trace: $.config.indirect: found 2; accepted: 0 or 1");
  EXPECT_EQ(with("indirect", true), "trace: $.config.indirect: found true; accepted: 0 or 1");
  Json trace = small_trace();
  trace["source"] = "linux 5.10";
  EXPECT_EQ(
      fault_of(trace),
      "trace: $.source: found \"linux 5.10\"; accepted: what begins with \"linux 6.1.\", or for a split ring with "
      "\"linux 3.6 \"");
}

TEST(Trace, OperationsAreChecked) {
  EXPECT_EQ(fault_of_operation("kick"), "none");
  EXPECT_EQ(fault_of_operation("kik").substr(0, 50), "trace: $.steps[1].op: found \"kik\"; accepted: add, ");
  EXPECT_NE(fault_of_operation("kik").find("did you mean \"kick\"?"), std::string::npos);
  EXPECT_EQ(fault_of_operation("kick 1"), "trace: $.steps[1].op: found \"kick 1\"; accepted: kick");
  EXPECT_EQ(fault_of_operation("kmfail 2"), "trace: $.steps[1].op: found \"kmfail 2\"; accepted: kmfail 0|1");
  EXPECT_EQ(fault_of_operation("poll 65536"),
            "trace: $.steps[1].op: found \"poll 65536\"; accepted: what enable_cb_prepare returned, 0 to 65535");
  for (const char* text : {"add 0", "add 0 ", "add 0 o", "add 0 o1+", "add 0 i1 o1", "add 0 x1", "add 0 o01",
                           "add -1 o1", "add 4294967296 o1", "add 0 o4294967296", "dcomplete 0", "dcomplete 0 1 2",
                           "dcomplete 0  1", " kick", "kick ", "", "ffwd", "ffwd x", "poll"})
    EXPECT_NE(fault_of_operation(text), "none") << '"' << text << '"';
}

TEST(Trace, HexIsChecked) {
  const auto with = [](const std::string& hex) {
    Json trace = small_trace();
    trace["initial"]["hex"]["avail"] = hex;
    return fault_of(trace);
  };
  EXPECT_EQ(with("00000000000000000000"), "none");  // 6 + 2 * 2 bytes
  const std::string accepted = "; accepted: 20 lower-case hex digits, the 10 bytes of memory";
  EXPECT_EQ(with("000000000000000000"), "trace: $.initial.hex.avail: found \"000000000000000000\"" + accepted);
  EXPECT_EQ(with("0000000000000000000A"), "trace: $.initial.hex.avail: found \"0000000000000000000A\"" + accepted);
  Json trace = small_trace();
  trace["initial"]["indirect"]["200000000"] = "00";
  EXPECT_EQ(fault_of(trace),
            "trace: $.initial.indirect.200000000: found \"00\"; accepted: lower-case hex digits, 32 for each "
            "descriptor");
}

TEST(Trace, NoJsonAndDuplicateKeysAreFaults) {
  EXPECT_EQ(faults_of("").size(), 1U);
  EXPECT_EQ(faults_of("{").size(), 1U);
  EXPECT_EQ(faults_of("{\"source\": 1, \"source\": 2}").front(),
            "trace: $.source: found the key a second time; accepted: each key once");
}

TEST(Trace, ManyKeysAndManyDuplicatesEndEarly) {
  std::string many = "{";
  for (int i = 0; i < 200000; ++i)
    many.append(i == 0 ? "" : ",").append("\"k").append(std::to_string(i)).append("\":0");
  EXPECT_EQ(faults_of(many + "}").front(),
            "trace: $: found more than 10000 keys; accepted: no more than such a file needs");
  std::string same = "{\"k\":0";
  for (int i = 0; i < 200000; ++i) same += ",\"k\":0";
  EXPECT_EQ(faults_of(same + "}").size(), 100U);
}

TEST(Trace, DeepNestingEndsEarly) {
  const std::string deep(1U << 20, '[');
  EXPECT_EQ(faults_of(deep).size(), 1U);
}

TEST(Trace, WrongInEveryStepIsSaidAFewTimes) {
  Json trace = small_trace();
  for (int i = 0; i < 100; ++i) trace["steps"].push_back(3);
  const std::size_t faults = faults_of(trace.dump()).size();
  EXPECT_GE(faults, 20U);
  EXPECT_LT(faults, 40U);
}

TEST(Trace, FastForwardIsBounded) {
  Json trace = record({.size = 2}, {"ffwd 60", "ffwd 40"});
  EXPECT_TRUE(faults_of(trace.dump(), {.ffwd_cycles = 100}).empty());
  EXPECT_EQ(
      faults_of(trace.dump(), {.ffwd_cycles = 99}),
      std::vector<std::string>{"trace: $.steps[1].op: found \"ffwd 40\"; accepted: at most 39 more cycles in this "
                               "trace"});
  trace["steps"][0]["op"] = "ffwd 4000000000";
  EXPECT_EQ(fault_of(trace),
            "trace: $.steps[0].op: found \"ffwd 4000000000\"; accepted: at most 16777216 more cycles in this trace");
}

// --- files

std::string packed_example() {
  std::ifstream in(golden_files("linux").front(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(Trace, PlainAndGzipAreTheSame) {
  const std::string packed = packed_example();
  ASSERT_TRUE(is_gzip(packed));
  const Unpacked unpacked = gunzip(packed, kLargestGolden);
  ASSERT_TRUE(unpacked.text);
  EXPECT_TRUE(parse_trace(packed, "trace").trace);
  EXPECT_TRUE(parse_trace(*unpacked.text, "trace").trace);
}

TEST(Trace, GzipOfSeveralMembersIsOneText) {
  const std::string packed = packed_example();
  EXPECT_EQ(*gunzip(packed + packed, kLargestGolden).text,
            *gunzip(packed, kLargestGolden).text + *gunzip(packed, kLargestGolden).text);
}

TEST(Trace, DamagedGzipIsAFault) {
  std::string packed = packed_example();
  EXPECT_EQ(gunzip(packed.substr(0, packed.size() - 1), kLargestGolden).fault, "gzip that is cut short");
  EXPECT_EQ(gunzip(packed.substr(0, 1), kLargestGolden).fault, "gzip that is cut short");
  EXPECT_EQ(gunzip(packed, 1000).fault, "gzip that holds more than 1000 bytes");
  packed[packed.size() - 8] = static_cast<char>(packed[packed.size() - 8] ^ 1);  // checksum
  EXPECT_EQ(gunzip(packed, kLargestGolden).fault, "damaged gzip: incorrect data check");
  EXPECT_EQ(faults_of(packed).front(),
            "trace: file: found damaged gzip: incorrect data check; accepted: a ring trace, plain or gzip");
}

TEST(Trace, LongTextIsAFault) {
  EXPECT_EQ(faults_of(std::string(101, ' '), {.text_bytes = 100}).front(),
            "trace: file: found more than 100 bytes; accepted: a ring trace, plain or gzip");
}

TEST(Trace, UnreadableFileIsAFault) {
  for (const std::string& file : {testing::TempDir() + "no/such/trace.json", std::string("/")})
    EXPECT_EQ(to_string(load_trace(file).faults.at(0)),
              file + ": file: found nothing that can be read; accepted: a ring trace, plain or gzip");
}

}  // namespace
}  // namespace vqlab
