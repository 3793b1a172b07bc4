// The result folder of one run, and its journal.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "analysis/runs/journal.hpp"
#include "analysis/runs/result_folder.hpp"
#include "analysis/runs/run_identity.hpp"

namespace vqlab {

// What may become of results that stand in the folder.
struct Opening {
  bool resume = false;  // go on with them, if they are of this very run
  bool force = false;   // else: write over them even if they are of another study
};

class RunFolder {
 public:
  // Changes nothing that stands in the folder. Throws Refused, with every reason, if another process writes it, if its
  // journal is damaged, or if its results must not be continued or written over; and std::filesystem::filesystem_error.
  RunFolder(std::filesystem::path directory, RunIdentity identity, const Opening& opening);

  // What is gone on with; nothing if the run begins anew.
  [[nodiscard]] const std::optional<JournalContents>& taken_up() const noexcept { return taken_up_; }
  [[nodiscard]] std::filesystem::path journal_file() const { return folder_.path() / kJournalName; }

  // The journal to write to. To be called once, when the first result is about to be made: what an earlier run has left
  // is removed before, and what was drawn from fewer results.
  [[nodiscard]] Journal begin();

  // See ResultFolder.
  void write(const std::string& name, std::string_view text) { folder_.write(name, text); }
  void write(const std::string& name, const std::function<void(const TextSink&)>& make) { folder_.write(name, make); }

 private:
  void take_up();
  void look_before_writing_over() const;

  ResultFolder folder_;
  RunIdentity identity_;
  std::optional<JournalContents> taken_up_;
};

// Throws Refused with a line for each fault, if there is any.
void refuse_if_any(const std::vector<Fault>& faults);

}  // namespace vqlab
