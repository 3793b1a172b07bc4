// A storage back end: what a request does in a worker thread of the host process, and the device behind it, if any. One
// file in backends/ is one.
#pragma once

#include <cstdint>
#include <memory>

#include "models/backend/device.hpp"
#include "models/base/registry.hpp"

namespace vqlab {

// What serving a request takes, apart from the worker's own cost.
struct BackendWork {
  std::uint32_t worker_pages;  // pages that the worker handles one by one (page-cache look-up)
  std::uint64_t copy_bytes;    // bytes moved over the memory bus
};

struct BackendEntry {
  const char* help;
  BackendWork (*work)(std::uint64_t request_bytes);
  // Null: there is no device, the work is all that a request takes.
  std::unique_ptr<StorageDevice> (*device)(const DeviceSetup&) = nullptr;
};

using BackendRegistration = Registration<BackendEntry>;

}  // namespace vqlab
