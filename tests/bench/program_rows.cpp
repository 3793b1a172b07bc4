#include "tests/bench/program_rows.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "models/base/ensure.hpp"

namespace vqlab::bench {
namespace {

// What one call of the program took, and what it did.
struct Call {
  double cpu_s = 0;  // of the program and of all processes that it started
  double points = 0;
  double ios = 0;
  std::optional<double> points_cpu_s{};  // of the points' processes alone
  std::optional<double> memory_mb{};     // of the program itself, at most
};

struct Scenario {
  const char* name;
  std::string text;  // empty: the study of 2012, as the program itself has it
  std::vector<Measured> (*rows)(const Call&);
};

namespace fs = std::filesystem;

std::string few_ios(std::uint32_t targets) {
  return R"({"study": "bench", "targets": )" + std::to_string(targets) +
         R"(, "controller": {"devices": 16, "virtqueue_size": 1024},
            "precision": {"min_simulated_s": 1, "max_simulated_s": 1}})";
}

std::string many_points(int points) {
  std::string seeds;
  for (int seed = 1; seed <= points; ++seed) seeds += (seed == 1 ? "" : ",") + std::to_string(seed);
  return R"({"study": "bench", "seeds": [)" + seeds +
         R"(], "precision": {"min_simulated_s": 0.002, "max_simulated_s": 0.002}})";
}

int decimals_of(double value) { return value < 100 ? 3 : 0; }

Measured row(const char* name, double value, const char* unit) { return {name, value, decimals_of(value), unit}; }

std::vector<Measured> tiny_points(const Call& call) {
  return {row("tiny_points_per_cpu_s", call.points / call.cpu_s, "points/s")};
}

// What is not the points' own: planning, forks, the journal, tables.
std::vector<Measured> overhead(const Call& call) {
  std::vector<Measured> rows;
  if (call.points_cpu_s)
    rows.push_back(row("overhead_us_per_point", 1e6 * (call.cpu_s - *call.points_cpu_s) / call.points, "us"));
  if (call.memory_mb) rows.push_back(row("memory_of_3000_points_mb", *call.memory_mb, "MB"));
  return rows;
}

std::vector<Measured> study_2012(const Call& call) { return {row("study_2012_cpu_s", call.cpu_s, "s")}; }

template <int Targets>
std::vector<Measured> ios(const Call& call) {
  static const std::string name = "point_ios_per_cpu_s_" + std::to_string(Targets);
  return {row(name.c_str(), call.ios / call.cpu_s, "I/Os/s")};
}

// A folder of its own, which goes with the object.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "vqlab_bench_XXXXXX").string();
    ensure(mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
    folder_ = name;
  }
  ~Scratch() {
    std::error_code left;
    fs::remove_all(folder_, left);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

[[noreturn]] void become(const std::vector<std::string>& words) {
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(null, STDOUT_FILENO);
  setenv("VQLAB_CACHE", "", 1);  // what is measured is simulated
  std::vector<char*> pointers;
  for (const std::string& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  execv(pointers.front(), pointers.data());
  _exit(127);
}

// Throws std::runtime_error where the program does not end well.
Call call(const std::string& program, const Scenario& scenario) {
  const Scratch scratch;
  std::vector<std::string> words{program, "run"};
  if (!scenario.text.empty()) {
    words.push_back(scratch.folder() / "scenario.json");
    std::ofstream(words.back()) << scenario.text;
  }
  const fs::path out = scratch.folder() / "out";
  for (const char* word : {"--jobs", "1", "--no-long-runs", "--no-figures", "--quiet", "--out"})
    words.emplace_back(word);
  words.push_back(out);
  const pid_t child = fork();
  ensure(child >= 0, "a process can be made");
  if (child == 0) become(words);
  int status = 0;
  rusage used = {};
  ensure(wait4(child, &status, 0, &used) == child, "the child ends");
  if (status != 0) throw std::runtime_error(program + " cannot run the row " + scenario.name);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  std::ifstream file(out / "run.json");
  const nlohmann::json record = nlohmann::json::parse(file);
  const auto told = [&record](const char* key) {
    return record.contains(key) ? std::optional<double>(record.at(key).get<double>()) : std::nullopt;
  };
  return {.cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime),
          .points = record.at("points_finished").get<double>(),
          .ios = record.at("counters").at("completed_ios").get<double>(),
          .points_cpu_s = told("points_cpu_s"),
          .memory_mb = told("memory_mb")};
}

}  // namespace

std::string this_program() {
  if (const char* const named = std::getenv("VQLAB_BIN"); named != nullptr && *named != '\0') return named;
  return fs::read_symlink("/proc/self/exe").parent_path() / "../../vqlab";
}

std::vector<RowGroup> program_rows(const std::string& program) {
  const std::vector<Scenario> scenarios{
      {"tiny points", many_points(300), tiny_points}, {"many points", many_points(3000), overhead},
      {"the study of 2012", "", study_2012},          {"32 targets", few_ios(32), ios<32>},
      {"1024 targets", few_ios(1024), ios<1024>},     {"4096 targets", few_ios(4096), ios<4096>}};
  std::vector<RowGroup> groups;
  for (const Scenario& scenario : scenarios)
    groups.push_back({scenario.name, fmt::format("CPU time of the whole program: {}.", scenario.name), kTurns,
                      [scenario, program] { return scenario.rows(call(program, scenario)); }});
  return groups;
}

}  // namespace vqlab::bench
