#include "analysis/scenario/section.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "analysis/scenario/param_keys.hpp"
#include "models/base/ensure.hpp"
#include "models/testbed/unread.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kLongestWord = 64;  // of a path

// Of what lies at `member` of `spec`.
template <class S, class Member>
Section section(const char* key, bool in_machine, Member member) {
  const ParamTable& table = params_of(static_cast<const S*>(nullptr));
  return {key == nullptr ? table.name : key,
          &table,
          [member](const PointSpec& spec) -> const void* { return &member(spec); },
          [member](PointSpec& spec, const Param& row, const ParamValue& value) { row.set(&member(spec), value); },
          in_machine,
          false};
}

template <class S>
Section of_testbed(S Testbed::*member, bool in_machine, const char* key = nullptr) {
  return section<S>(
      key, in_machine, [member](auto& spec) -> auto& { return spec.testbed.*member; });
}

Section of_part(const PartParamsEntry& part) {
  return {
      part.table->name,
      part.table,
      [&part](const PointSpec& spec) { return spec.testbed.parts.object(part); },
      [&part](PointSpec& spec, const Param& row, const ParamValue& value) { spec.testbed.parts.set(part, row, value); },
      true,
      true};
}

}  // namespace

const std::vector<Section>& sections() {
  static const std::vector<Section> all = [] {
    std::vector<Section> sections{
        section<Testbed>(
            "", false, [](auto& spec) -> auto& { return spec.testbed; }),
        of_testbed(&Testbed::hardware, true),
        of_testbed(&Testbed::guest, true),
        of_testbed(&Testbed::controller, true),
        of_testbed(&Testbed::host, true),
        of_testbed(&Testbed::tenant, false),
        of_testbed(&Testbed::hotplug, false),
        of_testbed(&Testbed::job, false),
        of_testbed(&Testbed::other_job, false, "other_job"),
        of_testbed(&Testbed::guest_costs, true),
        of_testbed(&Testbed::host_costs, true),
        of_testbed(&Testbed::mechanisms, true),
        section<Precision>(
            nullptr, false, [](auto& spec) -> auto& { return spec.precision; }),
        section<Results>(
            nullptr, false, [](auto& spec) -> auto& { return spec.precision.results; }),
    };
    for (const auto& [name, part] : part_params().entries()) sections.push_back(of_part(part));
    return sections;
  }();
  static const std::size_t parts = part_params().size();
  ensure(part_params().size() == parts, "all parts have registered themselves before anybody asks for sections");
  return all;
}

std::string part_path_pattern() {
  std::string own;
  for (const Section& section : sections())
    if (!section.of_part && !section.key.empty()) own += (own.empty() ? "" : "|") + section.key;
  const std::string word = "[a-z0-9_-]{1," + std::to_string(kLongestWord) + "}";
  return "^(?!(" + own + R"()\.))" + word + R"(\.)" + word + "$";
}

bool may_be_of_part(const std::string& path) {
  const auto is_word = [](std::string_view text) {
    return !text.empty() && text.size() <= kLongestWord &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
  };
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos) return false;
  const std::string key = path.substr(0, dot);
  return is_word(key) && is_word(std::string_view(path).substr(dot + 1)) &&
         std::none_of(sections().begin(), sections().end(),
                      [&key](const Section& section) { return !section.of_part && section.key == key; });
}

namespace {

RowOf described_row(const ParamRef& param, const PointSpec& spec) {
  return {*param.section->table, *param.row, param.section->object(spec), param.section->of_part};
}

}  // namespace

std::string unread_unless(const ParamRef& param, const PointSpec& spec) {
  return unread_unless(spec.testbed, described_row(param, spec));
}

std::string no_effect_unless(const ParamRef& param, const PointSpec& spec) {
  return no_effect_unless(spec.testbed, described_row(param, spec));
}

double number_of(const ParamRef& param, const PointSpec& spec) {
  const ParamValue value = param.get(spec);
  const Cost* cost = std::get_if<Cost>(&value);
  return cost != nullptr ? cost->mean_ns : std::get<double>(value);
}

void set_number(const ParamRef& param, PointSpec& spec, double value) {
  ParamValue current = param.get(spec);
  if (Cost* cost = std::get_if<Cost>(&current))
    cost->mean_ns = value;
  else
    current = value;
  param.set(spec, current);
}

std::string path_of(const ParamRef& param) {
  return param.section->key.empty() ? param.row->name : param.section->key + "." + param.row->name;
}

ParamRef find_param(const std::string& path) {
  for (const Section& section : sections()) {
    const std::size_t before = section.key.empty() ? 0 : section.key.size() + 1;
    const bool inside = before == 0 || path.compare(0, before, section.key + ".") == 0;
    for (const Param& row : section.table->rows)
      if (inside && is_called(row, path.substr(before))) return {&section, &row};
  }
  return {nullptr, nullptr};
}

const std::vector<ParamRef>& all_params() {
  static const std::vector<ParamRef> params = [] {
    std::vector<ParamRef> all;
    for (const Section& section : sections())
      for (const Param& row : section.table->rows) all.push_back({&section, &row});
    return all;
  }();
  return params;
}

const std::vector<std::string>& param_paths() {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> all;
    for (const ParamRef& param : all_params()) all.push_back(path_of(param));
    return all;
  }();
  return paths;
}

}  // namespace vqlab
