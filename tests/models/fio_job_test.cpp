#include <array>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>
#include <vector>

#include "models/workload/fio_requests.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kMib = 1 << 20;

std::vector<FioRequest> issued(const FioJob& job, std::uint64_t seed, std::uint32_t index, std::size_t most = 1000000) {
  FioRequestSequence sequence(job, seed, index);
  std::vector<FioRequest> requests;
  FioRequest request{};
  while (requests.size() < most && sequence.next(request)) requests.push_back(request);
  return requests;
}

// Requests pass by pass; a pass is over when less than the smallest size is left.
std::vector<std::vector<FioRequest>> passes_of(const FioJob& job, std::uint64_t seed, std::uint32_t index) {
  std::vector<std::vector<FioRequest>> passes(1);
  std::uint64_t bytes = 0;
  for (const FioRequest& request : issued(job, seed, index)) {
    if (job.size_bytes - bytes < job.bsrange.min_bytes) {
      passes.emplace_back();
      bytes = 0;
    }
    passes.back().push_back(request);
    bytes += request.length_bytes;
  }
  return passes;
}

std::vector<std::uint32_t> sizes_of(const std::vector<FioRequest>& requests) {
  std::vector<std::uint32_t> sizes;
  for (const FioRequest& request : requests) sizes.push_back(request.length_bytes);
  return sizes;
}

TEST(FioJob, SizesAreUniformOverTheMultiples) {
  constexpr std::size_t kDraws = 160000;
  FioJob job;
  job.size_bytes = std::uint64_t{1} << 40;  // never near the end of the file
  std::array<double, 17> counts{};
  double bytes = 0;
  for (const FioRequest& request : issued(job, 1, 0, kDraws)) {
    ASSERT_EQ(request.length_bytes % 4096, 0u);
    ASSERT_GE(request.length_bytes, 4096u);
    ASSERT_LE(request.length_bytes, 65536u);
    ++counts[request.length_bytes / 4096];
    bytes += request.length_bytes;
  }
  // Chi-square with 15 degrees of freedom exceeds 44.3 once in 10000.
  double chi_square = 0;
  for (std::size_t size = 1; size <= 16; ++size)
    chi_square += (counts[size] - 10000.0) * (counts[size] - 10000.0) / 1e4;
  EXPECT_LT(chi_square, 44.3);
  // Mean (4 + 64) / 2 = 34 KiB; standard error 18.4 KiB / sqrt(160000) = 47 bytes, four of them.
  EXPECT_EQ(job.mean_request_bytes(), 34.0 * 1024);
  EXPECT_NEAR(bytes / kDraws, job.mean_request_bytes(), 190);
}

TEST(FioJob, OneSizeIsAlwaysTaken) {
  FioJob job;
  job.bsrange = {8192, 8192};
  job.size_bytes = kMib;
  job.loops = 1;
  EXPECT_EQ(job.mean_request_bytes(), 8192.0);
  EXPECT_EQ(sizes_of(issued(job, 1, 0)), std::vector<std::uint32_t>(128, 8192));  // 1 MiB / 8 KiB
}

TEST(FioJob, EveryPassIssuesTheSameSizesThenTheLoopsEnd) {
  FioJob job;
  job.size_bytes = 4 * kMib;
  job.loops = 5;
  const auto passes = passes_of(job, 9, 3);
  ASSERT_EQ(passes.size(), 5u);
  for (const auto& pass : passes) EXPECT_EQ(sizes_of(pass), sizes_of(passes.front()));
}

TEST(FioJob, APassFillsTheFileSequentially) {
  FioJob job;
  job.size_bytes = 4 * kMib;
  job.loops = 2;
  for (const auto& pass : passes_of(job, 9, 3)) {
    std::uint64_t at = 0;
    for (const FioRequest& request : pass) {
      EXPECT_EQ(request.offset_bytes, at);
      at += request.length_bytes;
    }
    EXPECT_EQ(at, job.size_bytes);  // every size is a multiple of 4 KiB, and so is the file
  }
}

