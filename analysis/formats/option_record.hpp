// Writes down what becomes of each option of one file.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/formats/classed_option.hpp"

namespace vqlab {

class OptionRecord {
 public:
  OptionRecord(ImportedPart& part, std::string file) : part_(part), file_(std::move(file)) {}

  // Its place among part.options.
  std::size_t add(int line, const std::string& where, const std::string& option, const std::string& value,
                  OptionClass kind, const std::string& words) {
    part_.options.push_back({file_, line, where, option, value, kind, words});
    return part_.options.size() - 1;
  }
  void reclass(std::size_t at, OptionClass kind, const std::string& words) { set_class(part_, at, kind, words); }
  // What the program whose file it is would not accept.
  void fault(int line, const std::string& where, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    if (part_.faults.size() >= FaultList::kMostFaults) return;
    part_.faults.push_back({FaultKind::kMeaning, file_,
                            "line " + std::to_string(line) + (where.empty() ? "" : ", " + where), found, accepted,
                            nearest});
  }
  // nearest_name(), where looking for it is no work.
  [[nodiscard]] std::string nearest(const std::string& name, const std::vector<std::string>& known) const {
    const bool much = name.size() > 64 || known.size() > 1000 || part_.faults.size() >= FaultList::kMostFaults;
    return much ? "" : nearest_name(name, known);
  }
  // A text as it is shown in a fault.
  [[nodiscard]] static std::string shown(const std::string& text) {
    return '"' + (text.size() > 80 ? text.substr(0, 77) + "..." : text) + '"';
  }
  [[nodiscard]] ImportedPart& part() { return part_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  ImportedPart& part_;
  std::string file_;
};

}  // namespace vqlab
