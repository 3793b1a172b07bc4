// Words of a shell's command line.
#pragma once

#include <string>
#include <vector>

namespace vqlab {

// The word, quoted if a shell would read something else into it.
[[nodiscard]] std::string shell_word(const std::string& word);

// "a,b,c", as options take lists.
[[nodiscard]] std::string joined_words(const std::vector<std::string>& words);

}  // namespace vqlab