TEST(FioJob, WhatWouldPassTheEndIsDrawnAgain) {
  // A file of two pages: 15 of 16 first sizes do not fit.
  FioJob job;
  job.size_bytes = 8192;
  job.loops = 1;
  std::set<std::vector<std::uint32_t>> seen;
  for (std::uint32_t index = 0; index < 64; ++index) seen.insert(sizes_of(issued(job, 1, index)));
  // Each is as likely, so that 64 jobs show both.
  EXPECT_EQ(seen, (std::set<std::vector<std::uint32_t>>{{4096, 4096}, {8192}}));
}

TEST(FioJob, ARestBelowTheSmallestSizeIsLeftOut) {
  FioJob job;
  job.bsrange = {4096, 4096};
  job.size_bytes = 3 * 4096 + 2048;
  job.loops = 2;
  const auto requests = issued(job, 1, 0);
  ASSERT_EQ(requests.size(), 6u);
  EXPECT_EQ(requests[2].offset_bytes, 8192u);
  EXPECT_EQ(requests[3].offset_bytes, 0u);
}

// What a trace says takes the place of rw and bs, whatever these are.
TEST(FioJob, ATraceHasSizesAndTimesOfItsOwn) {
  std::vector<TraceFault> faults;
  keep_trace("fio_job_test", parse_iolog("fio version 3 iolog\n100 f read 0 8192\n2100 f write 8192 65536\n", faults));
  FioJob job;
  job.rw = "randtrim";
  job.bs = "512";
  EXPECT_TRUE(job.trims() && job.random_offsets());
  job.read_iolog = "fio_job_test";
  EXPECT_FALSE(job.trims() || job.random_offsets());
  EXPECT_EQ(job.least_io_bytes(), 8192u);
  EXPECT_EQ(job.replay_length(), 2ms);
  job.replay_time_scale = 400;
  EXPECT_EQ(job.replay_length(), 500us);
  job.replay_no_stall = 1;
  EXPECT_EQ(job.replay_length(), 0ms);
}

// write, flush, flush, write ...
TEST(FioJob, SynchronousWritesAreFlushedOneByOne) {
  FioJob job;
  job.rw = "write";
  job.bs = "4k";
  job.size_bytes = kMib;
  job.loops = 1;
  job.fsync = 3;
  for (const char* sync : {"1", "sync", "dsync"}) {
    job.sync = sync;
    EXPECT_EQ(job.writes_per_flush(), 1u);
    FioRequestSequence sequence(job, 1, 0, 1, 2);
    FioRequest request{};
    for (int i = 0; i < 9; ++i) {
      ASSERT_TRUE(sequence.next(request));
      EXPECT_EQ(request.kind, i % 3 == 0 ? IoKind::kWrite : IoKind::kFlush) << sync << i;
    }
  }
  job.sync = "none";
  EXPECT_EQ(job.writes_per_flush(), 3u);
  job.sync = "1";
  job.rw = "read";
  EXPECT_EQ(job.writes_per_flush(), 0u);
}

TEST(FioJob, ItStaysOver) {
  FioJob job;
  job.size_bytes = kMib;
  job.loops = 1;
  FioRequestSequence sequence(job, 1, 0);
  FioRequest request{};
  while (sequence.next(request)) {
  }
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(sequence.next(request));
}

TEST(FioJob, JobsAndSeedsDiffer) {
  const FioJob job;
  const auto sizes = sizes_of(issued(job, 1, 0, 50));
  EXPECT_EQ(sizes, sizes_of(issued(job, 1, 0, 50)));
  EXPECT_NE(sizes, sizes_of(issued(job, 1, 1, 50)));
  EXPECT_NE(sizes, sizes_of(issued(job, 2, 0, 50)));
}

