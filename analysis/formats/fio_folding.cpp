// Sections of a job file that are one job on several disks.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <utility>

#include "analysis/formats/fio_jobs.hpp"

namespace vqlab {
namespace {

// Options that may differ between the sections of one job.
const std::set<std::string>& options_of_place() {
  static const std::set<std::string> names{"filename", "numjobs", "new_group", "stonewall", "replay_redirect"};
  return names;
}
constexpr const char* kPins[] = {"cpus_allowed", "cpus_allowed_policy"};

std::map<std::string, std::string> said_without_place(const ImportedJob& job, bool without_pins) {
  std::map<std::string, std::string> said;
  for (const FioGiven* const given : job.all()) {
    const std::string& name = given->option->name;
    const bool pin = std::find(std::begin(kPins), std::end(kPins), name) != std::end(kPins);
    if (options_of_place().count(name) == 0 && !(pin && without_pins)) said[name] = given->value;
  }
  return said;
}

std::int64_t processes_of_section(const ImportedJob& job) { return job.number("numjobs").value_or(1); }

// vCPUs of which each process has one, in turn over the sections; none if it is not so.
struct PinnedVcpus {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

PinnedVcpus pinned_in_turn(const std::vector<ImportedJob>& jobs) {
  std::vector<std::pair<std::set<std::uint32_t>, std::int64_t>> sections;
  std::uint32_t first = ~0U;
  std::uint32_t end = 0;
  for (const ImportedJob& job : jobs) {
    const FioGiven* const given = job.find("cpus_allowed");
    const std::int64_t processes = processes_of_section(job);
    if (given == nullptr || processes < 1) return {};
    if (processes > 1 && job.choice("cpus_allowed_policy", "shared") != "split") return {};
    const auto cpus = fio_cpus_of(given->value);
    if (!cpus || cpus->empty()) return {};
    first = std::min(first, *cpus->begin());
    end = std::max(end, *cpus->rbegin() + 1);
    sections.emplace_back(*cpus, processes);
  }
  const auto same = [&sections](const auto& one) { return one.first == sections.front().first; };
  if (std::all_of(sections.begin(), sections.end(), same)) return {};  // what the job itself may say
  const std::uint32_t vcpus = end - first;
  std::int64_t process = 0;
  for (const auto& [cpus, processes] : sections) {
    std::set<std::uint32_t> expected;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(processes, vcpus); ++i)
      expected.insert(first + static_cast<std::uint32_t>((process + i) % vcpus));
    if (cpus != expected) return {};
    process += processes;
  }
  return {first, vcpus};
}

class SectionFolding {
 public:
  SectionFolding(std::vector<ImportedJob> jobs, const FioMachine& machine, std::uint32_t vcpus)
      : jobs_(std::move(jobs)), machine_(machine), without_pins_(vcpus > 0) {}

  std::vector<ImportedJob> run() {
    for (std::size_t first = 0; first < jobs_.size();) {
      std::size_t end = first + 1;
      while (end < jobs_.size() && goes_on(jobs_[first], jobs_[end])) ++end;
      if (end - first > 1 && fold(first, end)) {
        folded_ = true;
      } else {
        for (std::size_t i = first; i < end; ++i) result_.push_back(std::move(jobs_[i]));
      }
      first = end;
    }
    return std::move(result_);
  }
  [[nodiscard]] bool folded() const { return folded_; }

 private:
  [[nodiscard]] bool goes_on(const ImportedJob& first, const ImportedJob& next) const {
    return first.section() == next.section() && next.is_set("group_reporting") && first.is_set("group_reporting") &&
           !next.is_set("new_group") && !next.is_set("stonewall") && next.find("wait_for") == nullptr &&
           said_without_place(first, without_pins_) == said_without_place(next, without_pins_);
  }

