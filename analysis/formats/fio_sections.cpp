#include "analysis/formats/fio_sections.hpp"

#include <algorithm>
#include <utility>

#include "analysis/formats/fio_numbers.hpp"
#include "analysis/scenario/value.hpp"

namespace vqlab {
namespace {

std::vector<std::string> choices_of(const FioOption& option) {
  std::vector<std::string> names;
  std::string left = option.choices;
  while (true) {
    const std::size_t at = left.find(',');
    names.push_back(left.substr(0, at));
    if (at == std::string::npos) return names;
    left.erase(0, at + 1);
  }
}

std::string bounds_of(const FioOption& option) {
  if (option.max > 0) return " from " + bound_text(option.min) + " to " + bound_text(option.max);
  return option.min > 0 ? " of at least " + bound_text(option.min) : "";
}

bool is_inside(const FioOption& option, const FioNumber& number) {
  // fio compares as if a negative number were a large one, but for those that may be negative.
  const auto value = static_cast<double>(number.value);
  if (value < 0 && option.min >= 0) return option.max == 0 && option.min == 0;
  return value >= option.min && (option.max == 0 || value <= option.max);
}

// What the value should have been; empty if it is one that fio takes.
std::string wrong_with_numbers(const FioOption& option, const std::string& value, std::uint32_t kb_base) {
  const bool time = option.type == FioValue::kMicroseconds || option.type == FioValue::kSeconds;
  for (const std::string& part : fio_value_parts(value)) {
    const auto number = time ? fio_time_us(part, option.type == FioValue::kSeconds) : fio_bytes(part, kb_base);
    // Of several parts one good one is enough for fio.
    if (number && is_inside(option, *number)) return "";
  }
  if (option.type == FioValue::kSeconds) return "a time, as 30 (seconds), 500ms or 2m";
  if (option.type == FioValue::kMicroseconds) return "a time, as 30 (us), 500ms or 2s";
  return "a number" + bounds_of(option) + ", as 8 or 4k";
}

std::string wrong_with_switch(const FioOption& option, const std::string& value) {
  const auto number = fio_integer(value);
  const bool good = number && (option.type == FioValue::kFlag || number->value == 0 || number->value == 1);
  return good ? "" : "0 or 1";
}

std::string wrong_with_range(const std::string& value, std::uint32_t kb_base) {
  std::string left = value;
  while (true) {
    const std::string part = left.substr(0, left.find(','));
    std::size_t dash = part.find('-');
    if (dash == std::string::npos) dash = part.find(':');
    if (dash != std::string::npos && fio_bytes(part.substr(0, dash), kb_base) &&
        fio_bytes(part.substr(dash + 1), kb_base))
      return "";
    if (part.size() == left.size()) return "two sizes, as 4k-64k";
    left.erase(0, part.size() + 1);
  }
}

std::string wrong_with_floats(const FioOption& option, const std::string& value) {
  std::string left = value;
  while (true) {
    const std::string part = left.substr(0, left.find(':'));
    char* end = nullptr;
    const double number = std::strtod(part.c_str(), &end);
    const bool good = end != part.c_str() && (option.max == 0 || (number >= option.min && number <= option.max));
    if (!good) return "numbers" + bounds_of(option) + " with colons between them, as 99:99.9";
    if (part.size() == left.size()) return "";
    left.erase(0, part.size() + 1);
  }
}

std::string wrong_with_value(const FioOption& option, const FioLine& line, const std::string& value,
                             std::uint32_t kb_base) {
  switch (option.type) {
    case FioValue::kDeprecated: return "nothing: fio has no such option any more";
    case FioValue::kFree: return "";
    case FioValue::kText: return value.empty() ? "a text" : "";
    case FioValue::kChoice: {
      const std::vector<std::string> names = choices_of(option);
      const bool known = std::find(names.begin(), names.end(), value.substr(0, value.find(':'))) != names.end();
      return known ? "" : one_of(names);
    }
    case FioValue::kBoolean:
    case FioValue::kFlag:
      return line.value || option.type == FioValue::kFlag ? wrong_with_switch(option, value) : "0 or 1";
    case FioValue::kRange: return wrong_with_range(value, kb_base);
    case FioValue::kFloats: return wrong_with_floats(option, value);
    default: return wrong_with_numbers(option, value, kb_base);
  }
}

std::vector<std::string> names_of_fio_options() {
  std::vector<std::string> names;
  for (const FioOption& one : fio_options()) names.push_back(one.name);
  return names;
}

// What a job begins with: fio's own values, then those of the global sections before it.
struct FioStart {
  std::vector<FioGiven> given;
  std::string engine = "psync";
  std::uint32_t kb_base = 1024;
};

class FioSectionReader {
 public:
  explicit FioSectionReader(ImportedLines& lines) : lines_(lines) {}

