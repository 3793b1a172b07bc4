#include "analysis/runs/point_key.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <type_traits>
#include <variant>

#include "analysis/runs/sha256.hpp"

namespace vqlab {
namespace {

// Values one behind the other. Each has the kind of its parameter, and what has no fixed length has its length in
// front, so that no two lists of values read the same.
class Bytes {
 public:
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) text_ += static_cast<char>(number >> shift & 0xff);
  }
  void add(std::int64_t number) { add(static_cast<std::uint64_t>(number)); }
  void add(bool value) { add(std::uint64_t{value}); }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  void add(const std::string& text) {
    add(std::uint64_t{text.size()});
    text_ += text;
  }
  void add(const SizeRange& range) {
    add(range.min_bytes);
    add(range.max_bytes);
  }
  void add(const Cost& cost) {
    add(cost.mean_ns);
    add(static_cast<std::uint64_t>(cost.shape));
  }
  void add(const IothreadVqMapping& mapping) {
    add(std::uint64_t{mapping.size()});
    for (const auto& one : mapping) {
      add(one.iothread);
      add(std::uint64_t{one.vqs.size()});
      for (const auto queue : one.vqs) add(std::uint64_t{queue});
    }
  }

  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::uint8_t digit(char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); }

}  // namespace

PointKey point_key(const PointSpec& spec, std::uint64_t seed, Asked asked) {
  Bytes bytes;
  for (const ParamRef& param : all_params()) std::visit([&bytes](const auto& one) { bytes.add(one); }, param.get(spec));
  bytes.add(seed);
  bytes.add(static_cast<std::uint64_t>(asked));
  const std::string hex = sha256_hex(bytes.text());
  PointKey key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return key;
}

}  // namespace vqlab
