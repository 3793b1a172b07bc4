#include "analysis/tune/tuning.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "analysis/app/aligned_table.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/app/wrapped_text.hpp"
#include "analysis/runs/csv.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kTuneColumns = 100;
constexpr std::size_t kMostTunedSettings = 12;  // of those that are printed

std::string tuned_gain_text(const Tuning& tuning, double gain) {
  return fmt::format("{:+.2f}", tuning.percent_of(gain));
}

std::string tuned_gain_text(const Tuning& tuning, const Range95& range) {
  return tuned_gain_text(tuning, range.low) + " to " + tuned_gain_text(tuning, range.high);
}

std::string tuned_value_words(double value) { return fmt::format("{:.4g}", value); }

std::string tuned_settings_table(const Tuning& tuning) {
  std::vector<std::vector<std::string>> lines{{"setting", "gain %", "95 %"}};
  for (const Keep& keep : tuning.keeps) lines.front().push_back(keep_words(keep));
  lines.front().emplace_back("");
  std::vector<std::size_t> order(tuning.tried.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&tuning](std::size_t a, std::size_t b) {
    const TriedSetting& one = tuning.tried[a];
    const TriedSetting& other = tuning.tried[b];
    return one.keeps != other.keeps ? one.keeps : one.gain > other.gain;
  });
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    const TriedSetting& one = tuning.tried[order[rank]];
    if (rank >= kMostTunedSettings && order[rank] != 0) continue;
    std::vector<std::string> line{one.text, tuned_gain_text(tuning, one.gain), tuned_gain_text(tuning, one.gain95)};
    for (const double kept : one.kept_means) line.push_back(fmt::format("{:.3f}", std::exp(kept)));
    std::string mark = order[rank] == 0 ? "usual" : order[rank] == tuning.best ? "best" : "";
    if (!one.keeps) mark += mark.empty() ? "breaks a bound" : ", breaks a bound";
    line.push_back(std::move(mark));
    lines.push_back(std::move(line));
  }
  return aligned_table(lines);
}

std::string best_setting_words(const Tuning& tuning) {
  std::string text;
  if (!tuning.best) return text;
  for (std::size_t i = 0; i < tuning.params.size(); ++i) {
    const TunedParam& param = tuning.params[i];
    text += fmt::format("{}: best {} (95 % interval {} to {}; usual {}; searched {} to {}{})\n", path_of(param.ref()),
                        tuned_value_words(tuning.tried[*tuning.best].setting[i]),
                        tuned_value_words(tuning.best95[i].low), tuned_value_words(tuning.best95[i].high),
                        tuned_value_words(param.usual()), tuned_value_words(param.lowest()),
                        tuned_value_words(param.highest()), param.logarithmic() ? ", by factors" : "");
  }
  return text;
}

std::string tuning_verdict_words(const Tuning& tuning) {
  if (!tuning.best)
    return fmt::format("No setting of {} keeps the bounds on the points that choose: there is no best one.",
                       tuning.policy);
  if (!tuning.held_out)
    return fmt::format(
        "No setting is better than the usual one on the points that choose; nothing was held against "
        "the others. Keep {}.",
        tuning.policy);
  const HeldOut& held_out = *tuning.held_out;
  std::string text =
      fmt::format("{} against the usual setting, on the {}: {} better by {} % (95 % interval {} %).",
                  tuning.tried[*tuning.best].text,
                  tuning.same_places ? "points that chose it, under other seeds" : "points that did not choose it",
                  tuning.by().name, tuned_gain_text(tuning, held_out.gain), tuned_gain_text(tuning, held_out.gain95));
  for (std::size_t i = 0; i < tuning.keeps.size(); ++i)
    text +=
        fmt::format(" {}: {:.3f} ({:.3f} to {:.3f}){}.", keep_words(tuning.keeps[i]), std::exp(held_out.kept_means[i]),
                    std::exp(held_out.kept95[i].low), std::exp(held_out.kept95[i].high),
                    tuning.keeps[i].holds(held_out.kept_means[i]) ? "" : ", broken there");
  if (!tuning.distinguishable()) text += " No setting is better than the usual one by more than chance.";
  if (held_out.plausible) text += " Plausible machines: " + difference_words(*held_out.plausible) + ".";
  return text;
}

