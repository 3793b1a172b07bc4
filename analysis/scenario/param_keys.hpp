// The keys under which an object may have the rows of a table: their names, and their aliases.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "models/base/params.hpp"

namespace vqlab {

[[nodiscard]] std::vector<std::string> keys_of(const ParamTable& table);

// Whether the row may be called so.
[[nodiscard]] bool is_called(const Param& row, const std::string& key);

// The key under which the object at `path` has the row; empty if it has none. Notes a fault if it has several, and
// returns the first of them.
[[nodiscard]] std::string written_key(const Json& object, const Param& row, const std::string& path, FaultList& faults);

}  // namespace vqlab
