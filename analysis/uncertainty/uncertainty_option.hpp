// The option of verbs that run a study on many plausible machines.
#pragma once

#include <cstddef>

namespace CLI {
class App;
}

namespace vqlab {

// Adds --uncertainty. `machines` outlives `verb`; it stays as it is if the option is not given.
void add_uncertainty_option(CLI::App& verb, std::size_t& machines);

}  // namespace vqlab
