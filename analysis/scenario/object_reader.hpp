// Reads the members of one JSON object and notes what does not belong there.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/scenario/document.hpp"

namespace vqlab {

// Names of studies and curves: they become folders, columns and cells of CSV files.
inline constexpr const char* kNamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
[[nodiscard]] bool is_name(const std::string& text);
// Characters of a title or a label: one line of a figure.
inline constexpr std::size_t kLongestTitle = 200;
inline constexpr std::size_t kMostCurves = 1000;

class ObjectReader {
 public:
  // Notes a fault if `json` is no object, and one for each key that is not among `known`; of the kind `unknown_object`
  // if it names an object. A key that was renamed is such a key, too, but its value is read under the new name, so that
  // the faults inside it come at once. Nothing is noted of the keys in `told`.
  ObjectReader(const Json& json, std::string path, const std::vector<std::string>& known, FaultList& faults,
               FaultKind unknown_object = FaultKind::kSchema, const std::vector<std::string>& told = {});

  // The member, or null; that of something that is no object is null.
  [[nodiscard]] const Json* find(const std::string& key) const;
  // Notes a fault if there is none.
  [[nodiscard]] const Json* require(const std::string& key, const std::string& accepted);

  // Empty if absent or wrong; what is wrong is noted.
  [[nodiscard]] std::string text(const std::string& key);
  [[nodiscard]] std::string required_text(const std::string& key);
  // For headings: at most so many characters.
  [[nodiscard]] std::string short_text(const std::string& key, std::size_t longest);
  [[nodiscard]] std::string required_name(const std::string& key);
  // At least one character long.
  [[nodiscard]] std::string words(const std::string& key);
  [[nodiscard]] std::string required_words(const std::string& key);

  // Of the member as it is written: under its old name, if that is the one.
  [[nodiscard]] std::string path(const std::string& key) const;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] bool is_object() const { return json_.is_object(); }

 private:
  const Json& json_;
  std::string path_;
  FaultList& faults_;
};

}  // namespace vqlab
