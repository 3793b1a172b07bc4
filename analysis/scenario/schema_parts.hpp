// Pieces that JSON schemas are put together from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

inline constexpr const char* kDraft = "http://json-schema.org/draft-07/schema#";

// A text that matches the pattern.
[[nodiscard]] Json text(const char* pattern);
[[nodiscard]] Json one_of_names(const std::vector<std::string>& names);
[[nodiscard]] Json described(const char* type, const char* help);
// At least one character.
[[nodiscard]] Json short_text(const char* help, std::size_t longest);
[[nodiscard]] Json some_text(const char* help);
// No key but those of `properties`.
[[nodiscard]] Json closed_object(Json properties);
// At least one item.
[[nodiscard]] Json list_of(Json items, const char* help);
[[nodiscard]] Json positive_number();
[[nodiscard]] Json reference_to(const std::string& where);
// To the definition of the parameter, which is in the machine's schema if a machine may set it, else in the scenario's.
[[nodiscard]] Json param_in_machine(const ParamRef& param);
[[nodiscard]] Json param_in_scenario(const ParamRef& param);
// Relative to the scenario's schema: the two files lie in one folder.
inline constexpr const char* kMachineSchemaFile = "machine_schema.json";

// The member "claims" of a scenario.
[[nodiscard]] Json claims_schema();
// What it refers to by this name: where a claim looks.
[[nodiscard]] Json place_schema();
inline constexpr const char* kPlaceDefinition = "claims.place";

}  // namespace vqlab
