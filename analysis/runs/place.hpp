// A place of a study: what simulations share that differ in their seed, and in what is compared there.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace vqlab {

struct Place {
  std::string curve;
  std::vector<std::pair<std::string, std::string>> axes;  // column name and value as written, targets and vcpus first
};

// Names of the axes of all places, in the order in which they first appear.
[[nodiscard]] std::vector<std::string> axis_names(const std::vector<Place>& places);

// Adds those of one more place.
void add_axis_names(const Place& place, std::vector<std::string>& names);

// The values under these names; blank where the place has no such axis.
[[nodiscard]] std::vector<std::string> axis_values(const Place& place, const std::vector<std::string>& names);

// "multi_queue_4vcpu targets=8 vcpus=4".
[[nodiscard]] std::string place_name(const Place& place);

// The same for all of them, without the axes on which no curve has two values: "multi_queue_4vcpu targets=8".
[[nodiscard]] std::vector<std::string> short_place_names(std::vector<Place> places);

}  // namespace vqlab
