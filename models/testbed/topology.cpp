#include "models/testbed/topology.hpp"

#include <algorithm>

#include "models/command/command_buffers.hpp"
#include "models/testbed/in_effect.hpp"
#include "models/testbed/testbed.hpp"
#include "models/testbed/testbed_check.hpp"

namespace vqlab {

const ParamTable& params_of(const Topology*) {
  const auto known = [](Param row) {
    return std::move(row).read_if<Topology>([](const Topology& one) { return one.known(); },
                                            "topology.cores is above 0");
  };
  static const ParamTable table{
      "topology",
      "How the host's physical CPUs are put together, as lscpu tells it, and what distance between them costs. CPUs "
      "are "
      "numbered as Linux numbers them on servers: the first thread of each core, die by die and socket by socket, then "
      "the second one of each core in the same order.",
      {
          known(integer("sockets", &Topology::sockets, {1, 16}, "sockets", "Sockets, each a NUMA node.")),
          known(integer("dies", &Topology::dies, {1, 64}, "dies",
                        "Groups of cores in each socket that share a last-level cache.",
                        "Xeons: 1; EPYCs: one for each core complex (CCX)")),
          integer("cores", &Topology::cores, {0, 1024}, "cores",
                  "Cores of each die. sockets times dies times cores times hardware.threads_per_core are the "
                  "hardware.physical_cpus. 0: "
                  "nothing is known; no CPU is nearer than another, and hardware threads that share a core are spread "
                  "evenly over all that are busy."),
          known(cost("core_line_ns", &Topology::core_line_ns, {8, 45}, ResourceId::kCacheLines,
                     "What a cache line that another thread wrote takes less, if that ran on the same core, than it "
                     "takes within a die. All other costs are those within a die.",
                     "a line of the same die takes 109 cycles at 2.13 GHz (David, SOSP'13), 15 to 19 ns on Zen 4 "
                     "(AnandTech), one of the core's own cache 12 to 14 cycles")),
          known(cost("die_line_ns", &Topology::die_line_ns, {40, 120}, ResourceId::kCacheLines,
                     "What such a line takes more, if that thread ran on another die of the socket.",
                     "Zen 4: up to 79.5 ns between core complexes, 15 to 19 ns within one (AnandTech, review of the "
                     "7950X)"))
              .read_if<Topology>([](const Topology& one) { return one.dies > 1; }, "topology.dies is above 1"),
          known(cost("node_line_ns", &Topology::node_line_ns, {70, 200}, ResourceId::kCacheLines,
                     "What such a line takes more, if that thread ran on another socket.",
                     "289 and 400 cycles over one hop and two, 109 in the socket, at 2.13 GHz (David, SOSP'13): 85 and "
                     "137 ns more"))
              .read_if<Topology>([](const Topology& one) { return one.sockets > 1; }, "topology.sockets is above 1"),
      }};
  return table;
}

namespace {

const PartParamsRegistration<Topology> topology_params;

const TestbedCheckRegistration adds_up{
    {.params = {"topology.sockets", "topology.dies", "topology.cores", "hardware.physical_cpus",
                "hardware.threads_per_core"},
     .rule = "a topology with sockets * dies * cores * hardware.threads_per_core equal to hardware.physical_cpus",
     .holds = [](const Testbed& testbed) {
       const auto& one = testbed.parts.get<Topology>();
       const Hardware& hardware = testbed.hardware;
       const std::uint64_t cpus = std::uint64_t{one.sockets} * one.dies * one.cores * hardware.threads_per_core;
       return !one.known() || cpus == hardware.physical_cpus;
     }}};

const TestbedCheckRegistration has_slices{
    {.params = {"topology.cores", "hardware.sched_latency_ns", "hardware.sched_base_slice_ns", "hardware.scheduler",
                "mechanisms.preemption"},
     .rule = "a host with time slices, if its topology is known: each thread that runs then has a CPU",
     .holds = [](const Testbed& testbed) {
       return !testbed.parts.get<Topology>().known() || in_effect(testbed).hardware.has_slices();
     }}};

Cost without(Cost cost, double ns) { return {std::max(cost.mean_ns - ns, 0.0), cost.shape}; }

}  // namespace

CpuPlaces cpu_places(const Testbed& testbed) {
  const auto& one = testbed.parts.get<Topology>();
  return one.known() ? CpuPlaces(one.sockets, one.dies, one.cores, testbed.hardware.threads_per_core) : CpuPlaces();
}

Testbed with_nearest_lines(Testbed testbed) {
  const auto& one = testbed.parts.get<Topology>();
  if (!one.known()) return testbed;
  const double line = one.core_line_ns.mean_ns;
  testbed.host_costs.pop_ns =
      without(testbed.host_costs.pop_ns, line * request_lines(kHeaderSegments + testbed.most_request_pages()));
  testbed.guest_costs.interrupt_entry_ns = without(testbed.guest_costs.interrupt_entry_ns, line * kCompletionLines);
  return testbed;
}

}  // namespace vqlab
