#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/result_folder.hpp"

namespace vqlab {

namespace {

void add_plot_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("plot", "Draw the figures of a result directory again.");
  verb->footer(
      "\nExample:\n  vqlab plot results/multiqueue_2012\n"
      "\nExit codes: 0 done; 1 a figure cannot be written; 2 DIR cannot be drawn, nothing was written.");
  const auto directory = std::make_shared<std::string>();
  verb->add_option("DIR", *directory, "Result directory of a verb that draws figures.")
      ->required()
      ->check(CLI::ExistingDirectory);
  verb->callback([directory, &code] {
    std::optional<ResultFolder> held;  // what is no result folder is left as it is
    if (is_result_folder(*directory)) held.emplace(*directory);
    code = run_analysis("figures/plot.py", {*directory});
  });
}

const VerbRegistration plot_verb{"plot", {VerbGroup::kRun, add_plot_verb}};

}  // namespace
}  // namespace vqlab
