#include "models/backend/closed_loop.hpp"

#include <cstddef>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace vqlab {
namespace {

constexpr std::uint32_t kWarmUpShare = 5;
constexpr std::uint32_t kPercent = 100;

// A request of those in flight that is called next: the one that was made first among those of one instant.
struct Call {
  Instant at;
  std::uint64_t order;
  std::size_t slot;

  bool operator>(const Call& other) const { return at != other.at ? at > other.at : order > other.order; }
};

}  // namespace

double iops_alone(StorageDevice& device, const ClosedLoop& load, RandomStream random) {
  const std::uint64_t blocks = load.span_bytes / load.bytes;
  std::uint64_t next_block = 0;
  const auto made = [&] {
    DeviceRequest request;
    const std::uint64_t draw = std::uint64_t{random.next32()} << 32 | random.next32();
    request.offset_bytes = (load.sequential ? next_block++ : draw % blocks) * load.bytes;
    request.bytes = load.bytes;
    request.write = below(kPercent, random.next32()) >= load.read_percent;
    return request;
  };
  std::vector<DeviceRequest> slots(load.depth);
  std::priority_queue<Call, std::vector<Call>, std::greater<>> calls;
  std::uint64_t order = 0;
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    slots[slot] = made();
    calls.push({Instant{}, order++, slot});
  }
  const std::uint32_t warm_up = load.requests / kWarmUpShare;
  Instant since{};
  Instant now{};
  for (std::uint32_t over = 0; over < warm_up + load.requests;) {
    const Call call = calls.top();
    calls.pop();
    now = call.at;
    const Instant next = device.advance(slots[call.slot], now);
    if (next == now) {
      if (++over == warm_up) since = now;
      slots[call.slot] = made();
    }
    calls.push({next, order++, call.slot});
  }
  return now > since ? load.requests * 1e9 / static_cast<double>((now - since).count()) : 0;
}

}  // namespace vqlab
