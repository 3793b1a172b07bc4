// vqlab trace: a stretch of one point as a timeline, or one request's life as text.
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/runs/point_stem.hpp"
#include "analysis/runs/whole_number.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/trace/request_text.hpp"
#include "analysis/trace/timeline_of.hpp"
#include "sim/experiment/record_point.hpp"
#include "sim/experiment/run_point.hpp"

namespace vqlab {
namespace {

struct TraceArguments {
  std::string file;
  std::string out;
  std::vector<std::string> overrides;
  std::string point;
  std::string from;
  std::string length = "2ms";
  std::string format = "perfetto";
  std::string request;
};

// What is longer fills memory and no screen.
constexpr Duration kLongestTrace = std::chrono::seconds(10);
constexpr Duration kLatestTrace = std::chrono::hours(1);

// "20ms", "1.5s", "300us".
std::optional<Duration> trace_time(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value) || value < 0) return std::nullopt;
  const std::string unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const double ns = unit == "ns" ? 1 : unit == "us" ? 1e3 : unit == "ms" ? 1e6 : unit == "s" ? 1e9 : 0;
  const double time = std::round(value * ns);
  if (ns == 0 || time > 1e15) return std::nullopt;
  return Duration{static_cast<std::int64_t>(time)};
}

std::string trace_time_text(Duration time) { return fmt::format("{}us", static_cast<double>(time.count()) / 1000); }

// What was asked for, as far as it can be judged before anything is read.
struct TraceWindow {
  std::optional<Duration> from;
  Duration length{0};
  std::optional<std::uint32_t> point;
  std::uint32_t request = 0;
};

TraceWindow read_trace_window(const TraceArguments& arguments, std::vector<std::string>& faults) {
  TraceWindow window;
  const auto refuse = [&faults](const char* option, const std::string& found, const std::string& accepted) {
    faults.push_back(fmt::format("{}: found {}; accepted: {}", option, found, accepted));
  };
  if (!arguments.from.empty()) {
    window.from = trace_time(arguments.from);
    if (!window.from || *window.from > kLatestTrace)
      refuse("--from", arguments.from, "a time from 0ns to 3600s, as 20ms or 300us");
  }
  const auto length = trace_time(arguments.length);
  if (!length || *length < 1us || *length > kLongestTrace)
    refuse("--for", arguments.length, "a time from 1us to 10s, as 2ms or 300us");
  window.length = length.value_or(Duration{0});
  if (!arguments.point.empty() && !(window.point = whole_number(arguments.point)))
    refuse("--point", arguments.point, "the number of a point, as in points.csv");
  if (!arguments.request.empty()) {
    window.request = whole_number(arguments.request).value_or(0);
    if (window.request == 0) refuse("--request", arguments.request, "a number from 1 on, as the trace has it");
  }
  if (arguments.out.empty() && arguments.request.empty())
    refuse("-o", "nothing", "a file for the trace, or --request N");
  const std::filesystem::path folder = std::filesystem::path(arguments.out).parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder))
    refuse("-o", arguments.out, "a file in a folder that is there");
  if (!arguments.out.empty() && std::filesystem::is_directory(arguments.out))
    refuse("-o", arguments.out, "a file, not a folder");
  return window;
}

// The one that was asked for, or the only one there is; one of several seeds is the first.
std::optional<std::size_t> traced_point(const Study& study, const TraceWindow& window,
                                        std::vector<std::string>& faults) {
  if (window.point) {
    if (*window.point < study.points.size()) return *window.point;
    faults.push_back(fmt::format("--point: found {}; accepted: a number from 0 to {}, as in points.csv", *window.point,
                                 study.points.size() - 1));
    return std::nullopt;
  }
  std::vector<std::size_t> first_seeds;
  for (std::size_t i = 0; i < study.points.size(); ++i)
    if (study.points.seed(i) == study.seeds.front()) first_seeds.push_back(i);
  if (first_seeds.size() == 1) return first_seeds.front();
  constexpr std::size_t kMostListed = 40;
  std::string text = fmt::format("--point: found nothing, and the study has {} points; accepted: the number of one\n",
                                 first_seeds.size());
  for (std::size_t i = 0; i < std::min(first_seeds.size(), kMostListed); ++i)
    text += fmt::format("  {:>4}  {}\n", first_seeds[i], point_stem(row_of(study.points[first_seeds[i]], {})));
  if (first_seeds.size() > kMostListed) text += "  ...\n";
  text.pop_back();
  faults.push_back(text);
  return std::nullopt;
}

