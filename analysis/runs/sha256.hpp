// SHA-256 (FIPS 180-4).
#pragma once

#include <string>
#include <string_view>

namespace vqlab {

// 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace vqlab
