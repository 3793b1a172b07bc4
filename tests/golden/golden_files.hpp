// The recorded files beside this one.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include "analysis/ring/replay/gunzip.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {

inline constexpr std::size_t kLargestGolden = std::size_t{1} << 20;

// All files of a folder of tests/golden, in the order of their names.
[[nodiscard]] inline std::vector<std::filesystem::path> golden_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(__FILE__).parent_path() / folder))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Unpacked.
[[nodiscard]] inline std::string golden_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  Unpacked unpacked = gunzip(bytes, kLargestGolden);
  if (!unpacked.text) throw std::runtime_error(file.string() + ": " + unpacked.fault);
  return *unpacked.text;
}

[[nodiscard]] inline Json golden_document(const std::filesystem::path& file) { return Json::parse(golden_text(file)); }

// A trace as one that has ring memory in hex only.
inline void drop_parsed_copies(Json& trace) {
  const auto drop = [](Json& step) {
    for (const char* part : {"desc", "avail", "used", "driver_event", "device_event"}) step.erase(part);
  };
  drop(trace["initial"]);
  for (Json& step : trace["steps"]) drop(step);
}

}  // namespace vqlab
