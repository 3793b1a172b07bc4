#include "models/backend/backend.hpp"

#include "models/base/contract.hpp"

namespace vqlab {

void refuse_work(const std::string& name, const BackendWork& work, std::uint64_t request_bytes) noexcept {
  contract_broken("back end " + name, "work() of " + std::to_string(request_bytes) + " bytes returned " +
                                          std::to_string(work.worker_pages) + " pages and " +
                                          std::to_string(work.copy_bytes) +
                                          " bytes; it returns no more than the request has");
}

void refuse_device(const std::string& name, const DeviceRequest& request, Duration step) noexcept {
  contract_broken("the device of back end " + name,
                  step < Duration{0} ? "advance() returned a time " + std::to_string(-step.count()) +
                                           " ns back; it returns `now` when the request is over, else a later time"
                                     : "service of a request is " + std::to_string(request.service.count()) +
                                           " ns; it is no less than 0");
}

}  // namespace vqlab
