#include "analysis/formats/import_report.hpp"

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <vector>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/answer.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kWidestOption = 48;

const char* name_of_class(OptionClass kind) {
  switch (kind) {
    case OptionClass::kModelled: return "modelled";
    case OptionClass::kHarmless: return "harmless";
    case OptionClass::kApproximated: return "approximated";
    case OptionClass::kRefused: return "refused";
  }
  return "";
}

std::string assignment_of(const ClassedOption& one) {
  const std::string text = one.value.empty() ? one.option : one.option + "=" + one.value;
  return text.size() <= kWidestOption ? text : text.substr(0, kWidestOption - 3) + "...";
}

}  // namespace

std::string import_report(const ImportedSetup& imported) {
  std::array<std::size_t, 4> counts{};
  std::string text;
  for (auto one = imported.options.begin(); one != imported.options.end();) {
    text += one->file + "\n";
    std::vector<std::vector<std::string>> lines;
    for (const std::string& file = one->file; one != imported.options.end() && one->file == file; ++one) {
      lines.push_back(
          {"  " + std::to_string(one->line), one->where, assignment_of(*one), name_of_class(one->kind), one->words});
      ++counts.at(static_cast<std::size_t>(one->kind));
    }
    text += printable(aligned_table(lines, lines.front().size()));
  }
  for (std::size_t i = 0; i < counts.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i], name_of_class(static_cast<OptionClass>(i)));
  return text + "\n";
}

Json options_json(const ImportedSetup& imported) {
  Json options = Json::array();
  for (const ClassedOption& one : imported.options)
    options.push_back(Json{{"file", one.file},
                           {"line", one.line},
                           {"where", one.where},
                           {"option", one.option},
                           {"value", one.value},
                           {"class", name_of_class(one.kind)},
                           {"words", one.words}});
  return options;
}

void say_import_report(const ImportedSetup& imported) {
  if (!is_quiet()) fmt::print(stderr, "{}", import_report(imported));
  say_faults(imported.faults);
}

}  // namespace vqlab
