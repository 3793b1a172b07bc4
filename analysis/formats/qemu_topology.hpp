// vCPUs of -smp, by the rules of the machine type.
#pragma once

#include "analysis/formats/qemu_arguments.hpp"
#include "analysis/formats/qemu_machine_type.hpp"
#include "analysis/formats/virtual_machine.hpp"

namespace vqlab {

// Classes each property of `argument` whose name begins with `prefix` ("smp." in -machine), and sets the machine's
// vCPUs.
void read_smp(const QemuArgument& argument, const std::string& prefix, const QemuVersion& version, OptionRecord& record,
              VirtualMachine& machine);

// How vCPUs that are `sockets` times `cores` (of one socket, with their threads) share caches; `approximately` is what
// is lost, empty if nothing is.
struct SharedCaches {
  bool shared = true;
  std::string approximately{};
};
[[nodiscard]] SharedCaches shared_caches(std::int64_t sockets, std::int64_t dies, std::int64_t cores,
                                         std::int64_t threads);

}  // namespace vqlab
