#include "analysis/runs/run_folder.hpp"

#include <fmt/format.h>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/scenario/fault_json.hpp"

namespace vqlab {

RunFolder::RunFolder(std::filesystem::path directory, RunIdentity identity, const Opening& opening)
    : folder_(std::move(directory)), identity_(std::move(identity)) {
  if (opening.resume) take_up();
  if (!taken_up_ && !opening.force) look_before_writing_over();
}

void RunFolder::take_up() {
  std::vector<Fault> faults;
  taken_up_ = read_journal(journal_file(), faults);
  refuse_if_any(faults);
  if (!taken_up_) {
    say_note(fmt::format("vqlab: {} has no journal to resume; starting from the beginning", folder_.path().string()));
  } else if (!(taken_up_->identity == identity_)) {
    throw Refused(fmt::format(
        "vqlab: the journal in {} belongs to another {}, and points of two runs are never mixed; run without --resume, "
        "or with another folder",
        folder_.path().string(), what_differs(taken_up_->identity, identity_)));
  }
}

// The same study may be run again: its results come again, whatever was changed in it is what the user wants to see.
void RunFolder::look_before_writing_over() const {
  std::vector<Fault> faults;
  const std::optional<RunIdentity> before = read_identity(journal_file(), faults);
  refuse_if_any(faults);
  const char* const advice = "--force writes over it";
  if (before && (before->verb != identity_.verb || before->study != identity_.study))
    throw Refused(fmt::format("vqlab: {} has the results of another {}; {}, another folder keeps both",
                              folder_.path().string(), what_differs(*before, identity_), advice));
  if (!before && folder_.has_tables())
    throw Refused(fmt::format("vqlab: {} has results of another verb; {}", folder_.path().string(), advice));
  for (const char* name : {"points.csv", "run.json"})
    if (!before && folder_.is_foreign(name))
      throw Refused(
          fmt::format("vqlab: {} is no result of this program; {}", (folder_.path() / name).string(), advice));
}

Journal RunFolder::begin() {
  answer_file(journal_file());
  if (taken_up_) {
    folder_.remove_derived();
    return {journal_file(), *taken_up_};
  }
  // With the numbers that they belong to.
  for (const char* const below : {kExplanationFolder, kLongRunsFolder, kUncertaintyFolder, kClairvoyantFolder}) {
    const std::filesystem::path journal = folder_.path() / below / kJournalName;
    std::vector<Fault> unreadable;
    if (read_identity(journal, unreadable)) std::filesystem::remove(journal);
  }
  folder_.remove_all();
  return {journal_file(), identity_};
}

void refuse_if_any(const std::vector<Fault>& faults) {
  std::string lines;
  for (const Fault& fault : faults) lines += (lines.empty() ? "" : "\n") + to_string(fault);
  if (!lines.empty()) throw Refused(lines, fault_json(faults));
}

}  // namespace vqlab
