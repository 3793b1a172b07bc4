// Reads a line of JSON that this program has written, member by member in the order in which they were written. A
// journal is read several times, and has a hundred thousand lines: no tree is made of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vqlab {

// Any bytes may be given. What is not as expected makes the scanner bad, and then everything it reads is empty or 0.
class LineScanner {
 public:
  explicit LineScanner(std::string_view text) : left_(text) {}

  [[nodiscard]] bool good() const noexcept { return good_; }
  // Good, and there is nothing more.
  [[nodiscard]] bool ended() const noexcept { return good_ && left_.empty(); }

  // Whether this comes next; if so it is passed.
  bool take(std::string_view text) noexcept;
  // The scanner is bad if it does not.
  void expect(std::string_view text) noexcept { good_ = take(text) && good_; }

  // A number, or null, which is NaN.
  double number() noexcept;
  std::uint64_t whole() noexcept;
  bool boolean() noexcept;
  // Escapes are resolved.
  std::string string();

  // Of an object or a list, begun by `open`: whether another member comes, until `close`, which is passed. `first` is
  // true before the first call.
  bool more(bool& first, char close) noexcept;

 private:
  std::string_view left_;
  bool good_ = true;
};

}  // namespace vqlab
