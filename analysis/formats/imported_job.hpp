// A job of a fio job file on its way into a scenario: what its lines say, and what became of each of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/formats/fio_lines.hpp"
#include "analysis/words/fio_options.hpp"

namespace vqlab {

// A line as fio takes it: its option is known, and its value is one of that option.
struct FioGiven {
  const FioOption* option;
  std::size_t line;       // of ImportedLines
  std::string value;      // of a flag without one "1"
  std::uint32_t kb_base;  // with which its sizes are read
};

// All lines of a job file. A line of a global section is said to several jobs, and may end differently in each.
class ImportedLines {
 public:
  // Gives its number.
  std::size_t add(const FioLine& line, const std::string& where);
  // What became of a line in one job.
  void note(std::size_t line, OptionClass kind, const std::string& words);
  [[nodiscard]] const ClassedOption& at(std::size_t line) const { return lines_.at(line).option; }
  // fio would not take the line. A second fault of the same line is left out.
  void refuse(std::size_t line, std::string found, std::string accepted, std::string nearest = "");
  // What was wrong with lines, and where in its file each of them stands.
  [[nodiscard]] const std::vector<Fault>& faults() const { return faults_; }
  [[nodiscard]] std::string place(std::size_t line) const;
  // In their order. Of several ends of a line the worst counts, and the words of all are there.
  [[nodiscard]] std::vector<ClassedOption> classed() const;

 private:
  struct Ending {
    OptionClass kind;
    std::string words;
  };
  struct Line {
    ClassedOption option;
    std::vector<Ending> ends;
  };
  std::vector<Line> lines_;
  std::vector<Fault> faults_;
  std::set<std::size_t> refused_;
};

class ImportedJob {
 public:
  ImportedJob(const FioSection& section, ImportedLines& lines);

  [[nodiscard]] const std::string& section() const { return section_; }
  // The line counts in this job. Of several of one option the last one does.
  void add(const FioGiven& given);

  // Another section is the same job, on other disks: its lines are told to be so, but for those of the job itself. All
  // sections together have `processes` on each disk's target.
  void absorb(const ImportedJob& other);
  void be_folded(std::int64_t processes, bool own_disks);
  // Names of the disks of sections that were taken in.
  [[nodiscard]] const std::vector<std::string>& absorbed_disks() const { return absorbed_disks_; }
  // Processes on a target, or of the job if each has all disks; nothing: numjobs says it.
  [[nodiscard]] std::optional<std::int64_t> processes() const { return processes_; }
  // It is several sections with a disk each.
  [[nodiscard]] bool has_own_disks() const { return own_disks_; }
  // The job says no such option any more; its line has ended so.
  void drop(const std::string& option, OptionClass kind, const std::string& words);

  // What the job says of an option; null if nothing.
  [[nodiscard]] const FioGiven* find(const std::string& option) const;
  // The one of them that comes last; null if it says none of them.
  [[nodiscard]] const FioGiven* last(const std::vector<std::string>& options) const;
  [[nodiscard]] std::vector<const FioGiven*> all() const;
  // Its first number: sizes in bytes, times in us. Nothing if the job says nothing.
  [[nodiscard]] std::optional<std::int64_t> number(const std::string& option) const;
  // Its numbers for reads, writes and trims, as fio fills them up.
  [[nodiscard]] std::vector<std::optional<std::int64_t>> numbers(const std::string& option) const;
  // A flag or switch; `standard` if the job says nothing.
  [[nodiscard]] bool is_set(const std::string& option, bool standard = false) const;
  // The part of a value before its first colon; of several parts the rest is behind it.
  [[nodiscard]] std::string choice(const std::string& option, const std::string& standard) const;

  // What became of the option in this job; nothing happens if the job does not say it.
  void note(const std::string& option, OptionClass kind, const std::string& words);
  // fio would not take the value of the option.
  void refuse(const std::string& option, const std::string& accepted);
  // A value of the job in the scenario. With an option that the job gives its line is the origin.
  void set(const std::string& key, Json value, const std::string& option);
  // As set(), and the option is modelled by it.
  void model(const std::string& key, Json value, const std::string& option);
  // As set(), but what stands there is something near to it.
  void approximate(const std::string& key, Json value, const std::string& option, const std::string& how);
  // The job does not say the option, and what fio does then is approximated.
  void imply(const std::string& option, const std::string& how);

  [[nodiscard]] const Json& json() const { return json_; }
  // The line that a key of json() came from.
  [[nodiscard]] const std::map<std::string, std::size_t>& origins() const { return origins_; }

 private:
  std::string section_;
  std::string file_;
  int line_;
  ImportedLines& lines_;
  std::vector<FioGiven> given_;                // in their order
  std::map<std::string, std::size_t> latest_;  // by option: the last of given_
  Json json_ = Json::object();
  std::map<std::string, std::size_t> origins_;
  std::vector<std::string> absorbed_disks_;
  std::optional<std::int64_t> processes_;
  bool own_disks_ = false;
};

// The first number of a value, as the option's kind is read; nothing if it has none.
[[nodiscard]] std::optional<std::int64_t> fio_number_of(const FioGiven& given);

}  // namespace vqlab
