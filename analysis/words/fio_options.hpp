// The options of fio 3.33: what each one's value looks like, and what becomes of it here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/words/option_class.hpp"

namespace vqlab {

enum class FioValue {
  kText,          // any, but not empty
  kFree,          // any; what it means is its own
  kChoice,        // a name, of some with a part behind a colon
  kNumber,        // with fio's suffixes, of some several of them
  kSize,          // the same, or a percentage, or zones
  kMicroseconds,  // a time; a number alone is in us
  kSeconds,       // a time; a number alone is in s
  kRange,         // "4k-64k"
  kFloats,        // with colons between them
  kBoolean,       // a number, which must be there
  kFlag,          // a number, 1 if left out
  kDeprecated,    // fio accepts no value any more
};

struct FioOption {
  std::string name;
  FioValue type;
  std::string choices{};               // of kChoice, with commas between them
  std::string alias{};                 // fio's other name for it
  double min = 0;                      // of numbers
  double max = 0;                      // 0: none
  std::string neutral{};               // the value that asks for what is so here anyway; empty: none
  std::vector<std::string> engines{};  // whose option it is; empty: each job may have it
  OptionClass kind = OptionClass::kModelled;
  std::string words{};   // as ClassedOption has them; of what is modelled its reader says them
  std::string answer{};  // to who writes it in a scenario, where its words are none

  FioOption&& also(const char* other) && { return alias = other, std::move(*this); }
  FioOption&& from(double least) && { return min = least, std::move(*this); }
  FioOption&& within(double least, double most) && { return min = least, max = most, std::move(*this); }
  FioOption&& unless(const char* value) && { return neutral = value, std::move(*this); }
  FioOption&& answered(const char* here) && { return answer = here, std::move(*this); }
};

// For the tables of options.
[[nodiscard]] FioOption fio_text(const char* name);
[[nodiscard]] FioOption fio_free_text(const char* name);
[[nodiscard]] FioOption fio_choice(const char* name, const char* choices);
[[nodiscard]] FioOption fio_number(const char* name);
[[nodiscard]] FioOption fio_size(const char* name);
[[nodiscard]] FioOption fio_microseconds(const char* name);
[[nodiscard]] FioOption fio_seconds(const char* name);
[[nodiscard]] FioOption fio_range(const char* name);
[[nodiscard]] FioOption fio_floats(const char* name);
[[nodiscard]] FioOption fio_boolean(const char* name);
[[nodiscard]] FioOption fio_flag(const char* name);
[[nodiscard]] FioOption fio_deprecated(const char* name);
[[nodiscard]] std::vector<FioOption> fio_modelled(std::vector<FioOption> rows);
[[nodiscard]] std::vector<FioOption> fio_harmless(const char* why, std::vector<FioOption> rows);
[[nodiscard]] std::vector<FioOption> fio_approximated(const char* how, std::vector<FioOption> rows);
[[nodiscard]] std::vector<FioOption> fio_refused(const char* lost, std::vector<FioOption> rows);
[[nodiscard]] std::vector<FioOption> fio_rows(std::vector<std::vector<FioOption>> groups);

// The tables, by subject.
[[nodiscard]] std::vector<FioOption> fio_options_of_io();
[[nodiscard]] std::vector<FioOption> fio_options_of_files();
[[nodiscard]] std::vector<FioOption> fio_options_of_time();
[[nodiscard]] std::vector<FioOption> fio_options_of_process();
[[nodiscard]] std::vector<FioOption> fio_options_of_data();
[[nodiscard]] std::vector<FioOption> fio_options_of_report();
[[nodiscard]] std::vector<FioOption> fio_options_of_engines();

[[nodiscard]] const std::vector<FioOption>& fio_options();
// The option of this name, or that has it as its other name, in a job with this engine; null if there is none.
[[nodiscard]] const FioOption* fio_option(std::string_view name, std::string_view engine);

}  // namespace vqlab
