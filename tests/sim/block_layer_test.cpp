// What reaches the ring of random batches: the guest's block layer against a reference that follows Linux's rules one
// by one, with lists and without regard to time.
#include <algorithm>
#include <gtest/gtest.h>
#include <list>
#include <map>
#include <random>

#include "models/scsi/cdb.hpp"
#include "tests/support/expect_all_served.hpp"

namespace vqlab::test {
namespace {

using sim::Count;

struct Extent {
  std::uint32_t disk;
  IoKind kind;
  std::uint64_t begin;
  std::uint64_t end;
  std::uint32_t process = 0;
  std::uint32_t segments = 0;
  bool no_more = false;

  [[nodiscard]] std::uint64_t bytes() const { return end - begin; }
};
using Extents = std::vector<Extent>;

// One batch or several, of which none completes before all are submitted.
class Reference {
 public:
  explicit Reference(const Testbed& testbed) : testbed_(testbed), blk_mq_(testbed.guest.driver == "blk_mq") {
    scheduler_ = testbed.guest.scheduler;
    if (scheduler_ == "auto") scheduler_ = blk_mq_ && testbed.controller.num_queues == 1 ? "mq-deadline" : "none";
    if (testbed.guest.nomerges > 0) scheduler_ = "none";
  }

  void submit(const std::vector<Extent>& call) {
    const std::size_t holds_from = blk_mq_ ? 3 : 2;  // a plug of one is no plug
    for (const Extent& io : call) {
      for (const Extent& part : split(io)) enter(part);
      if (testbed_.job.iodepth_batch < holds_from) flush();
    }
    flush();
  }

  [[nodiscard]] Extents rest() {
    for (auto& [disk, waiting] : waiting_)
      for (const Extent& one : waiting) ring_.push_back(one);
    return ring_;
  }

 private:
  // So many whole pages that neither limit is passed.
  [[nodiscard]] std::vector<Extent> split(const Extent& io) const {
    const std::uint64_t sectors =
        std::min<std::uint64_t>(std::uint64_t{testbed_.guest.max_sectors_kb} * 2, testbed_.controller.max_sectors);
    const std::uint64_t pages = std::min<std::uint64_t>(sectors / 8, testbed_.controller.seg_max);
    std::vector<Extent> parts;
    for (std::uint64_t at = io.begin; at < io.end;) {
      Extent part = io;
      part.begin = at;
      part.end = at = std::min(io.end, at + pages * 4096);
      part.segments = static_cast<std::uint32_t>((part.bytes() + 4095) / 4096);
      parts.push_back(part);
    }
    most_bytes_ = pages * 4096;
    most_segments_ = std::min(testbed_.controller.seg_max, testbed_.controller.virtqueue_size - 2);
    return parts;
  }

  [[nodiscard]] bool too_much(const Extent& a, const Extent& b) const {
    return a.bytes() + b.bytes() > most_bytes_ || a.segments + b.segments > most_segments_;
  }
  static bool alike(const Extent& a, const Extent& b) {
    return a.disk == b.disk && a.kind == b.kind && !a.no_more && !b.no_more;
  }
  static void put_together(Extent& into, const Extent& other) {
    into.begin = std::min(into.begin, other.begin);
    into.end = std::max(into.end, other.end);
    into.segments += other.segments;
  }
  // A bio at one of the ends of a request. A request that it does not fit is left alone for ever.
  bool attach(Extent& request, const Extent& bio) const {
    if (!alike(request, bio) || (request.end != bio.begin && bio.end != request.begin)) return false;
    if (too_much(request, bio)) {
      request.no_more = true;
      return false;
    }
    put_together(request, bio);
    return true;
  }

  void enter(const Extent& bio) {
    if (testbed_.guest.nomerges < 2 && into_plug(bio)) return;
    if (scheduler_ != "none" && into_scheduler(bio)) return;
    make_room_for(bio);
    plug_.push_back(bio);
  }

  bool into_plug(const Extent& bio) {
    for (auto request = plug_.rbegin(); request != plug_.rend(); ++request) {
      if (request->disk != bio.disk) continue;
      if (attach(*request, bio)) return true;
      if (blk_mq_) return false;  // the newest of the disk alone
    }
    return false;
  }

