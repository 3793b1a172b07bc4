#include "analysis/tune/tune_study.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <optional>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/python.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/policy_file.hpp"
#include "analysis/runs/run_identity.hpp"
#include "analysis/scenario/say_faults.hpp"
#include "analysis/tune/tuned_places.hpp"
#include "analysis/tune/tuning.hpp"
#include "analysis/uncertainty/plausible_runs.hpp"

namespace vqlab {
namespace {

constexpr double kTuneChoosingRun = 0.1;  // seconds of simulated time
constexpr double kTuneJudgingRun = 0.3;
constexpr std::size_t kTuneChoosingSeeds = 3;
constexpr std::size_t kTuneJudgingSeeds = 10;
constexpr std::uint64_t kTuneJudgingFrom = 1000;   // so many seeds after the first: none serves both halves
constexpr std::uint64_t kTuneMachinesFrom = 2000;  // likewise, of plausible machines
constexpr std::size_t kTuneSpread = 8;             // settings that are spread over the ranges, and as many once more
constexpr double kTuneFirstStep = 0.12;            // of a scale, to the neighbours of the best setting
constexpr int kTuneRefinements = 3;                // each with half the step of the one before
constexpr std::size_t kTuneDraws = 1000;           // of the resampling

class TuneRun {
 public:
  TuneRun(const TuneArguments& arguments, const PointRunner& run_point)
      : arguments_(arguments), run_point_(run_point) {}

  int run() {
    read_options();
    if (policy_) places_ = tuned_places(arguments_.studies, *policy_, faults_);
    if (faults_.empty()) draw_machines();
    say_faults(faults_);
    if (!faults_.empty()) return kExitBadInput;
    directory_ = arguments_.directory(std::filesystem::path("results") / ("tune_" + policy_->policy));
    RunFolder folder(directory_, identity(), arguments_.opening);
    evaluations_.emplace(folder, run_point_, arguments_.simulating());
    return interruptible_search([&] { return search(folder); }, *evaluations_, arguments_, directory_);
  }

 private:
  int search(RunFolder& folder) {
    tune();
    folder.write("tune.csv", tune_csv(tuning_));
    folder.write("tune.json", tune_json(tuning_).dump(2) + '\n');
    print();
    if (!arguments_.no_figures) draw_figures(directory_, kept_figures(arguments_.use_cache));
    return evaluations_->failures().empty() ? kExitGood : kExitFailed;
  }

  void fault(const std::string& option, const std::string& path, const std::string& found, const std::string& accepted,
             const std::string& nearest = "") {
    faults_.push_back({FaultKind::kMeaning, option, path, found, accepted, nearest});
  }

  void read_options() {
    const std::string option = "POLICY " + shell_word(arguments_.policy);
    const std::vector<std::string> words = load_policy_files(split_policies({arguments_.policy}), option, faults_);
    std::vector<PolicyChoice> read = read_policy_choices(words, option, faults_);
    if (read.size() > 1) fault(option, "policy", "several policies", "one of them");
    if (read.size() == 1) policy_ = std::move(read.front());
    if (policy_) {
      tuning_.policy = policy_->text;
      tuning_.params = tuned_params(*policy_);
      if (tuning_.params.empty())
        fault(option, "policy",
              policy_->params.empty() ? "a policy without parameters that are numbers"
                                      : "a policy whose parameters are all set",
              "one with a parameter that is free: " + one_of(policies_with_params()));
    }
    const std::string objective = "--objective " + shell_word(arguments_.objective);
    if (const auto metric = find_metric(arguments_.objective, objective, faults_)) tuning_.objective = *metric;
    for (const std::string& text : arguments_.keeps)
      if (const auto keep = read_keep(text, faults_)) tuning_.keeps.push_back(*keep);
  }

  // As many for each study, on its own machine.
  void draw_machines() {
    halves_ = halves_of(places_.study_of, arguments_.seed);
    if (arguments_.plausible_machines == 0) return;
    for (std::size_t i = 0; i < places_.studies.size(); ++i) {
      const auto draws =
          plausible_machines(places_.studies[i], arguments_.plausible_machines, 2 * halves_.held_out.size(), faults_);
      machines_.push_back(draws.value_or(MachineDraws{}));
      if (!draws) return;
    }
  }

  [[nodiscard]] RunIdentity identity() const {
    nlohmann::ordered_json all;
    for (const Study& study : places_.studies) all["studies"].push_back(study.resolved);
    all["policy"] = policy_->text;
    all["objective"] = std::string(tuning_.by().name);
    for (const Keep& keep : tuning_.keeps) all["keep"].push_back(keep_words(keep));
    all["search"] = {arguments_.seed, arguments_.settings};
    return run_identity("tune", policy_->policy, all);
  }

