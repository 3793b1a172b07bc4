#include "analysis/runs/place.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace vqlab {

std::vector<std::string> axis_names(const std::vector<Place>& places) {
  std::vector<std::string> names;
  for (const Place& place : places) add_axis_names(place, names);
  return names;
}

void add_axis_names(const Place& place, std::vector<std::string>& names) {
  for (const auto& [name, value] : place.axes)
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
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
  std::string text = place.curve;
  for (const auto& [name, value] : place.axes) text += " " + name + "=" + value;
  return text;
}

std::vector<std::string> short_place_names(std::vector<Place> places) {
  std::map<std::pair<std::string, std::string>, std::string> first;  // value by curve and axis
  std::set<std::string> varying;
  for (const Place& place : places)
    for (const auto& [name, value] : place.axes)
      if (first.try_emplace({place.curve, name}, value).first->second != value) varying.insert(name);
  std::vector<std::string> names;
  for (Place& place : places) {
    const auto constant = [&varying](const auto& axis) { return varying.count(axis.first) == 0; };
    place.axes.erase(std::remove_if(place.axes.begin(), place.axes.end(), constant), place.axes.end());
    names.push_back(place_name(place));
  }
  return names;
}

}  // namespace vqlab