  // Whatever the section says is behind what `start` has already.
  void read(const FioSection& section, FioStart& start) {
    // fio takes these two before all others of the section.
    for (const FioLine& line : section.lines) {
      if (line.option == "kb_base" && line.value == "1000") start.kb_base = 1000;
      if (line.option == "kb_base" && line.value == "1024") start.kb_base = 1024;
      if (line.option == "ioengine" && line.value) start.engine = line.value->substr(0, line.value->find(':'));
    }
    for (const FioLine& line : section.lines) read_line(line, "[" + section.name + "]", start);
  }

 private:
  void read_line(const FioLine& line, const std::string& where, FioStart& start) {
    const std::size_t number = lines_.add(line, where);
    const FioOption* const option = fio_option(line.option, start.engine);
    if (option == nullptr) return add_unknown(line, number, start.engine);
    const std::string value = line.value.value_or(option->type == FioValue::kFlag ? "1" : "");
    const bool may_stand_alone = option->type == FioValue::kFlag || option->name.compare(0, 6, "write_") == 0;
    std::string accepted = wrong_with_value(*option, line, value, start.kb_base);
    if (!line.value && !may_stand_alone && accepted.empty()) accepted = "a value, as " + option->name + "=...";
    if (accepted.empty()) {
      start.given.push_back({option, number, value, start.kb_base});
      return;
    }
    std::string found = line.value ? show(Json(value)) : "nothing";
    if (!line.unset.empty()) found += ", since the variable " + line.unset + " is not set";
    if (value.find('(') == 0) found += ", which is arithmetic";
    if (value.find("$ncpus") != std::string::npos)
      found += ", and no --qemu or --libvirt says how many vCPUs there are";
    if (value.find("$mb_memory") != std::string::npos) found += ", and memory is not modelled";
    lines_.refuse(number, std::move(found), std::move(accepted), "");
  }

  void add_unknown(const FioLine& line, std::size_t number, const std::string& engine) {
    for (const FioOption& one : fio_options())
      if (one.name == line.option)
        return lines_.refuse(number, "an option that the ioengine " + engine + " does not have",
                             one_of({"ioengine=" + one.engines.front(), "no such line"}), "");
    static const std::vector<std::string> names = names_of_fio_options();
    lines_.refuse(number, "an option that fio does not have", "options of fio 3.33", nearest_name(line.option, names));
  }

  ImportedLines& lines_;
};

}  // namespace

std::vector<ImportedJob> read_fio_sections(const std::vector<FioSection>& sections, ImportedLines& lines) {
  std::vector<ImportedJob> jobs;
  FioSectionReader reader(lines);
  FioStart globals;
  for (const FioSection& section : sections) {
    if (section.global) {
      reader.read(section, globals);
      continue;
    }
    FioStart own = globals;
    reader.read(section, own);
    ImportedJob& job = jobs.emplace_back(section, lines);
    for (const FioGiven& given : own.given) job.add(given);
  }
  return jobs;
}

}  // namespace vqlab
