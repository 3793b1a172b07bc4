#include "analysis/scenario/param_reader.hpp"

#include <algorithm>

#include "analysis/scenario/section.hpp"

namespace vqlab {

ObjectReader param_reader(const Json& json, const std::string& path, std::vector<std::string> known,
                          FaultList& faults) {
  if (json.is_object()) {
    const std::vector<std::string> params = known;
    for (const auto& [key, value] : json.items()) {
      if (!may_be_of_part(key) || std::find(params.begin(), params.end(), key) != params.end()) continue;
      faults.add(FaultKind::kMeaning, member_path(path, key), "an unknown parameter",
                 "the path of a parameter, such as \"guest.vcpus\"", nearest_name(key, params));
      known.push_back(key);
    }
  }
  return {json, path, known, faults};
}

}  // namespace vqlab
