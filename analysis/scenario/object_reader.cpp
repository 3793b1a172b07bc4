#include "analysis/scenario/object_reader.hpp"

#include <algorithm>
#include <cstddef>

namespace vqlab {
namespace {

bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

constexpr std::size_t kLongestName = 64;
constexpr const char* kWordsAccepted = "a text that is not empty";
constexpr const char* kNameAccepted = "a name of 1 to 64 letters, digits, _ and -";

struct RenamedKey {
  const char* old_name;
  const char* new_name;
};
constexpr RenamedKey kRenamedKeys[] = {{"series", "curves"}, {"series", "curve"}};

bool member_of(const std::string& name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// The new name of a renamed key, if it is among `known`; else null.
const char* new_name_of(const std::string& key, const std::vector<std::string>& known) {
  for (const RenamedKey& one : kRenamedKeys)
    if (key == one.old_name && member_of(one.new_name, known)) return one.new_name;
  return nullptr;
}

// What `object` has under the old name of `key`; its end if there is nothing. An object is no value of a renamed key:
// to a schema it may be a part's section.
Json::const_iterator find_old(const Json& object, const std::string& key) {
  for (const RenamedKey& one : kRenamedKeys)
    if (key == one.new_name)
      if (const auto found = object.find(one.old_name); found != object.end() && !found->is_object()) return found;
  return object.end();
}

}  // namespace

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kLongestName && letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return letter_or_digit(c) || c == '_' || c == '-'; });
}

ObjectReader::ObjectReader(const Json& json, std::string path, const std::vector<std::string>& known, FaultList& faults,
                           FaultKind unknown_object, const std::vector<std::string>& told)
    : json_(json), path_(std::move(path)), faults_(faults) {
  if (!json_.is_object()) {
    faults_.add(FaultKind::kSchema, path_, show(json_), "an object");
    return;
  }
  for (const auto& [key, value] : json_.items()) {
    if (faults_.full()) break;
    if (member_of(key, known) || member_of(key, told)) continue;
    const FaultKind kind = value.is_object() ? unknown_object : FaultKind::kSchema;
    if (const char* new_name = new_name_of(key, known)) {
      faults_.add(kind, member_path(path_, key), show(key) + ": renamed, write \"" + new_name + '"', "");
      continue;
    }
    const std::string nearest = nearest_name(key, known);
    // A long list of names says less than the nearest one.
    faults_.add(kind, member_path(path_, key), "an unknown key",
                nearest.empty() || known.size() <= 30 ? one_of(known) : "a known key", nearest);
  }
}

const Json* ObjectReader::find(const std::string& key) const {
  if (!json_.is_object()) return nullptr;
  auto found = json_.find(key);
  if (found == json_.end()) found = find_old(json_, key);
  return found == json_.end() ? nullptr : &*found;
}

std::string ObjectReader::path(const std::string& key) const {
  const bool old = json_.is_object() && !json_.contains(key);
  const auto found = old ? find_old(json_, key) : json_.end();
  return member_path(path_, found == json_.end() ? key : found.key());
}

const Json* ObjectReader::require(const std::string& key, const std::string& accepted) {
  const Json* member = find(key);
  if (member == nullptr && json_.is_object())
    faults_.add(FaultKind::kSchema, path(key), "nothing, but it is required", accepted);
  return member;
}

std::string ObjectReader::text(const std::string& key) {
  const Json* member = find(key);
  if (member == nullptr) return "";
  if (member->is_string()) return member->get<std::string>();
  faults_.add(FaultKind::kSchema, path(key), show(*member), "a text");
  return "";
}

std::string ObjectReader::required_text(const std::string& key) {
  return require(key, "a text") == nullptr ? "" : text(key);
}

std::string ObjectReader::short_text(const std::string& key, std::size_t longest) {
  std::string read = text(key);
  // Of a character in UTF-8 all bytes but the first begin with 10.
  const auto characters =
      std::count_if(read.begin(), read.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; });
  if (static_cast<std::size_t>(characters) <= longest) return read;
  faults_.add(FaultKind::kSchema, path(key), "a text of " + std::to_string(characters) + " characters",
              "at most " + std::to_string(longest) + " characters: it is a line of figures");
  return "";
}

std::string ObjectReader::words(const std::string& key) {
  const Json* member = find(key);
  if (member == nullptr) return "";
  if (member->is_string() && !member->get_ref<const std::string&>().empty()) return member->get<std::string>();
  faults_.add(FaultKind::kSchema, path(key), show(*member), kWordsAccepted);
  return "";
}

std::string ObjectReader::required_words(const std::string& key) {
  return require(key, kWordsAccepted) == nullptr ? "" : words(key);
}

std::string ObjectReader::required_name(const std::string& key) {
  const Json* member = require(key, kNameAccepted);
  if (member == nullptr) return "";
  if (member->is_string() && is_name(member->get<std::string>())) return member->get<std::string>();
  faults_.add(FaultKind::kSchema, path(key), show(*member), kNameAccepted);
  return "";
}

}  // namespace vqlab
