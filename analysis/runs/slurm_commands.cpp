#include "analysis/runs/slurm_commands.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>
#include <sys/wait.h>

#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostTasks = 1000;  // Slurm's MaxArraySize is 1001 unless a site says otherwise
constexpr int kNotFound = 127;            // of a shell

// How a command ended, and what it printed.
struct Answer {
  int code = kNotFound;
  std::string text;
};

Answer answer_to(const std::string& command) {
  FILE* const pipe = popen(("LC_ALL=C exec " + command + " 2>&1 </dev/null").c_str(), "re");
  if (pipe == nullptr) return {};
  Answer said;
  std::array<char, 4096> part;
  for (std::size_t count = 0; (count = fread(part.data(), 1, part.size(), pipe)) > 0;)
    said.text.append(part.data(), count);
  const int status = pclose(pipe);
  said.code = WIFEXITED(status) ? WEXITSTATUS(status) : kNotFound;
  return said;
}

// "0-3,7%10".
std::string array_text(const std::set<std::size_t>& tasks, unsigned at_once) {
  std::string text;
  for (auto task = tasks.begin(); task != tasks.end();) {
    const std::size_t first = *task;
    std::size_t last = first;
    while (++task != tasks.end() && *task == last + 1) last = *task;
    text += (text.empty() ? "" : ",") + std::to_string(first);
    if (last > first) text += "-" + std::to_string(last);
  }
  return at_once == 0 ? text : text + "%" + std::to_string(at_once);
}

}  // namespace

std::string slurm_script(const std::string& name, std::size_t tasks, const std::string& logs,
                         const std::string& command, unsigned cpus, const SlurmOptions& options) {
  std::set<std::size_t> all;
  for (std::size_t i = 0; i < tasks; ++i) all.insert(all.end(), i);
  std::string text = "#!/bin/sh\n";
  const auto add = [&text](const std::string& option, const std::string& value) {
    text += "#SBATCH --" + option + "=" + value + "\n";
  };
  add("job-name", name);
  add("array", array_text(all, options.array_limit));
  add("ntasks", "1");
  add("cpus-per-task", std::to_string(cpus));
  if (!options.time.empty()) add("time", options.time);
  if (!options.partition.empty()) add("partition", options.partition);
  add("output", "\"" + logs + "\"");
  text += "#SBATCH --open-mode=append\n#SBATCH --requeue\n";
  return text + "exec " + command + " \"$SLURM_ARRAY_TASK_ID\"\n";
}

void SlurmJobs::submit(const std::filesystem::path& script, const std::set<std::size_t>& tasks, unsigned at_once) {
  const Answer said =
      answer_to("sbatch --parsable --array=" + array_text(tasks, at_once) + " " + shell_word(script.string()));
  if (said.code == kNotFound)
    throw Refused(
        "vqlab: there is no sbatch here: --executor slurm needs Slurm's commands (Debian's package slurm-client) on a "
        "machine that may submit; --export-script writes the script for another one, --shard needs no Slurm");
  // Warnings come in front; "12;cluster" where there are several.
  std::string id;
  std::istringstream lines(said.text);
  for (std::string line; std::getline(lines, line);)
    if (const std::string word = line.substr(0, line.find(';'));
        !word.empty() && word.find_first_not_of("0123456789") == std::string::npos)
      id = word;
  if (said.code != 0 || id.empty())
    throw Refused("vqlab: sbatch does not take " + script.string() + ":\n" + said.text +
                  "--time, --partition and --array-limit say what it is asked for; sbatch reads SBATCH_ACCOUNT, "
                  "SBATCH_QOS and SBATCH_MEM_PER_CPU as well");
  ids_.push_back(id);
}

std::optional<SlurmTasks> SlurmJobs::tasks() const {
  if (ids_.empty()) return SlurmTasks{};
  const Answer said =
      answer_to(fmt::format("squeue --noheader --array --format='%K|%T|%r' --jobs={}", fmt::join(ids_, ",")));
  // What has ended some minutes ago is not known any more.
  if (said.code != 0 && said.text.find("Invalid job id") == std::string::npos) return std::nullopt;
  SlurmTasks tasks;
  std::istringstream lines(said.text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t state = line.find('|');
    if (state == std::string::npos || state == 0 || line.find_first_not_of("0123456789") != state) continue;
    const std::size_t number = std::strtoull(line.c_str(), nullptr, 10);
    const std::size_t why = line.find('|', state + 1);
    const bool waits = line.compare(state + 1, 7, "PENDING") == 0;
    (waits ? tasks.waiting : tasks.running).insert(number);
    if (waits && why != std::string::npos) tasks.why = line.substr(why + 1);
  }
  return tasks;
}

void SlurmJobs::cancel() const {
  if (!ids_.empty()) (void)answer_to(fmt::format("scancel {}", fmt::join(ids_, " ")));
}

std::size_t most_array_tasks() {
  constexpr std::string_view kName = "MaxArraySize";
  const Answer said = answer_to("scontrol show config");
  const std::size_t at = said.text.find(kName);
  const std::size_t value = at == std::string::npos ? at : said.text.find('=', at);
  if (said.code != 0 || value == std::string::npos) return kMostTasks;
  const unsigned long size = std::strtoul(said.text.c_str() + value + 1, nullptr, 10);
  return std::clamp<std::size_t>(size, 2, kMostTasks + 1) - 1;
}

}  // namespace vqlab