  // Requests of a disk that are in its scheduler. Before blk-mq the first has been taken out to be tried.
  [[nodiscard]] std::vector<Extent*> scheduled(std::uint32_t disk) {
    std::vector<Extent*> all;
    for (Extent& one : waiting_[disk]) all.push_back(&one);
    if (!blk_mq_ && !all.empty()) all.erase(all.begin());
    return all;
  }

  bool into_scheduler(const Extent& bio) {
    std::vector<Extent*> all = scheduled(bio.disk);
    std::reverse(all.begin(), all.end());  // the newest first
    const auto own = [&](const Extent* one) { return scheduler_ != "cfq" || one->process == bio.process; };
    for (Extent* one : all)
      if (alike(*one, bio) && own(one) && one->end == bio.begin) {
        if (!attach(*one, bio)) return false;
        close_gap(*one, true);
        return true;
      }
    if (scheduler_ == "noop") return false;
    for (Extent* one : all)
      if (alike(*one, bio) && own(one) && bio.end == one->begin) {
        if (!attach(*one, bio)) return false;
        close_gap(*one, false);
        return true;
      }
    return false;
  }

  // What has grown may touch another one now: with noop only the one that came next.
  void close_gap(Extent& grown, bool behind) {
    auto& waiting = waiting_[grown.disk];
    const std::vector<Extent*> all = scheduled(grown.disk);
    for (std::size_t i = 0; i < all.size(); ++i) {
      Extent& other = *all[i];
      if (&other == &grown || !alike(grown, other) || too_much(grown, other)) continue;
      if (scheduler_ == "cfq" && other.process != grown.process) continue;
      if (behind ? other.begin != grown.end : other.end != grown.begin) continue;
      if (scheduler_ == "noop" && (i == 0 || all[i - 1] != &grown)) continue;
      put_together(grown, other);
      waiting.remove_if([&](const Extent& one) { return &one == &other; });
      return;
    }
  }

  void make_room_for(const Extent& bio) {
    if (plug_.empty()) return;
    if (blk_mq_) {
      const bool several =
          std::any_of(plug_.begin(), plug_.end(), [&](const Extent& one) { return one.disk != plug_.front().disk; });
      const bool large = plug_.back().bytes() >= 128 * 1024 && testbed_.guest.nomerges < 2;
      if (large || plug_.size() >= (several ? 64u : 32u)) flush();
    } else if (std::count_if(plug_.begin(), plug_.end(), [&](const Extent& one) { return one.disk == bio.disk; }) >=
               16) {
      flush();
    }
  }

  void flush() {
    std::list<Extent> batch(plug_.begin(), plug_.end());
    plug_.clear();
    if (scheduler_ != "none") insert(batch);
    for (const Extent& one : batch) {
      auto& waiting = waiting_[one.disk];
      if (waiting.empty() && sent_[one.disk] < testbed_.controller.cmd_per_lun) {
        ++sent_[one.disk];
        ring_.push_back(one);
      } else {
        waiting.push_back(one);
      }
    }
  }

  // Each goes behind one that ends where it begins, if there is one and it fits.
  void insert(std::list<Extent>& batch) {
    std::vector<Extent*> order;
    for (Extent& one : batch) order.push_back(&one);
    if (!blk_mq_)
      std::stable_sort(order.begin(), order.end(), [](const Extent* a, const Extent* b) {
        return std::pair(a->disk, a->begin) < std::pair(b->disk, b->begin);
      });
    std::vector<Extent*> inserted;
    std::vector<Extent*> gone;
    for (Extent* const one : order) {
      std::vector<Extent*> all = scheduled(one->disk);
      all.insert(all.end(), inserted.begin(), inserted.end());
      const auto before = std::find_if(all.rbegin(), all.rend(), [&](const Extent* other) {
        return alike(*other, *one) && other->end == one->begin;
      });
      if (before != all.rend() && !too_much(**before, *one)) {
        put_together(**before, *one);
        gone.push_back(one);
      } else {
        inserted.push_back(one);
      }
    }
    batch.remove_if([&](const Extent& one) { return std::find(gone.begin(), gone.end(), &one) != gone.end(); });
  }

