#include "analysis/words/fio_options.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace vqlab {
namespace {

std::vector<FioOption> fio_classed(OptionClass kind, const char* words, std::vector<FioOption> rows) {
  for (FioOption& row : rows) {
    row.kind = kind;
    row.words = words;
  }
  return rows;
}

using FioOptionsByName = std::multimap<std::string, const FioOption*, std::less<>>;

FioOptionsByName named_fio_options() {
  FioOptionsByName by_name;
  for (const FioOption& one : fio_options()) {
    by_name.emplace(one.name, &one);
    if (!one.alias.empty()) by_name.emplace(one.alias, &one);
  }
  return by_name;
}

}  // namespace

FioOption fio_text(const char* name) { return {name, FioValue::kText}; }
FioOption fio_free_text(const char* name) { return {name, FioValue::kFree}; }
FioOption fio_choice(const char* name, const char* choices) { return {name, FioValue::kChoice, choices}; }
FioOption fio_number(const char* name) { return {name, FioValue::kNumber}; }
FioOption fio_size(const char* name) { return {name, FioValue::kSize}; }
FioOption fio_microseconds(const char* name) { return {name, FioValue::kMicroseconds}; }
FioOption fio_seconds(const char* name) { return {name, FioValue::kSeconds}; }
FioOption fio_range(const char* name) { return {name, FioValue::kRange}; }
FioOption fio_floats(const char* name) { return {name, FioValue::kFloats}; }
FioOption fio_boolean(const char* name) { return {name, FioValue::kBoolean}; }
FioOption fio_flag(const char* name) { return {name, FioValue::kFlag}; }
FioOption fio_deprecated(const char* name) { return {name, FioValue::kDeprecated}; }

std::vector<FioOption> fio_modelled(std::vector<FioOption> rows) {
  return fio_classed(OptionClass::kModelled, "", std::move(rows));
}

std::vector<FioOption> fio_harmless(const char* why, std::vector<FioOption> rows) {
  return fio_classed(OptionClass::kHarmless, why, std::move(rows));
}

std::vector<FioOption> fio_approximated(const char* how, std::vector<FioOption> rows) {
  return fio_classed(OptionClass::kApproximated, how, std::move(rows));
}

std::vector<FioOption> fio_refused(const char* lost, std::vector<FioOption> rows) {
  return fio_classed(OptionClass::kRefused, lost, std::move(rows));
}

std::vector<FioOption> fio_rows(std::vector<std::vector<FioOption>> groups) {
  std::vector<FioOption> all;
  for (std::vector<FioOption>& group : groups)
    all.insert(all.end(), std::make_move_iterator(group.begin()), std::make_move_iterator(group.end()));
  return all;
}

const std::vector<FioOption>& fio_options() {
  static const std::vector<FioOption> options =
      fio_rows({fio_options_of_io(), fio_options_of_files(), fio_options_of_time(), fio_options_of_process(),
                fio_options_of_data(), fio_options_of_report(), fio_options_of_engines()});
  return options;
}

const FioOption* fio_option(std::string_view name, std::string_view engine) {
  static const FioOptionsByName by_name = named_fio_options();
  const auto [first, end] = by_name.equal_range(name);
  const auto fits = std::find_if(first, end, [engine](const auto& one) {
    const std::vector<std::string>& engines = one.second->engines;
    return engines.empty() || std::find(engines.begin(), engines.end(), engine) != engines.end();
  });
  return fits == end ? nullptr : fits->second;
}

}  // namespace vqlab
