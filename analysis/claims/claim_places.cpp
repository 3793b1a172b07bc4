#include "analysis/claims/claim_places.hpp"

#include <algorithm>

namespace vqlab {
namespace {

// Null if the place leaves the axis open.
const std::string* text_at(const ClaimPlace& place, const std::string& path) {
  for (const AxisValue& axis : place.axes)
    if (axis.path == path) return &axis.text;
  return nullptr;
}

// The next position on the axes that are open; false once all are back at their first value.
bool step(const Study& study, const ClaimPlace& above, const ClaimPlace& below, std::vector<std::size_t>& position) {
  for (std::size_t i = position.size(); i-- > 0;) {
    const std::string& path = study.sweep[i].path;
    if (text_at(above, path) != nullptr && text_at(below, path) != nullptr) continue;
    if (++position[i] < study.sweep[i].values.size()) return true;
    position[i] = 0;
  }
  return false;
}

// Places are ordered by curve, then the axes.
std::optional<std::size_t> place_of(const Study& study, const ClaimPlace& place,
                                    const std::vector<std::size_t>& position) {
  const auto curve = std::find_if(study.curves.begin(), study.curves.end(),
                                  [&place](const Curve& one) { return one.name == place.curve; });
  if (curve == study.curves.end()) return std::nullopt;
  auto found = static_cast<std::size_t>(curve - study.curves.begin());
  for (std::size_t i = 0; i < study.sweep.size(); ++i) {
    const std::vector<std::string>& values = study.sweep[i].values;
    std::size_t at = position[i];
    if (const std::string* text = text_at(place, study.sweep[i].path))
      at = static_cast<std::size_t>(std::find(values.begin(), values.end(), *text) - values.begin());
    if (at == values.size()) return std::nullopt;
    found = found * values.size() + at;
  }
  return found;
}

}  // namespace

std::vector<ComparedPlaces> compared_places(const Study& study, const ClaimPlace& above, const ClaimPlace& below) {
  std::vector<std::size_t> position(study.sweep.size(), 0);
  std::vector<ComparedPlaces> places;
  do {
    places.push_back({place_of(study, above, position), place_of(study, below, position)});
  } while (step(study, above, below, position));
  return places;
}

}  // namespace vqlab
