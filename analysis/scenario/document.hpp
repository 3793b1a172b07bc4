// JSON text to a document, with what the usual parser lets pass: duplicate keys.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

// Keys keep the order in which they are written.
using Json = nlohmann::ordered_json;

// Nothing if the text is no JSON; the one syntax fault is then in `faults`. Of a duplicate key the first value is kept
// and the fault noted.
[[nodiscard]] std::optional<Json> parse_document(const std::string& text, FaultList& faults);

// A value as it is shown in a fault: JSON, cut if long.
[[nodiscard]] std::string show(const Json& value);

}  // namespace vqlab
