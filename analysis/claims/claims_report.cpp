#include "analysis/claims/claims_report.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <optional>
#include <utility>

#include "analysis/claims/claims_score.hpp"
#include "analysis/runs/csv.hpp"
#include "analysis/runs/row_key.hpp"
#include "analysis/runs/schema_version.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

// NaN: no such bound.
std::pair<double, double> accepted_ratios(const Claim& claim) {
  if (claim.judgement == Judgement::kRatio) return {claim.min, claim.max};
  const bool above = claim.judgement == Judgement::kOrdering || claim.rises;
  return above ? std::pair{1.0, kNoValue} : std::pair{kNoValue, 1.0};
}

Json number_or_null(double value) { return std::isnan(value) ? Json() : Json(value); }

Json place_json(const ClaimPlace& place) {
  Json json;
  json[kCurveColumn] = place.curve;
  for (const AxisValue& axis : place.axes) json[axis.path] = axis.text;
  json["quantity"] = place.quantity;
  return json;
}

Json plausible_json(const PlausibleClaim& plausible) {
  Json json;
  json["machines"] = plausible.machines;
  json["hold"] = plausible.hold;
  const ModelBand& band = plausible.band;
  json["model"] = Json::array({number_or_null(band.low), number_or_null(band.middle), number_or_null(band.high)});
  json["discrepancy_percent"] = plausible.discrepancy_percent;
  json["inside"] = plausible.inside;
  return json;
}

Json claim_json(const JudgedClaim& judged) {
  const Claim& claim = judged.claim;
  const auto [min, max] = accepted_ratios(claim);
  Json json;
  json["id"] = claim.id;
  json["published"] = claim.published;
  json["judgement"] = to_string(claim.judgement);
  for (const ClaimPlace& place : claim.places) json["places"].push_back(place_json(place));
  if (claim.judgement == Judgement::kRatio) json["published_ratio"] = claim.ratio;
  json["range"] = Json::array({number_or_null(min), number_or_null(max)});
  json["reached"] = number_or_null(judged.reached.value);
  json["reached_half_width"] = number_or_null(judged.reached.half_width);
  json["seeds"] = judged.seeds;
  json["deviation_percent"] = number_or_null(judged.deviation_percent());
  const LogErrors errors = log_errors(judged);
  json["log_error"] = number_or_null(errors.here);
  json["log_error_no_change"] = number_or_null(errors.no_change);
  json["log_error_bound"] = number_or_null(errors.bound);
  json["holds"] = judged.holds;
  if (!claim.fails.empty()) json["fails"] = claim.fails;
  if (!claim.fitted.empty()) json["fitted"] = claim.fitted;
  if (judged.plausible) json["plausible"] = plausible_json(*judged.plausible);
  return json;
}

const std::vector<std::string> kClaimMachineColumns{"machines",  "machines_hold",       "model_p5", "model_p50",
                                                    "model_p95", "discrepancy_percent", "inside"};

// Blank where the study did not get as far.
std::vector<std::string> claim_machine_fields(const std::optional<PlausibleClaim>& plausible) {
  if (!plausible) return std::vector<std::string>(kClaimMachineColumns.size());
  return {std::to_string(plausible->machines),
          std::to_string(plausible->hold),
          csv_six_digits(plausible->band.low),
          csv_six_digits(plausible->band.middle),
          csv_six_digits(plausible->band.high),
          csv_six_digits(plausible->discrepancy_percent),
          plausible->machines == 0 ? ""
          : plausible->inside      ? "true"
                                   : "false"};
}

Json score_json(const ClaimsScore& score) {
  Json json;
  json["ratios"] = score.ratios;
  json["mean_log_error"] = number_or_null(score.here);
  json["mean_log_error_no_change"] = number_or_null(score.no_change);
  json["ratios_with_bound"] = score.bounded;
  json["mean_log_error_bound"] = number_or_null(score.bound);
  json["mean_log_error_where_bound"] = number_or_null(score.here_if_bounded);
  return json;
}

// Of those that count; `fitted` is the number of the others.
struct Counts {
  std::size_t claims = 0;
  std::size_t hold = 0;
  std::size_t ratios = 0;
  std::size_t within_15 = 0;
  std::size_t within_8 = 0;
  std::size_t fitted = 0;
  // Of all that ran on plausible machines, whether they count or not.
  std::size_t plausible = 0;
  std::size_t inside = 0;       // the model band
  std::size_t fail = 0;         // on the machine of their study
  std::size_t fail_inside = 0;  // there, but inside the band
};

