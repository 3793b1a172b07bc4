#include "analysis/runs/search_verb.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/number_range.hpp"
#include "analysis/runs/simulating_verb.hpp"

namespace vqlab {

Simulating SearchArguments::simulating() const {
  Simulating how;
  how.jobs = jobs;
  how.quiet = is_quiet();
  how.use_cache = use_cache;
  return how;
}

std::filesystem::path SearchArguments::directory(const std::filesystem::path& if_left_out) const {
  return out.empty() ? if_left_out : std::filesystem::path(out);
}

void add_search_options(CLI::App& verb, SearchArguments& arguments, const std::string& out_if_left_out) {
  verb.add_option("--seed", arguments.seed, "Seed of the search and of its runs.")
      ->check(NumberRange(0u, 1000000000u))
      ->capture_default_str();
  verb.add_option("--out", arguments.out, "Result directory; " + out_if_left_out + " if left out.");
  verb.add_option("--jobs", arguments.jobs, "Simulations at once; one for each CPU if left out.")
      ->check(NumberRange(1u, 4096u));
  verb.add_flag("--resume", arguments.opening.resume, "Continue an interrupted search in the same result directory.");
  verb.add_flag("--force", arguments.opening.force, "Write over the results of another search.");
  add_cache_option(verb, arguments.use_cache);
  for (const char* const name : {"--shard", "--executor"})
    verb.add_option(name)->group("")->check([](const std::string&) {
      return "a search has no parts, and its rounds are short: what it simulates next depends on all results before";
    });
}

int interruptible_search(const std::function<int()>& search, const Evaluations& evaluations,
                         const SearchArguments& arguments, const std::filesystem::path& directory) {
  try {
    return search();
  } catch (const SearchInterrupted&) {
    const std::string resume = arguments.invocation.resuming("--out", directory).text();
    fmt::print(stderr, "vqlab: interrupted; {} simulations are finished and in {}\nto continue: {}\n",
               evaluations.answered(), directory.string(), resume);
    answer_resume(resume);
    return kExitInterrupted;
  }
}

}  // namespace vqlab
