#include "analysis/runs/result_folder.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "analysis/app/answer.hpp"
#include "analysis/app/refused.hpp"
#include "analysis/app/shell_word.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kListOfMade = ".vqlab";
constexpr const char* kFigureFolder = "figures";
constexpr const char* kOverlayFolder = "overlay";
constexpr std::size_t kHashDigits = 64;
constexpr std::string_view kBetween = "  ";  // as sha256sum has it

std::string list_line(std::string hash, const std::string& name) {
  return std::move(hash).append(kBetween).append(name) + '\n';
}

// Name of each entry that is whole.
std::vector<std::string> listed_names(const std::string& list) {
  std::vector<std::string> names;
  std::istringstream lines(list);
  for (std::string line; std::getline(lines, line);)
    if (line.size() > kHashDigits + kBetween.size() && line.compare(kHashDigits, kBetween.size(), kBetween) == 0)
      names.push_back(line.substr(kHashDigits + kBetween.size()));
  return names;
}

bool is_as_listed(const fs::path& folder, const std::string& name, const std::string& list) {
  return fs::is_regular_file(folder / name) &&
         ('\n' + list).find('\n' + list_line(sha256_of_file(folder / name), name)) != std::string::npos;
}

// A name in a list is one below its folder, whoever wrote it there.
bool stays_below(const std::string& name) {
  for (const fs::path& part : fs::path(name))
    if (part == ".." || part.is_absolute()) return false;
  return true;
}

void remove_listed(const fs::path& folder, const std::string& list) {
  std::error_code kept;  // a folder that is not empty, or what is gone already
  for (const std::string& name : listed_names(list)) {
    if (!stays_below(name)) continue;
    if (is_as_listed(folder, name, list)) fs::remove(folder / name);
    fs::remove(draft_of(folder / name), kept);
    for (fs::path above = fs::path(name).parent_path(); !above.empty(); above = above.parent_path())
      fs::remove(folder / above, kept);
  }
}

// A folder whose list nobody holds.
void remove_made_in(const fs::path& folder) {
  if (!is_result_folder(folder)) return;
  remove_listed(folder, text_of(folder / kListOfMade));
  fs::remove(folder / kListOfMade);
  std::error_code not_empty;
  fs::remove(folder, not_empty);
}

// "process 4711 (vqlab run my.json)".
std::string process_text(pid_t process) {
  if (process <= 0) return "a process of another system";
  std::string words;
  std::istringstream command(text_of(fmt::format("/proc/{}/cmdline", process)));
  for (std::string word; std::getline(command, word, '\0');) words += (words.empty() ? "" : " ") + shell_word(word);
  return words.empty() ? fmt::format("process {}", process) : fmt::format("process {} ({})", process, words);
}

struct flock whole_file() {
  struct flock region = {};
  region.l_type = F_WRLCK;
  region.l_whence = SEEK_SET;
  return region;
}

}  // namespace

bool is_result_folder(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kListOfMade, error);
}

ResultFolder::ResultFolder(fs::path folder) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) refuse(error);
  while (!try_to_hold()) {
  }
}

// A list without a line says nothing: whoever was refused leaves no trace.
ResultFolder::~ResultFolder() {
  if (list().empty()) unlink((folder_ / kListOfMade).c_str());
  close(fd_);
}

void ResultFolder::refuse(const std::error_code& error) const {
  throw Refused(fmt::format("vqlab: {} cannot be written: {}", folder_.string(), error.message()));
}

// False if the file was removed by its last holder before it was locked.
bool ResultFolder::try_to_hold() {
  const fs::path file = folder_ / kListOfMade;
  fd_ = open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd_ < 0) refuse(std::error_code(errno, std::generic_category()));
  try {
    lock();
  } catch (...) {
    close(fd_);
    throw;
  }
  struct stat held = {};
  struct stat there = {};
  if (fstat(fd_, &held) == 0 && stat(file.c_str(), &there) == 0 && held.st_ino == there.st_ino) return true;
  close(fd_);
  return false;
}

// The lock is of the process, not of the open file: a child that outlives it by a moment does not hold it.
void ResultFolder::lock() {
  struct flock wanted = whole_file();
  while (fcntl(fd_, F_SETLK, &wanted) != 0) {
    if (errno == EINTR) continue;
    if (errno != EACCES && errno != EAGAIN) refuse(std::error_code(errno, std::generic_category()));
    struct flock holder = whole_file();
    if (fcntl(fd_, F_GETLK, &holder) == 0 && holder.l_type == F_UNLCK) continue;  // it has just ended
    throw Refused(fmt::format("vqlab: {} is being written by {}; wait until it has ended, or use another folder",
                              folder_.string(), process_text(holder.l_pid)));
  }
}

// Another descriptor of the file must not be opened: closing it would give up the lock.
std::string ResultFolder::list() const {
  std::string text;
  std::array<char, 65536> buffer;
  for (ssize_t count; (count = pread(fd_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(count));
  return text;
}

void ResultFolder::write(const std::string& name, std::string_view text) {
  write(name, [text](const TextSink& add) { add(text); });
}

// Listed before it takes its place: where the program is killed in between, a line too many does no harm.
void ResultFolder::write(const std::string& name, const std::function<void(const TextSink&)>& make) {
  const fs::path file = folder_ / name;
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  Sha256 hash;
  WholeFile whole(file);
  make([&](std::string_view part) {
    hash.add(part);
    whole.add(part);
  });
  add_to_list(list_line(hash.hex(), name));
  whole.place();
  answer_file(file);
}

void ResultFolder::add_to_list(const std::string& line) {
  const std::string known = list();
  if (('\n' + known).find('\n' + line) == std::string::npos &&
      !write_all(fd_, (known.empty() || known.back() == '\n' ? "" : "\n") + line))
    throw fs::filesystem_error("cannot write", folder_ / kListOfMade, std::error_code(errno, std::generic_category()));
}

bool ResultFolder::is_foreign(const std::string& name) const {
  return fs::exists(folder_ / name) && !is_as_listed(folder_, name, list());
}

void ResultFolder::remove_derived() const {
  for (const fs::path& folder :
       {folder_ / kFigureFolder, folder_ / kExplanationFolder / kFigureFolder, folder_ / kExplanationFolder,
        folder_ / kOverlayFolder / kFigureFolder, folder_ / kOverlayFolder})
    remove_made_in(folder);
}

void ResultFolder::remove_all() {
  remove_derived();
  for (const char* const below : {kLongRunsFolder, kUncertaintyFolder, kClairvoyantFolder})
    remove_made_in(folder_ / below);
  remove_listed(folder_, list());
  if (ftruncate(fd_, 0) != 0)
    throw fs::filesystem_error("cannot write", folder_ / kListOfMade, std::error_code(errno, std::generic_category()));
}

}  // namespace vqlab