  void tune() {
    tuning_.seed = arguments_.seed;
    tuning_.halves = halves_.how;
    tuning_.same_places = halves_.same_places;
    for (const Study& study : places_.studies) tuning_.studies.push_back(study.name);
    tuning_.training_places = halves_.training.size();
    tuning_.held_out_places = halves_.held_out.size();
    tuning_.training_runs = kTuneChoosingSeeds;
    tuning_.held_out_runs = kTuneJudgingSeeds;
    training_ = by_study(halves_.training, places_.study_of);

    Setting usual;
    for (const TunedParam& param : tuning_.params) usual.push_back(param.usual());
    std::vector<Setting> settings{usual};
    const std::size_t count = arguments_.settings > 0 ? arguments_.settings : kTuneSpread * (tuning_.params.size() + 1);
    for (Setting& one : spread_settings(tuning_.params, count, arguments_.seed)) settings.push_back(std::move(one));
    try_settings(settings, 0);
    double step = kTuneFirstStep;
    for (int round = 1; round <= kTuneRefinements; ++round, step /= 2) refine(round, step);
    choose();
    if (tuning_.best.value_or(0) != 0) judge();
  }

  // Those that are new.
  void try_settings(const std::vector<Setting>& settings, int round) {
    std::vector<Setting> fresh;
    for (const Setting& one : settings)
      if (!position_of(one) && std::find(fresh.begin(), fresh.end(), one) == fresh.end()) fresh.push_back(one);
    if (fresh.empty()) return;
    std::vector<PolicyChoice> choices;
    for (const Setting& one : fresh) choices.push_back(with_setting(*policy_, tuning_.params, one));
    const auto results =
        runs_of(choices, halves_.training, kTuneChoosingRun, arguments_.seed, kTuneChoosingSeeds,
                round == 0 ? "settings over the ranges" : fmt::format("round {}, near the best", round));
    if (tuning_.tried.empty()) usual_ = results.front();
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      TriedSetting one;
      one.text = choices[i].text;
      one.setting = fresh[i];
      one.round = round;
      one.gains = gains_of(results[i], usual_);
      one.gain = mean_log_ratio(one.gains, training_);
      one.keeps = !std::isnan(one.gain);
      for (const Keep& keep : tuning_.keeps) {
        one.kept.push_back(ratios_of(results[i], usual_, keep.metric));
        one.kept_means.push_back(mean_log_ratio(one.kept.back(), training_));
        one.keeps = one.keeps && keep.holds(one.kept_means.back());
      }
      tuning_.tried.push_back(std::move(one));
    }
  }

  [[nodiscard]] std::optional<std::size_t> position_of(const Setting& setting) const {
    const auto found = std::find_if(tuning_.tried.begin(), tuning_.tried.end(),
                                    [&setting](const TriedSetting& one) { return one.setting == setting; });
    if (found == tuning_.tried.end()) return std::nullopt;
    return static_cast<std::size_t>(found - tuning_.tried.begin());
  }

  void refine(int round, double step) {
    const std::size_t best = best_tried().value_or(0);
    const Setting from = tuning_.tried[best].setting;
    const std::vector<Setting> around = neighbours(tuning_.params, from, step);
    try_settings(around, round);
    std::vector<double> scores{tuning_.tried[best].gain};
    for (const Setting& one : around) scores.push_back(tuning_.tried[*position_of(one)].gain);
    try_settings({top_of_parabolas(tuning_.params, from, around, scores)}, round);
  }

  [[nodiscard]] std::optional<std::size_t> best_tried() const {
    std::vector<double> gains;
    std::vector<std::vector<double>> kept;
    for (const TriedSetting& one : tuning_.tried) {
      gains.push_back(one.gain);
      kept.push_back(one.kept_means);
    }
    const std::vector<std::size_t> best = best_of(gains, kept, tuning_.keeps);
    return best.empty() ? std::nullopt : std::optional<std::size_t>(best.front());
  }

