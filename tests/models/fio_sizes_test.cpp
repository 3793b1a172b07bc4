#include "models/workload/fio_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

#include "models/base/index_ranges.hpp"
#include "models/base/rng.hpp"
#include "models/workload/fio_requests.hpp"

namespace vqlab {
namespace {

SizeMix one(std::uint64_t bytes) { return {{{bytes, bytes}, 100}}; }

// The examples of fio's manual for bs.
TEST(FioSizes, BsHasPartsForReadsWritesAndTrims) {
  EXPECT_EQ(parse_bs("256k"), (SizeMixes{one(262144), one(262144), one(262144)}));
  EXPECT_EQ(parse_bs("8k,32k"), (SizeMixes{one(8192), one(32768), one(32768)}));
  EXPECT_EQ(parse_bs("8k,32k,"), (SizeMixes{one(8192), one(32768), one(4096)}));
  EXPECT_EQ(parse_bs(",8k"), (SizeMixes{one(4096), one(8192), one(8192)}));
  EXPECT_EQ(parse_bs(",8k,"), (SizeMixes{one(4096), one(8192), one(4096)}));
  EXPECT_EQ(parse_bs("8k,"), (SizeMixes{one(8192), one(4096), one(4096)}));
  for (const char* bad : {"", "4", "4k-8k", "1000", "2g", "4k,4k,4k,4k", "k", "4k 8k"})
    EXPECT_FALSE(parse_bs(bad)) << bad;
}

TEST(FioSizes, SplitsHaveSharesThatAddUp) {
  const auto split = parse_bssplit("4k/70:64k/30");
  ASSERT_TRUE(split);
  EXPECT_EQ((*split)[0], (SizeMix{{{4096, 4096}, 70}, {{65536, 65536}, 30}}));
  EXPECT_EQ((*split)[1], (*split)[0]);
  EXPECT_DOUBLE_EQ(mean_bytes((*split)[0]), 0.7 * 4096 + 0.3 * 65536);
  // Of what is left each has its part; a share of nothing is none.
  EXPECT_EQ((*parse_bssplit("4k/50:1k/:32k/"))[0],
            (SizeMix{{{4096, 4096}, 50}, {{1024, 1024}, 25}, {{32768, 32768}, 25}}));
  EXPECT_EQ((*parse_bssplit("4k/0:8k/100"))[0], one(8192));
  EXPECT_EQ((*parse_bssplit("2k/50:4k/50,4k/90:8k/10"))[1], (SizeMix{{{4096, 4096}, 90}, {{8192, 8192}, 10}}));
  for (const char* bad : {"", "4k/70:64k/31", "4k/70:64k/29", "4k/101", "4k/x", "4k//", "4k/1k:8k", "4k/-1:8k"})
    EXPECT_FALSE(parse_bssplit(bad)) << bad;
}

TEST(IndexRanges, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_ranges("0-3,7"), (std::vector<IndexRange>{{0, 4}, {7, 8}}));
  for (const char* bad : {"", "3-1", "1,1", "2,1", "1-", "-1", "a", "0,,1", "99999999999"})
    EXPECT_FALSE(parse_ranges(bad)) << bad;
}

std::vector<FioRequest> requests_of(const FioJob& job, std::size_t count, std::uint32_t disks = 1) {
  FioRequestSequence sequence(job, 1, 0, disks);
  std::vector<FioRequest> all(count);
  for (FioRequest& request : all) EXPECT_TRUE(sequence.next(request));
  return all;
}

TEST(FioRequests, SizesHaveTheirSharesByKind) {
  FioJob job;
  job.rw = "randrw";
  job.rwmixread = 80;
  job.bssplit = "4k/70:64k/30,8k";
  constexpr std::size_t kDraws = 20000;
  std::map<std::uint32_t, double> reads;
  double all_reads = 0;
  for (const FioRequest& request : requests_of(job, kDraws)) {
    EXPECT_EQ(request.offset_bytes % (request.kind == IoKind::kRead ? 4096 : 8192), 0u);
    if (request.kind != IoKind::kRead) {
      EXPECT_EQ(request.length_bytes, 8192u);
      continue;
    }
    ++all_reads;
    ++reads[request.length_bytes];
  }
  // Five standard deviations of a share of 20,000 draws are below 0.02.
  EXPECT_NEAR(all_reads / kDraws, 0.8, 0.02);
  EXPECT_EQ(reads.size(), 2u);
  EXPECT_NEAR(reads[65536] / all_reads, 0.3, 0.02);
}

TEST(FioRequests, AnFsyncFollowsSoManyWrites) {
  FioJob job;
  job.rw = "write";
  job.bs = "4k";
  job.fsync = 3;
  job.fdatasync = 5;
  const std::vector<FioRequest> all = requests_of(job, 40);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_EQ(all[i].kind, i % 4 == 3 ? IoKind::kFlush : IoKind::kWrite) << i;
  EXPECT_EQ(all[3].length_bytes, 0u);
  job.rw = "read";
  for (const FioRequest& request : requests_of(job, 40)) EXPECT_EQ(request.kind, IoKind::kRead);
}

// Three disks of 64 KiB each: 16 I/Os of 4 KiB on each in a pass.
TEST(FioRequests, AProcessOfSeveralDisksDividesItsSizeAmongThem) {
  FioJob job;
  job.bs = "4k";
  job.size_bytes = 3 * 65536;
  job.loops = 2;
  for (const char* type : {"roundrobin", "sequential", "random"}) {
    job.file_service_type = type;
    std::vector<std::uint64_t> next_offset(3);
    std::vector<std::size_t> count(3);
    const std::vector<FioRequest> all = requests_of(job, 96, 3);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i == 48) next_offset.assign(3, 0);
      const std::uint32_t disk = all[i].disk;
      ++count[disk];
      EXPECT_EQ(all[i].offset_bytes, next_offset[disk]);
      next_offset[disk] += 4096;
      if (std::string(type) == "roundrobin") {
        EXPECT_EQ(disk, i % 3);
      } else if (std::string(type) == "sequential") {
        EXPECT_EQ(disk, i % 48 / 16);
      }
    }
    EXPECT_EQ(count, (std::vector<std::size_t>{32, 32, 32})) << type;
    FioRequestSequence sequence(job, 1, 0, 3);
    FioRequest request;
    std::size_t issued = 0;
    while (sequence.next(request)) ++issued;
    EXPECT_EQ(issued, 96u) << type;
  }
}

