// QEMU's iothread-vq-mapping as QEMU takes it: [{"iothread": "iothread0", "vqs": [0, 2]}, ...].
#pragma once

#include <optional>
#include <string>

#include "analysis/scenario/document.hpp"
#include "models/base/iothread_vq_mapping.hpp"

namespace vqlab {

inline constexpr const char* kIothreadVqMappingAccepted =
    R"(a list such as [{"iothread": "a", "vqs": [0, 2]}, {"iothread": "b", "vqs": [1]}], with vqs for all or for none)";

// Nothing, and a fault for each thing that is wrong, if it is no mapping that QEMU would take. A schema knows that it
// is a list, and nothing more.
[[nodiscard]] std::optional<IothreadVqMapping> read_iothread_vq_mapping(const Json& json, const std::string& path,
                                                                        FaultList& faults);

[[nodiscard]] Json write_iothread_vq_mapping(const IothreadVqMapping& mapping);

}  // namespace vqlab
