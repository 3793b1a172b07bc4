// An export, imported, is the point that was exported; and what fio and QEMU have words for, their words say.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/export/export_files.hpp"
#include "analysis/formats/fio_job_writer.hpp"
#include "analysis/formats/import_setup.hpp"
#include "analysis/formats/resolved_point.hpp"
#include "analysis/scenario/load_study.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

const fs::path kHomeOfScenarios = fs::path(__FILE__).parent_path().parent_path().parent_path() / "scenarios";

StudyOptions options_of_exports() {
  StudyOptions options;
  options.scenarios_home = kHomeOfScenarios;
  return options;
}

struct Exported {
  std::map<std::string, std::string> files;
  Json values;
};

Exported exported(const Study& study, std::size_t position) {
  const Point point = study.points[position];
  Exported made;
  for (auto& [name, text] :
       export_files({study.name, study.name, study.machine, {point.testbed, point.precision}, point.seed}))
    made.files[name] = text;
  made.values = Json::parse(made.files.at("values.json"));
  return made;
}

// The scenario that import makes of the folder, or of the job file and the command line alone.
ImportedSetup imported_again(const Exported& made, const std::string& machine, bool with_values) {
  ImportSetup setup;
  setup.fio = {"job.fio", made.files.at("job.fio")};
  setup.qemu = {"qemu.txt", made.files.at("qemu.txt")};
  if (with_values) setup.values = {"values.json", made.files.at("values.json")};
  setup.machine = machine;
  setup.study = "again";
  setup.scenario = "again.json";
  setup.home = kHomeOfScenarios;
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  setup.around = {nothing, nothing};
  return import_setup(setup);
}

std::string faults_text(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += to_string(fault) + "\n";
  return text;
}

// Empty if the point is the same, else where it is not.
std::string difference(const PointSpec& spec, const ImportedSetup& imported) {
  if (!imported.good) return "not imported: " + faults_text(imported.faults);
  const StudyOrFaults again = parse_study(imported.scenario.dump(), "again.json", options_of_exports());
  if (!again.study) return faults_text(again.faults);
  const Point point = again.study->points[0];
  Json before = resolved_point(spec);
  Json after = resolved_point({point.testbed, point.precision});
  drop_values_alike(spec, before, {point.testbed, point.precision}, after);
  return before == after ? "" : Json::diff(before, after).dump(1);
}

// Paths in values.json, with those of lists as "jobs.runtime".
std::set<std::string> paths_of(const Json& values) {
  std::set<std::string> paths;
  for (const auto& [key, value] : values.items()) {
    if (key == "study" || key == "machine") continue;
    const Json& members = value.is_array() ? value : Json::array({value});
    for (const Json& one : members) {
      if (!one.is_object() || key == "disks") {
        paths.insert(key);
        continue;
      }
      for (const auto& [inner, what] : one.items())
        if (inner != "name") paths.insert(key + "." + inner);
    }
  }
  return paths;
}

// What docs/how-to/export.md lists: fio and QEMU have no word for it, or one that means something else to import.
bool has_no_word(const std::string& path) {
  static const std::set<std::string> lists{"jobs", "controllers", "controller", "job", "other_job"};
  static const std::set<std::string> of_lists{"jobs.startdelay",
                                              "jobs.ramp_time",
                                              "jobs.runtime",
                                              "jobs.time_based",
                                              "jobs.loops",
                                              "jobs.cpus_allowed",
                                              "jobs.cpus_allowed_policy",
                                              "controller.can_queue",
                                              "controller.seg_max",
                                              "controller.virtqueue_size",
                                              "targets",
                                              "luns_per_target",
                                              "disks"};
  static const std::set<std::string> words{"guest.vcpus",
                                           "guest.topology",
                                           "host.server",
                                           "host.aio",
                                           "iothreads.poll-max-ns",
                                           "iothreads.poll-grow",
                                           "iothreads.poll-shrink",
                                           "iothreads.aio-max-batch",
                                           "iothreads.iothread-vq-mapping",
                                           "iothreads.assigned",
                                           "vhost_scsi.worker_per_virtqueue"};
  const std::size_t dot = path.find('.');
  if (dot == std::string::npos || lists.contains(path.substr(0, dot))) return of_lists.contains(path);
  return !words.contains(path);
}

std::vector<fs::path> shipped_studies() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(kHomeOfScenarios / "studies"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// The first point of a study; if deep those of its first seed, or so many of them in even steps.
std::vector<std::size_t> points_to_export(const Study& study) {
  constexpr std::size_t kMostPoints = 200;
  if (std::getenv("VQLAB_DEEP") == nullptr) return {0};  // NOLINT(concurrency-mt-unsafe)
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < study.points.size(); ++i)
    if (study.points.seed(i) == study.seeds.front()) all.push_back(i);
  std::vector<std::size_t> some;
  const std::size_t step = 1 + (all.size() - 1) / kMostPoints;
  for (std::size_t i = 0; i < all.size(); i += step) some.push_back(all[i]);
  return some;
}