  // The best of all, and how far it and the others may be off: by drawing places and seeds anew.
  void choose() {
    tuning_.best = best_tried();
    std::vector<const LogRatioTable*> tables;
    for (const TriedSetting& one : tuning_.tried) {
      tables.push_back(&one.gains);
      for (const LogRatioTable& kept : one.kept) tables.push_back(&kept);
    }
    const std::size_t each = 1 + tuning_.keeps.size();
    const auto draws = Resampling(training_, kTuneChoosingSeeds, arguments_.seed).means(tables, kTuneDraws);
    std::vector<std::vector<double>> lowest(tuning_.params.size());  // of the best ones of a draw
    std::vector<std::vector<double>> highest(tuning_.params.size());
    std::size_t stays = 0;
    for (const std::vector<double>& draw : draws) {
      std::vector<double> gains;
      std::vector<std::vector<double>> kept;
      for (std::size_t i = 0; i < tuning_.tried.size(); ++i) {
        gains.push_back(draw[i * each]);
        kept.emplace_back(draw.begin() + static_cast<std::ptrdiff_t>(i * each + 1),
                          draw.begin() + static_cast<std::ptrdiff_t>((i + 1) * each));
      }
      const std::vector<std::size_t> best = best_of(gains, kept, tuning_.keeps);
      if (best.empty()) continue;
      stays += best.front() == 0 ? 1 : 0;
      for (std::size_t i = 0; i < tuning_.params.size(); ++i) {
        std::vector<double> values;
        for (const std::size_t one : best) values.push_back(tuning_.tried[one].setting[i]);
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        lowest[i].push_back(*low);
        highest[i].push_back(*high);
      }
    }
    tuning_.stays_share = static_cast<double>(stays) / static_cast<double>(kTuneDraws);
    for (std::size_t i = 0; i < tuning_.params.size(); ++i)
      tuning_.best95.push_back({range95_of(lowest[i]).low, range95_of(highest[i]).high});
    for (std::size_t i = 0; i < tuning_.tried.size(); ++i) {
      tuning_.tried[i].gain95 = range95_of(column(draws, i * each));
      for (std::size_t j = 0; j < tuning_.keeps.size(); ++j)
        tuning_.tried[i].kept95.push_back(range95_of(column(draws, i * each + 1 + j)));
    }
  }

  static std::vector<double> column(const std::vector<std::vector<double>>& rows, std::size_t at) {
    std::vector<double> values;
    for (const std::vector<double>& row : rows) values.push_back(row[at]);
    return values;
  }

  // The best setting on the half that it was not chosen on, by longer runs.
  void judge() {
    const std::vector<PolicyChoice> two = usual_and_best();
    const auto results = runs_of(two, halves_.held_out, kTuneJudgingRun, arguments_.seed + kTuneJudgingFrom,
                                 kTuneJudgingSeeds, "the best on what was held out");
    const PlacesByStudy places = by_study(halves_.held_out, places_.study_of);
    std::vector<LogRatioTable> tables{gains_of(results[1], results[0])};
    for (const Keep& keep : tuning_.keeps) tables.push_back(ratios_of(results[1], results[0], keep.metric));
    std::vector<const LogRatioTable*> pointers;
    for (const LogRatioTable& table : tables) pointers.push_back(&table);
    const auto draws = Resampling(places, kTuneJudgingSeeds, arguments_.seed).means(pointers, kTuneDraws);
    HeldOut held_out;
    held_out.gain = mean_log_ratio(tables[0], places);
    held_out.gain95 = range95_of(column(draws, 0));
    for (std::size_t i = 0; i < tuning_.keeps.size(); ++i) {
      held_out.kept_means.push_back(mean_log_ratio(tables[i + 1], places));
      held_out.kept95.push_back(range95_of(column(draws, i + 1)));
    }
    if (!machines_.empty()) {
      const bool more_is_better = tuning_.by().more_is_better;
      const Estimate ratio{more_is_better ? held_out.gain : 0 - held_out.gain,
                           (held_out.gain95.high - held_out.gain95.low) / 2};
      held_out.plausible = plausible_difference(on_plausible_machines(two, places), ratio, more_is_better);
    }
    tuning_.held_out = std::move(held_out);
  }

  [[nodiscard]] std::vector<PolicyChoice> usual_and_best() const {
    std::vector<PolicyChoice> two;
    for (const std::size_t i : {std::size_t{0}, *tuning_.best})
      two.push_back(with_setting(*policy_, tuning_.params, tuning_.tried[i].setting));
    return two;
  }

  // Log ratios of the best setting to the usual one: a run of each at each place on each machine, and runs of the
  // study's own; studies count alike.
  ShortRuns on_plausible_machines(const std::vector<PolicyChoice>& two, const PlacesByStudy& places) {
    std::vector<Evaluation> asked;
    for (const std::size_t place : halves_.held_out)
      for (const PolicyChoice& choice : two)
        for (std::size_t run = 0; run < arguments_.plausible_machines + kOwnRuns; ++run)
          asked.push_back(on_plausible_machine(place, choice, run));
    const auto results = evaluations_->answer(asked, "the best on plausible machines");
    auto next = results.begin();
    const auto runs = [&] {
      ShortRuns values;
      for (std::size_t run = 0; run < arguments_.plausible_machines + kOwnRuns; ++run, ++next)
        (run < arguments_.plausible_machines ? values.machines : values.own)
            .push_back(*next ? (*next)->value(tuning_.by().name) : kNoValue);
      return values;
    };
    std::vector<ShortRuns> by_place;
    for (std::size_t i = 0; i < halves_.held_out.size(); ++i) {
      const ShortRuns usual = runs();
      by_place.push_back(log_ratios_of(runs(), usual));
    }
    std::vector<ShortRuns> of_studies;
    for (const std::vector<std::size_t>& study : places) {
      std::vector<ShortRuns> own;
      for (const std::size_t place : study) own.push_back(by_place[place]);
      of_studies.push_back(mean_of(own));
    }
    return mean_of(of_studies);
  }

