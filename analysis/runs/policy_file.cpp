#include "analysis/runs/policy_file.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <map>
#include <optional>
#include <system_error>
#include <unistd.h>

#include "analysis/app/exit_code.hpp"
#include "analysis/app/home.hpp"
#include "analysis/app/run_program.hpp"
#include "analysis/runs/crash_guard.hpp"
#include "analysis/runs/held_signals.hpp"
#include "analysis/scenario/sha256.hpp"
#include "build_info.hpp"
#include "models/base/part_params.hpp"
#include "models/steering/policy.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSuffix = ".cpp";

struct LoadedPolicy {
  std::string policy;
  std::string code_sha256;
};

// By the file's absolute path.
std::map<std::string, LoadedPolicy>& loaded_policies() {
  static std::map<std::string, LoadedPolicy> loaded;
  return loaded;
}

// A folder that is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((fs::temp_directory_path() / "vqlab-policy-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr)
      throw fs::filesystem_error("a temporary folder cannot be made", path_,
                                 std::error_code(errno, std::generic_category()));
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] fs::path path() const { return path_; }

 private:
  std::string path_;
};

// As the build notes it.
std::string policy_headers_sha256() {
  std::vector<std::string> headers;
  for (const char* room : {"models/base", "models/steering"}) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(home() / room, error))
      if (entry.path().extension() == ".hpp")
        headers.push_back(std::string(room) + '/' + entry.path().filename().string());
  }
  std::sort(headers.begin(), headers.end());
  std::string all;
  for (const std::string& header : headers) all += sha256_of_file(home() / header) + "  " + header + '\n';
  return sha256_hex(all);
}

// The user's, else the one that has compiled the program, else the system's.
std::string compiler() {
  if (const char* set = std::getenv("CXX"); set != nullptr && *set != '\0') return set;
  const std::string builder(build_compiler_path());
  return access(builder.c_str(), X_OK) == 0 ? builder : "c++";
}

class PolicyFileLoader {
 public:
  PolicyFileLoader(const std::string& option, std::vector<Fault>& faults) : option_(option), faults_(faults) {}

  // The name of the file's policy.
  std::optional<std::string> load(const std::string& file) {
    std::error_code error;
    const fs::path path = fs::canonical(file, error);
    if (error || !fs::is_regular_file(path)) return fault(file, "no file", "the file of a policy");
    const auto found = loaded_policies().find(path.string());
    if (found != loaded_policies().end()) return found->second.policy;
    const std::string name = path.stem().string();
    for (const auto& [other, loaded] : loaded_policies())
      if (loaded.policy == name)
        return fault(file, "a second file of policy " + name + ", beside " + other, "one of them");
    if (std::error_code missing; !fs::is_directory(home() / "models/steering", missing))
      return fault((home() / "models").string(), "no headers for the file of a policy to include",
                   "those of this program; looked in " + home_words());
    if (policy_headers_sha256() != build_policy_headers_sha256())
      return fault((home() / "models").string(), "other headers in base and steering than this program was built from",
                   "the program built again from them, or VQLAB_HOME with the tree that it was built from");
    return compile_and_load(path, name);
  }

 private:
  std::nullopt_t fault(const std::string& path, const std::string& found, const std::string& accepted) {
    faults_.push_back({FaultKind::kMeaning, option_, path, found, accepted, ""});
    return std::nullopt;
  }

  std::optional<std::string> compile_and_load(const fs::path& path, const std::string& name) {
    bool was_interrupted = false;
    std::optional<std::string> loaded;
    {
      const HeldSignals held;
      const TemporaryFolder folder;
      const fs::path object = folder.path() / (name + ".so");
      if (compile(path, object)) loaded = load_object(path, name, object);
      was_interrupted = held.came();
    }
    if (was_interrupted) std::exit(kExitInterrupted);
    return loaded;
  }

  bool compile(const fs::path& path, const fs::path& object) {
    const std::string program = compiler();
    const ProgramEnd end =
        run_program({program, "-std=c++20", "-O2", "-fPIC", "-shared", "-s", "-ffp-contract=off", "-Wall", "-Wextra",
                     "-I", home().string(), "-o", object.string(), path.string()});
    if (!end.not_started.empty())
      fault(path.string(), "no compiler: " + program + " cannot be started: " + end.not_started,
            "a compiler of C++20 in CXX, or as c++ in the path; Debian's package is g++");
    else if (end.status != 0)
      fault(path.string(), "what " + program + " refuses, see above",
            "the file of a policy, as docs/how-to/policy.md has it");
    return end.not_started.empty() && end.status == 0;
  }

  std::optional<std::string> load_object(const fs::path& path, const std::string& name, const fs::path& object) {
    const std::string code = sha256_of_file(object);
    Registry<PolicyEntry>::instance().forget(name);
    Registry<PartParamsEntry>::instance().forget(name);
    const std::size_t before = Registry<PolicyEntry>::instance().size();
    guard_against_crashes(path.string());
    // It stays until the process ends: its code is the policy.
    if (dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL) == nullptr)
      return fault(path.string(), dlerror(), "code that needs nothing but the headers of models/steering");
    const auto& policies = Registry<PolicyEntry>::instance();
    if (policies.size() != before + 1 || policies.find(name) == nullptr)
      return fault(path.string(), "no policy of that name, or more than one",
                   "one PolicyRegistration{\"" + name + "\", ...}: a policy has the name of its file");
    loaded_policies().insert({path.string(), {name, code}});
    return name;
  }

  const std::string& option_;
  std::vector<Fault>& faults_;
};

}  // namespace

bool names_policy_file(const std::string& word) {
  const std::string name = word.substr(0, word.find('{'));
  const std::size_t length = std::strlen(kSuffix);
  return name.size() > length && name.compare(name.size() - length, length, kSuffix) == 0;
}

std::vector<std::string> load_policy_files(std::vector<std::string> words, const std::string& option,
                                           std::vector<Fault>& faults) {
  PolicyFileLoader loader(option, faults);
  std::vector<std::string> named;
  for (const std::string& word : words) {
    if (!names_policy_file(word)) {
      named.push_back(word);
      continue;
    }
    const std::size_t end = std::min(word.find('{'), word.size());
    if (const auto name = loader.load(word.substr(0, end))) named.push_back(*name + word.substr(end));
  }
  return named;
}

std::string loaded_policy_code(const std::string& policy) {
  for (const auto& [file, loaded] : loaded_policies())
    if (loaded.policy == policy) return loaded.code_sha256;
  return "";
}

std::string running_program_sha256() {
  std::string all(build_program_sha256());
  for (const auto& [file, loaded] : loaded_policies()) all += '\n' + loaded.policy + ' ' + loaded.code_sha256;
  return loaded_policies().empty() ? all : sha256_hex(all);
}

}  // namespace vqlab
