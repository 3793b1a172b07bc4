// vqlab export: a point as a fio job file, a command line of QEMU, and a script that runs the one in the other.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/list_option.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/export/export_files.hpp"
#include "analysis/runs/point_stem.hpp"
#include "analysis/runs/whole_number.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/load_study.hpp"
#include "analysis/scenario/say_faults.hpp"

namespace vqlab {
namespace {

struct ExportArguments {
  std::string source;
  std::string out;
  std::vector<std::string> overrides;
  std::vector<std::string> points;
  bool force = false;
};

struct ExportedPoint {
  std::size_t position;
  std::filesystem::path folder;
};

// Those that were asked for, else the first seed of all. Nothing, with the faults printed, if one is no point.
std::vector<ExportedPoint> chosen_points(const Study& study, const ExportArguments& arguments) {
  std::set<std::size_t> chosen;
  bool wrong = false;
  for (const std::string& text : arguments.points) {
    const auto position = whole_number(text);
    if (position && *position < study.points.size()) {
      chosen.insert(*position);
      continue;
    }
    wrong = true;
    say_fault({FaultKind::kMeaning, "--point", "number", text,
               fmt::format("a number from 0 to {}, as in points.csv", study.points.size() - 1), ""});
  }
  if (wrong) return {};
  for (std::size_t i = 0; arguments.points.empty() && i < study.points.size(); ++i)
    if (study.points.seed(i) == study.seeds.front()) chosen.insert(i);
  std::vector<ExportedPoint> points;
  for (const std::size_t position : chosen) {
    const std::filesystem::path out = arguments.out;
    points.push_back({position, chosen.size() == 1 ? out : out / point_stem(row_of(study.points[position], {}))});
  }
  return points;
}

void write_export(const Study& study, const ExportedPoint& point) {
  const Point whole = study.points[point.position];
  std::filesystem::create_directories(point.folder);
  answer_more("points", [&] {
    return AnswerJson{
        {"point", whole.index}, {"name", point_stem(row_of(whole, {}))}, {"folder", point.folder.string()}};
  });
  const std::string what = study.name + ", " + point_stem(row_of(whole, {}));
  for (const auto& [name, text] :
       export_files({what, study.name, study.machine, {whole.testbed, whole.precision}, whole.seed})) {
    write_atomically(point.folder / name, text);
    fmt::print("{}\n", (point.folder / name).string());
    answer_file(point.folder / name);
  }
  std::filesystem::permissions(point.folder / "run.sh",
                               std::filesystem::perms::owner_exec | std::filesystem::perms::group_exec,
                               std::filesystem::perm_options::add);
}

int run_export(const ExportArguments& arguments) {
  std::filesystem::path file = arguments.source;
  if (std::filesystem::is_directory(file)) file /= "run.json";
  const StudyOrFaults result = load_study(file, {arguments.overrides, home() / "scenarios"});
  say_faults(result.faults);
  if (!result.study) return kExitBadInput;
  const std::vector<ExportedPoint> points = chosen_points(*result.study, arguments);
  if (points.empty()) return kExitBadInput;
  if (!arguments.force && std::filesystem::exists(arguments.out) && !std::filesystem::is_empty(arguments.out))
    throw Refused(fmt::format("vqlab: {} is not empty; --force writes over what an export has there", arguments.out));
  for (const ExportedPoint& point : points) write_export(*result.study, point);
  return kExitGood;
}

void add_export_verb(CLI::App& app, int& code) {
  CLI::App* verb = app.add_subcommand("export", "Write points as fio job files and command lines of QEMU.");
  verb->footer(
      "\nExamples:\n"
      "  vqlab export scenarios/tutorial/01_one_target.json -o /tmp/export\n"
      "  vqlab export results/multiqueue_2012 --point 3 -o /tmp/export\n"
      "\nEach point becomes job.fio, qemu.txt, run.sh, values.json and README.md. Several points have a folder each.\n"
      "\nExit codes: 0 done; 2 the scenario is wrong, or the folder is not empty; nothing was written.");
  const auto arguments = std::make_shared<ExportArguments>();
  verb->add_option("SOURCE", arguments->source, "Scenario file, or the result directory of a `vqlab run`.")->required();
  verb->add_option("-o,--out", arguments->out, "Folder that is made.")->required();
  add_list(*verb, "--point", arguments->points,
           "Numbers of points, as in points.csv; the first seed of all points if left out.");
  add_repeated(*verb, "--set", arguments->overrides, "Override a value of the study, path=value; may be repeated.");
  verb->add_flag("--force", arguments->force, "Write into a folder that is not empty.");
  verb->callback([arguments, &code] { code = run_export(*arguments); });
}

const VerbRegistration export_verb{"export", {VerbGroup::kRun, add_export_verb}};

}  // namespace
}  // namespace vqlab
