#include "sim/results/place.hpp"

#include <algorithm>

namespace vqlab {

std::vector<std::string> axis_names(const std::vector<Place>& places) {
  std::vector<std::string> names;
  for (const Place& place : places)
    for (const auto& [name, value] : place.axes)
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  return names;
}

std::vector<std::string> axis_values(const Place& place, const std::vector<std::string>& names) {
  std::vector<std::string> values;
  for (const std::string& name : names) {
    const auto axis =
        std::find_if(place.axes.begin(), place.axes.end(), [&](const auto& a) { return a.first == name; });
    values.push_back(axis == place.axes.end() ? "" : axis->second);
  }
  return values;
}

std::string place_name(const Place& place) {
  std::string text = place.series;
  for (const auto& [name, value] : place.axes) text += " " + name + "=" + value;
  return text;
}

}  // namespace vqlab
