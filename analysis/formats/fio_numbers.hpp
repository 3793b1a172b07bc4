// Numbers, sizes and times as fio 3.33 reads them, with what it makes of spellings that its manual does not have.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vqlab {

struct FioNumber {
  std::int64_t value;    // of a percentage its percent
  bool percent = false;  // "50%"
  bool zones = false;    // "3z"
  bool whole = true;     // nothing of the text was left unread, as of "4.5k", which is 4
};

// A number with a suffix of sizes: powers of 1024 with "k" to "p" and "kb" to "pb", and with "kib" to "pib" those of
// 1000; with a kb_base of 1000 the other way round. Nothing if it has no digits or exceeds 2^62.
[[nodiscard]] std::optional<FioNumber> fio_bytes(const std::string& text, std::uint32_t kb_base);

// A time in us, with "us", "ms", "s", "m", "h" or "d"; without a suffix it is in seconds, or in us if not `in_seconds`.
[[nodiscard]] std::optional<FioNumber> fio_time_us(const std::string& text, bool in_seconds);

// Of switches: suffixes mean nothing.
[[nodiscard]] std::optional<FioNumber> fio_integer(const std::string& text);

// The values of reads, writes and trims: between commas, or else the first colon or dash. At least one.
[[nodiscard]] std::vector<std::string> fio_value_parts(const std::string& text);

// The time as fio and scenarios spell it: "60s", "500ms", "20us".
[[nodiscard]] std::string fio_time_text(std::int64_t us);

}  // namespace vqlab