TEST(FioRequests, ATrimJobTrims) {
  FioJob job;
  job.rw = "randtrim";
  job.bs = "4k,8k,1m";
  for (const FioRequest& request : requests_of(job, 20)) {
    EXPECT_EQ(request.kind, IoKind::kTrim);
    EXPECT_EQ(request.length_bytes, 1u << 20);
  }
  EXPECT_EQ(job.most_data_bytes(), 0u);
}

TEST(FioOffsets, DistributionsAreReadAsFioWritesThem) {
  EXPECT_EQ(parse_distribution("zipf:1.1"), (OffsetDistribution{OffsetShape::kZipf, 1.1}));
  EXPECT_EQ(parse_distribution("random"), OffsetDistribution{});
  for (const char* bad :
       {"", "zipf", "zipf:", "zipf:1", "zipf:0", "zipf:1.1x", "pareto:1", "normal:0", "zoned:50/5:50/95"})
    EXPECT_FALSE(parse_distribution(bad)) << bad;
}

// Share of 100,000 draws whose rank is below this one.
double share_below(const OffsetSampler& sampler, std::uint64_t rank) {
  RandomStream random(1, "test");
  double below = 0;
  for (int i = 0; i < 100'000; ++i) below += sampler.rank(random.next32()) < rank ? 1 : 0;
  return below / 100'000;
}

// Five standard deviations of a share of 100,000 draws are at most 0.008. Gray's method draws ranks beyond the second
// from a curve that is near to Zipf's, not equal: hence one percent more for those.
TEST(FioOffsets, AreAsLikelyAsTheirDistributionsSay) {
  for (const double theta : {0.5, 0.9, 1.2}) {
    const OffsetSampler zipf({OffsetShape::kZipf, theta}, 10'000);
    double zeta = 0;
    double first_hundred = 0;
    for (int i = 1; i <= 10'000; ++i) {
      zeta += std::pow(i, -theta);
      if (i == 100) first_hundred = zeta;
    }
    EXPECT_NEAR(share_below(zipf, 1), 1 / zeta, 0.008) << theta;
    EXPECT_NEAR(share_below(zipf, 2), (1 + std::pow(2, -theta)) / zeta, 0.008) << theta;
    EXPECT_NEAR(share_below(zipf, 100), first_hundred / zeta, 0.018) << theta;
  }
  // Of Pareto's a share of 1 - h lies in a share of h, whatever h is.
  for (const double h : {0.1, 0.2, 0.4})
    EXPECT_NEAR(share_below(OffsetSampler({OffsetShape::kPareto, h}, 10'000), static_cast<std::uint64_t>(h * 10'000)),
                1 - h, 0.009);
  // One standard deviation on either side of the middle has 68.27 %; twelve uniform numbers have 68.4 %.
  const OffsetSampler normal({OffsetShape::kNormal, 10}, 10'000);
  EXPECT_NEAR(share_below(normal, 6'000) - share_below(normal, 4'000), 0.683, 0.012);
}

TEST(FioRequests, LikelyBlocksComeMoreOftenAndLieAnywhere) {
  FioJob job;
  job.rw = "randread";
  job.bs = "4k";
  job.random_distribution = "zipf:1.2";
  std::map<std::uint64_t, int> hits;
  for (const FioRequest& request : requests_of(job, 10'000)) {
    EXPECT_EQ(request.offset_bytes % 4096, 0u);
    EXPECT_LE(request.offset_bytes + request.length_bytes, job.size_bytes);
    ++hits[request.offset_bytes];
  }
  const auto most = std::max_element(hits.begin(), hits.end(), [](auto a, auto b) { return a.second < b.second; });
  EXPECT_GT(most->second, 1'500);  // 1 / zeta(1.2) of 2^18 blocks is 0.196
  EXPECT_GT(most->first, 0u);
}

}  // namespace
}  // namespace vqlab