// The first bound of each metric: two bounds on one are a single column.
std::vector<std::size_t> bounded_metrics(const std::vector<Keep>& keeps) {
  std::vector<std::size_t> firsts;
  for (std::size_t i = 0; i < keeps.size(); ++i)
    if (std::none_of(firsts.begin(), firsts.end(),
                     [&](std::size_t first) { return keeps[first].metric == keeps[i].metric; }))
      firsts.push_back(i);
  return firsts;
}

Json range95_json(const Range95& range) { return Json::array({range.low, range.high}); }

}  // namespace

double Tuning::percent_of(double gain) const {
  return 100 * (by().more_is_better ? std::expm1(gain) : -std::expm1(-gain));
}

std::string keep_words(const Keep& keep) {
  return fmt::format("{} {} {:g}", kComparisonMetrics[keep.metric].name, keep.at_least ? ">=" : "<=", keep.ratio);
}

std::optional<Keep> read_keep(const std::string& text, std::vector<Fault>& faults) {
  const std::string option = "--keep " + shell_word(text);
  const std::size_t at = std::min(text.find(">="), text.find("<="));
  if (at == std::string::npos) {
    faults.push_back({FaultKind::kMeaning, option, "bound", "\"" + text + "\"",
                      "METRIC>=RATIO or METRIC<=RATIO, as one word in quotes: a shell takes > and < for itself", ""});
    return std::nullopt;
  }
  const auto metric = find_metric(text.substr(0, at), option, faults);
  const std::string spelt = text.substr(at + 2);
  char* end = nullptr;
  const double ratio = std::strtod(spelt.c_str(), &end);
  const bool is_ratio = !spelt.empty() && *end == '\0' && ratio > 0 && ratio <= 100;
  if (!is_ratio)
    faults.push_back({FaultKind::kMeaning, option, "ratio", "\"" + spelt + "\"",
                      "a number above 0, up to 100: of the usual setting's value", ""});
  if (!is_ratio || !metric) return std::nullopt;
  return Keep{*metric, text[at] == '>', ratio};
}

std::string tune_csv(const Tuning& tuning) {
  std::vector<std::string> fields{"setting"};
  for (const TunedParam& param : tuning.params) fields.push_back(path_of(param.ref()));
  for (const char* const name : {"round", "gain_percent", "gain_percent_low", "gain_percent_high"})
    fields.emplace_back(name);
  const std::vector<std::size_t> bounded = bounded_metrics(tuning.keeps);
  for (const std::size_t first : bounded)
    for (const char* const end : {"", "_low", "_high"})
      fields.push_back(std::string(kComparisonMetrics[tuning.keeps[first].metric].name) + "_ratio" + end);
  for (const char* const name : {"keeps", "usual", "best"}) fields.emplace_back(name);
  std::string text = csv_line(fields);
  const auto truth = [](bool value) { return value ? "true" : "false"; };
  for (std::size_t i = 0; i < tuning.tried.size(); ++i) {
    const TriedSetting& one = tuning.tried[i];
    fields = {one.text};
    for (const double value : one.setting) fields.push_back(csv_number(value));
    fields.push_back(std::to_string(one.round));
    for (const double value : {one.gain, one.gain95.low, one.gain95.high})
      fields.push_back(csv_six_digits(tuning.percent_of(value)));
    for (const std::size_t j : bounded)
      for (const double value : {one.kept_means[j], one.kept95[j].low, one.kept95[j].high})
        fields.push_back(csv_six_digits(std::exp(value)));
    fields.insert(fields.end(), {truth(one.keeps), truth(i == 0), truth(i == tuning.best)});
    text += csv_line(fields);
  }
  return text;
}

