#include "analysis/scenario/machine_files.hpp"

#include <algorithm>
#include <system_error>

#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

std::string title_of(const std::filesystem::path& file) {
  FaultList ignored(file.string());
  const auto text = read_input(file, "", ignored);
  const auto document = text ? parse_document(*text, ignored) : std::nullopt;
  if (!document || !document->is_object() || !document->contains("title")) return "";
  const Json& title = (*document)["title"];
  return title.is_string() ? title.get<std::string>() : "";
}

}  // namespace

std::vector<MachineFile> machine_files(const std::filesystem::path& folder) {
  std::vector<MachineFile> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".json" && entry.is_regular_file(error))
      all.push_back({entry.path().stem().string(), title_of(entry.path()), entry.path()});
  std::sort(all.begin(), all.end(), [](const MachineFile& a, const MachineFile& b) { return a.name < b.name; });
  return all;
}

}  // namespace vqlab
