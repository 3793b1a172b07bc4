// Traces by the names of their files: scenarios say which, points carry the name and the hash of what stands there.
#pragma once

#include <string>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/scenario_place.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {

// The document with PATH#sha256:HEX in place of each PATH that a read_iolog names, relative to the scenario's folder;
// the traces are kept (models/workload/io_trace.hpp). A name that has a hash already must be the file's. Faults are
// those of the names, and of the traces with their lines.
[[nodiscard]] Json with_traces(const Json& document, const std::string& path, const ScenarioPlace& place,
                               FaultList& faults);

// The traces of the testbed's jobs are kept in this process, too. Throws std::runtime_error if one cannot be read any
// more, or has changed.
void keep_traces_of(const Testbed& testbed);

}  // namespace vqlab