Json tune_json(const Tuning& tuning) {
  Json json;
  json["policy"] = tuning.policy;
  json["objective"] = std::string(tuning.by().name);
  json["keep"] = Json::array();
  for (const Keep& keep : tuning.keeps) json["keep"].push_back(keep_words(keep));
  json["studies"] = tuning.studies;
  json["halves"] = tuning.halves;
  json["judged_on_other_points"] = !tuning.same_places;
  json["training_places"] = tuning.training_places;
  json["held_out_places"] = tuning.held_out_places;
  json["training_runs"] = tuning.training_runs;
  json["held_out_runs"] = tuning.held_out_runs;
  json["seed"] = tuning.seed;
  json["tried"] = tuning.tried.size();
  json["best"] = nullptr;
  if (tuning.best) json["best"] = tuning.tried[*tuning.best].text;
  json["best_training_gain_percent"] = tuning.best ? tuning.percent_of(tuning.tried[*tuning.best].gain) : kNoValue;
  json["usual_stays_best_share"] = tuning.stays_share;
  json["distinguishable"] = tuning.distinguishable();
  for (std::size_t i = 0; i < tuning.params.size(); ++i) {
    Json& one = json["parameters"][path_of(tuning.params[i].ref())];
    one["usual"] = tuning.params[i].usual();
    one["best"] = tuning.best ? tuning.tried[*tuning.best].setting[i] : kNoValue;
    one["best_ci95"] = range95_json(tuning.best ? tuning.best95[i] : Range95{});
    one["searched"] = {tuning.params[i].lowest(), tuning.params[i].highest()};
    one["scale"] = tuning.params[i].logarithmic() ? "logarithmic" : "linear";
  }
  if (!tuning.held_out) return json;
  Json& held_out = json["held_out"];
  held_out["gain_percent"] = tuning.percent_of(tuning.held_out->gain);
  held_out["gain_percent_ci95"] =
      range95_json({tuning.percent_of(tuning.held_out->gain95.low), tuning.percent_of(tuning.held_out->gain95.high)});
  for (std::size_t i = 0; i < tuning.keeps.size(); ++i) {
    Json& one = held_out["kept"][keep_words(tuning.keeps[i])];
    one["ratio"] = std::exp(tuning.held_out->kept_means[i]);
    one["holds"] = tuning.keeps[i].holds(tuning.held_out->kept_means[i]);
  }
  if (const auto& plausible = tuning.held_out->plausible) {
    Json& one = held_out["plausible_machines"];
    one["machines"] = plausible->machines;
    one["ahead"] = plausible->ahead;
    one["behind"] = plausible->behind;
    one["gain_percent_p5_p50_p95"] = {plausible->gain_percent.low, plausible->gain_percent.middle,
                                      plausible->gain_percent.high};
  }
  return json;
}

std::string tune_table(const Tuning& tuning) {
  std::string text = wrapped_text(
      fmt::format(
          "{} by {} ({} is better): {} settings at {} points of {} {}, {} runs of each; judged at {} points, {} "
          "runs of each; {}",
          tuning.policy, tuning.by().name, tuning.by().more_is_better ? "more" : "less", tuning.tried.size(),
          tuning.training_places, tuning.studies.size(), tuning.studies.size() == 1 ? "study" : "studies",
          tuning.training_runs, tuning.held_out_places, tuning.held_out_runs, tuning.halves),
      kTuneColumns, 0);
  text += "\nOn the points that choose, in % better than the usual setting\n\n" + tuned_settings_table(tuning) + '\n';
  if (tuning.best) text += best_setting_words(tuning) + '\n';
  text += wrapped_text(tuning_verdict_words(tuning), kTuneColumns, 0);
  if (tuning.best.value_or(0) != 0)
    text +=
        fmt::format("\n{}: vqlab compare STUDY --policy {}\n", tuning.distinguishable() ? "to use it" : "to look at it",
                    shell_word(tuning.tried[*tuning.best].text));
  return text;
}

}  // namespace vqlab
