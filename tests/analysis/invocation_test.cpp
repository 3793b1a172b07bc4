// The commands that verbs print.
#include "analysis/app/invocation.hpp"

#include <gtest/gtest.h>

#include "tests/support/invocation_of.hpp"

namespace vqlab {
namespace {

using test::invocation_of;

TEST(Invocation, IsWhatWasGivenAsAShellTakesIt) {
  EXPECT_EQ(Invocation().text(), "vqlab");
  EXPECT_EQ(
      invocation_of("run", {"my study.json", "--set", "sweep.targets=[1,2]", "--seeds=1,2", "--no-figures"}).text(),
      "vqlab run 'my study.json' --set 'sweep.targets=[1,2]' --seeds 1,2 --no-figures");
}

TEST(Invocation, WhatGoesOnNamesTheDirectoryOnce) {
  const Invocation left_out = invocation_of("run", {"s.json", "--no-figures"});
  EXPECT_EQ(left_out.resuming("--out", "results/s").text(), "vqlab run s.json --no-figures --out results/s --resume");
  const Invocation named = invocation_of("run", {"s.json", "--out", "x", "--resume"});
  EXPECT_EQ(named.resuming("--out", "x").text(), "vqlab run s.json --out x --resume");
  EXPECT_EQ(named.without({"--out", "--resume"}).text(), "vqlab run s.json");
}

TEST(Invocation, IsTakenForWhatItWas) {
  const Invocation dashed = invocation_of("claims", {"--set=-a=1", "--out=-dir", "--", "-s.json", "t.json"});
  EXPECT_EQ(dashed.text(), "vqlab claims --out=-dir --set=-a=1 -- -s.json t.json");
  EXPECT_EQ(invocation_of("run", {"s.json", "--set", "title=it's \"$HOME\" `x`\n!"}).text(),
            "vqlab run s.json --set 'title=it'\\''s \"$HOME\" `x`\n!'");
}

TEST(Invocation, WhatIsToBePastedCallsTheProgramAsItWasCalled) {
  const Invocation given = invocation_of("run", {"s.json"});
  Invocation::call_program("./my build/vqlab");
  EXPECT_EQ(given.text(), "vqlab run s.json");
  EXPECT_EQ(given.again().text(), "'./my build/vqlab' run s.json");
  EXPECT_EQ(given.resuming("--out", "x").text(), "'./my build/vqlab' run s.json --out x --resume");
}

struct Printed {
  const char* verb;
  std::vector<std::string> given;
  const char* directory_option;
  const char* resuming;
};

// Of each verb that can be interrupted, with each kind of option that it has.
TEST(Invocation, EveryVerbGoesOnWithWhatItWasGiven) {
  const Printed all[] = {
      {"run",
       {"s.json", "--set", "a=1", "--set", "b=x y", "--seeds", "1,2", "--jobs", "3", "--no-figures"},
       "--out",
       "vqlab run s.json --set a=1 --set 'b=x y' --seeds 1,2 --jobs 3 --no-figures --out dir --resume"},
      {"compare",
       {"s.json", "--policy", "all", "--baseline", "per_vcpu", "--metric", "kicks_per_io", "--set", "a=1"},
       "--out",
       "vqlab compare s.json --policy all --baseline per_vcpu --metric kicks_per_io --set a=1 --out dir --resume"},
      {"ablate",
       {"s.json", "--only", "halts,queue_lock", "--all", "--seeds", "4"},
       "--out",
       "vqlab ablate s.json --only halts,queue_lock --all --seeds 4 --out dir --resume"},
      {"claims",
       {"s.json", "t.json", "--seeds", "1,2"},
       "--out",
       "vqlab claims s.json t.json --seeds 1,2 --out dir --resume"},
      {"design",
       {"s.json", "--policy", "a,b", "--at", "targets=8", "--uncertainty", "50", "--cells", "2"},
       "--out",
       "vqlab design s.json --policy a,b --at targets=8 --uncertainty 50 --cells 2 --out dir --resume"},
      {"predict", {"s.json", "--seeds", "7"}, "--out", "vqlab predict s.json --seeds 7 --out dir --resume"},
      {"calibrate",
       {"s.json", "--free", "a_ns,b_ns", "--data", "t.csv", "--hold-out", "targets=4", "--hold-out", "curves=a",
        "--out", "m.json", "--force", "--seed", "5"},
       "--results",
       "vqlab calibrate s.json --free a_ns,b_ns --data t.csv --hold-out targets=4 --hold-out curves=a --out m.json "
       "--force --seed 5 --results dir --resume"},
      {"tune",
       {"least_loaded", "s.json", "--objective", "p99", "--keep", "bandwidth>=0.98", "--uncertainty", "9", "--seed",
        "2"},
       "--out",
       "vqlab tune least_loaded s.json --objective p99 --keep 'bandwidth>=0.98' --uncertainty 9 --seed 2 --out dir "
       "--resume"},
      {"worst",
       {"least_loaded", "--against", "per_vcpu", "--metric", "p99", "--evaluations", "50", "--seed", "2"},
       "--out",
       "vqlab worst least_loaded --against per_vcpu --metric p99 --evaluations 50 --seed 2 --out dir --resume"},
  };
  for (const Printed& one : all) {
    const Invocation given = invocation_of(one.verb, one.given);
    EXPECT_EQ(given.resuming(one.directory_option, "dir").text(), one.resuming);
  }
  std::size_t can_resume = 0;
  for (const auto& [name, verb] : Registry<Verb>::instance().entries()) {
    CLI::App app;
    int code = 0;
    verb.add(app, code);
    if (app.get_subcommand(name)->get_option_no_throw("--resume") != nullptr) ++can_resume;
  }
  EXPECT_EQ(can_resume, std::size(all)) << "a verb is missing above";
}

}  // namespace
}  // namespace vqlab
