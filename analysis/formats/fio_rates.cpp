#include <algorithm>
#include <array>

#include "analysis/formats/fio_jobs.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

using FioRates = std::array<std::int64_t, 3>;  // of reads, writes and trims; 0: no limit

FioRates rates_of(const ImportedJob& job, const std::string& option) {
  FioRates rates{};
  const auto numbers = job.numbers(option);
  for (std::size_t i = 0; i < rates.size(); ++i) rates[i] = numbers[i].value_or(0);
  return rates;
}

// Whether there is a rate.
bool import_fio_rate(ImportedJob& job, const std::string& option, bool in_bytes) {
  if (job.find(option) == nullptr) return false;
  const FioRates rates = rates_of(job, option);
  const std::string rw = job.choice("rw", "read");
  const auto value = [in_bytes](std::int64_t rate) {
    return in_bytes && rate > 0 ? Json(size_text(static_cast<std::uint64_t>(rate))) : Json(rate);
  };
  if (rw != "rw" && rw != "readwrite" && rw != "randrw") {
    const bool writes = rw.find("write") != std::string::npos;
    const std::int64_t rate = rates[rw.find("trim") != std::string::npos ? 2 : writes ? 1 : 0];
    if (rate == 0) {
      job.note(option, OptionClass::kHarmless, "the job's I/O has no limit");
      return false;
    }
    job.model(option, value(rate), option);
    return true;
  }
  if (rates[0] == 0 && rates[1] == 0) {
    job.note(option, OptionClass::kHarmless, "the job's I/O has no limit");
    return false;
  }
  if (rates[0] == 0 || rates[1] == 0) {
    job.note(option, OptionClass::kRefused,
             "a limit of reads or writes alone in a job that mixes them; nearest: two jobs, one of each");
    return false;
  }
  job.approximate(option, value(rates[0] + rates[1]), option,
                  "the limits of reads and writes together, for a job whose mix is that of rwmixread");
  return true;
}

}  // namespace

void import_fio_pace(ImportedJob& job) {
  const bool by_requests = import_fio_rate(job, "rate_iops", false);
  bool limited = by_requests;
  if (by_requests && job.find("rate") != nullptr)
    job.note("rate", OptionClass::kApproximated, "rate_iops alone limits the job");
  else
    limited = import_fio_rate(job, "rate", true) || limited;
  const std::string process = job.choice("rate_process", "linear");
  if (limited && process == "poisson")
    job.model("rate_process", process, "rate_process");
  else
    job.note("rate_process", OptionClass::kHarmless, limited ? "what is so anyway" : "a rate alone reads it");

  constexpr const char* kOfThinking[] = {"thinktime_spin", "thinktime_blocks", "thinktime_blocks_type",
                                         "thinktime_iotime"};
  const std::int64_t think_us = job.number("thinktime").value_or(0);
  if (think_us == 0) {
    job.note("thinktime", OptionClass::kHarmless, "what is so anyway");
    for (const char* const name : kOfThinking) job.note(name, OptionClass::kHarmless, "thinktime alone reads it");
    return;
  }
  job.model("thinktime", think_us, "thinktime");
  if (const auto spin = job.number("thinktime_spin"))
    job.model("thinktime_spin", std::min(*spin, think_us), "thinktime_spin");
  if (const auto iotime = job.number("thinktime_iotime"); iotime && *iotime > 0) {
    job.model("thinktime_iotime", std::to_string(*iotime) + "us", "thinktime_iotime");
    if (job.find("thinktime_blocks") != nullptr)
      job.note("thinktime_blocks", OptionClass::kApproximated, "thinktime_iotime alone ends a burst");
    return job.note("thinktime_blocks_type", OptionClass::kHarmless, "thinktime_blocks alone reads it");
  }
  job.note("thinktime_iotime", OptionClass::kHarmless, "what is so anyway");
  const std::int64_t blocks = job.number("thinktime_blocks").value_or(1);
  job.model("thinktime_blocks", blocks, "thinktime_blocks");
  const std::string type = job.choice("thinktime_blocks_type", "complete");
  job.model("thinktime_blocks_type", type, "thinktime_blocks_type");
}

}  // namespace vqlab
