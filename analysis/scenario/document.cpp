#include "analysis/scenario/document.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

namespace vqlab {
namespace {

constexpr std::size_t kDeepest = 32;  // lists and objects inside each other: paths grow with their number
constexpr std::size_t kMostDuplicates = 100;
constexpr std::size_t kLongestReason = 300;
// Far beyond any input that means something: 100,000 seeds, a table of every parameter.
constexpr std::size_t kLongestInput = std::size_t{16} << 20;
constexpr std::size_t kMostMembers = 10'000;
constexpr std::size_t kMostElements = 100'000;
constexpr std::size_t kMostValues = 250'000;

// Where the character at `index` is.
std::string line_and_column(const std::string& text, std::size_t index) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < index && i < text.size(); ++i) {
    column = text[i] == '\n' ? 1 : column + 1;
    if (text[i] == '\n') ++line;
  }
  return fmt::format("line {}, column {}", line, column);
}

// Builds the document event by event. An open container lies inside its parent, and a parent gets no new element while
// a child is open, so the pointers on the stack stay valid.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(const std::string& text, FaultList& faults) : text_(text), faults_(faults) {}

  Json document;

  bool null() override { return value(nullptr); }
  bool boolean(bool v) override { return value(v); }
  bool number_integer(number_integer_t v) override { return value(v); }
  bool number_unsigned(number_unsigned_t v) override { return value(v); }
  bool number_float(number_float_t v, const string_t&) override { return value(v); }
  bool string(string_t& v) override { return value(std::move(v)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& v) override {
    if (skipping_ > 0) return true;
    if (open_.back().keys.size() == kMostMembers)
      return stop(open_.back().path, fmt::format("more than {} keys", kMostMembers));
    if (!open_.back().keys.insert(v).second) {
      faults_.add(FaultKind::kSyntax, member_path(open_.back().path, v), "the key a second time", "each key once");
      if (++duplicates_ == kMostDuplicates) return false;
      skip_value_ = true;
    } else {
      key_ = v;
    }
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    // What the library says after its own position: "syntax error while parsing value - unexpected '}'; ...".
    std::string what = error.what();
    for (const std::string opening : {"] ", "column ", ": "})
      if (const std::size_t at = what.find(opening); at < 40) what.erase(0, at + opening.size());
    // What it has read last may be no UTF-8.
    std::replace_if(
        what.begin(), what.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    if (what.size() > kLongestReason) what = what.substr(0, kLongestReason) + "...";
    faults_.add(FaultKind::kSyntax, line_and_column(text_, position == 0 ? 0 : position - 1), what,
                "strict JSON: no comments, no trailing commas");
    return false;
  }

 private:
  bool stop(const std::string& path, const std::string& found) {
    faults_.add(FaultKind::kSyntax, path, found, "no more than such a file needs");
    return false;
  }

  // False if there is no room for one more value.
  bool count() {
    if (++values_ > kMostValues) return stop(path_of_next(), fmt::format("more than {} values", kMostValues));
    if (!open_.empty() && open_.back().container->is_array() && open_.back().container->size() == kMostElements)
      return stop(open_.back().path, fmt::format("more than {} elements", kMostElements));
    return true;
  }

  struct Open {
    Json* container;
    std::string path;
    std::set<std::string> keys;  // an object's: it is searched from its first key on
  };

  std::string path_of_next() const {
    if (open_.empty()) return "$";
    const Open& top = open_.back();
    return top.container->is_array() ? element_path(top.path, top.container->size()) : member_path(top.path, key_);
  }

  Json* put(Json v) {
    if (open_.empty()) return &(document = std::move(v));
    Json& container = *open_.back().container;
    if (container.is_array()) return &container.emplace_back(std::move(v));
    return &container.get_ref<Json::object_t&>().emplace_back(key_, std::move(v)).second;
  }

  bool value(Json v) {
    if (!count()) return false;
    if (skipping_ == 0 && !std::exchange(skip_value_, false)) put(std::move(v));
    return true;
  }

  bool open(Json empty) {
    if (!count()) return false;
    if (skipping_ > 0 || std::exchange(skip_value_, false)) {
      ++skipping_;
    } else if (open_.size() == kDeepest) {
      faults_.add(FaultKind::kSyntax, path_of_next(), "one more list or object",
                  fmt::format("at most {} nested lists and objects", kDeepest));
      return false;
    } else {
      std::string path = path_of_next();
      Json* container = put(std::move(empty));
      open_.push_back({container, std::move(path), {}});
    }
    return true;
  }

  bool close() {
    if (skipping_ > 0)
      --skipping_;
    else
      open_.pop_back();
    return true;
  }

  const std::string& text_;
  FaultList& faults_;
  std::vector<Open> open_;
  std::string key_;
  std::size_t duplicates_ = 0;
  std::size_t values_ = 0;
  bool skip_value_ = false;   // the value that comes next belongs to a duplicate key
  std::size_t skipping_ = 0;  // depth inside such a value
};

constexpr std::size_t kLongestShown = 60;

}  // namespace

std::optional<std::string> read_input(const std::filesystem::path& file, const std::string& accepted,
                                      FaultList& faults) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open() || std::filesystem::is_directory(file, error)) {
    faults.add(FaultKind::kSyntax, "file", "nothing that can be read", accepted);
    return std::nullopt;
  }
  std::string text;
  std::array<char, 65536> part{};
  while (text.size() <= kLongestInput && (in.read(part.data(), part.size()), in.gcount() > 0))
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  if (in.bad()) faults.add(FaultKind::kSyntax, "file", "an error while it was read", accepted);
  if (text.size() > kLongestInput)
    faults.add(FaultKind::kSyntax, "file", fmt::format("more than {} MiB", kLongestInput >> 20), accepted);
  if (in.bad() || text.size() > kLongestInput) return std::nullopt;
  return text;
}

std::optional<Json> parse_document(const std::string& text, FaultList& faults) {
  Builder builder(text, faults);
  // The library takes it for the end.
  if (const std::size_t end = text.find('\0'); end != std::string::npos) {
    faults.add(FaultKind::kSyntax, line_and_column(text, end), "a NUL character", "text");
    return std::nullopt;
  }
  if (!Json::sax_parse(text, &builder)) return std::nullopt;
  return std::move(builder.document);
}

std::string show(const Json& value) {
  if (value.is_object() && value.size() > 4) return "an object";
  if (value.is_array() && value.size() > kLongestShown) return fmt::format("a list of {}", value.size());
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > kLongestShown) {
    std::size_t end = kLongestShown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;  // not inside a character
    text = text.substr(0, end) + "...";
  }
  return text;
}

}  // namespace vqlab
