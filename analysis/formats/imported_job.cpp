#include "analysis/formats/imported_job.hpp"

#include <algorithm>
#include <utility>

#include "analysis/formats/fio_numbers.hpp"

namespace vqlab {
namespace {

// From the mildest on.
int severity_of_class(OptionClass kind) {
  switch (kind) {
    case OptionClass::kHarmless: return 0;
    case OptionClass::kModelled: return 1;
    case OptionClass::kApproximated: return 2;
    case OptionClass::kRefused: return 3;
  }
  return 3;
}

std::optional<FioNumber> number_of_kind(const FioOption& option, const std::string& text, std::uint32_t kb_base) {
  switch (option.type) {
    case FioValue::kBoolean:
    case FioValue::kFlag: return fio_integer(text);
    case FioValue::kMicroseconds: return fio_time_us(text, false);
    case FioValue::kSeconds: return fio_time_us(text, true);
    default: return fio_bytes(text, kb_base);
  }
}

// What fio says nothing of: it reads "5parsecs" as 5.
std::string passed_over(const FioGiven* given) {
  if (given == nullptr) return "";
  const FioValue type = given->option->type;
  const bool of_numbers = type == FioValue::kNumber || type == FioValue::kMicroseconds || type == FioValue::kSeconds;
  if (!of_numbers) return "";
  for (const std::string& part : fio_value_parts(given->value))
    if (const auto number = number_of_kind(*given->option, part, given->kb_base); number && !number->whole)
      return ": fio passes over the rest of " + show(Json(part));
  return "";
}

std::string before_colon(const std::string& text) { return text.substr(0, text.find(':')); }

}  // namespace

std::size_t ImportedLines::add(const FioLine& line, const std::string& where) {
  lines_.push_back(
      {{line.file, line.line, where, line.option, line.value.value_or(""), OptionClass::kHarmless, ""}, {}});
  return lines_.size() - 1;
}

void ImportedLines::note(std::size_t line, OptionClass kind, const std::string& words) {
  std::vector<Ending>& ends = lines_.at(line).ends;
  const auto same = [&](const Ending& one) { return one.kind == kind && one.words == words; };
  if (std::none_of(ends.begin(), ends.end(), same)) ends.push_back({kind, words});
}

void ImportedLines::refuse(std::size_t line, std::string found, std::string accepted, std::string nearest) {
  if (faults_.size() >= FaultList::kMostFaults || !refused_.insert(line).second) return;
  faults_.push_back(
      {FaultKind::kMeaning, at(line).file, place(line), std::move(found), std::move(accepted), std::move(nearest)});
}

std::string ImportedLines::place(std::size_t line) const {
  const ClassedOption& one = at(line);
  return "line " + std::to_string(one.line) + " " + one.where + " " + one.option;
}

std::vector<ClassedOption> ImportedLines::classed() const {
  std::vector<ClassedOption> all;
  for (std::size_t number = 0; number < lines_.size(); ++number) {
    const Line& line = lines_[number];
    ClassedOption& one = all.emplace_back(line.option);
    if (refused_.count(number) > 0) {
      one.kind = OptionClass::kRefused;
      one.words = "fio does not take it: see below";
      continue;
    }
    if (line.ends.empty()) one.words = "no job reads it: later lines say it again";
    std::vector<Ending> ends = line.ends;
    std::stable_sort(ends.begin(), ends.end(), [](const Ending& a, const Ending& b) {
      return severity_of_class(a.kind) > severity_of_class(b.kind);
    });
    for (const Ending& end : ends) one.words += (one.words.empty() ? "" : "; or ") + end.words;
    if (!ends.empty()) one.kind = ends.front().kind;
  }
  return all;
}

ImportedJob::ImportedJob(const FioSection& section, ImportedLines& lines)
    : section_(section.name), file_(section.file), line_(section.line), lines_(lines) {}

void ImportedJob::add(const FioGiven& given) {
  given_.push_back(given);
  latest_[given.option->name] = given_.size() - 1;
}

void ImportedJob::absorb(const ImportedJob& other) {
  if (const FioGiven* const disks = other.find("filename")) absorbed_disks_.push_back(disks->value);
  for (const FioGiven* const given : other.all()) {
    const bool shared =
        std::any_of(given_.begin(), given_.end(), [given](const FioGiven& own) { return own.line == given->line; });
    if (!shared)
      lines_.note(given->line, OptionClass::kModelled,
                  "the same job as the section of its name before it, on all their disks");
  }
}

void ImportedJob::be_folded(std::int64_t processes, bool own_disks) {
  processes_ = processes;
  own_disks_ = own_disks;
}

void ImportedJob::drop(const std::string& option, OptionClass kind, const std::string& words) {
  note(option, kind, words);
  latest_.erase(option);
}

const FioGiven* ImportedJob::find(const std::string& option) const {
  const auto at = latest_.find(option);
  return at == latest_.end() ? nullptr : &given_[at->second];
}

const FioGiven* ImportedJob::last(const std::vector<std::string>& options) const {
  const FioGiven* last = nullptr;
  for (const std::string& option : options)
    if (const FioGiven* const one = find(option); one != nullptr && (last == nullptr || one > last)) last = one;
  return last;
}

std::vector<const FioGiven*> ImportedJob::all() const {
  std::vector<const FioGiven*> all;
  for (const auto& [name, at] : latest_) all.push_back(&given_[at]);
  return all;
}

std::optional<std::int64_t> ImportedJob::number(const std::string& option) const {
  const FioGiven* const given = find(option);
  return given == nullptr ? std::nullopt : fio_number_of(*given);
}

std::vector<std::optional<std::int64_t>> ImportedJob::numbers(const std::string& option) const {
  const FioGiven* const given = find(option);
  std::vector<std::optional<std::int64_t>> numbers(3);
  if (given == nullptr) return numbers;
  const std::vector<std::string> parts = fio_value_parts(given->value);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto number = number_of_kind(*given->option, parts[std::min(i, parts.size() - 1)], given->kb_base);
    if (number) numbers[i] = number->value;
  }
  return numbers;
}

