#include "analysis/app/python.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/app/answer.hpp"
#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/run_program.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDebianPython = "/usr/bin/python3";
constexpr const char* kNeeds =
    "needed are Python 3.10 or later with numpy, matplotlib and pandas: Debian's packages python3-numpy, "
    "python3-matplotlib and python3-pandas, or VQLAB_PYTHON with a Python that has them";

// Looks for the libraries and loads none of them. What is missing is the exit code: a bit for each.
constexpr const char* kProbe =
    "import importlib.util as u, sys\n"
    "names = ('numpy', 'matplotlib', 'pandas')\n"
    "lacks = sum(1 << i for i, name in enumerate(names) if u.find_spec(name) is None)\n"
    "sys.exit(lacks | (8 if sys.version_info < (3, 10) else 0))\n";
constexpr std::array kLacks{"numpy", "matplotlib", "pandas", "Python 3.10"};

std::string lacks_of(int bits) {
  if (bits >> kLacks.size() != 0) return fmt::format("ended with {} where it was asked for its libraries", bits);
  std::string all = "lacks ";
  for (std::size_t i = 0; i < kLacks.size(); ++i)
    if ((bits >> i & 1) != 0) all += (all.back() == ' ' ? "" : ", ") + std::string(kLacks[i]);
  return all;
}

// The first python3 that PATH leads to; empty if there is none.
fs::path python_in_path() {
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "";
  while (!rest.empty()) {
    const std::string folder = rest.substr(0, rest.find(':'));
    rest.erase(0, folder.size() + 1);
    const fs::path program = fs::path(folder.empty() ? "." : folder) / "python3";
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return {};
}

// The Python to run. Only one that is not Debian's is asked what it has, which takes a process: the scripts themselves
// say what Debian's lacks. Empty, and said, if there is none.
std::string find_python() {
  if (const char* set = std::getenv("VQLAB_PYTHON"); set != nullptr && *set != '\0') return set;
  const fs::path first = python_in_path();
  std::error_code error;
  const bool debian = access(kDebianPython, X_OK) == 0;
  if (first.empty() && !debian) {
    say_failure(fmt::format("no python3 in PATH, and no {}; {}", kDebianPython, kNeeds));
    return "";
  }
  if (first.empty() || (debian && fs::equivalent(first, kDebianPython, error))) return kDebianPython;
  const ProgramEnd probe = run_program({first.string(), "-c", kProbe});
  if (probe.not_started.empty() && probe.status == 0) return first.string();
  if (debian) return kDebianPython;
  const std::string why = probe.not_started.empty() ? lacks_of(probe.status) : probe.not_started;
  say_failure(fmt::format("{}: {}, and there is no {}; {}", first.string(), why, kDebianPython, kNeeds));
  return "";
}

// What a script inherits of -q and --json: a variable, and a file without a name that it writes its answer into, which
// is taken up at the end. analysis/figures/answer.py has the other end.
class AnswerOfScript {
 public:
  explicit AnswerOfScript(std::string script) : script_(std::move(script)) {
    if (is_quiet()) setenv(kQuietVariable, "1", 1);
    if (answers_json()) file_ = memfd_create("vqlab-answer", 0);
    if (file_ >= 0) setenv(kAnswerVariable, std::to_string(file_).c_str(), 1);
  }
  ~AnswerOfScript() {
    unsetenv(kQuietVariable);
    if (file_ < 0) return;
    unsetenv(kAnswerVariable);
    std::string text;
    std::array<char, 65536> buffer;
    for (ssize_t count; (count = pread(file_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0;)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    close(file_);
    if (text.empty())
      answer_fault(fault_json("failed", script_, "", "a script that ended before it answered", "", ""));
    else
      take_answer(text);
  }
  AnswerOfScript(const AnswerOfScript&) = delete;
  AnswerOfScript& operator=(const AnswerOfScript&) = delete;

 private:
  static constexpr const char* kAnswerVariable = "VQLAB_ANSWER_FD";
  static constexpr const char* kQuietVariable = "VQLAB_QUIET";
  std::string script_;
  int file_ = -1;
};

}  // namespace

int run_analysis(const std::string& script, const std::vector<std::string>& arguments) {
  const fs::path file = home() / "analysis" / script;
  if (std::error_code error; !fs::is_regular_file(file, error)) {
    say_failure(fmt::format("{}: found no such script; looked in {}", file.string(), home_words()));
    return kExitFailed;
  }
  const std::string python = find_python();
  if (python.empty()) return kExitFailed;
  std::vector<std::string> words{python, file.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  say_detail(fmt::format("{} runs {}", python, file.string()));
  const AnswerOfScript answer(file.string());
  const ProgramEnd end = run_program(std::move(words));
  if (end.not_started.empty()) return end.status;
  say_failure(fmt::format("{} cannot be started: {}; {}", python, end.not_started, kNeeds));
  return kExitFailed;
}

void draw_figures(const fs::path& directory, const std::optional<fs::path>& kept) {
  std::vector<std::string> words{directory.string()};
  if (kept) words.insert(words.end(), {"--cache", kept->string()});
  if (const int status = run_analysis("figures/plot.py", words); status != 0)
    say_note(fmt::format("vqlab: no figures (plot.py ended with {}); `vqlab plot {}` tries again", status,
                         directory.string()));
}

}  // namespace vqlab
