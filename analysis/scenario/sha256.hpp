// SHA-256 (FIPS 180-4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace vqlab {

// Of bytes that come one after the other.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  using Digest = std::array<std::uint8_t, 32>;
  // Nothing may be added after it.
  [[nodiscard]] Digest digest();
  // The same as 64 lower-case hexadecimal digits.
  [[nodiscard]] std::string hex();

 private:
  std::array<std::uint32_t, 8> state_;
  std::array<char, 64> block_{};
  std::size_t filled_ = 0;    // bytes of the block
  std::uint64_t length_ = 0;  // in bytes
};

// The same at once.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
// Of a file's bytes; of none where it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace vqlab