  Testbed testbed_;
  bool blk_mq_;
  std::string scheduler_;
  mutable std::uint64_t most_bytes_ = 0;
  mutable std::uint32_t most_segments_ = 0;
  std::vector<Extent> plug_;
  std::map<std::uint32_t, std::list<Extent>> waiting_;
  std::map<std::uint32_t, std::uint32_t> sent_;
  Extents ring_;
};

// Reads what the driver has written of each command that it puts into the ring.
class RingLog final : public sim::CommandObserver {
 public:
  explicit RingLog(MachineRig& rig) : rig_(rig) { rig.machine.observers.add(*this); }
  void called(std::uint32_t lun, std::uint64_t tag) override { luns_[tag] = lun; }
  void accepted(std::uint64_t tag) override {
    const std::uint64_t at = rig_.layout.headers + tag * sim::GuestLayout::kHeaderStride;
    std::array<std::byte, scsi::kCdbBytes> cdb{};
    for (std::uint32_t i = 0; i < scsi::kCdbBytes; ++i) cdb[i] = *rig_.memory.at(at + kCdbAt + i, 1);
    const scsi::Transfer found = *scsi::decode_transfer(cdb);
    seen.push_back({.disk = luns_[tag],
                    .kind = found.write ? IoKind::kWrite : IoKind::kRead,
                    .begin = found.lba * 512,
                    .end = (found.lba + found.blocks) * 512});
  }
  void refused(std::uint64_t) override {}
  void taken(std::uint64_t) override {}

  Extents seen;

 private:
  static constexpr std::uint64_t kCdbAt = 19;  // behind LUN, tag, task attribute, priority and CRN
  MachineRig& rig_;
  std::map<std::uint64_t, std::uint32_t> luns_;
};

constexpr double kSegmentNs = 16;

// All that is submitted is submitted before the host wakes up for the first of it.
Testbed slow_host() {
  Testbed testbed = short_testbed();
  testbed.guest.nr_requests = 1024;
  testbed.hardware.threads_per_core = 1;
  testbed.host_costs.loop_wakeup_ns = {5e7, Shape::kConstant};
  testbed.mechanisms.time_slices = false;
  testbed.mechanisms.line_transfers = false;
  GuestCosts& costs = testbed.guest_costs;
  // Of the queue's lock the segments alone are left.
  costs.add_segment_ns = {kSegmentNs, Shape::kConstant};
  for (Cost* const none :
       {&costs.add_ns, &costs.indirect_table_ns, &costs.interrupt_entry_ns, &costs.interrupt_remote_ns,
        &costs.interrupt_remote_page_ns, &costs.linearise_segment_ns, &costs.ipi_send_ns})
    none->mean_ns = 0;
  return testbed;
}

struct Dice {
  std::mt19937_64 bits;

