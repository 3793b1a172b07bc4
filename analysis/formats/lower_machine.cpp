#include "analysis/formats/lower_machine.hpp"

#include "analysis/formats/lower_controllers.hpp"
#include "analysis/formats/lower_disks.hpp"
#include "analysis/formats/lower_threads.hpp"

namespace vqlab {

namespace {

constexpr std::int64_t kMostVcpus = 256;

void lower_vcpus(const VirtualMachine& machine, ImportedPart& part) {
  if (machine.vcpus.value > kMostVcpus) {
    if (machine.vcpus.option)
      set_class(part, *machine.vcpus.option, OptionClass::kRefused,
                "what more vCPUs do; nearest: 256, the most that are modelled");
    return;
  }
  part.scenario["guest"]["vcpus"] = machine.vcpus.value;
  if (machine.vcpus.value > 1) part.scenario["guest"]["topology"] = machine.shared_cache.value ? "cores" : "sockets";
}

}  // namespace

void lower_machine(const VirtualMachine& machine, ImportedPart& part) {
  lower_vcpus(machine, part);
  const PlacedDisks placed = place_disks(machine, part);
  lower_controllers(machine, placed, part);
  lower_disks(machine, placed, part);
  lower_threads(machine, placed, part);
}

}  // namespace vqlab
