// The stages of a request, from the beginning of its submission until its process has it back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/metrics/columns.hpp"
#include "sim/metrics/interval.hpp"

namespace vqlab {

// In the order in which a request passes them. Each begins where the one before ends, so that together they are the
// request's latency.
enum class Stage : std::uint8_t {
  kSubmit,         // fio, io_submit, block and SCSI layer
  kRingFull,       // refused or held back, until the attempt that succeeds
  kHostLock,       // the SCSI host's lock
  kTargetLock,     // picking a queue, under the target's lock if it is taken
  kQueueLock,      // into the ring, under the queue's lock
  kKick,           // the doorbell, if the device wants it
  kHostDispatch,   // until the host has taken it from the ring and handed it to its thread pool
  kThrottle,       // until the limits of its disk let it go; at once if there are none
  kPoolWait,       // until a worker is awake for it
  kPoolLock,       // the pool's mutex
  kWorker,         // the worker's own handling
  kDeviceCommand,  // until the device's command unit is done with it
  kDevice,         // until the device has served it, and its worker, if one waits, goes on
  kCopy,           // moving the data
  kCompletion,     // until its serving thread has put it into the used ring
  kInjection,      // the interrupt's ioctl, if one is sent for it
  kInterrupt,      // until the driver's interrupt handler has taken it back
  kSoftirq,        // until the block layer's softirq has completed it
  kWakeUp,         // until its process, woken if need be, has reaped it
};
inline constexpr std::size_t kStages = 19;

inline constexpr std::array<std::string_view, kStages> kStageNames{
    "submit",     "ring_full", "host_lock", "target_lock", "queue_lock",     "kick",   "host_dispatch",
    "throttle",   "pool_wait", "pool_lock", "worker",      "device_command", "device", "copy",
    "completion", "injection", "interrupt", "softirq",     "wake_up"};

// What a run says of one stage. Service is what the stage takes on a machine that is otherwise idle, for this request
// alone; queueing is the rest: for a CPU, a lock, a thread that wakes, work that is done once for several requests, the
// other hardware thread of a core.
struct StageTimes {
  std::string stage;
  Estimate latency_us;
  Estimate queueing_us;
  Estimate service_us;
  Estimate requests;  // in the stage at any time
};

// In the order of their columns.
inline constexpr std::array kStageEstimates{&StageTimes::latency_us, &StageTimes::queueing_us, &StageTimes::service_us,
                                            &StageTimes::requests};
static_assert(kStageEstimates.size() == kStageMeasures.size());

}  // namespace vqlab
