#include <algorithm>
#include <cctype>
#include <set>

#include "analysis/formats/fio_jobs.hpp"
#include "analysis/formats/number_ranges.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kMostCpusOfFio = 4096;  // no machine has more; keeps "0-4294967295" short
constexpr const char* kCpusAccepted = "vCPUs, as 0-3,7";

void import_fio_cpus(ImportedJob& job) {
  const FioGiven* const given = job.last({"cpus_allowed", "cpumask"});
  if (given == nullptr) return job.note("cpus_allowed_policy", OptionClass::kHarmless, "cpus_allowed alone reads it");
  const std::string name = given->option->name;
  for (const char* const other : {"cpus_allowed", "cpumask"})
    if (name != other) job.note(other, OptionClass::kHarmless, name + " takes its place");
  std::optional<std::set<std::uint32_t>> cpus;
  if (name == "cpus_allowed") {
    cpus = fio_cpus_of(given->value);
    if (!cpus) return job.refuse(name, kCpusAccepted);
  } else {
    cpus.emplace();
    const auto mask = static_cast<std::uint64_t>(job.number(name).value_or(0));
    for (std::uint32_t cpu = 0; cpu < 32; ++cpu)
      if ((mask >> cpu & 1) != 0) cpus->insert(cpu);
    if (cpus->empty()) return job.note(name, OptionClass::kHarmless, "it names no CPU");
  }
  job.model("cpus_allowed", ranges_of_numbers({cpus->begin(), cpus->end()}), name);
  if (job.find("cpus_allowed_policy") != nullptr)
    job.model("cpus_allowed_policy", job.choice("cpus_allowed_policy", "shared"), "cpus_allowed_policy");
}

}  // namespace

std::optional<std::set<std::uint32_t>> fio_cpus_of(const std::string& text) {
  std::set<std::uint32_t> cpus;
  std::size_t at = 0;
  const auto number = [&]() -> std::optional<std::uint32_t> {
    while (at < text.size() && text[at] == ' ') ++at;
    std::uint32_t value = 0;
    const std::size_t first = at;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0 && value < kMostCpusOfFio; ++at)
      value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
    if (at == first || value >= kMostCpusOfFio) return std::nullopt;
    return value;
  };
  while (true) {
    const auto first = number();
    if (!first) return std::nullopt;
    auto last = first;
    if (at < text.size() && text[at] == '-') {
      ++at;
      last = number();
      if (!last) return std::nullopt;
    }
    for (std::uint32_t cpu = *first; cpu <= *last; ++cpu) cpus.insert(cpu);
    if (at == text.size()) return cpus;
    if (text[at] != ',') return std::nullopt;
    if (++at == text.size()) return cpus;
  }
}

void import_fio_process(ImportedJob& job) {
  const auto processes = job.processes() ? job.processes() : job.number("numjobs");
  if (processes && *processes <= 0)
    job.refuse("numjobs", "processes, 1 at least");
  else if (processes && (*processes > 1 || job.find("numjobs") != nullptr))
    job.model("numjobs", *processes, "numjobs");
  if (const auto nice = job.number("nice")) job.model("nice", *nice, "nice");
  import_fio_cpus(job);
}

void import_fio_trace(ImportedJob& job, const std::string& directory) {
  constexpr const char* kOfReplay[] = {"replay_no_stall", "replay_time_scale", "replay_scale", "replay_redirect"};
  const FioGiven* const given = job.find("read_iolog");
  if (given == nullptr) {
    for (const char* const name : kOfReplay) job.note(name, OptionClass::kHarmless, "read_iolog alone reads it");
    return;
  }
  if (given->value.find(':') != std::string::npos)
    return job.note("read_iolog", OptionClass::kRefused,
                    "a trace for each process; nearest: a job for each, with its own read_iolog");
  job.model("read_iolog", given->value.front() == '/' ? given->value : directory + given->value, "read_iolog");
  for (const char* const name : {"replay_no_stall", "replay_time_scale", "replay_scale"})
    if (const auto value = job.number(name)) job.model(name, *value, name);
}

}  // namespace vqlab
