#include "analysis/formats/import_report.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

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
  std::array<std::size_t, 3> widths{};
  std::array<std::size_t, 4> counts{};
  for (const ClassedOption& one : imported.options) {
    widths[0] = std::max(widths[0], std::to_string(one.line).size());
    widths[1] = std::max(widths[1], one.where.size());
    widths[2] = std::max(widths[2], assignment_of(one).size());
    ++counts.at(static_cast<std::size_t>(one.kind));
  }
  std::string text;
  const std::string* file = nullptr;
  for (const ClassedOption& one : imported.options) {
    if (file == nullptr || *file != one.file) text += one.file + "\n";
    file = &one.file;
    text += fmt::format("  {:>{}}  {:<{}}  {:<{}}  {:<12}  {}\n", one.line, widths[0], one.where, widths[1],
                        assignment_of(one), widths[2], name_of_class(one.kind), one.words);
  }
  for (std::size_t i = 0; i < counts.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i], name_of_class(static_cast<OptionClass>(i)));
  text += "\n";
  for (const Fault& fault : imported.faults) text += to_string(fault) + "\n";
  return text;
}

Json import_report_json(const ImportedSetup& imported) {
  Json json;
  json["options"] = Json::array();
  for (const ClassedOption& one : imported.options)
    json["options"].push_back(Json{{"file", one.file},
                                   {"line", one.line},
                                   {"where", one.where},
                                   {"option", one.option},
                                   {"value", one.value},
                                   {"class", name_of_class(one.kind)},
                                   {"words", one.words}});
  json["faults"] = Json::array();
  for (const Fault& fault : imported.faults)
    json["faults"].push_back(
        Json{{"file", fault.file}, {"path", fault.path}, {"found", fault.found}, {"accepted", fault.accepted}});
  return json;
}

}  // namespace vqlab