class ExportImportStudy : public testing::TestWithParam<fs::path> {};

TEST_P(ExportImportStudy, ItsPointsComeBack) {
  const StudyOrFaults loaded = load_study(GetParam(), options_of_exports());
  ASSERT_TRUE(loaded.study) << faults_text(loaded.faults);
  const Study& study = *loaded.study;
  for (const std::size_t position : points_to_export(study)) {
    const Point point = study.points[position];
    const Exported made = exported(study, position);
    EXPECT_EQ(difference({point.testbed, point.precision}, imported_again(made, "", true)), "") << "point " << position;
    EXPECT_EQ(made.files.at("README.md").find("does not give back"), std::string::npos) << "point " << position << '\n'
                                                                                        << made.files.at("README.md");
    for (const std::string& path : paths_of(made.values))
      EXPECT_TRUE(has_no_word(path)) << "point " << position << ' ' << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, ExportImportStudy, testing::ValuesIn(shipped_studies()),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(ExportImport, StudiesAreMany) { EXPECT_GE(shipped_studies().size(), 30U); }

std::string text_of_export(const fs::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<fs::path> files_in(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(__FILE__).parent_path() / folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

ImportSetup users_files(const fs::path& job_file, const fs::path& guest) {
  ImportSetup setup;
  setup.fio = {job_file.filename().string(), text_of_export(job_file)};
  auto& machine = guest.extension() == ".xml" ? setup.libvirt : setup.qemu;
  if (!guest.empty()) machine = {guest.filename().string(), text_of_export(guest)};
  setup.machine = "server_2024_qemu_10_0";
  setup.study = "mine";
  setup.scenario = "mine.json";
  setup.home = kHomeOfScenarios;
  const auto nothing = [](const std::string&) { return std::optional<std::string>(); };
  setup.around = {nothing, nothing};
  return setup;
}

TEST(ExportImport, JobFilesAreTheSameTextAgain) {
  int same = 0;
  for (const fs::path& file : files_in("fio")) {
    ImportSetup setup = users_files(file, "");
    const ImportedSetup first = import_setup(setup);
    if (!first.good) continue;
    const StudyOrFaults study = parse_study(first.scenario.dump(), "mine.json", options_of_exports());
    ASSERT_TRUE(study.study) << file << faults_text(study.faults);
    const Point point = study.study->points[0];
    setup.fio->text = fio_job_file(point.testbed, point.seed);
    EXPECT_EQ(import_setup(setup).scenario.dump(2), first.scenario.dump(2)) << file << '\n' << setup.fio->text;
    ++same;
  }
  EXPECT_GE(same, 50);
}

TEST(ExportImport, SetupsAreTheSameTextAgain) {
  int same = 0;
  for (const char* const folder : {"qemu", "libvirt"})
    for (const fs::path& file : files_in(folder)) {
      const ImportedSetup first =
          import_setup(users_files(files_in("fio").front().parent_path() / "aio_read.fio", file));
      if (!first.good) continue;
      const StudyOrFaults study = parse_study(first.scenario.dump(), "mine.json", options_of_exports());
      ASSERT_TRUE(study.study) << file << faults_text(study.faults);
      const Exported made = exported(*study.study, 0);
      EXPECT_EQ(imported_again(made, "", true).scenario.dump(2), first.scenario.dump(2))
          << file << '\n'
          << made.files.at("qemu.txt") << made.values.dump(2);
      ++same;
    }
  EXPECT_GE(same, 30);
}

using rc::gen::element;
using rc::gen::inRange;

Json random_job(int number, int targets) {
  const std::string rw = *element<std::string>("read", "write", "randread", "randwrite", "randrw", "rw", "randtrim");
  const std::string engine = *element<std::string>("libaio", "io_uring", "psync", "pvsync2", "sync");
  Json job{{"name", "job" + std::to_string(number)}, {"rw", rw}, {"ioengine", engine}};
  switch (*inRange(0, 4)) {
    case 0: job["bs"] = *element<std::string>("4k", "512", "4k,64k", "1m"); break;
    case 1: job["bsrange"] = *element<std::string>("4k-64k", "8k-16k"); break;
    case 2: job["bssplit"] = *element<std::string>("4k/70:64k/30", "8k/10:16k/90,4k", "4k/50:8k/50"); break;
    default: job["bs"] = "16k"; break;
  }
  const bool mixes = rw == "rw" || rw == "randrw";
  const bool writes = mixes || rw.find("write") != std::string::npos;
  const bool random = rw.compare(0, 4, "rand") == 0;
  const bool waits = engine != "libaio" && engine != "io_uring";
  if (!waits) {
    const int depth = *inRange(2, 33);
    job["iodepth"] = depth;
    if (*inRange(0, 3) == 0) job["iodepth_batch"] = *inRange(1, depth + 1);
    if (*inRange(0, 3) == 0) job["iodepth_batch_complete_min"] = *inRange(1, depth + 1);
    if (*inRange(0, 3) == 0) job["iodepth_low"] = *inRange(1, depth + 1);
  }
  if (mixes) job["rwmixread"] = *inRange(1, 100);
  if (writes && *inRange(0, 3) == 0) job["fsync"] = *inRange(1, 64);
  if (random && *inRange(0, 3) == 0) job["random_distribution"] = *element<std::string>("zipf:1.2", "pareto:0.3");
  switch (*inRange(0, 5)) {
    case 0: job["rate_iops"] = *inRange(2, 10000); break;
    case 1: job["rate"] = *element<std::string>("10m", "12345", "1000k"); break;
    case 2:
      job["thinktime"] = *inRange(1, 1000);
      job["thinktime_blocks"] = *inRange(1, 16);
      break;
    default: break;
  }
  if (*inRange(0, 2) == 0) job["numjobs"] = *inRange(1, 7);
  if (*inRange(0, 4) == 0) job["cpus_allowed"] = "0";
  if (*inRange(0, 2) == 0) job["loops"] = *inRange(1, 50);
  if (*inRange(0, 3) == 0) job["size"] = *element<std::string>("64m", "2g");
  const int first = *inRange(0, targets);
  const int last = *inRange(first, targets);
  if (last - first + 1 < targets)
    job["targets"] = first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
  if (last > first && *inRange(0, 3) == 0)
    job["file_service_type"] = *element<std::string>("roundrobin", "random", "sequential");
  return job;
}

Json random_scenario() {
  const int targets = *inRange(1, 7);
  const int vcpus = *inRange(1, 9);
  Json scenario{{"study", "random"}, {"machine", "server_2024_qemu_10_0"}, {"targets", targets}};
  if (*inRange(0, 4) == 0) scenario["luns_per_target"] = *inRange(1, 4);
  scenario["guest"] = {{"vcpus", vcpus}};
  if (vcpus > 1) scenario["guest"]["topology"] = *element<std::string>("sockets", "cores");
  const int ring = 1 << *inRange(3, 11);
  const bool whole = *inRange(0, 2) == 0;
  scenario["controller"] = {{"num_queues", *inRange(1, vcpus + 1)},
                            {"ring", *element<std::string>("split", "packed")},
                            {"virtqueue_size", ring},
                            {"seg_max", whole ? std::max(1, ring - 2) : std::min(126, ring - 2)},
                            {"cmd_per_lun", *inRange(1, 512)},
                            {"max_sectors", *inRange(8, 65536)},
                            {"event_idx", *rc::gen::arbitrary<bool>()},
                            {"indirect_desc", *rc::gen::arbitrary<bool>()}};
  const int devices = *inRange(1, std::min(4, targets + 1));
  if (devices > 1) scenario["controller"]["devices"] = devices;
  const bool iothreads = *rc::gen::arbitrary<bool>();
  scenario["host"] = {{"server", iothreads ? "iothreads" : "main_loop"},
                      {"aio", *element<std::string>("threads", "native", "io_uring")}};
  if (iothreads) {
    Json mapping = Json::array();
    for (int i = 0, count = *inRange(1, 4); i < count; ++i) mapping.push_back({{"iothread", "io" + std::to_string(i)}});
    scenario["iothreads"] = {{"iothread-vq-mapping", mapping}};
    if (*inRange(0, 2) == 0) scenario["iothreads"]["poll-max-ns"] = *inRange(0, 100000);
  }
  if (*inRange(0, 2) == 0) {
    Json group{{"targets", *inRange(1, targets + 1)}};
    group["throttling"] = {{"iops_total", *inRange(1, 100000)}};
    if (*rc::gen::arbitrary<bool>()) group["throttling"]["group"] = "shared";
    scenario["disks"] = Json::array({group});
  }
  for (int i = 0, count = *inRange(1, 4); i < count; ++i) scenario["jobs"].push_back(random_job(i, targets));
  return scenario;
}

RC_GTEST_PROP(ExportImport, RandomScenariosComeBackFromTheirWordsAlone, ()) {
  const Json scenario = random_scenario();
  const StudyOrFaults loaded = parse_study(scenario.dump(), "random.json", options_of_exports());
  RC_PRE(loaded.study.has_value());
  const Point point = loaded.study->points[0];
  const Exported made = exported(*loaded.study, 0);
  RC_LOG() << scenario.dump(1) << made.files.at("job.fio") << made.files.at("qemu.txt") << made.values.dump(1);
  RC_ASSERT(paths_of(made.values).empty());
  RC_ASSERT(difference({point.testbed, point.precision}, imported_again(made, "server_2024_qemu_10_0", false)) == "");
}

}  // namespace
}  // namespace vqlab
