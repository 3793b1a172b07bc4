// A folder of results: one process writes it at a time, and what the program made there is known from what a person put
// there.
//
// `.vqlab` in it is locked while a process writes; the lock dies with the process. It lists what the program made, in
// the form of sha256sum: a file that is not listed, or that was changed since, is a person's. The Python of the figures
// keeps the same list of its own in `figures`.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <system_error>

#include "analysis/runs/write_file.hpp"

namespace vqlab {

class ResultFolder {
 public:
  // Makes the folder if it is not there. Throws Refused if another process writes it, and says which, and where it
  // cannot be written at all. Precondition: no other object of this process holds the same folder.
  explicit ResultFolder(std::filesystem::path folder);
  ~ResultFolder();
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_; }

  // Replaces the file in one step; `name` may lie in a folder below, which is made.
  // Throws std::filesystem::filesystem_error; the old file then stays.
  void write(const std::string& name, std::string_view text);
  // The same for a text that comes in parts, which `make` gives to its argument.
  void write(const std::string& name, const std::function<void(const TextSink&)>& make);

  // Whether the program has made a table here.
  [[nodiscard]] bool has_tables() const { return !list().empty(); }
  // Whether a file of this name is there that the program did not make, or that was changed since.
  [[nodiscard]] bool is_foreign(const std::string& name) const;

  // Removes the figures, the explanation and the overlay that the program made here; what else stands in these folders
  // stays.
  void remove_derived() const;
  // The same for all that the program made, but for the journals.
  void remove_all();

 private:
  [[nodiscard]] std::string list() const;
  void add_to_list(const std::string& line);
  [[nodiscard]] bool try_to_hold();
  void lock();
  [[noreturn]] void refuse(const std::error_code& error) const;

  std::filesystem::path folder_;
  int fd_;  // of the list
};

// The folder's journal, and the folders in it that have one of their own.
inline constexpr const char* kJournalName = "points.jsonl";
inline constexpr const char* kExplanationFolder = "explanation";
inline constexpr const char* kLongRunsFolder = "long_runs";
inline constexpr const char* kUncertaintyFolder = "uncertainty";
inline constexpr const char* kClairvoyantFolder = "clairvoyant";

// Whether the program keeps a list in this folder: it is one of results, or of figures.
[[nodiscard]] bool is_result_folder(const std::filesystem::path& folder);

}  // namespace vqlab