Counts count(const std::vector<JudgedStudy>& studies) {
  Counts counts;
  for (const JudgedStudy& study : studies) {
    for (const JudgedClaim& one : study.claims) {
      if (one.plausible) {
        ++counts.plausible;
        counts.inside += one.plausible->inside ? 1 : 0;
        counts.fail += one.holds ? 0 : 1;
        counts.fail_inside += !one.holds && one.plausible->inside ? 1 : 0;
      }
      if (!one.counts()) {
        ++counts.fitted;
        continue;
      }
      ++counts.claims;
      counts.hold += one.holds ? 1 : 0;
      if (one.claim.judgement != Judgement::kRatio) continue;
      ++counts.ratios;
      const double off = std::abs(one.deviation_percent());  // NaN: within nothing
      counts.within_15 += off <= 15 ? 1 : 0;
      counts.within_8 += off <= 8 ? 1 : 0;
    }
  }
  return counts;
}

}  // namespace

std::string claims_csv(const std::vector<JudgedStudy>& studies) {
  const bool plausible = count(studies).plausible > 0;
  std::vector<std::string> heading({"study", "claim", "judgement", "published", "range_min", "range_max", "reached",
                                    "reached_half_width", "deviation_percent", "holds", "marked_failing", "state",
                                    "log_error", "log_error_no_change", "log_error_bound", "fitted"});
  if (plausible) heading.insert(heading.end(), kClaimMachineColumns.begin(), kClaimMachineColumns.end());
  std::string text = csv_line(heading);
  for (const JudgedStudy& study : studies) {
    for (const JudgedClaim& one : study.claims) {
      const auto [min, max] = accepted_ratios(one.claim);
      const LogErrors errors = log_errors(one);
      std::vector<std::string> fields(
          {study.record.study, one.claim.id, to_string(one.claim.judgement), published_text(one.claim), csv_number(min),
           csv_number(max), csv_six_digits(one.reached.value), csv_six_digits(one.reached.half_width),
           csv_six_digits(one.deviation_percent()), one.holds ? "true" : "false",
           one.claim.fails.empty() ? "false" : "true",
           std::string(std::isnan(one.reached.value) ? "" : to_string(one.state)), csv_six_digits(errors.here),
           csv_six_digits(errors.no_change), csv_six_digits(errors.bound), one.counts() ? "false" : "true"});
      if (plausible) {
        const std::vector<std::string> further = claim_machine_fields(one.plausible);
        fields.insert(fields.end(), further.begin(), further.end());
      }
      text += csv_line(fields);
    }
  }
  return text;
}

std::string claims_json(const std::vector<JudgedStudy>& studies) {
  const Counts counts = count(studies);
  Json json;
  json["schema_version"] = kResultSchemaVersion;
  json["complete"] = std::all_of(studies.begin(), studies.end(), [](const JudgedStudy& study) {
    return study.record.points_finished == study.record.points_total;
  });
  json["claims"] = counts.claims;
  json["hold"] = counts.hold;
  json["ratios"] = counts.ratios;
  json["ratios_within_15_percent"] = counts.within_15;
  json["ratios_within_8_percent"] = counts.within_8;
  json["fitted"] = counts.fitted;
  if (counts.plausible > 0) {
    json["plausible"] = counts.plausible;
    json["inside_model_band"] = counts.inside;
  }
  json["score"] = score_json(score_of(studies));
  json["studies"] = Json::array();
  for (const JudgedStudy& study : studies) {
    Json one = to_json(study.record);
    for (const char* key : {"schema_version", "scenario"}) one.erase(key);  // run.json beside the points has it
    one["title"] = study.title;
    one["free_parameters"] = Json::object();
    for (const FreeParameter& free : study.free_parameters) one["free_parameters"][free.path] = free.why;
    one["score"] = score_json(score_of({&study, 1}));
    if (!study.uncertainty.is_null()) one["uncertainty"] = study.uncertainty;
    for (const JudgedClaim& claim : study.claims) one["claims"].push_back(claim_json(claim));
    json["studies"].push_back(std::move(one));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json answered_claims(const std::vector<JudgedStudy>& studies) {
  Json all = Json::array();
  for (const JudgedStudy& study : studies)
    for (const JudgedClaim& claim : study.claims) {
      Json one{{"study", study.record.study}};
      one.update(claim_json(claim));
      all.push_back(std::move(one));
    }
  return all;
}

std::string claims_summary(const std::vector<JudgedStudy>& studies) {
  const Counts counts = count(studies);
  std::string text = score_line(score_of(studies));
  if (counts.ratios > 0)
    text += fmt::format("{} of {} ratios within 15 % of the published, {} within 8 %\n", counts.within_15,
                        counts.ratios, counts.within_8);
  if (counts.fitted > 0)
    text += fmt::format("{} claim{} not counted: something was fitted to {}\n", counts.fitted,
                        counts.fitted == 1 ? "" : "s", counts.fitted == 1 ? "it" : "them");
  if (counts.plausible > 0) {
    text += fmt::format("{} of {} claims inside the 90 % model band", counts.inside, counts.plausible);
    if (counts.fail > 0) text += fmt::format(", among them {} of the {} that fail", counts.fail_inside, counts.fail);
    text += '\n';
  }
  return text + fmt::format("{} of {} claims hold\n", counts.hold, counts.claims);
}

}  // namespace vqlab
