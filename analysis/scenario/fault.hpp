// What is wrong with an input file, said so that it can be put right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vqlab {

enum class FaultKind {
  kSyntax,   // no JSON, or a duplicate key: a schema cannot see it
  kSchema,   // the JSON schema refuses it, too
  kMeaning,  // values that do not go together
  kEffect,   // a value that nothing reads
};

struct Fault {
  FaultKind kind;
  std::string file;
  std::string path;      // "$.curves[0].set[\"guest.vcpus\"]", or "line 3, column 5" for what is no JSON
  std::string found;     // what stands there
  std::string accepted;  // what may stand there
  std::string nearest;   // known name nearest to a misspelt one; empty if none is near
};

// One line: "file: path: found ...; accepted: ...; did you mean ...?"
[[nodiscard]] std::string to_string(const Fault& fault);

// For a terminal: with "?" for control characters, but for the ends of lines.
[[nodiscard]] std::string printable(std::string text);

// "syntax", "schema", "meaning" or "effect".
[[nodiscard]] std::string_view to_string(FaultKind kind);

// Collects the faults of one file: so many that nobody would read more.
class FaultList {
 public:
  static constexpr std::size_t kMostFaults = 1000;

  explicit FaultList(std::string file) : file_(std::move(file)) {}

  void add(FaultKind kind, std::string path, std::string found, std::string accepted, std::string nearest = "");
  // No schema knows anything about the places of the faults from the `first` one on.
  void beyond_schema(std::size_t first);
  // Takes over the faults of another file.
  void take(FaultList& other);
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  // Nothing is added any more: who reads on may stop.
  [[nodiscard]] bool full() const { return faults_.size() >= kMostFaults; }
  [[nodiscard]] std::size_t size() const { return faults_.size(); }
  [[nodiscard]] std::vector<Fault>& faults() { return faults_; }

 private:
  std::string file_;
  std::vector<Fault> faults_;
};

// JSON paths: "$.guest" and "vcpus" give "$.guest.vcpus"; keys that are no identifiers are quoted.
[[nodiscard]] std::string member_path(const std::string& parent, std::string_view key);
[[nodiscard]] std::string element_path(const std::string& parent, std::size_t index);

// Whether `path` is `place` or lies inside it.
[[nodiscard]] bool is_below(const std::string& path, const std::string& place);

// The name that is fewest edits (insert, delete, replace, swap) away; empty if all differ by more than a third.
[[nodiscard]] std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

// "a, b or c".
[[nodiscard]] std::string one_of(const std::vector<std::string>& names);

}  // namespace vqlab
