#include "models/workload/io_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vqlab {
namespace {

IoTrace good(std::string_view text) {
  std::vector<TraceFault> faults;
  IoTrace trace = parse_iolog(text, faults);
  EXPECT_TRUE(faults.empty()) << faults.front().line << ": " << faults.front().found;
  return trace;
}

std::vector<std::size_t> lines_refused(std::string_view text) {
  std::vector<TraceFault> faults;
  (void)parse_iolog(text, faults);
  std::vector<std::size_t> lines;
  for (const TraceFault& fault : faults) lines.push_back(fault.line);
  return lines;
}

TEST(IoTrace, Version3HasTimestamps) {
  const IoTrace trace = good(
      "fio version 3 iolog\n"
      "2 /dev/sda add\n5 /dev/sdb add\n5 /dev/sda open\n"
      "100 /dev/sdb write 4096 8192\n"
      "\n"
      "150 /dev/sda read 0 512\r\n"
      "150 /dev/sdb datasync 0 0\n"
      "9000 /dev/sda trim 1048576 65536\n"
      "9001 /dev/sda close\n");
  EXPECT_EQ(trace.files, (std::vector<std::string>{"/dev/sdb", "/dev/sda"}));  // as I/O names them
  ASSERT_EQ(trace.entries.size(), 4u);
  EXPECT_EQ(trace.entries[0].at, 0us);
  EXPECT_EQ(trace.entries[1].at, 50us);
  EXPECT_EQ(trace.entries[2].at, 50us);
  EXPECT_EQ(trace.entries[3].at, 8900us);
  EXPECT_EQ(trace.entries[0].offset_bytes, 4096u);
  EXPECT_EQ(trace.entries[0].length_bytes, 8192u);
  EXPECT_EQ(trace.entries[0].kind, IoKind::kWrite);
  EXPECT_EQ(trace.entries[1].file, 1u);
  EXPECT_EQ(trace.entries[2].kind, IoKind::kFlush);
  EXPECT_EQ(trace.entries[2].length_bytes, 0u);
  EXPECT_EQ(trace.kinds[index_of(IoKind::kTrim)].bytes, 65536u);
  EXPECT_EQ(trace.kinds[index_of(IoKind::kFlush)].ios, 1u);
}

TEST(IoTrace, Version2Waits) {
  const IoTrace trace = good(
      "fio version 2 iolog\n"
      "f add\nf open\nf wait 70 0\nf read 0 4096\nf wait 30 0\nf wait 20 0\nf read 4096 8192\nf sync 0 0\nf close\n");
  ASSERT_EQ(trace.entries.size(), 3u);
  EXPECT_EQ(trace.entries[1].at, 50us);
  EXPECT_EQ(trace.entries[2].at, 50us);
  EXPECT_EQ(trace.kinds[0].ios, 2u);
  EXPECT_EQ(trace.kinds[0].bytes, 12288u);
  EXPECT_EQ(trace.kinds[0].least_bytes, 4096u);
  EXPECT_EQ(trace.kinds[0].most_bytes, 8192u);
}

TEST(IoTrace, EveryLineThatIsWrongIsTold) {
  const char* const text =
      "fio version 3 iolog\n"
      "0 f add now\n"             // 2
      "10 f read 0 4096\n"        // good
      "9 f read 0 4096\n"         // 4: before
      "x f read 0 4096\n"         // 5
      "10 f\n"                    // 6
      "10 f reed 0 4096\n"        // 7
      "10 f wait 5 0\n"           // 8: only version 2
      "10 f read 0\n"             // 9
      "10 f read 100 4096\n"      // 10
      "10 f read -1 4096\n"       // 11
      "10 f read 0 0\n"           // 12
      "10 f read 0 2147483648\n"  // 13
      "10 f read 0 4096 7\n"      // 14
      "99999999999999 f read 0 4096\n";
  std::vector<std::size_t> expected{2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  EXPECT_EQ(lines_refused(text), expected);
}

TEST(IoTrace, AFileThatIsNoneIsToldSo) {
  EXPECT_EQ(lines_refused(""), std::vector<std::size_t>{1});
  EXPECT_EQ(lines_refused("\nfio version 2 iolog\nf read 0 4096\n"), std::vector<std::size_t>{1});
  EXPECT_EQ(lines_refused("fio version 1 iolog\n0 f read 0 4096\n"), std::vector<std::size_t>{1});
  EXPECT_EQ(lines_refused("fio version 2 iolog\nf add\n").size(), 1u);
}

TEST(IoTrace, NotMoreFaultsThanAnybodyReads) {
  std::string text = "fio version 2 iolog\n";
  for (int line = 0; line < 1000; ++line) text += "nothing\n";
  EXPECT_EQ(lines_refused(text).size(), kMostTraceFaults);
}

TEST(IoTrace, IsKeptByName) {
  EXPECT_EQ(kept_trace("io_trace_test"), nullptr);
  keep_trace("io_trace_test", good("fio version 2 iolog\nf read 0 4096\n"));
  ASSERT_NE(kept_trace("io_trace_test"), nullptr);
  EXPECT_EQ(kept_trace("io_trace_test")->entries.size(), 1u);
}

}  // namespace
}  // namespace vqlab
