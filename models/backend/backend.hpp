// A storage back end: what a request does in a worker thread of the host process, and the device behind it, if any. One
// file in backends/ is one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/backend/device.hpp"
#include "models/base/registry.hpp"
#include "models/base/units.hpp"

namespace vqlab {

// What serving a request takes, apart from the worker's own cost.
struct BackendWork {
  std::uint32_t worker_pages;  // pages that the worker handles one by one (page-cache look-up)
  std::uint64_t copy_bytes;    // bytes moved over the memory bus
};

// Of a request whose blocks are in the host's page cache.
[[nodiscard]] inline BackendWork page_cache_work(std::uint64_t request_bytes) {
  return {pages(request_bytes), request_bytes};
}

struct BackendEntry {
  const char* help;
  // No more pages and no more bytes than the request has.
  BackendWork (*work)(std::uint64_t request_bytes);
  // Null: there is no device, the work is all that a request takes. So it is of a device that takes no time.
  std::unique_ptr<StorageDevice> (*device)(const DeviceSetup&) = nullptr;
  // Means over what is drawn. Null: nothing is known of the device.
  DeviceLimit (*limit)(const DeviceSource& source, std::uint64_t request_bytes, bool write) = nullptr;
  // Each disk may have a device of its own, which a data sheet describes. Else all are on one.
  bool by_sheet = false;
};

using BackendRegistration = Registration<BackendEntry>;

// What the back end `name` says that a request takes, and when its device is to be asked again, for those who act on
// it: an answer that is not allowed ends the process (models/base/contract.hpp).
[[noreturn]] void refuse_work(const std::string& name, const BackendWork& work, std::uint64_t request_bytes) noexcept;
[[noreturn]] void refuse_device(const std::string& name, const DeviceRequest& request, Duration step) noexcept;
[[nodiscard]] inline BackendWork checked_work(const BackendEntry& backend, const std::string& name,
                                              std::uint64_t request_bytes) {
  const BackendWork work = backend.work(request_bytes);
  if (work.copy_bytes > request_bytes || work.worker_pages > pages(request_bytes)) [[unlikely]]
    refuse_work(name, work, request_bytes);
  return work;
}
[[nodiscard]] inline Instant checked_advance(StorageDevice& device, const std::string& name, DeviceRequest& request,
                                             Instant now) {
  const Instant next = device.advance(request, now);
  if (next < now || request.service < Duration{0}) [[unlikely]]
    refuse_device(name, request, next - now);
  return next;
}

}  // namespace vqlab
