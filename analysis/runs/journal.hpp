// points.jsonl: every point as soon as it is finished, so that neither Ctrl-C nor a power cut loses one, and an
// interrupted run can be taken up again.
//
// The first line says which run it is; each further line is a point. A last line that was cut short does not count.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "analysis/runs/point_row.hpp"

namespace vqlab {

// Points of two runs may be mixed only if all of this is the same.
struct RunIdentity {
  std::string scenario_sha256;
  std::string commit;

  friend bool operator==(const RunIdentity&, const RunIdentity&) = default;
};

struct JournalContents {
  RunIdentity identity;
  std::vector<PointRow> rows;       // in the order in which they were finished
  std::uintmax_t intact_bytes = 0;  // up to the end of the last whole line
};

// Nothing if there is no such file, or none of this layout.
[[nodiscard]] std::optional<JournalContents> read_journal(const std::filesystem::path& file);

// All of it throws std::filesystem::filesystem_error where the file cannot be written.
class Journal {
 public:
  // Begins anew; a journal that stands there is lost.
  Journal(const std::filesystem::path& file, const RunIdentity& identity);

  // Goes on after the last whole line of what was read from the same file.
  Journal(const std::filesystem::path& file, const JournalContents& contents);

  // The point is in the hands of the operating system when this returns.
  void append(const PointRow& row);

 private:
  void write_line(const std::string& line);

  std::filesystem::path file_;
  std::ofstream out_;
};

}  // namespace vqlab
