#include "analysis/formats/qemu_arguments.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace vqlab {
namespace {

constexpr std::size_t kMostQemuProperties = 10000;

std::string qemu_value_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_boolean()) return json.get<bool>() ? "on" : "off";
  return json.is_null() ? "" : json.dump();
}

void flatten_qemu(const Json& json, const std::string& key, const ShellWord& word, std::size_t& from,
                  QemuArgument& argument) {
  if (argument.properties.size() >= kMostQemuProperties) return;
  if (json.is_object() || json.is_array()) {
    std::size_t index = 0;
    for (const auto& [name, value] : json.items()) {
      if (json.is_object()) {
        const std::size_t at = word.text.find('"' + name + '"', from);
        if (at != std::string::npos) from = at;
      }
      const std::string member = json.is_array() ? std::to_string(index++) : name;
      flatten_qemu(value, key.empty() ? member : key + '.' + member, word, from, argument);
    }
    if (!json.empty() || key.empty()) return;
  }
  argument.properties.push_back({key, qemu_value_of(json), word.line_at(from)});
  argument.properties.back().quoted = json.is_string();
}

// Strings between ' as strings between ", which QEMU's JSON has as well.
std::string with_double_quotes(const std::string& text) {
  std::string json;
  char quote = '\0';  // that the present string ends with
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size()) {
      const char next = text[++at];
      json += next == '\'' ? "'" : std::string{c, next};
    } else if (c == '"' && quote == '\'') {
      json += "\\\"";
    } else if ((c == '"' || c == '\'') && (quote == '\0' || quote == c)) {
      quote = quote == '\0' ? c : '\0';
      json += '"';
    } else {
      json += c;
    }
  }
  return json;
}

void split_qemu(const ShellWord& word, const std::string& implied, QemuArgument& argument) {
  const std::string& text = word.text;
  std::size_t at = 0;
  while (at < text.size() && argument.properties.size() < kMostQemuProperties) {
    const std::size_t begin = at;
    const std::size_t comma = text.find(',', at);
    const std::size_t equals = text.find('=', at);
    const bool keyed = equals != std::string::npos && (comma == std::string::npos || equals < comma);
    QemuProperty property{"", "", word.line_at(begin)};
    if (keyed) {
      property.key = text.substr(at, equals - at);
      at = equals + 1;
    } else if (begin == 0 && !implied.empty()) {
      property.key = implied;
    }
    std::string value;
    for (; at < text.size(); ++at) {
      if (text[at] == ',') {
        if (at + 1 >= text.size() || text[at + 1] != ',') break;
        ++at;
      }
      value += text[at];
    }
    if (at < text.size()) ++at;  // the comma
    if (property.key.empty()) {
      property.key = value;
      property.value = "on";
      property.bare = true;
    } else {
      property.value = value;
    }
    argument.properties.push_back(property);
  }
}

}  // namespace

const QemuProperty* QemuArgument::find(const std::string& key) const {
  for (auto one = properties.rbegin(); one != properties.rend(); ++one)
    if (one->key == key) return &*one;
  return nullptr;
}

std::string QemuArgument::value(const std::string& key) const {
  const QemuProperty* const one = find(key);
  return one == nullptr ? "" : one->value;
}

QemuArgument qemu_argument(const std::string& option, const ShellWord& word, const std::string& implied,
                           OptionRecord& record) {
  QemuArgument argument{option, word.line, word.text};
  const std::size_t first = word.text.find_first_not_of(" \t\r\n");
  argument.json = first != std::string::npos && word.text[first] == '{';
  if (!argument.json) {
    split_qemu(word, implied, argument);
    return argument;
  }
  FaultList faults(record.file());
  ShellWord quoted = word;
  quoted.text = with_double_quotes(word.text);
  const auto json = parse_document(quoted.text, faults);
  for (const Fault& fault : faults.faults())
    record.fault(word.line, option, fault.found + " at " + fault.path + " of its JSON", fault.accepted, fault.nearest);
  if (json && faults.empty()) {
    std::size_t from = 0;
    flatten_qemu(*json, "", quoted, from, argument);
  }
  return argument;
}

bool is_qemu_id(const std::string& text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && letter(text[0]) && std::all_of(text.begin(), text.end(), [&letter](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
  });
}

std::optional<bool> qemu_bool(const std::string& text) {
  for (const char* const yes : {"on", "yes", "true", "y"})
    if (text == yes) return true;
  for (const char* const no : {"off", "no", "false", "n"})
    if (text == no) return false;
  return std::nullopt;
}

std::optional<std::int64_t> qemu_integer(const std::string& text) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text[0])) != 0) return std::nullopt;
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text.c_str(), &end, 0);
  if (errno != 0 || end != text.c_str() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> qemu_size(const std::string& text, std::int64_t unit) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) == 0) return std::nullopt;
  char* end = nullptr;
  double value = 0;
  if (text.compare(0, 2, "0x") == 0) {
    value = static_cast<double>(std::strtoull(text.c_str(), &end, 16));
  } else {
    value = std::strtod(text.c_str(), &end);
  }
  const std::string letter(end);
  double factor = static_cast<double>(unit);
  if (!letter.empty()) {
    static const std::string kLetters = "BKMGTPE";
    const std::size_t power = kLetters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(letter[0]))));
    if (power == std::string::npos || letter.size() > 1) return std::nullopt;
    factor = std::pow(1024.0, static_cast<double>(power));
  }
  value *= factor;
  if (!(value >= 0 && value < 9.2e18)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace vqlab
