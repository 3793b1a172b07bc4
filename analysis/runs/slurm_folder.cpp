#include "analysis/runs/slurm_folder.hpp"

#include <algorithm>
#include <fcntl.h>
#include <unistd.h>

#include "analysis/runs/cache_segment.hpp"
#include "analysis/runs/whole_number.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBelowResults = "slurm";
constexpr std::size_t kMostLog = 1000;

std::optional<Json> json_in(const fs::path& file) {
  Json json = Json::parse(text_of(file), nullptr, false);
  return json.is_object() ? std::optional<Json>(std::move(json)) : std::nullopt;
}

std::vector<unsigned> numbers_in(const fs::path& directory) {
  std::vector<unsigned> numbers;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory / kBelowResults, error))
    if (const auto number = whole_number(entry.path().filename().string())) numbers.push_back(*number);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

std::vector<SlurmFolder> SlurmFolder::all_in(const fs::path& directory) {
  std::vector<SlurmFolder> all;
  for (const unsigned number : numbers_in(directory))
    all.emplace_back(directory / kBelowResults / std::to_string(number));
  return all;
}

SlurmFolder SlurmFolder::new_in(const fs::path& directory) {
  const std::vector<unsigned> known = numbers_in(directory);
  SlurmFolder folder(fs::absolute(directory) / kBelowResults / std::to_string(known.empty() ? 1 : known.back() + 1));
  fs::create_directories(folder.folder_);
  return folder;
}

void SlurmFolder::remove() const {
  std::error_code error;
  fs::remove_all(folder_, error);
  fs::remove(folder_.parent_path(), error);  // if it was the last
}

void SlurmFolder::write_job(const SlurmJob& job) const {
  const Json json{{"program_sha256", job.program_sha256},
                  {"asked", static_cast<int>(job.asked)},
                  {"jobs", job.jobs},
                  {"parts", job.parts},
                  {"ids", job.ids}};
  write_atomically(folder_ / "job.json", json.dump(2) + "\n");
}

std::optional<SlurmJob> SlurmFolder::read_job() const {
  const auto json = json_in(folder_ / "job.json");
  if (!json) return std::nullopt;
  try {
    return SlurmJob{json->at("program_sha256").get<std::string>(), static_cast<Asked>(json->at("asked").get<int>()),
                    json->at("jobs").get<unsigned>(), json->at("parts").get<std::size_t>(),
                    json->at("ids").get<std::vector<std::string>>()};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void SlurmFolder::write_points(std::size_t number, const std::string& bytes) const {
  fs::create_directories(part(number));
  write_atomically(part(number) / "points", bytes);
}

std::optional<std::vector<PointTask>> SlurmFolder::read_points(std::size_t number) const {
  const fs::path file = part(number) / "points";
  return fs::exists(file) ? read_point_tasks(text_of(file)) : std::nullopt;
}

void SlurmFolder::write_end(std::size_t number, const std::vector<FailedPoint>& failed) const {
  Json json = Json::object();
  json["failed"] = failed;
  write_atomically(part(number) / "end", json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

std::optional<std::vector<FailedPoint>> SlurmFolder::read_end(std::size_t number) const {
  const auto json = json_in(part(number) / "end");
  if (!json || !json->contains("failed")) return std::nullopt;
  try {
    return json->at("failed").get<std::vector<FailedPoint>>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

void SlurmFolder::forget_end(std::size_t number) const {
  std::error_code error;
  fs::remove(part(number) / "end", error);
}

void SlurmFolder::read_new(std::size_t number, const std::string& program_sha256,
                           const std::function<void(const PointKey&, const std::string&)>& take) {
  for (const fs::path& index : cache_indices(cache_of(number) / kCachedPoints / program_sha256)) {
    std::size_t& taken = taken_[index];
    const std::vector<CacheRecord> records = read_cache_index(index);
    if (records.size() <= taken) continue;
    const int points = open(fs::path(index).replace_extension(kCachePoints).c_str(), O_RDONLY | O_CLOEXEC);
    for (; taken < records.size(); ++taken) {
      const CacheRecord& record = records[taken];
      const auto text =
          points < 0 ? std::nullopt : checked_text(record.key, bytes_at(points, record.offset, record.bytes));
      if (!text) break;  // a shared folder may show the index before the results
      take(record.key, *text);
    }
    if (points >= 0) close(points);
  }
}

std::string SlurmFolder::end_of_log(std::size_t number) const {
  const std::string log = text_of(log_of(number));
  return log.substr(log.size() - std::min(log.size(), kMostLog));
}

}  // namespace vqlab
