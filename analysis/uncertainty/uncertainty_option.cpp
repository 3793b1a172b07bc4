#include "analysis/uncertainty/uncertainty_option.hpp"

#include <CLI/CLI.hpp>

#include "analysis/app/number_range.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {

void add_uncertainty_option(CLI::App& verb, std::size_t& machines) {
  verb.add_option("--uncertainty", machines,
                  "Run every point on so many plausible machines as well, in short runs: results get a band of the "
                  "model beside the interval of chance.")
      ->check(NumberRange(kFewestMachines, std::size_t{10000}));
}

}  // namespace vqlab