bool ImportedJob::is_set(const std::string& option, bool standard) const {
  const auto value = number(option);
  return value ? *value != 0 : standard;
}

std::string ImportedJob::choice(const std::string& option, const std::string& standard) const {
  const FioGiven* const given = find(option);
  return given == nullptr ? standard : before_colon(given->value);
}

void ImportedJob::note(const std::string& option, OptionClass kind, const std::string& words) {
  if (const FioGiven* const given = find(option)) lines_.note(given->line, kind, words);
}

void ImportedJob::refuse(const std::string& option, const std::string& accepted) {
  if (const FioGiven* const given = find(option)) lines_.refuse(given->line, show(Json(given->value)), accepted);
}

void ImportedJob::set(const std::string& key, Json value, const std::string& option) {
  json_[key] = std::move(value);
  if (const FioGiven* const given = find(option)) origins_[key] = given->line;
}

void ImportedJob::model(const std::string& key, Json value, const std::string& option) {
  note(option, OptionClass::kModelled,
       key + " " + value.dump(-1, ' ', false, Json::error_handler_t::replace) + passed_over(find(option)));
  set(key, std::move(value), option);
}

void ImportedJob::approximate(const std::string& key, Json value, const std::string& option, const std::string& how) {
  note(option, OptionClass::kApproximated,
       key + " " + value.dump(-1, ' ', false, Json::error_handler_t::replace) + ": " + how);
  set(key, std::move(value), option);
}

void ImportedJob::imply(const std::string& option, const std::string& how) {
  const std::size_t line = lines_.add({file_, line_, option, std::nullopt}, "[" + section_ + "]");
  lines_.note(line, OptionClass::kApproximated, "not said: " + how);
}

std::optional<std::int64_t> fio_number_of(const FioGiven& given) {
  for (const std::string& part : fio_value_parts(given.value))
    if (const auto number = number_of_kind(*given.option, part, given.kb_base)) return number->value;
  return std::nullopt;
}

}  // namespace vqlab
