// Pieces that JSON schemas are put together from.
#pragma once

#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"
#include "analysis/scenario/section.hpp"

namespace vqlab {

// A text that matches the pattern.
[[nodiscard]] Json text(const char* pattern);
[[nodiscard]] Json one_of_names(const std::vector<std::string>& names);
[[nodiscard]] Json described(const char* type, const char* help);
// At least one character.
[[nodiscard]] Json some_text(const char* help);
// No key but those of `properties`.
[[nodiscard]] Json closed_object(Json properties);
// At least one item.
[[nodiscard]] Json list_of(Json items, const char* help);
[[nodiscard]] Json positive_number();
// To the definition of the parameter.
[[nodiscard]] Json reference_to(const ParamRef& param);

// The member "claims" of a scenario.
[[nodiscard]] Json claims_schema();
// What it refers to by this name: where a claim looks.
[[nodiscard]] Json place_schema();
inline constexpr const char* kPlaceDefinition = "claims.place";

}  // namespace vqlab
