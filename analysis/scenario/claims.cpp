#include "analysis/scenario/claims.hpp"

#include <cstddef>

namespace vqlab {

const std::vector<std::string>& judgement_names() {
  static const std::vector<std::string> names{"ratio", "direction", "ordering"};
  return names;
}

const std::string& to_string(Judgement judgement) { return judgement_names()[static_cast<std::size_t>(judgement)]; }

}  // namespace vqlab