  [[nodiscard]] Evaluation on_plausible_machine(std::size_t place, const PolicyChoice& choice, std::size_t run) const {
    const std::size_t machines = arguments_.plausible_machines;
    const std::uint64_t seed =
        arguments_.seed + kTuneMachinesFrom + (run < machines ? run : kOwnSeedsFrom + run - machines);
    Evaluation one = evaluation(place, choice, kTuneChoosingRun, seed);
    if (run < machines) place_on_machine(machines_[places_.study_of[place]], run, one.spec);
    one.axes.emplace_back(kMachineAxis, run < machines ? std::to_string(run + 1) : kOwnMachine);
    return one;
  }

  using Results = std::vector<std::optional<PointResult>>;

  [[nodiscard]] Evaluation evaluation(std::size_t place, const PolicyChoice& choice, double simulated_s,
                                      std::uint64_t seed) const {
    PointSpec spec = places_.specs[place];
    choice.choose(spec);
    const double length = std::clamp(simulated_s, spec.precision.min_simulated_s, spec.precision.max_simulated_s);
    spec.precision.min_simulated_s = spec.precision.max_simulated_s = length;
    Evaluation one{places_.studies[places_.study_of[place]].name + " " + places_.places[place].curve,
                   places_.places[place].axes, std::move(spec), seed};
    one.axes.emplace_back("policy", choice.text);
    one.axes.emplace_back("simulated_s", fmt::format("{}", length));
    return one;
  }

  // By choice: place by place, seed by seed.
  std::vector<Results> runs_of(const std::vector<PolicyChoice>& choices, const std::vector<std::size_t>& half,
                               double simulated_s, std::uint64_t seed, std::size_t seeds, const std::string& what) {
    std::vector<Evaluation> asked;
    for (const PolicyChoice& choice : choices)
      for (const std::size_t place : half)
        for (std::size_t i = 0; i < seeds; ++i) asked.push_back(evaluation(place, choice, simulated_s, seed + i));
    const Results all = evaluations_->answer(asked, what);
    const auto each = static_cast<std::ptrdiff_t>(half.size() * seeds);
    seeds_ = seeds;
    std::vector<Results> results;
    for (std::size_t i = 0; i < choices.size(); ++i) {
      const auto first = all.begin() + static_cast<std::ptrdiff_t>(i) * each;
      results.emplace_back(first, first + each);
    }
    return results;
  }

  [[nodiscard]] LogRatioTable ratios_of(const Results& own, const Results& usual, std::size_t metric) const {
    const std::string_view name = kComparisonMetrics[metric].name;
    LogRatioTable table(own.size() / seeds_);
    for (std::size_t i = 0; i < own.size(); ++i) {
      const double value = own[i] ? own[i]->value(name) : kNoValue;
      const double base = usual[i] ? usual[i]->value(name) : kNoValue;
      table[i / seeds_].push_back(value > 0 && base > 0 ? std::log(value / base) : kNoValue);
    }
    return table;
  }

  [[nodiscard]] LogRatioTable gains_of(const Results& own, const Results& usual) const {
    LogRatioTable table = ratios_of(own, usual, tuning_.objective);
    if (tuning_.by().more_is_better) return table;
    for (std::vector<double>& place : table)
      for (double& value : place) value = 0 - value;
    return table;
  }

  void print() const {
    answer_whole([this] { return tune_json(tuning_); });
    fmt::print("{}\n", tune_table(tuning_));
    for (const char* const name : {"tune.csv", "tune.json"}) fmt::print("{}\n", (directory_ / name).string());
    std::fflush(stdout);
  }

  const TuneArguments& arguments_;
  const PointRunner& run_point_;
  std::vector<Fault> faults_;
  std::optional<PolicyChoice> policy_;
  TunedPlaces places_;
  Halves halves_;
  PlacesByStudy training_;
  std::vector<MachineDraws> machines_;  // by study; empty: none
  Results usual_;                       // of the usual setting on the training half
  std::size_t seeds_ = 1;               // of the results at hand
  std::filesystem::path directory_;
  std::optional<Evaluations> evaluations_;
  Tuning tuning_;
};

}  // namespace

int tune_study(const TuneArguments& arguments, const PointRunner& run_point) {
  return TuneRun(arguments, run_point).run();
}

}  // namespace vqlab
