#include "analysis/scenario/schema.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/columns_page.hpp"
#include "analysis/scenario/reference_page.hpp"
#include "analysis/schema/answer_schema.hpp"

namespace vqlab {

namespace {

void add_schema_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("schema", "Print the JSON schema of scenarios, for editors.");
  verb->footer(
      "\nThe schema of scenarios refers to that of machines as machine_schema.json: keep both in one folder.\n"
      "\nHow the checked-in copies are made:\n"
      "  vqlab schema > scenarios/schema.json\n"
      "  vqlab schema --machine > scenarios/machine_schema.json\n"
      "  vqlab schema --device > scenarios/device_schema.json\n"
      "  vqlab schema --plan > scenarios/plan_schema.json\n"
      "  vqlab schema --markdown > docs/reference/parameters.md\n"
      "  vqlab schema --columns > docs/reference/columns.md");
  const auto machine = std::make_shared<bool>(false);
  const auto device = std::make_shared<bool>(false);
  const auto plan = std::make_shared<bool>(false);
  const auto markdown = std::make_shared<bool>(false);
  const auto columns = std::make_shared<bool>(false);
  const auto output = std::make_shared<std::vector<std::string>>();
  CLI::Option* first = verb->add_flag("--machine", *machine, "The schema of machine files.");
  CLI::Option* of_device = verb->add_flag("--device", *device, "The schema of device files.")->excludes(first);
  CLI::Option* of_plan =
      verb->add_flag("--plan", *plan, "The schema of calibration plans.")->excludes(first)->excludes(of_device);
  CLI::Option* second =
      verb->add_flag("--markdown", *markdown, "The reference page of all parameters, instead of a schema.")
          ->excludes(first)
          ->excludes(of_device)
          ->excludes(of_plan);
  verb->add_flag("--columns", *columns, "The reference page of the columns of result files, instead of a schema.")
      ->excludes(first)
      ->excludes(of_device)
      ->excludes(of_plan)
      ->excludes(second);
  CLI::Option* const of_answer =
      verb->add_option("--output", *output,
                       "The schema of what this verb answers with --json, \"ring replay\" is two words.")
          ->expected(1, 2);
  for (CLI::Option* const other : verb->get_options())
    if (other != of_answer && other->get_name() != "--help") of_answer->excludes(other);
  verb->callback([=, &code, &app] {
    if (*columns || *markdown) {
      const std::string page = *columns ? columns_page() : parameter_page();
      std::cout << page;
      answer("page", [&] { return page; });
    } else {
      const Json schema = !output->empty() ? answer_schema(app, *output)
                          : *machine       ? machine_schema()
                          : *device        ? device_schema()
                          : *plan          ? calibration_plan_schema()
                                           : scenario_schema();
      std::cout << schema.dump(2) << "\n";
      answer("schema", [&] { return schema; });
    }
    code = kExitGood;
  });
}

const VerbRegistration schema_verb{"schema", {VerbGroup::kLookUp, add_schema_verb}};

}  // namespace
}  // namespace vqlab
