#include "analysis/scenario/trace_files.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <stdexcept>
#include <utility>

#include "analysis/scenario/sha256.hpp"
#include "models/testbed/running_jobs.hpp"
#include "models/workload/io_trace.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKey = "read_iolog";
constexpr std::string_view kHashMark = "#sha256:";
constexpr const char* kTraceAccepted = "a trace: fio's iolog, version 2 or 3";

bool is_key(const std::string& key) {
  const std::string suffix = std::string(".") + kKey;
  return key == kKey ||
         (key.size() > suffix.size() && key.compare(key.size() - suffix.size(), suffix.size(), suffix) == 0);
}

// Members whose own members are named by parameters, but are texts.
bool has_words_by_path(const std::string& key) { return key == "sources" || key == "free_parameters"; }

struct TraceName {
  std::string file;
  std::string sha256;  // empty: none is said
};

TraceName split_name(const std::string& text) {
  const std::size_t mark = text.rfind(kHashMark);
  if (mark == std::string::npos) return {text, ""};
  return {text.substr(0, mark), text.substr(mark + kHashMark.size())};
}

// Reads the file and keeps its trace. Returns the hash of its bytes; empty if something is wrong with it.
std::string keep(const fs::path& file, FaultList& faults) {
  FaultList own(file.string());
  std::string sha256;
  if (const auto text = read_input(file, kTraceAccepted, own)) {
    sha256 = sha256_hex(*text);
    const std::string name = file.string() + std::string(kHashMark) + sha256;
    if (kept_trace(name) == nullptr) {
      std::vector<TraceFault> wrong;
      IoTrace trace = parse_iolog(*text, wrong);
      for (const TraceFault& one : wrong)
        own.add(FaultKind::kMeaning, fmt::format("line {}", one.line), show(Json(one.found)), one.accepted);
      if (wrong.empty()) keep_trace(name, std::move(trace));
    }
  }
  if (!own.empty()) sha256.clear();
  faults.take(own);
  return sha256;
}

class Traces {
 public:
  Traces(const ScenarioPlace& place, FaultList& faults) : folder_(place.file.parent_path()), faults_(faults) {}

  void put(Json& json, const std::string& path) {
    if (json.is_array())
      for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i)
        if (json[i].is_structured()) put(json[i], element_path(path, i));
    if (!json.is_object()) return;
    for (auto& [key, value] : json.items()) {
      const std::string at = member_path(path, key);
      if (is_key(key))
        put_name(value, at);
      else if (value.is_structured() && !has_words_by_path(key))
        put(value, at);
    }
  }

 private:
  // A sweep has a list of them.
  void put_name(Json& json, const std::string& path) {
    if (json.is_array())
      for (std::size_t i = 0; i < json.size() && !faults_.full(); ++i) put_name(json[i], element_path(path, i));
    if (!json.is_string() || json.get<std::string>().empty()) return;  // what else it is the table knows
    const TraceName name = split_name(json.get<std::string>());
    std::error_code error;
    const fs::path file = fs::absolute(folder_ / name.file, error).lexically_normal();
    const auto [known, is_new] = read_.try_emplace(file.string());
    if (is_new) known->second = keep(file, faults_);
    const std::string& sha256 = known->second;
    if (sha256.empty()) return;
    if (!name.sha256.empty() && name.sha256 != sha256)
      faults_.add(FaultKind::kMeaning, path, "another file than the one of this hash, whose hash is " + sha256,
                  "the trace as it was, or its name without a hash");
    json = file.string() + std::string(kHashMark) + sha256;
  }

  fs::path folder_;
  FaultList& faults_;
  std::map<std::string, std::string> read_;  // hashes, by file
};

}  // namespace

Json with_traces(const Json& document, const std::string& path, const ScenarioPlace& place, FaultList& faults) {
  Json copy = document;
  Traces(place, faults).put(copy, path);
  return copy;
}

void keep_traces_of(const Testbed& testbed) {
  for (const RunningJob& one : running_jobs(testbed)) {
    const std::string& text = one.job.read_iolog;
    if (text.empty() || kept_trace(text) != nullptr) continue;
    const TraceName name = split_name(text);
    FaultList faults(name.file);
    const std::string found = keep(name.file, faults);
    if (found.empty() || found != name.sha256)
      throw std::runtime_error("the trace " + name.file + " cannot be read any more, or has changed");
  }
}

}  // namespace vqlab
