#include "analysis/merge/merge_shards.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analysis/app/shell_word.hpp"
#include "analysis/runs/journal.hpp"
#include "analysis/runs/run_folder.hpp"
#include "analysis/runs/shard.hpp"
#include "analysis/runs/write_file.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostMissing = 20;

// A journal of a shard, and where it stands below the shard's folder: a run with long runs has two, `claims` has one
// for each study.
struct ShardJournal {
  fs::path file;
  JournalContents contents;
};

struct ShardFolder {
  fs::path folder;
  Shard shard;
  bool complete = true;
  std::map<fs::path, ShardJournal> journals;  // by their folder below this one
};

class Merging {
 public:
  explicit Merging(const MergeArguments& arguments) : arguments_(arguments) {}

  std::string run() {
    for (const std::string& folder : arguments_.shards) read(folder);
    check_commands();
    check_numbers();
    check_place();
    check_identities();
    refuse_if_any(faults_);
    for (const fs::path& below : journals()) write(below);
    return command();
  }

 private:
  void fault(const fs::path& where, const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, where.string(), path, found, accepted, ""});
  }

  void read(const fs::path& folder) {
    ShardFolder read{.folder = folder, .shard = {}, .complete = true, .journals = {}};
    std::set<fs::path> folders{folder};
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(folder, error))
      if (entry.is_directory(error)) folders.insert(entry.path());
    bool is_shard = false;
    for (const fs::path& one : folders) {
      if (const auto record = parse_shard_record(text_of(one / kShardRecord))) {
        if (is_shard && !(read.shard == record->shard))
          fault(one, kShardRecord, "shard " + record->shard.text() + " below shard " + read.shard.text(),
                "the folder of one shard");
        read.shard = record->shard;
        read.complete &= record->complete;
        is_shard = true;
      }
      const fs::path file = one / kJournalName;
      if (auto contents = read_journal(file, faults_))
        read.journals.emplace(one.lexically_relative(folder), ShardJournal{file, std::move(*contents)});
    }
    if (!is_shard)
      fault(folder, kShardRecord, "none, or not one of this program", "the result directory of a run with --shard");
    else
      shards_.push_back(std::move(read));
  }

  // All are held against the first: it says which run it is.
  void check_commands() {
    for (const ShardFolder& one : shards_) {
      const Shard& first = shards_.front().shard;
      if (one.shard.count != first.count)
        fault(one.folder, "shard", one.shard.text(), fmt::format("a shard of {}, as in {}", first.count, named()));
      if (one.shard.command != first.command)
        fault(one.folder, "command", one.shard.command, first.command + ", as in " + named());
      if (one.shard.place != first.place)
        fault(one.folder, "place", one.shard.place, first.place + ", as in " + named());
      if (!one.complete)
        fault(one.folder, "shard", one.shard.text() + ", which was interrupted",
              "a complete one: the same command with --resume ends it");
    }
  }

  void check_place() {
    if (shards_.empty() || shards_.front().shard.place.empty()) return;
    const fs::path place = shards_.front().shard.place;
    if (fs::weakly_canonical(arguments_.out) != fs::weakly_canonical(place))
      fault("--out " + shell_word(arguments_.out), "folder", arguments_.out,
            place.string() + ", in the result that is explained");
  }

  void check_numbers() {
    if (shards_.empty()) return;
    std::map<std::uint32_t, const ShardFolder*> known;
    const std::uint32_t count = shards_.front().shard.count;
    for (const ShardFolder& one : shards_) {
      if (one.shard.count != count) continue;
      const auto [before, is_first] = known.emplace(one.shard.number, &one);
      if (!is_first)
        fault(one.folder, "shard", one.shard.text() + " again, after " + before->second->folder.string(),
              "each shard once");
    }
    std::string missing;
    std::size_t left = count - known.size();
    for (std::uint32_t number = 1, said = 0; number <= count && said < kMostMissing; ++number) {
      if (known.count(number) != 0) continue;
      missing += (missing.empty() ? "" : ", ") + Shard{.number = number, .count = count}.text();
      --left;
      ++said;
    }
    if (left > 0) missing += fmt::format(" and {} more", left);
    if (!missing.empty()) fault("SHARDS", "shard", "none for " + missing, fmt::format("all {} shards", count));
  }

  void check_identities() {
    for (const ShardFolder& one : shards_) {
      for (const auto& [below, journal] : one.journals) {
        const auto [first, is_first] = identities_.emplace(below, journal.contents.identity);
        if (!is_first && !(first->second == journal.contents.identity))
          fault(journal.file, "line 1", "another " + what_differs(journal.contents.identity, first->second),
                "the same run as in " + named());
      }
    }
    for (const fs::path& below : journals()) {
      std::map<std::uint32_t, const fs::path*> whose;
      for (const ShardFolder& one : shards_) {
        const auto journal = one.journals.find(below);
        if (journal == one.journals.end()) continue;
        for (const RowPlace& row : journal->second.contents.places) {
          const auto [before, is_first] = whose.emplace(row.point, &one.folder);
          if (is_first) continue;
          fault(journal->second.file, fmt::format("point {}", row.point),
                "a result, and one in " + before->second->string(), "each point in one shard");
          break;
        }
      }
    }
  }

  [[nodiscard]] std::string named() const { return shards_.front().folder.string(); }

  // The outer ones first: a folder that begins anew removes what stands below it.
  [[nodiscard]] std::vector<fs::path> journals() const {
    std::vector<fs::path> all;
    for (const auto& [below, identity] : identities_) all.push_back(below);
    return all;
  }

  void write(const fs::path& below) {
    const fs::path to = below == "." ? fs::path(arguments_.out) : arguments_.out / below;
    RunFolder folder(to, identities_.at(below), {.resume = false, .force = arguments_.force});
    Journal journal = folder.begin();
    std::vector<std::pair<RowPlace, const RowReader*>> rows;
    for (const ShardFolder& one : shards_) {
      const auto found = one.journals.find(below);
      if (found == one.journals.end()) continue;
      for (const RowPlace& row : found->second.contents.places)
        rows.emplace_back(row, found->second.contents.reader.get());
    }
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.first.point < b.first.point; });
    for (const auto& [row, reader] : rows) (void)journal.append((*reader)(row.place));
  }

  // The options stand behind the verb, in front of what may be a file after `--`.
  [[nodiscard]] std::string command() const {
    constexpr std::string_view kProgram = "vqlab ";
    const std::string& whole = shards_.front().shard.command;
    if (!shards_.front().shard.place.empty()) return whole.substr(kProgram.size());
    const std::size_t verb = whole.find(' ', kProgram.size());
    const std::string options = " --resume --out " + shell_word(arguments_.out);
    return verb == std::string::npos
               ? whole.substr(kProgram.size()) + options
               : whole.substr(kProgram.size(), verb - kProgram.size()) + options + whole.substr(verb);
  }

  const MergeArguments& arguments_;
  std::vector<Fault> faults_;
  std::vector<ShardFolder> shards_;
  std::map<fs::path, RunIdentity> identities_;  // by journal
};

}  // namespace

std::string merge_shards(const MergeArguments& arguments) { return Merging(arguments).run(); }

}  // namespace vqlab
