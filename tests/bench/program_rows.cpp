#include "tests/bench/program_rows.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "models/base/ensure.hpp"
#include "tests/bench/turns.hpp"

namespace vqlab::bench {
namespace {

namespace fs = std::filesystem;

// What one call of the program took, and what it did.
struct Call {
  double cpu_s = 0;  // of the program and of all processes that it started
  double points = 0;
  double ios = 0;
};

struct Row {
  const char* name;
  const char* unit;
  std::string scenario;  // empty: the study of 2012, as the program itself has it
  double (*value)(const Call&);
};

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

const std::vector<Row>& rows() {
  const auto ios = [](const Call& call) { return call.ios / call.cpu_s; };
  static const std::vector<Row> all{{"tiny_points_per_cpu_s", "points/s", many_points(300),
                                     [](const Call& call) { return call.points / call.cpu_s; }},
                                    {"study_2012_cpu_s", "s", "", [](const Call& call) { return call.cpu_s; }},
                                    {"point_ios_per_cpu_s_32", "I/Os/s", few_ios(32), ios},
                                    {"point_ios_per_cpu_s_1024", "I/Os/s", few_ios(1024), ios},
                                    {"point_ios_per_cpu_s_4096", "I/Os/s", few_ios(4096), ios}};
  return all;
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
Call call(const std::string& program, const Row& row) {
  const Scratch scratch;
  std::vector<std::string> words{program, "run"};
  if (!row.scenario.empty()) {
    words.push_back(scratch.folder() / "scenario.json");
    std::ofstream(words.back()) << row.scenario;
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
  if (status != 0) throw std::runtime_error(program + " cannot run the row " + row.name);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  std::ifstream file(out / "run.json");
  const nlohmann::json record = nlohmann::json::parse(file);
  return {seconds(used.ru_utime) + seconds(used.ru_stime), record.at("points_finished").get<double>(),
          record.at("counters").at("completed_ios").get<double>()};
}

std::string this_program() {
  if (const char* const named = std::getenv("VQLAB_BIN"); named != nullptr && *named != '\0') return named;
  return fs::read_symlink("/proc/self/exe").parent_path() / "../../vqlab";
}

int decimals_of(double value) { return value < 100 ? 3 : 0; }

}  // namespace

void print_program_rows() {
  std::printf("\nMedians of %d turns, CPU time of the whole program.\n", kTurns);
  for (const Row& row : rows()) {
    std::vector<double> values;
    for (int turn = 0; turn < kTurns; ++turn) values.push_back(row.value(call(this_program(), row)));
    std::printf("%s = %.*f %s\n", row.name, decimals_of(median(values)), median(values), row.unit);
    std::fflush(stdout);
  }
}

int compare_programs(const std::string& other) {
  // Of nine values in order, the median of all lies between the second and the eighth, but for 10 of 256 cases.
  static_assert(kTurns == 9);
  std::printf("Medians of %d pairs, CPU time of the whole program; the ratio is this one over the other.\n\n", kTurns);
  std::printf("%-26s %12s %12s   %s\n", "", "this", "other", "ratio, 96 % interval");
  for (const Row& row : rows()) {
    std::vector<double> here, there, ratios;
    try {
      for (int turn = 0; turn < kTurns; ++turn) {
        // Whoever comes second may find the machine warmer.
        const bool first = turn % 2 == 0;
        if (first) here.push_back(row.value(call(this_program(), row)));
        there.push_back(row.value(call(other, row)));
        if (!first) here.push_back(row.value(call(this_program(), row)));
        ratios.push_back(here.back() / there.back());
      }
    } catch (const std::runtime_error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      return 1;
    }
    std::sort(ratios.begin(), ratios.end());
    const double middle = median(here);
    std::printf("%-26s %12.*f %12.*f   %.3fx, %.3f to %.3f (%s)\n", row.name, decimals_of(middle), middle,
                decimals_of(middle), median(there), median(ratios), ratios[1], ratios[7], row.unit);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace vqlab::bench
