// The bytes of QEMU's virtio-scsi device: given what its driver put into the descriptors and the available ring, and
// the order in which requests were done, our device side leaves the same used ring and avail_event.
//
// The dumps have no operations and no memory but the rings. What indirect tables held is therefore not known; tables of
// the announced length stand in for them, and what was written comes from the recording. Where buffers are direct, the
// written length follows from the descriptors: response and data are written in full.
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "analysis/ring/replay/ring_bytes.hpp"
#include "models/virtqueue/layout.hpp"
#include "models/virtqueue/split_device.hpp"
#include "tests/golden/golden_files.hpp"

namespace vqlab {
namespace {

constexpr std::uint64_t kGuestBytes = 64ULL << 20;
constexpr std::uint16_t kLongestChain = 1024;     // QEMU lets tables be longer than the ring
constexpr std::uint32_t kReadBytes = 108 + 4096;  // of the batches: response and one block

class QemuQueue {
 public:
  QemuQueue(std::uint64_t number, std::uint16_t size, bool indirect, bool event_idx)
      : size_(size),
        indirect_(indirect),
        event_idx_(event_idx),
        memory_(0, kGuestBytes),
        area_(legacy_layout(0x100000 + number * 0x10000, size)),
        device_(memory_, area_,
                {.size = size, .indirect_desc = indirect, .event_idx = event_idx, .longest_chain = kLongestChain}) {}

  // The driver's bytes, as dumped.
  void driver_writes(const Json& step) {
    write(area_.desc, step["desc"], desc_bytes(size_));
    write(area_.avail, step["avail"], avail_bytes(size_));
  }

  // Whether a driver that adds `added` buffers at once has to kick.
  [[nodiscard]] bool wants_kick(std::uint16_t added) const {
    std::uint16_t index = 0;
    std::uint16_t event = 0;
    std::uint16_t flags = 0;
    EXPECT_TRUE(memory_.load(area_.avail + 2, index) && memory_.load(area_.used, flags) &&
                memory_.load(area_.used + used_bytes(size_) - 2, event));
    if (!event_idx_) return (flags & kUsedNoNotify) == 0;
    return need_event(event, index, static_cast<std::uint16_t>(index - added));
  }

  // Takes what is there, asking to be notified after each as QEMU does.
  void take_all() {
    if (indirect_) stand_in_tables();
    while (device_.pop(chain_)) {
      device_.arm_notifications();
      taken_.push_back({chain_.head(), static_cast<std::uint32_t>(chain_.writable_bytes())});
    }
    EXPECT_FALSE(device_.broken()) << describe(device_.fault());
  }

  // Hands back the `nth` of what `take_all` took.
  void complete(std::size_t nth, std::uint32_t recorded_len) {
    ASSERT_LT(nth, taken_.size());
    if (!indirect_) {
      EXPECT_EQ(taken_[nth].writable, recorded_len);
    }
    device_.push(taken_[nth].head, recorded_len);
  }
  void all_done() { taken_.clear(); }

  [[nodiscard]] std::size_t taken() const { return taken_.size(); }
  [[nodiscard]] std::string used() const {
    return to_hex({memory_.at(area_.used, used_bytes(size_)), used_bytes(size_)});
  }

 private:
  struct Taken {
    std::uint16_t head;
    std::uint32_t writable;
  };

  void write(std::uint64_t address, const Json& hex, std::uint64_t bytes) {
    const std::string text = hex.get<std::string>();
    ASSERT_EQ(text.size(), 2 * bytes);
    for (std::uint64_t i = 0; i < bytes; ++i)
      ASSERT_TRUE(memory_.store(address + i, static_cast<std::uint8_t>(std::stoi(text.substr(2 * i, 2), nullptr, 16))));
  }

  // A table for each indirect descriptor: a request to read, the rest to write.
  void stand_in_tables() {
    for (std::uint16_t i = 0; i < size_; ++i) {
      Descriptor ref{};
      std::memcpy(&ref, memory_.at(area_.desc + 16ULL * i, 16), 16);
      if (link_flags(ref.link) != kDescIndirect) continue;
      ASSERT_TRUE(memory_.contains(ref.addr, ref.len));
      const std::uint32_t entries = ref.len / 16;
      for (std::uint32_t k = 0; k < entries; ++k) {
        const auto flags = static_cast<std::uint16_t>((k == 0 ? 0 : kDescWrite) | (k + 1 < entries ? kDescNext : 0));
        const Descriptor entry{0x1000000, 16, make_link(flags, static_cast<std::uint16_t>(k + 1))};
        std::memcpy(memory_.at(ref.addr + 16ULL * k, 16), &entry, 16);
      }
    }
  }

  std::uint16_t size_;
  bool indirect_;
  bool event_idx_;
  GuestMemory memory_;
  RingArea area_;
  SplitDevice device_;
  Chain chain_;
  std::vector<Taken> taken_;
};

// The requests of a step in the order in which they were done: their numbers, counted as they were added.
std::vector<std::size_t> order_of(const Json& step) {
  if (!step.contains("completion_tags")) return {0};
  std::vector<std::size_t> order;
  for (const Json& tag : step["completion_tags"]) order.push_back(tag.get<std::size_t>() - 1000);
  return order;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TEST(GoldenQemu, UsedRingAndAvailEventAreQemus) {
  const auto files = golden_files("qemu");
  ASSERT_EQ(files.size(), 4U);
  for (const auto& file : files) {
    const Json dump = golden_document(file);
    const auto size = dump["options"]["qsize"].get<std::uint16_t>();
    const bool indirect = dump["options"]["indirect"] == 1;
    const bool event_idx = dump["options"]["event"] == 1;
    std::map<std::uint64_t, std::unique_ptr<QemuQueue>> queues;
    int completed = 0;
    for (const Json& step : dump["steps"]) {
      SCOPED_TRACE(file.filename().string() + ": " + step["step"].get<std::string>());
      const auto number = step["queue"].get<std::uint64_t>();
      auto& queue = queues[number];
      if (!queue) queue = std::make_unique<QemuQueue>(number, size, indirect, event_idx);
      queue->driver_writes(step);
      if (ends_with(step["step"].get<std::string>(), "completed")) {
        const std::vector<std::size_t> order = order_of(step);
        EXPECT_EQ(step["kicked"].get<bool>(), queue->wants_kick(static_cast<std::uint16_t>(order.size())));
        queue->take_all();
        ASSERT_EQ(queue->taken(), order.size());
        for (const std::size_t nth : order) queue->complete(nth, step.value("used_len", kReadBytes));
        queue->all_done();
        completed += static_cast<int>(order.size());
      }
      EXPECT_EQ(queue->used(), step["used"].get<std::string>());
    }
    // 2 targets twice, INQUIRY, READ CAPACITY, one absent target, 3 reads; a batch of 4 on each of 4 queues.
    EXPECT_EQ(completed, 4 + 2 + 1 + 3 + 4 * 4);
    EXPECT_EQ(queues.size(), 4U);
  }
}

}  // namespace
}  // namespace vqlab
