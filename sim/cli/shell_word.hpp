// Words of a shell's command line.
#pragma once

#include <string>

namespace vqlab {

// The word, quoted if a shell would read something else into it.
[[nodiscard]] std::string shell_word(const std::string& word);

}  // namespace vqlab
