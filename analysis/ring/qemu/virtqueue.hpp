// The driver's side of one virtqueue that a real device serves: the ring classes of the simulator with atomic accesses,
// whichever format the ring has.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "analysis/ring/qemu/combination.hpp"
#include "models/command/command_buffers.hpp"
#include "models/command/control_queue.hpp"
#include "models/virtqueue/fault.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"

namespace vqlab::qemu {

class Virtqueue {
 public:
  virtual ~Virtqueue() = default;

  // The calls of models/command, on this queue's ring.
  [[nodiscard]] virtual AddResult add_command(const CommandBuffers& command, Token token) = 0;
  [[nodiscard]] virtual AddResult add_task_management(std::uint64_t address, const scsi::TaskManagement& request,
                                                      Token token) = 0;
  virtual void post_events(const EventBuffers& events) = 0;
  [[nodiscard]] virtual std::optional<scsi::Event> take_event(const EventBuffers& events) = 0;

  [[nodiscard]] virtual bool kick_prepare() = 0;
  // The interrupt handler of a queue of commands: hands over what the device has used until there is no more, and asks
  // for the next interrupt.
  virtual void take_used(const std::function<void(const Used&)>& take) = 0;
  // Asks for an interrupt at the next used buffer; false if some are waiting already.
  [[nodiscard]] virtual bool enable_interrupt() = 0;

  [[nodiscard]] virtual std::uint16_t num_free() const = 0;
  [[nodiscard]] virtual RingFault fault() const = 0;
  [[nodiscard]] virtual const RingArea& area() const = 0;
};

struct VirtqueueOptions {
  RingFormat format = RingFormat::kSplit;
  BufferApi api = BufferApi::kPiecewise;
  RingOptions ring;
};

// Lays the ring out at guest-physical `base`, a multiple of 4096. `memory` and `tables` must outlive the queue.
[[nodiscard]] std::unique_ptr<Virtqueue> make_virtqueue(const VirtqueueOptions& options, const GuestMemory& memory,
                                                        std::uint64_t base, IndirectTablePool& tables);

}  // namespace vqlab::qemu
