#include "analysis/formats/fio_import.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
#include <utility>

#include "analysis/formats/fio_jobs.hpp"
#include "analysis/formats/fio_sections.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "models/base/ensure.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kLongestJobName = 60;  // leaves room for a number behind it

// A name as scenarios take them, that no other job has.
std::string job_name(const std::string& said, std::set<std::string>& taken) {
  std::string name;
  for (const char c : said.substr(0, kLongestJobName))
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' ? c : '_';
  while (!name.empty() && (name.front() == '_' || name.front() == '-')) name.erase(0, 1);
  if (name.empty()) name = "job";
  std::string unique = name;
  for (int number = 2; !taken.insert(unique).second; ++number) unique = name + "_" + std::to_string(number);
  return unique;
}

bool asks_for_what_is_so(const FioGiven& given) {
  const FioOption& option = *given.option;
  if (option.neutral.empty()) return false;
  if (option.type == FioValue::kChoice || option.type == FioValue::kFree)
    return given.value.substr(0, given.value.find(':')) == option.neutral ||
           (option.neutral == "none" && given.value == "0");
  return fio_number_of(given) == std::stoll(option.neutral);
}

// The options that the table alone decides.
void note_by_table(ImportedJob& job) {
  for (const FioGiven* const given : job.all()) {
    const FioOption& option = *given->option;
    if (option.kind == OptionClass::kModelled) continue;
    const bool so_anyway = option.kind != OptionClass::kHarmless && asks_for_what_is_so(*given);
    job.note(option.name, so_anyway ? OptionClass::kHarmless : option.kind,
             so_anyway ? "what is so anyway" : option.words);
  }
}

// The scheduler of all disks: that of the jobs if they agree.
void import_fio_scheduler(std::vector<ImportedJob>& jobs, Json& scenario) {
  constexpr const char* kSchedulers[] = {"none", "mq-deadline", "noop", "deadline", "cfq"};
  std::set<std::string> said;
  for (const ImportedJob& job : jobs) {
    const FioGiven* const given = job.find("ioscheduler");
    said.insert(given == nullptr ? "" : given->value);
  }
  if (said.size() == 1 && said.count("") == 1) return;
  const bool known = said.size() == 1 &&
                     std::find(std::begin(kSchedulers), std::end(kSchedulers), *said.begin()) != std::end(kSchedulers);
  if (known) scenario["guest"]["scheduler"] = *said.begin();
  for (ImportedJob& job : jobs)
    job.note("ioscheduler", known ? OptionClass::kModelled : OptionClass::kRefused,
             known ? "guest.scheduler " + *said.begin()
                   : "a scheduler of some disks, or that is not modelled; nearest: the same in all jobs, one of none, "
                     "mq-deadline, noop, deadline and cfq");
}

void import_fio_job(ImportedJob& job, const std::string& directory) {
  import_fio_pattern(job);
  import_fio_depth(job);
  import_fio_pace(job);
  import_fio_process(job);
  import_fio_trace(job, directory);
  job.note("name", OptionClass::kModelled, "the name of the job");
  note_by_table(job);
}

}  // namespace

ImportedPart import_fio(const std::string& text, const std::string& file, const FioSetting& setting) {
  ImportedPart part;
  FioText read = read_fio_text(text, file, setting.around);
  part.faults = std::move(read.faults);
  ImportedLines lines;
  std::uint32_t pinned = 0;
  std::vector<ImportedJob> jobs = fold_fio_sections(read_fio_sections(read.sections, lines), setting.machine, pinned);
  if (pinned > 0) part.scenario["guest"]["pinned_vcpus"] = pinned;
  if (jobs.empty() && part.faults.empty())
    part.faults.push_back(
        {FaultKind::kMeaning, file, "sections", "no job", "a section beside [global], as [job1]", ""});
  for (ImportedJob& job : jobs) import_fio_job(job, setting.directory);
  const Json precision = import_fio_times(jobs);
  part.scenario["targets"] = import_fio_disks(jobs, setting.machine);
  import_fio_scheduler(jobs, part.scenario);
  std::set<std::string> taken;
  Json& list = part.scenario["jobs"] = Json::array();
  for (const ImportedJob& job : jobs) {
    const std::string at = element_path("$.jobs", list.size());
    for (const auto& [key, line] : job.origins()) part.origins.emplace_back(member_path(at, key), line);
    Json& one = list.emplace_back();
    one["name"] = job_name(job.choice("name", job.section()), taken);
    for (const auto& [key, value] : job.json().items()) one[key] = value;
  }
  if (!precision.is_null()) part.scenario["precision"] = precision;
  part.options = lines.classed();
  part.options.insert(part.options.end(), std::make_move_iterator(read.includes.begin()),
                      std::make_move_iterator(read.includes.end()));
  part.faults.insert(part.faults.end(), lines.faults().begin(), lines.faults().end());
  return part;
}

}  // namespace vqlab
