// A ring under load: commands of one shape go around it, and each of the four phases can be run by itself.
#pragma once

#include <benchmark/benchmark.h>
#include <cstdint>
#include <vector>

#include "models/base/ensure.hpp"
#include "models/command/command_buffers.hpp"
#include "tests/support/ring_fixture.hpp"

namespace vqlab::bench {

struct RingShape {
  std::uint32_t in = 10;  // segments that the device writes, beside the one that it reads: response header and data
  bool indirect = true;
  std::uint32_t batch = 1;  // commands for each look at whether the other side wants to hear of them
};

template <class Format, class Access = PlainAccess>
class RingLoad {
 public:
  using Ring = test::Ring<Access, Format>;

  static constexpr std::uint16_t kSize = 2048;   // room for many batches of the largest commands, direct ones too
  static constexpr std::uint32_t kPerPass = 64;  // commands in the ring at most

  explicit RingLoad(const RingShape& shape)
      : shape_(shape), ring_({.size = kSize, .indirect_desc = shape.indirect}, kPerPass) {
    for (std::uint32_t page = 1; page < shape.in; ++page) data_.push_back({Ring::kData + page * 4096, 4096});
    heads_.reserve(kPerPass);
  }

  // Puts one batch into the ring. What the driver before the series copies is copied.
  void add(BufferApi api) {
    for (std::uint32_t i = 0; i < shape_.batch; ++i) {
      const AddResult added =
          shape_.in == 0 ? add_request_alone(api) : add_command(ring_.driver, api, command(), table_, i);
      ensure(added.ok(), "the ring has room for a batch");
    }
    benchmark::DoNotOptimize(ring_.driver.kick_prepare());
  }

  // The device takes a batch and hands it back.
  void serve() {
    for (std::uint32_t i = 0; i < shape_.batch; ++i) {
      ensure(ring_.device.pop(ring_.chain), "a batch is waiting");
      heads_.push_back(ring_.chain.head());
    }
    ring_.device.arm_notifications();
    for (const std::uint16_t head : heads_) ring_.device.push(head, 0);
    heads_.clear();
    benchmark::DoNotOptimize(ring_.device.should_interrupt());
  }

  // The driver takes a batch back, as its interrupt handler does.
  void take() {
    ring_.driver.disable_cb();
    for (std::uint32_t i = 0; i < shape_.batch; ++i) {
      const auto used = ring_.driver.get_buf();
      ensure(used.has_value(), "a batch has been used");
      benchmark::DoNotOptimize(used->token);
    }
    benchmark::DoNotOptimize(ring_.driver.enable_cb());
  }

 private:
  [[nodiscard]] CommandBuffers command() const noexcept { return {Ring::kData, Ring::kData + 64, data_, false}; }

  // One segment to read and nothing to write is no command of virtio-scsi's, but the smallest buffer there is.
  [[nodiscard]] AddResult add_request_alone(BufferApi api) {
    const Segment request[] = {command().request()};
    const std::span<const Segment> lists[] = {request};
    switch (api) {
      case BufferApi::kAddBuf: return ring_.driver.add_buf(request, 1, 0, 0);
      case BufferApi::kAddSgs: return ring_.driver.add_sgs(lists, 1, 0, 0);
      case BufferApi::kPiecewise: break;
    }
    const AddResult started = ring_.driver.start_buf(0, 1, 1);
    if (!started.ok()) return started;
    ring_.driver.add_sg(request, Direction::kOut);
    return ring_.driver.end_buf();
  }

  RingShape shape_;
  Ring ring_;
  std::vector<Segment> data_;
  std::vector<Segment> table_;
  std::vector<std::uint16_t> heads_;
};

}  // namespace vqlab::bench
