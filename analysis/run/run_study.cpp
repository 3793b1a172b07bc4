#include "analysis/run/run_study.hpp"

#include <fmt/format.h>
#include <vector>

#include "analysis/app/python.hpp"
#include "analysis/app/verb.hpp"
#include "analysis/run/result_table.hpp"
#include "analysis/runs/point_runs.hpp"
#include "analysis/runs/points_csv.hpp"
#include "analysis/runs/reference_errors.hpp"
#include "analysis/runs/run_json.hpp"
#include "analysis/runs/stages_csv.hpp"

namespace vqlab {
namespace {

// One run of a study, from the first point to the last file.
class StudyRun {
 public:
  StudyRun(const Study& study, const RunOptions& options)
      : study_(study),
        options_(options),
        runs_(study.points, options.directory, run_identity("run", study.name, study.resolved), options.opening) {}

  int run(const PointRunner& run_point) {
    const bool interrupted = runs_.run(run_point, options_.jobs, options_.quiet);
    runs_.folder().write("points.csv", points_csv(runs_.rows()));
    runs_.folder().write("stages.csv", stages_csv(runs_.rows()));
    runs_.folder().write("run.json", run_json(runs_.record(study_)));
    if (interrupted) return runs_.say_how_to_resume(options_.resuming);
    print_tables();
    for (const Study& other : options_.also_on)
      if (run_on_other_machine(other, run_point)) return runs_.say_how_to_resume(options_.resuming);
    print_files();
    if (options_.figures && !runs_.rows().empty()) draw_figures(options_.directory);
    return runs_.failed() + failed_elsewhere_ == 0 ? kExitGood : kExitFailed;
  }

 private:
  std::filesystem::path file(const char* name) const { return options_.directory / name; }

  void print_tables() const {
    const std::vector<PointRow>& rows = runs_.rows();
    std::size_t imprecise = 0;
    for (const PointRow& row : rows)
      if (!row.result.precise) ++imprecise;
    if (runs_.failed() > 0) fmt::print("{} of {} points failed.\n", runs_.failed(), study_.points.size());
    if (imprecise > 0)
      fmt::print("{} of {} points ended before they were as precise as asked; column `precise` marks them.\n",
                 imprecise, rows.size());
    if (study_.reference)
      fmt::print("{}\nreference: {}\n\n{}", study_.title, study_.reference->source,
                 reference_table(reference_errors(rows, *study_.reference)));
    else
      fmt::print("{}\n\n{}", study_.title, result_table(rows));
  }

  // True if it was interrupted.
  bool run_on_other_machine(const Study& other, const PointRunner& run_point) {
    std::vector<Point> points;
    for (const Point& point : other.points)
      if (counted(other, point)) points.push_back(point);
    PointRuns runs(points, options_.directory / ("on_" + other.machine),
                   run_identity("run", other.name, other.resolved), options_.opening);
    const bool interrupted = runs.run(run_point, options_.jobs, options_.quiet);
    runs.folder().write("points.csv", points_csv(runs.rows()));
    runs.folder().write("run.json", run_json(runs.record(other)));
    if (interrupted) return true;
    failed_elsewhere_ += runs.failed();
    fmt::print("on {}: {}\n", other.machine, error_text(reference_errors(runs.rows(), *other.reference).counted));
    return false;
  }

  void print_files() const {
    fmt::print("\n");
    for (const char* name : {"points.csv", "stages.csv", "run.json", "points.jsonl"})
      fmt::print("{}\n", file(name).string());
    std::fflush(stdout);
  }

  const Study& study_;
  const RunOptions& options_;
  PointRuns runs_;
  std::uint64_t failed_elsewhere_ = 0;
};

}  // namespace

int run_study(const Study& study, const RunOptions& options, const PointRunner& run_point) {
  return StudyRun(study, options).run(run_point);
}

}  // namespace vqlab