TEST(FioJob, DirectionAndPatternDoNotChangeTheSizes) {
  FioJob read;
  FioJob randwrite;
  randwrite.rw = "randwrite";
  EXPECT_EQ(sizes_of(issued(read, 1, 0, 50)), sizes_of(issued(randwrite, 1, 0, 50)));
  EXPECT_EQ(issued(read, 1, 0, 1)[0].kind, IoKind::kRead);
  EXPECT_FALSE(read.random_offsets());
  EXPECT_EQ(issued(randwrite, 1, 0, 1)[0].kind, IoKind::kWrite);
  EXPECT_TRUE(randwrite.random_offsets());
}

TEST(FioJob, AMixHasItsShareOfReadsAndTheSameSizes) {
  FioJob mixed;
  mixed.rw = "rw";
  mixed.rwmixread = 70;
  const auto requests = issued(mixed, 1, 0, 10000);
  EXPECT_EQ(sizes_of(requests), sizes_of(issued(FioJob{}, 1, 0, 10000)));
  std::array<std::uint64_t, 2> expected_offset{};
  std::size_t reads = 0;
  std::uint64_t bytes = 0;
  for (const FioRequest& request : requests) {
    // Within a pass reads and writes each go on where the last one of their kind ended.
    if (bytes + request.length_bytes > mixed.size_bytes) break;
    EXPECT_EQ(request.offset_bytes, expected_offset[index_of(request.kind)]);
    expected_offset[index_of(request.kind)] += request.length_bytes;
    bytes += request.length_bytes;
  }
  for (const FioRequest& request : requests) reads += request.kind == IoKind::kRead ? 1 : 0;
  // Standard deviation sqrt(10000 * 0.7 * 0.3) = 46, four of them.
  EXPECT_NEAR(static_cast<double>(reads), 7000, 184);
  mixed.rwmixread = 100;
  for (const FioRequest& request : issued(mixed, 1, 0, 1000)) EXPECT_EQ(request.kind, IoKind::kRead);
  mixed.rwmixread = 0;
  for (const FioRequest& request : issued(mixed, 1, 0, 1000)) EXPECT_EQ(request.kind, IoKind::kWrite);
}

TEST(FioJob, RandomOffsetsSpreadOverTheFile) {
  FioJob job;
  job.rw = "randread";
  job.bsrange = {4096, 4096};
  job.size_bytes = 64 * kMib;
  std::array<int, 4> quarters{};
  for (const FioRequest& request : issued(job, 1, 0, 4000)) ++quarters[request.offset_bytes / (16 * kMib)];
  // 1000 in each; standard deviation sqrt(4000 * 1/4 * 3/4) = 27, five of them.
  for (const int count : quarters) EXPECT_NEAR(count, 1000, 137);
}

TEST(FioJob, RequestsStayInsideTheFile) {
  rc::check("aligned and inside, whatever the job", [] {
    FioJob job;
    const auto unit = *rc::gen::element<std::uint64_t>(512, 4096, 8192);
    job.bsrange = {unit, unit * *rc::gen::inRange<std::uint64_t>(1, 17)};
    job.size_bytes = job.bsrange.max_bytes + *rc::gen::inRange<std::uint64_t>(0, 1 << 20);
    job.rw = *rc::gen::element<std::string>("read", "randread");
    job.loops = 2;
    const auto requests = issued(job, *rc::gen::arbitrary<std::uint64_t>(), *rc::gen::inRange<std::uint32_t>(0, 1000));
    RC_ASSERT(!requests.empty());
    for (const FioRequest& request : requests) {
      RC_ASSERT(request.length_bytes >= job.bsrange.min_bytes && request.length_bytes <= job.bsrange.max_bytes);
      RC_ASSERT(request.length_bytes % unit == 0 && request.offset_bytes % unit == 0);
      RC_ASSERT(request.offset_bytes + request.length_bytes <= job.size_bytes);
    }
  });
}

}  // namespace
}  // namespace vqlab
