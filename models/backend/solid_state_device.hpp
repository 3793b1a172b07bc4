// A solid-state drive as its data sheet describes it: units that work in parallel, and latency beside them.
// docs/models/backend.md says how the figures of a sheet become these values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/backend/device.hpp"
#include "models/backend/stream_table.hpp"
#include "models/base/busy_time.hpp"
#include "models/base/cost.hpp"
#include "models/base/rng.hpp"

namespace vqlab {

struct SolidState {
  std::uint32_t units = 1;              // at least 1
  std::uint32_t stripe_bytes = 4096;    // that lie on one unit together
  std::uint32_t queue_depth = 0;        // requests that it takes at once; 0: any number
  double random_read_ns = 0;            // of a unit; a piece of a read of more than kSheetBytes takes no less than
                                        // read_ns_per_byte says
  double random_write_ns_per_byte = 0;  // of a unit, as the next two; no less than for kSheetBytes
  double read_ns_per_byte = 0;
  double write_ns_per_byte = 0;
  double turn_ns = 0;                // of a unit that reads after it wrote, or writes after it read
  double read_link_ns_per_byte = 0;  // latency of each byte above kSheetBytes
  double write_link_ns_per_byte = 0;
  // Latency beside the units.
  double random_read_latency_ns = 0;
  double random_write_latency_ns = 0;
  double sequential_read_latency_ns = 0;
  double sequential_write_latency_ns = 0;
  double flush_ns = 0;
  double trim_ns = 0;
};

// Data sheets give their rates of requests for this size.
inline constexpr std::uint32_t kSheetBytes = 4096;

// A request is cut at multiples of the stripe; each piece occupies one unit, in the order of arrival. A random read's
// unit is where its address is hashed to, and the request is over when the last of them is done. What goes through the
// drive's buffer, writes and the read-ahead of sequential reads, takes the next unit in turn, and is over when the last
// of them has begun: the buffer holds a piece for each unit.
class SolidStateDevice final : public StorageDevice {
 public:
  SolidStateDevice(const SolidState& drive, RandomStream random);

  [[nodiscard]] Instant advance(DeviceRequest& request, Instant now) override;
  [[nodiscard]] std::vector<DeviceUnits> units(Instant now) const override;

 private:
  enum Pattern : std::size_t { kRandomRead, kRandomWrite, kSequentialRead, kSequentialWrite, kPatterns };
  enum Stage : std::uint32_t { kNew, kHeld, kDone };  // DeviceRequest::stage
  struct Unit {
    BusyTime time;
    bool wrote = false;
  };

  [[nodiscard]] Instant transfer(DeviceRequest& request, Instant begin);
  [[nodiscard]] Instant admitted(Instant now);
  [[nodiscard]] bool continues_a_stream(const DeviceRequest& request);
  [[nodiscard]] double unit_ns(Pattern pattern, std::uint32_t request_bytes, std::uint64_t bytes) const noexcept;
  [[nodiscard]] std::size_t next_in_turn() noexcept;

  SolidState drive_;
  std::array<CostSampler, kPatterns> latency_;
  CostSampler flush_;
  CostSampler trim_;
  RandomStream random_;
  std::vector<Unit> units_;
  std::size_t next_ = 0;
  StreamTable streams_;
  std::vector<Instant> ends_;  // of the requests that it holds, if there is a limit; a heap, the earliest first
  Instant now_{};
};

}  // namespace vqlab
