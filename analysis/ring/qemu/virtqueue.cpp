#include "analysis/ring/qemu/virtqueue.hpp"

#include <vector>

#include "models/base/atomic_access.hpp"
#include "models/virtqueue/packed_driver.hpp"
#include "models/virtqueue/split_driver.hpp"

namespace vqlab::qemu {
namespace {

template <class Ring>
class RingQueue final : public Virtqueue {
 public:
  RingQueue(const VirtqueueOptions& options, const GuestMemory& memory, const RingArea& area, IndirectTablePool& tables)
      : ring_(memory, area, options.ring, &tables), memory_(memory), area_(area), api_(options.api) {}

  AddResult add_command(const CommandBuffers& command, Token token) override {
    return vqlab::add_command(ring_, api_, command, table_, token);
  }
  AddResult add_task_management(std::uint64_t address, const scsi::TaskManagement& request, Token token) override {
    return vqlab::add_task_management(ring_, memory_, address, request, token);
  }
  void post_events(const EventBuffers& events) override { events.post_all(ring_); }
  std::optional<scsi::Event> take_event(const EventBuffers& events) override { return events.take(ring_); }

  bool kick_prepare() override { return ring_.kick_prepare(); }
  void take_used(const std::function<void(const Used&)>& take) override {
    if (!ring_.on_interrupt()) return;
    do {
      ring_.disable_cb();
      while (const auto used = ring_.get_buf()) take(*used);
    } while (!ring_.broken() && !ring_.enable_cb());
  }
  bool enable_interrupt() override { return ring_.enable_cb(); }

  std::uint16_t num_free() const override { return ring_.num_free(); }
  RingFault fault() const override { return ring_.fault(); }
  const RingArea& area() const override { return area_; }

 private:
  Ring ring_;
  const GuestMemory& memory_;
  RingArea area_;
  BufferApi api_;
  std::vector<Segment> table_;
};

}  // namespace

std::unique_ptr<Virtqueue> make_virtqueue(const VirtqueueOptions& options, const GuestMemory& memory,
                                          std::uint64_t base, IndirectTablePool& tables) {
  const RingArea area = ring_layout(options.format, base, options.ring.size);
  if (options.format == RingFormat::kPacked)
    return std::make_unique<RingQueue<BasicPackedDriver<AtomicAccess>>>(options, memory, area, tables);
  return std::make_unique<RingQueue<BasicSplitDriver<AtomicAccess>>>(options, memory, area, tables);
}

}  // namespace vqlab::qemu
