#include "analysis/runs/line_scanner.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace vqlab {
namespace {

// The character that stands for what follows a backslash; 0: none.
char escaped(char c) {
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
  const std::size_t at = kNames.find(c);
  return at == std::string_view::npos ? '\0' : kMeant[at];
}

template <class Number>
bool parse_front(std::string_view& text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

bool LineScanner::take(std::string_view text) noexcept {
  if (!good_ || left_.substr(0, text.size()) != text) return false;
  left_.remove_prefix(text.size());
  return true;
}

double LineScanner::number() noexcept {
  if (take("null")) return std::numeric_limits<double>::quiet_NaN();
  // std::from_chars knows words for what is not finite; JSON does not.
  double value = 0;
  const bool begins = !left_.empty() && (left_.front() == '-' || (left_.front() >= '0' && left_.front() <= '9'));
  const bool is_word = left_.size() > 1 && left_.front() == '-' && (left_[1] < '0' || left_[1] > '9');
  good_ = good_ && begins && !is_word && parse_front(left_, value);
  return good_ ? value : 0;
}

std::uint64_t LineScanner::whole() noexcept {
  std::uint64_t value = 0;
  good_ = good_ && parse_front(left_, value);
  return good_ ? value : 0;
}

bool LineScanner::boolean() noexcept {
  if (take("true")) return true;
  expect("false");
  return false;
}

std::string LineScanner::string() {
  expect("\"");
  std::string text;
  while (good_) {
    const std::size_t plain = left_.find_first_of("\"\\");
    if (plain == std::string_view::npos) break;
    text.append(left_.substr(0, plain));
    const char found = left_[plain];
    left_.remove_prefix(plain + 1);
    if (found == '"') return text;
    if (left_.empty()) break;
    const char name = left_.front();
    left_.remove_prefix(1);
    if (name == 'u') {  // control characters alone are written so
      unsigned code = 0;
      const auto [end, error] =
          std::from_chars(left_.data(), left_.data() + std::min<std::size_t>(4, left_.size()), code, 16);
      if (error != std::errc() || end != left_.data() + 4 || code >= 0x80) break;
      left_.remove_prefix(4);
      text += static_cast<char>(code);
    } else if (const char meant = escaped(name); meant != '\0') {
      text += meant;
    } else {
      break;
    }
  }
  good_ = false;
  return "";
}

bool LineScanner::more(bool& first, char close) noexcept {
  if (take({&close, 1}) || !good_) return false;
  if (!first) expect(",");
  first = false;
  return good_;
}

}  // namespace vqlab
