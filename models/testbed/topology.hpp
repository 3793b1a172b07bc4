// The section `topology` of a scenario: how the host's physical CPUs are put together, and what distance costs.
#pragma once

#include <cstdint>

#include "models/base/cost.hpp"
#include "models/base/cpu_places.hpp"
#include "models/base/params.hpp"

namespace vqlab {

struct Testbed;

struct Topology {
  std::uint32_t sockets = 1;
  std::uint32_t dies = 1;   // of each socket
  std::uint32_t cores = 0;  // of each die; 0: nothing is known, and no CPU is nearer than another
  Cost core_line_ns{30};
  Cost die_line_ns{60};
  Cost node_line_ns{100};

  [[nodiscard]] bool known() const noexcept { return cores > 0; }

  friend bool operator==(const Topology&, const Topology&) = default;
};
[[nodiscard]] const ParamTable& params_of(const Topology*);

// Not known unless the testbed says so.
[[nodiscard]] CpuPlaces cpu_places(const Testbed& testbed);

// Cache lines that whoever takes a request, or its completion, reads after another CPU wrote them.

// Of a request: its entry in the ring, its header, and its descriptors, four to a line.
[[nodiscard]] constexpr std::uint32_t request_lines(std::uint32_t descriptors) noexcept {
  constexpr std::uint32_t kEntryAndHeader = 2;
  constexpr std::uint32_t kDescriptorsInLine = 4;
  return kEntryAndHeader + (descriptors + kDescriptorsInLine - 1) / kDescriptorsInLine;
}
// Of its completion: its entry in the used ring, and the 108 bytes of its response.
inline constexpr std::uint32_t kCompletionLines = 3;

// The testbed if each request is handed over between two hardware threads of a core: nothing takes less of anybody.
[[nodiscard]] Testbed with_nearest_lines(Testbed testbed);

}  // namespace vqlab