  std::uint32_t from(std::uint32_t least, std::uint32_t most) {
    return least + static_cast<std::uint32_t>(bits() % (most - least + 1));
  }
  template <class T>
  T one_of(std::initializer_list<T> all) {
    return all.begin()[bits() % all.size()];
  }
};

Testbed random_testbed(Dice& dice) {
  Testbed testbed = slow_host();
  FioJob& job = testbed.job;
  const bool blk_mq = dice.from(0, 1) == 1;
  testbed.guest.driver = blk_mq ? "blk_mq" : dice.one_of({"before", "multiqueue"});
  testbed.guest.policy = blk_mq ? "per_vcpu" : "single_queue";
  testbed.controller.num_queues = testbed.guest.driver == "before" ? 1 : dice.from(1, 2);
  testbed.guest.vcpus = blk_mq ? testbed.controller.num_queues : 1;
  testbed.guest.pinned_vcpus = 1;
  testbed.guest.scheduler =
      blk_mq ? dice.one_of({"auto", "mq-deadline", "none"}) : dice.one_of({"auto", "noop", "deadline", "cfq", "none"});
  testbed.guest.nomerges = dice.one_of({0u, 0u, 0u, 0u, 1u, 2u});
  testbed.guest.max_sectors_kb = dice.one_of({16u, 64u, 512u, 1280u});
  testbed.controller.seg_max = dice.one_of({3u, 16u, 62u, 126u});
  testbed.controller.cmd_per_lun = dice.one_of({1u, 2u, 5u, 1024u});
  // No ring is ever full. A short one bounds requests.
  testbed.controller.virtqueue_size = testbed.controller.cmd_per_lun > 5 ? 1024 : 64;
  testbed.targets = dice.from(1, 3);
  job.file_service_type = "roundrobin";
  job.numjobs = dice.from(1, 2);  // one runs when the other one sleeps
  job.rw = dice.one_of({"read", "write", "rw", "randread", "randrw"});
  job.bs = "";
  struct Sizes {
    const char* split;
    std::uint64_t disk_bytes;
  };
  const Sizes sizes = dice.one_of<Sizes>({{"4k/100", 200 << 10},
                                          {"4k/50:8k/50", 300 << 10},
                                          {"512/30:4k/70", 128 << 10},
                                          {"4k/40:32k/40:200k/20", 1 << 20},
                                          {"64k/100", 2 << 20},
                                          {"1k/100", 32 << 10}});
  job.bssplit = sizes.split;
  job.size_bytes = testbed.targets * sizes.disk_bytes;
  job.loops = 1;
  job.iodepth = 1024;  // all of them
  job.iodepth_batch = dice.one_of({1u, 2u, 3u, 7u, 20u, 50u, 200u});
  // Chance neighbours of a job that submits one at a time are not looked for.
  if (job.random_offsets()) job.iodepth_batch = std::max(job.iodepth_batch, 3u);
  return testbed;
}

std::vector<std::tuple<std::uint32_t, IoKind, std::uint64_t, std::uint64_t>> sorted(const Extents& all) {
  std::vector<std::tuple<std::uint32_t, IoKind, std::uint64_t, std::uint64_t>> keys;
  for (const Extent& one : all) keys.emplace_back(one.disk, one.kind, one.begin, one.end);
  std::sort(keys.begin(), keys.end());
  return keys;
}

TEST(BlockLayer, SlowRequestsAndSegmentsOfRandomBatchesAreThoseOfLinuxsRules) {
  std::uint64_t merged = 0;
  for (std::uint32_t number = 0; number < 200; ++number) {
    Dice dice{std::mt19937_64(number)};
    const Testbed testbed = random_testbed(dice);
    TestbedRig rig(testbed, number + 1);
    RingLog log(rig);
    ASSERT_TRUE(rig.run_to_end(100s)) << number;

    Reference reference(testbed);
    for (std::uint32_t process = 0; process < testbed.job.numjobs; ++process) {
      FioRequestSequence sequence(testbed.job, rig.seed, process, testbed.targets);
      std::vector<Extent> call;
      FioRequest io{};
      while (sequence.next(io)) {
        call.push_back({io.disk, io.kind, io.offset_bytes, io.offset_bytes + io.length_bytes, process});
        if (call.size() < testbed.job.iodepth_batch) continue;
        reference.submit(call);
        call.clear();
      }
      reference.submit(call);
    }
    const Extents expected = reference.rest();
    ASSERT_EQ(sorted(log.seen), sorted(expected)) << number;
    double descriptors = 0;
    for (const Extent& one : expected) descriptors += 2 + one.segments;
    double held_ns = 0;
    for (const Duration held : rig.guest.locks_held().queues) held_ns += static_cast<double>(held.count());
    EXPECT_EQ(held_ns, descriptors * kSegmentNs) << number;
    EXPECT_EQ(rig.log.accepted_total + rig.total(Count::kMerged), rig.total(Count::kRequests)) << number;
    rig.machine.stages.check(rig.calendar.now());
    merged += rig.total(Count::kMerged);
  }
  EXPECT_GT(merged, 2000u);
}

// Calls of eight reads of a page each, one behind the other: one request of eight pages.
TEST(BlockLayer, ASequentialBatchIsOneRequest) {
  Testbed testbed = short_testbed();
  testbed.targets = 1;
  testbed.guest.vcpus = 1;
  testbed.guest.driver = "blk_mq";
  testbed.guest.policy = "per_vcpu";
  testbed.job.bs = "4k";
  testbed.job.iodepth = testbed.job.iodepth_batch = testbed.job.iodepth_batch_complete_min = 8;
  TestbedRig merged(testbed);
  expect_all_served(merged);
  EXPECT_EQ(merged.total(Count::kCompleted), 256u);
  EXPECT_EQ(merged.log.accepted_total, 256u / 8);
  EXPECT_EQ(merged.total(Count::kKicks), 256u / 8);
  const Duration end = merged.calendar.now().time_since_epoch();
  testbed.guest.nomerges = 2;
  TestbedRig apart(testbed);
  expect_all_served(apart);
  EXPECT_EQ(apart.log.accepted_total, 256u);
  EXPECT_LT(end, apart.calendar.now().time_since_epoch() * 3 / 4);
}

}  // namespace
}  // namespace vqlab::test
