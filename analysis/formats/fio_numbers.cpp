#include "analysis/formats/fio_numbers.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace vqlab {
namespace {

constexpr std::int64_t kMostOfFio = std::int64_t{1} << 62;

bool is_fio_digit(char c) { return c >= '0' && c <= '9'; }
bool is_fio_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

std::optional<std::int64_t> multiplied(std::int64_t value, std::int64_t factor) {
  if (value > kMostOfFio / factor || value < -(kMostOfFio / factor)) return std::nullopt;
  return value * factor;
}

// Blanks, a sign and digits; hexadecimal ones if "0x" is anywhere. Nothing if there is no digit.
struct Leading {
  std::int64_t value;
  std::size_t read;  // characters
};
std::optional<Leading> leading_number(const std::string& text) {
  const bool hexadecimal = text.find("0x") != std::string::npos || text.find("0X") != std::string::npos;
  std::size_t at = 0;
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) ++at;
  const bool negative = at < text.size() && text[at] == '-';
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  if (hexadecimal && at + 2 < text.size() && text[at] == '0' && (text[at + 1] == 'x' || text[at + 1] == 'X') &&
      std::isxdigit(static_cast<unsigned char>(text[at + 2])) != 0)
    at += 2;
  const std::int64_t base = hexadecimal ? 16 : 10;
  std::int64_t value = 0;
  std::size_t digits = 0;
  for (; at < text.size(); ++at, ++digits) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (hexadecimal ? std::isxdigit(c) == 0 : !is_fio_digit(text[at])) break;
    if (value > (kMostOfFio - base) / base) return std::nullopt;
    value = value * base + (is_fio_digit(text[at]) ? c - '0' : std::tolower(c) - 'a' + 10);
  }
  if (digits == 0) return std::nullopt;
  return Leading{negative ? -value : value, at};
}

// Where fio looks for a suffix: it passes digits alone, and a sign before them, so that a blank before a number hides
// it.
std::string_view suffix_of(const std::string& text) {
  std::size_t at = 0;
  bool digit = false;
  for (; at < text.size(); ++at) {
    if (is_fio_digit(text[at]))
      digit = true;
    else if ((text[at] != '+' && text[at] != '-') || digit)
      break;
  }
  return std::string_view(text).substr(at);
}

struct Multiple {
  std::int64_t factor;
  std::size_t letters;  // of the suffix
};

Multiple multiple_of_bytes(const std::string& suffix, std::uint32_t kb_base) {
  constexpr std::string_view kLetters = "kmgtp";
  const std::size_t power = suffix.empty() ? std::string::npos : kLetters.find(suffix.front());
  if (power == std::string_view::npos) return {1, 0};
  const bool other = suffix.compare(1, 2, "ib") == 0;
  const std::int64_t base = other ? (kb_base == 1000 ? 1024 : 1000) : kb_base;
  std::int64_t factor = 1;
  for (std::size_t i = 0; i <= power; ++i) factor *= base;
  return {factor, other ? 3U : suffix.compare(1, 1, "b") == 0 || suffix.compare(1, 1, "i") == 0 ? 2U : 1U};
}

std::string trimmed_end(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

}  // namespace

std::optional<FioNumber> fio_bytes(const std::string& text, std::uint32_t kb_base) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const std::string rest = trimmed_end(text.substr(number->read));
  std::string suffix = lower_case(suffix_of(text));
  if (!suffix.empty() && !is_fio_letter(suffix.front()) && suffix.front() != '%') suffix.clear();
  if (suffix.rfind('%', 0) == 0) return FioNumber{number->value, true, false, rest == "%"};
  if (suffix.rfind('z', 0) == 0) return FioNumber{number->value, false, true, rest.size() == 1};
  const Multiple multiple = multiple_of_bytes(suffix, kb_base);
  const auto value = multiplied(number->value, multiple.factor);
  if (!value) return std::nullopt;
  const bool plain_byte = multiple.letters == 0 && lower_case(rest) == "b";
  return FioNumber{*value, false, false, rest.size() == multiple.letters || plain_byte};
}

std::optional<FioNumber> fio_time_us(const std::string& text, bool in_seconds) {
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const std::string rest = trimmed_end(text.substr(number->read));
  const std::string suffix = lower_case(suffix_of(text));
  struct Unit {
    std::string_view name;
    std::int64_t us;
    bool alone;  // nothing may follow it
  };
  constexpr Unit kUnits[] = {{"us", 1, false},        {"ms", 1000, false},        {"s", 1'000'000, true},
                             {"m", 60'000'000, true}, {"h", 3'600'000'000, true}, {"d", 86'400'000'000, true}};
  if (suffix.empty() || !is_fio_letter(suffix.front())) {
    const auto value = multiplied(number->value, in_seconds ? 1'000'000 : 1);
    return value ? std::optional<FioNumber>(FioNumber{*value, false, false, rest.empty()}) : std::nullopt;
  }
  for (const Unit& unit : kUnits) {
    if (unit.alone ? suffix != unit.name : suffix.rfind(unit.name, 0) != 0) continue;
    const auto value = multiplied(number->value, unit.us);
    if (!value) return std::nullopt;
    return FioNumber{*value, false, false, suffix == unit.name || suffix == std::string(unit.name) + "ec"};
  }
  return FioNumber{number->value, false, false, false};  // a suffix that it does not know is us
}

std::optional<FioNumber> fio_integer(const std::string& text) {
  const auto number = leading_number(text);
  if (!number || number->value > INT32_MAX || number->value < INT32_MIN) return std::nullopt;
  return FioNumber{number->value, false, false, trimmed_end(text.substr(number->read)).empty()};
}

std::vector<std::string> fio_value_parts(const std::string& text) {
  std::vector<std::string> parts;
  std::string_view left(text);
  while (true) {
    std::size_t at = left.find(',');
    for (const char other : {':', '-'})
      if (at == std::string_view::npos) at = left.find(other);
    // The number itself ends at a comma, not at another mark: of "-5" the dash is its sign.
    parts.emplace_back(left.substr(0, left.find(',')));
    if (at == std::string_view::npos) return parts;
    left.remove_prefix(at + 1);
  }
}

std::string fio_time_text(std::int64_t us) {
  if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
  return us % 1000 == 0 ? std::to_string(us / 1000) + "ms" : std::to_string(us) + "us";
}

}  // namespace vqlab
