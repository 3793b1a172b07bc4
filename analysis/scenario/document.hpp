// JSON text to a document, with what the usual parser lets pass: duplicate keys, and whatever follows a NUL character.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "analysis/scenario/fault.hpp"

namespace vqlab {

// Keys keep the order in which they are written.
using Json = nlohmann::ordered_json;

// The text of an input file. Nothing, and a fault, if it cannot be read or is longer than any input; `accepted` says
// what kind of file it is.
[[nodiscard]] std::optional<std::string> read_input(const std::filesystem::path& file, const std::string& accepted,
                                                    FaultList& faults);

// Nothing if the text is no JSON, or more of it than any input; the one syntax fault is then in `faults`. Of a
// duplicate key the first value is kept and the fault noted.
[[nodiscard]] std::optional<Json> parse_document(const std::string& text, FaultList& faults);

// A value as it is shown in a fault: JSON, cut if long.
[[nodiscard]] std::string show(const Json& value);

}  // namespace vqlab
