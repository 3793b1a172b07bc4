// Which points of a study a claim compares.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/scenario/claims.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Positions among the study's places: its points without their seeds. Nothing where an override took one away.
struct ComparedPlaces {
  std::optional<std::size_t> above;
  std::optional<std::size_t> below;
};

// One for each position on the axes that one of the two leaves open.
[[nodiscard]] std::vector<ComparedPlaces> compared_places(const Study& study, const ClaimPlace& above,
                                                          const ClaimPlace& below);

}  // namespace vqlab