int run_trace(const TraceArguments& arguments) {
  std::vector<std::string> faults;
  const TraceWindow window = read_trace_window(arguments, faults);
  std::filesystem::path file = arguments.file;
  if (std::filesystem::is_directory(file)) file /= "run.json";
  const StudyOrFaults result = load_study(file, {arguments.overrides, home() / "scenarios"});
  for (const Fault& fault : result.faults) faults.push_back(to_string(fault));
  std::optional<std::size_t> number;
  if (result.study) number = traced_point(*result.study, window, faults);
  if (!faults.empty()) {
    AnswerJson all = AnswerJson::array();
    for (const std::string& fault : faults) all.push_back(fault_of_line("refused", fault));
    throw Refused(fmt::format("{}", fmt::join(faults, "\n")), all);
  }

  const Point point = result.study->points[*number];
  const Duration from = window.from.value_or(recorded_from(point.testbed));
  Recording recording;
  try {
    recording = record_point(point.testbed, point.seed, from, from + window.length);
  } catch (const std::runtime_error& error) {
    say_failure(fmt::format("{}: {}", point_stem(row_of(point, {})), error.what()));
    return kExitFailed;
  }
  const std::size_t whole = trace::whole_requests(recording).size();
  if (window.request > whole)
    throw Refused(fmt::format("--request: found {}; accepted: 1 to {}, the requests that began and ended in these {}",
                              window.request, whole, trace_time_text(recording.to - recording.from)));
  answer_whole([&] {
    return AnswerJson{{"point", *number},
                      {"name", point_stem(row_of(point, {}))},
                      {"from_ns", (recording.from - Instant{}).count()},
                      {"to_ns", (recording.to - Instant{}).count()},
                      {"requests", whole},
                      {"requests_cut", recording.requests.size() - whole}};
  });
  if (!arguments.out.empty()) {
    const Timeline timeline = trace::timeline_of(recording);
    write_atomically(arguments.out, arguments.format == "json" ? chrome_trace(timeline) : perfetto_trace(timeline));
    answer_file(arguments.out);
    fmt::print("{}: {} from {} to {}, {} requests; {} more are cut by its ends\n", arguments.out,
               point_stem(row_of(point, {})), trace_time_text(recording.from - Instant{}),
               trace_time_text(recording.to - Instant{}), whole, recording.requests.size() - whole);
  }
  if (window.request > 0) {
    const std::string text = trace::request_text(recording, window.request);
    fmt::print("{}", text);
    answer("request", [&] { return text; });
  }
  return kExitGood;
}

void add_trace_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("trace", "Record a stretch of one point: who did what, and where requests were.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab trace scenarios/tutorial/01_one_target.json -o run.pftrace\n"
      "  vqlab trace scenarios/studies/multiqueue_2012.json --point 3 --for 500us -o run.pftrace\n"
      "  vqlab trace scenarios/tutorial/01_one_target.json --request 5\n"
      "\nOpen the file at https://ui.perfetto.dev, which reads it in the browser and sends it nowhere.\n"
      "docs/how-to/trace.md says what is on it.\n"
      "\nExit codes: 0 done; 1 the run failed; 2 the input is wrong, nothing was written.");
  const auto arguments = std::make_shared<TraceArguments>();
  verb->add_option("SCENARIO", arguments->file, "Scenario file, or the result directory of a `vqlab run`.")->required();
  verb->add_option("-o,--out", arguments->out, "File that is written.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value, path=value; may be repeated.");
  verb->add_option("--point", arguments->point, "Number of the point, as in points.csv, if there are several.");
  verb->add_option("--from", arguments->from,
                   "When recording begins, in simulated time, as 20ms; 20 ms after the jobs have begun if left out.");
  verb->add_option("--for", arguments->length, "How much is recorded, as 2ms or 300us (2ms).");
  verb->add_option("--format", arguments->format, "perfetto, or json: Chrome's trace event format (perfetto).")
      ->check(CLI::IsMember({"perfetto", "json"}));
  verb->add_option("--request", arguments->request, "Print the life of the request of this number, from 1 on.");
  verb->callback([arguments, &code] { code = run_trace(*arguments); });
}

const VerbRegistration trace_verb{"trace", {VerbGroup::kAsk, add_trace_verb}};

}  // namespace
}  // namespace vqlab
