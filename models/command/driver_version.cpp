#include "models/command/driver_version.hpp"

#include <string_view>

namespace vqlab {

const char* contradiction_in(const DriverVersion& version) {
  if (version.batches && !version.tags) return "batches without tags: a batch may go to several queues";
  if (version.single_lock && (version.most_queues != 1 || version.buffer_api != BufferApi::kAddBuf))
    return "a single lock with several queues, or without the table of add_buf that it protects";
  if (version.tags && (version.policy == nullptr || std::string_view(version.policy) != "per_vcpu"))
    return "tags with another policy than per_vcpu: the queue is that of the vCPU";
  if (version.policy != nullptr && Registry<PolicyEntry>::instance().find(version.policy) == nullptr)
    return "a policy that there is not";
  return nullptr;
}

}  // namespace vqlab
