// The driver of the series of December 2012: several request queues, steering, piecewise buffers.
#include "models/command/driver_version.hpp"

namespace vqlab {
namespace {

const DriverRegistration registered{
    "multiqueue",
    {.help = "The driver of the series of December 2012: several request queues, steered by guest.policy.",
     .source = "the series, on Linux 3.7",
     .promise = OrderPromise::kPerTarget,
     .buffer_api = std::nullopt,
     .policy = nullptr,
     .most_queues = 0,
     .host_lock = true,
     .tags = false,
     .managed_interrupts = false,
     .batches = false}};

}  // namespace
}  // namespace vqlab