  // The logical units of a section: those of one number on some targets. Nothing if it has others.
  [[nodiscard]] bool read_place(const ImportedJob& job, std::set<std::uint32_t>& targets, std::uint32_t& lun) const {
    const FioFiles files = fio_files_of(job);
    if (!files.named || !files.device || files.partition) return false;
    for (const std::string& disk : files.disks) {
      const auto number = sd_number(disk);
      const auto place = machine_.place_of(disk);
      if (!number || (machine_.targets > 0 && !place)) return false;
      const FioPlaceOfDisk at = place ? *place : FioPlaceOfDisk{*number, 0};
      if (!targets.empty() && lun != at.lun) return false;
      lun = at.lun;
      targets.insert(at.target);
    }
    return true;
  }

  // Process i of so many on a target has LUN i modulo their number.
  [[nodiscard]] bool are_dealt(const std::vector<std::int64_t>& by_lun, std::int64_t processes) const {
    const std::int64_t luns = std::min<std::int64_t>(machine_.luns_per_target, processes);
    if (static_cast<std::int64_t>(by_lun.size()) != luns) return false;
    for (std::int64_t lun = 0; lun < luns; ++lun)
      if (by_lun[static_cast<std::size_t>(lun)] != (processes - lun + luns - 1) / luns) return false;
    return true;
  }

  bool fold(std::size_t first, std::size_t end) {
    std::vector<std::pair<std::set<std::uint32_t>, std::vector<std::int64_t>>> places;  // processes on each LUN
    for (std::size_t i = first; i < end; ++i) {
      std::set<std::uint32_t> targets;
      std::uint32_t lun = 0;
      if (!read_place(jobs_[i], targets, lun)) return false;
      if (lun == 0 && (places.empty() || *places.back().first.rbegin() < *targets.begin()))
        places.push_back({targets, {}});
      if (places.empty() || places.back().first != targets || places.back().second.size() != lun) return false;
      places.back().second.push_back(processes_of_section(jobs_[i]));
    }
    std::int64_t processes = 0;
    for (const std::int64_t one : places.front().second) processes += one;
    const bool roams = places.front().first.size() > 1 || jobs_[first].find("file_service_type") != nullptr;
    if (roams && places.size() > 1) return false;
    for (const auto& [targets, by_lun] : places)
      if (by_lun != places.front().second || !are_dealt(by_lun, processes)) return false;
    ImportedJob job = jobs_[first];
    for (std::size_t i = first + 1; i < end; ++i) job.absorb(jobs_[i]);
    job.be_folded(processes, !roams);
    result_.push_back(std::move(job));
    return true;
  }

  std::vector<ImportedJob> jobs_;
  const FioMachine& machine_;
  bool without_pins_;
  bool folded_ = false;
  std::vector<ImportedJob> result_;
};

// All processes of the job have these vCPUs, one each in turn.
void split_over(ImportedJob& job, const PinnedVcpus& vcpus) {
  const FioGiven pins = *job.find("cpus_allowed");
  job.add({pins.option, pins.line, fmt::format("{}-{}", vcpus.first, vcpus.first + vcpus.count - 1), pins.kb_base});
  if (job.find("cpus_allowed_policy") == nullptr)
    job.add({fio_option("cpus_allowed_policy", ""), pins.line, "split", pins.kb_base});
}

}  // namespace

std::vector<ImportedJob> fold_fio_sections(std::vector<ImportedJob> jobs, const FioMachine& machine,
                                           std::uint32_t& pinned) {
  const PinnedVcpus vcpus = pinned_in_turn(jobs);
  SectionFolding folding(std::move(jobs), machine, vcpus.count);
  std::vector<ImportedJob> folded = folding.run();
  pinned = folding.folded() && vcpus.first == 0 ? vcpus.count : 0;
  for (ImportedJob& job : folded) {
    for (const char* const name : kPins)
      if (pinned > 0) job.drop(name, OptionClass::kModelled, "guest.pinned_vcpus " + std::to_string(pinned));
    if (vcpus.first > 0 && job.processes()) split_over(job, vcpus);
  }
  return folded;
}

}  // namespace vqlab
