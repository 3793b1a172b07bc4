#include "analysis/app/wrapped_text.hpp"

#include <sstream>

namespace vqlab {

std::string wrapped_text(const std::string& text, std::size_t columns, std::size_t indent) {
  std::string result;
  std::size_t used = 0;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool fits = used + 1 + word.size() <= columns;
    if (used > 0) result += fits ? " " : '\n' + std::string(indent, ' ');
    used = (used == 0 ? 0 : fits ? used + 1 : indent) + word.size();
    result += word;
  }
  return result + '\n';
}

}  // namespace vqlab
