// An argument of a QEMU option: `name,key=value,...` or JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/formats/option_record.hpp"
#include "analysis/formats/shell_words.hpp"

namespace vqlab {

struct QemuProperty {
  std::string key;    // members of members as QEMU writes them: "throttling.iops-total", "vqs.0"
  std::string value;  // "on" and "off" for true and false
  int line = 1;
  bool bare = false;    // a key alone; its value is "on"
  bool quoted = false;  // a string of JSON, where QEMU takes no string for a number or a switch
};

struct QemuArgument {
  std::string option;  // "-device"
  int line = 1;
  std::string text;  // as written
  bool json = false;
  std::vector<QemuProperty> properties{};

  [[nodiscard]] const QemuProperty* find(const std::string& key) const;  // the last one, which is the one that holds
  [[nodiscard]] std::string value(const std::string& key) const;         // empty: there is none
};

// A first property without a key has `implied`. What is no such argument is a fault.
[[nodiscard]] QemuArgument qemu_argument(const std::string& option, const ShellWord& word, const std::string& implied,
                                         OptionRecord& record);

// A letter first, then letters, digits, '-', '.' and '_'.
[[nodiscard]] bool is_qemu_id(const std::string& text);

// QEMU's spellings of values. Nothing: it is none.
[[nodiscard]] std::optional<bool> qemu_bool(const std::string& text);
[[nodiscard]] std::optional<std::int64_t> qemu_integer(const std::string& text);  // decimal, 0x, octal; -1 as well
// With a letter for a power of 1024 behind it, and a fraction; without one as many units of `unit` bytes.
[[nodiscard]] std::optional<std::int64_t> qemu_size(const std::string& text, std::int64_t unit = 1);

}  // namespace vqlab
