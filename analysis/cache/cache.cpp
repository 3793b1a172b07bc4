#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/answer.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/cache/cache_care.hpp"
#include "analysis/runs/cache_segment.hpp"
#include "analysis/runs/memory.hpp"
#include "analysis/runs/point_cache.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "build_info.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kShownDigits = 16;
constexpr double kSecondsOfDay = 86400;

struct CacheArguments {
  bool check = false;
  bool other_code = false;
  std::optional<double> older_than_days;
  std::string max_size;
};

std::string date_text(std::uint32_t seconds) {
  if (seconds == 0) return "-";
  const std::time_t time = seconds;
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

std::string table_of(const std::vector<CacheOfBuild>& builds) {
  std::vector<std::vector<std::string>> lines{{"code", "entries", "size", "newest", ""}};
  CacheOfBuild all;
  const auto add = [&lines](const std::string& name, const CacheOfBuild& build, const std::string& note) {
    lines.push_back({name, std::to_string(build.entries), bytes_text(build.bytes), date_text(build.newest_s), note});
  };
  for (const CacheOfBuild& build : builds) {
    add(build.program_sha256.empty() ? "figures" : build.program_sha256.substr(0, kShownDigits), build,
        build.program_sha256 == build_program_sha256() ? "this program" : "");
    all.entries += build.entries;
    all.bytes += build.bytes;
    all.newest_s = std::max(all.newest_s, build.newest_s);
  }
  add("all", all, "");
  return aligned_table(lines);
}

AnswerJson builds_json(const std::vector<CacheOfBuild>& builds) {
  AnswerJson all = AnswerJson::array();
  for (const CacheOfBuild& build : builds)
    all.push_back({{"holds", build.program_sha256.empty() ? "figures" : "points"},
                   {"program_sha256", build.program_sha256},
                   {"this_program", build.program_sha256 == build_program_sha256()},
                   {"entries", build.entries},
                   {"bytes", build.bytes},
                   {"newest_utc_s", build.newest_s}});
  return all;
}

int care(const CacheArguments& arguments) {
  const auto folder = cache_folder();
  if (!folder) throw Refused("vqlab: there is no cache: VQLAB_CACHE is empty, or there is no home");
  CacheTrim trim;
  if (!arguments.max_size.empty()) {
    trim.most_bytes = parse_size(arguments.max_size);
    if (!trim.most_bytes) {
      say_fault({FaultKind::kMeaning, "--max-size " + shell_word(arguments.max_size), "max_size",
                 '"' + arguments.max_size + '"', "a size in bytes, such as 500m or 2g", ""});
      return kExitBadInput;
    }
  }
  if (arguments.older_than_days)
    trim.older_than_s = static_cast<std::uint64_t>(
        std::max(0.0, static_cast<double>(now_s()) - *arguments.older_than_days * kSecondsOfDay));
  if (arguments.other_code) trim.all_but = build_program_sha256();
  std::uint64_t damaged = 0;
  if (arguments.check)
    for (const CacheOfBuild& build : check_cache(*folder)) damaged += build.damaged;
  if (trim.most_bytes || trim.older_than_s || arguments.other_code) trim_cache(*folder, trim);
  const std::vector<CacheOfBuild> builds = list_cache(*folder);
  fmt::print("{}\n\n{}", folder->string(), table_of(builds));
  answer("folder", [&] { return folder->string(); });
  answer("builds", [&] { return builds_json(builds); });
  if (arguments.check) answer("damaged", [&] { return damaged; });
  if (arguments.check)
    fmt::print("\n{}\n", damaged == 0 ? "every entry is as it was written"
                                      : fmt::format("{} damaged entries were removed", damaged));
  return damaged == 0 ? kExitGood : kExitFailed;
}

void add_cache_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("cache", "Show, check and trim the cache of simulated points.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab cache\n"
      "  vqlab cache --check\n"
      "  vqlab cache --other-code --older-than 30 --max-size 2g\n"
      "\nThe cache is the folder that VQLAB_CACHE names, or vqlab in XDG_CACHE_HOME or ~/.cache. An empty VQLAB_CACHE\n"
      "turns it off, --no-cache does so for one command. docs/how-to/many_points.md says more.\n"
      "\nExit codes: 0 done; 1 damaged entries were found and removed; 2 the command line is wrong.");
  const auto arguments = std::make_shared<CacheArguments>();
  verb->add_flag("--check", arguments->check, "Hold every entry against its checksum, and remove what is damaged.");
  verb->add_option("--older-than", arguments->older_than_days, "Remove what was kept more than so many days ago.")
      ->check(NumberRange(0.0, 36500.0));
  verb->add_option("--max-size", arguments->max_size, "Remove the oldest until so many bytes are left, such as 500m.");
  verb->add_flag("--other-code", arguments->other_code, "Remove the results of other builds of the program.");
  verb->callback([arguments, &code] { code = care(*arguments); });
}

const VerbRegistration cache_verb{"cache", {VerbGroup::kLookUp, add_cache_verb}};

}  // namespace
}  // namespace vqlab
