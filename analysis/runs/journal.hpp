// points.jsonl: every point as soon as it is finished, so that neither Ctrl-C nor a power cut loses one, and an
// interrupted run can be taken up again.
//
// The first line says which run it is; each further line is a point. Each line ends with a checksum of itself and of
// the first line, so that a byte that has changed, and a line of another journal, are seen. A last line without its
// newline was cut short when the program was killed or the disk was full, and does not count.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/point_rows.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/study.hpp"

namespace vqlab {

// Rows stay in the journal until they are asked for.
struct JournalContents {
  RunIdentity identity;
  std::vector<RowPlace> places;  // in the order in which rows were finished; each is where its line begins
  std::shared_ptr<const RowReader> reader;
  std::uintmax_t intact_bytes = 0;  // up to the end of the last whole line

  [[nodiscard]] PointRow row(std::size_t i) const { return (*reader)(places[i].place); }
  // In which line it stands, from 1.
  [[nodiscard]] static std::size_t line(std::size_t i) { return i + 2; }
  // In the order of their points.
  [[nodiscard]] PointRows rows() const { return {reader, places}; }
};

// Of a journal that is there, whether its rows are or are still to be written. What stands at a place must have been
// written by Journal::append() or checked by read_journal().
[[nodiscard]] std::shared_ptr<const RowReader> journal_reader(const std::filesystem::path& file);

// Nothing, and no fault, if there is no such file, or not even a whole first line. `faults` names each line, up to a
// hundred, that is not as this program wrote it; nothing comes back then.
[[nodiscard]] std::optional<JournalContents> read_journal(const std::filesystem::path& file,
                                                          std::vector<Fault>& faults);
// Its first line alone: which run it is, without rows.
[[nodiscard]] std::optional<RunIdentity> read_identity(const std::filesystem::path& file, std::vector<Fault>& faults);
[[nodiscard]] std::optional<JournalContents> parse_journal(std::string_view text, const std::string& file,
                                                           std::vector<Fault>& faults);

// Names each row that is of none of these points, or of one that has a row already.
void check_rows(const JournalContents& journal, const PointList& points, const std::filesystem::path& file,
                std::vector<Fault>& faults);

// All of it throws std::filesystem::filesystem_error where the file cannot be written.
class Journal {
 public:
  // Begins anew; a journal that stands there is lost.
  Journal(std::filesystem::path file, const RunIdentity& identity);

  // Goes on after the last whole line of what was read from the same file.
  Journal(std::filesystem::path file, const JournalContents& contents);

  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&&) = delete;
  ~Journal();

  // The point is in the hands of the operating system when this returns. Returns where it stands.
  std::uint64_t append(const PointRow& row) { return append_line(vqlab::to_line(row)); }
  // The same for a row that is a line already, see to_line().
  std::uint64_t append_line(std::string_view line);

 private:
  Journal(std::filesystem::path file, std::string salt, int flags);
  std::uint64_t write_line(const std::string& line);
  [[noreturn]] void fail() const;

  std::filesystem::path file_;
  std::string salt_;  // of its rows' checksums
  int fd_;
  std::uint64_t bytes_ = 0;  // so far
};

}  // namespace vqlab
