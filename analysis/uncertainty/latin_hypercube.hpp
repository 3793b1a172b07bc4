// Latin hypercube samples (McKay, Beckman and Conover, 1979).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vqlab {

// `count` points of the unit cube, each with a coordinate for each name. Of each coordinate, every one of `count` equal
// parts of (0, 1) has one value. It depends on `count`, `seed` and its name alone: what else varies changes nothing.
// Precondition: count > 0.
[[nodiscard]] std::vector<std::vector<double>> latin_hypercube(std::size_t count, const std::vector<std::string>& names,
                                                               std::uint64_t seed);

}  // namespace vqlab
