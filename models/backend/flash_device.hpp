// A flash device: a controller, channels, and dies behind them that work in parallel. docs/models/backend.md has the
// sources.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/backend/device.hpp"
#include "models/base/busy_time.hpp"
#include "models/base/cost.hpp"
#include "models/base/params.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

// Defaults: a drive whose data sheet promises 85 us for a random read of 4 KiB, 490 thousand of them in a second,
// 3.2 GB/s of sequential reads and 1.05 GB/s of sequential writes.
struct Flash {
  std::uint32_t channels = 8;
  std::uint32_t dies_per_channel = 6;
  std::uint32_t page_bytes = 16384;
  double channel_gb_per_s = 0.4;
  Cost command_ns{2040};
  Cost controller_ns{8000};
  Cost read_ns{65000, Shape::kConstant};
  Cost program_ns{750000, Shape::kConstant};
  bool write_cache = true;

  friend bool operator==(const Flash&, const Flash&) = default;
};

const ParamTable& params_of(const Flash*);

// A read's pages go through their dies and then through those dies' channels, a write's the other way round, each page
// for itself; the request is over when the last of them is. A page is read where its address is hashed to and written
// to the next die in turn, as a log is: which pages were written where is not remembered.
class FlashDevice final : public StorageDevice {
 public:
  // Precondition: the values lie in the bounds of params_of.
  FlashDevice(const Flash& flash, RandomStream random);

  [[nodiscard]] Instant advance(DeviceRequest& request, Instant now) override;
  [[nodiscard]] std::vector<DeviceUnits> units(Instant now) const override;

  // Where a page of a unit is read: in [0, channels x dies_per_channel). As many neighbouring pages as there are dies
  // lie on one die each, neighbours on neighbouring channels; where they begin is hashed.
  [[nodiscard]] std::uint32_t die_of(std::uint32_t unit, std::uint64_t page) const noexcept;

 private:
  struct PageStep {
    Instant ready;  // done with the first of die and channel
    std::uint32_t die;
    std::uint32_t bytes;
  };
  // The pages of one request, in the order of `ready`.
  struct Pages {
    std::vector<PageStep> steps;
    std::size_t next = 0;
    Instant end{};        // of those that have passed both
    Duration service{0};  // of the longest, alone, programming apart
    Duration program{0};  // the longest that is waited for
  };

  Instant step(DeviceRequest& request, Instant now);
  Instant enter_pages(DeviceRequest& request, Instant now);
  Instant pass_pages(DeviceRequest& request, Instant now);
  Instant end(DeviceRequest& request, Instant now);
  [[nodiscard]] std::uint32_t next_written() noexcept;
  [[nodiscard]] std::uint32_t take_place();
  [[nodiscard]] Duration transfer(std::uint32_t bytes) const noexcept;
  [[nodiscard]] BusyTime& channel_of(std::uint32_t die) noexcept { return channels_[die % channels_.size()]; }

  Flash flash_;
  CostSampler command_;
  CostSampler controller_;
  CostSampler read_;
  CostSampler program_;
  RandomStream random_;
  // Each serves one request after the other, in the order in which they arrive.
  BusyTime commands_;
  std::vector<BusyTime> channels_;
  std::vector<BusyTime> dies_;
  std::uint32_t next_written_ = 0;
  Instant programmed_{};  // all that has been written
  std::vector<Pages> places_;
  std::vector<std::uint32_t> free_places_;
  Instant now_{};
};

}  // namespace vqlab
