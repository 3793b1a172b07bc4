// A verb's own help, as a manual page.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace vqlab {

// A verb of the command line with the words that call it, "vqlab ring replay".
using CalledVerb = std::pair<std::string, const CLI::App*>;

// The program itself, then its verbs and theirs. Precondition: `program` outlives the result.
[[nodiscard]] std::vector<CalledVerb> called_verbs(const CLI::App& program);

// The page's name: "vqlab-ring-replay".
[[nodiscard]] std::string page_name(const CalledVerb& verb);

// In roff's man macros. That of the program has the verbs and the environment; all others point to it.
[[nodiscard]] std::string manual_page(const CalledVerb& verb);

}  // namespace vqlab
