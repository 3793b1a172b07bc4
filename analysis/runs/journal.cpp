#include "analysis/runs/journal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <istream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"
#include "analysis/scenario/sha256.hpp"

namespace vqlab {
namespace {

constexpr std::string_view kBegin = R"({"journal":)";
constexpr int kLayout = 2;  // 1 had no checksums
constexpr std::string_view kMark = R"(,"check":")";
constexpr std::size_t kDigits = 16;
constexpr std::string_view kEnd = "\"}";
constexpr std::size_t kMostDamaged = 100;  // lines, after which no more are named

// The JSON object with its checksum as a last member.
std::string sealed(std::string_view object, const std::string& salt) {
  const std::string body(object.substr(0, object.size() - 1));
  return body + std::string(kMark) + sha256_hex(salt + body).substr(0, kDigits) + std::string(kEnd);
}

bool is_sealed(std::string_view line, const std::string& salt) {
  const std::size_t tail = kMark.size() + kDigits + kEnd.size();
  return line.size() > tail && sealed(std::string(line.substr(0, line.size() - tail)) + "}", salt) == line;
}

std::string to_line(const RunIdentity& identity) {
  Json json;
  json["journal"] = kLayout;
  json["verb"] = identity.verb;
  json["study"] = identity.study;
  json["scenario_sha256"] = identity.scenario_sha256;
  json["program_sha256"] = identity.program_sha256;
  return sealed(json.dump(-1, ' ', false, Json::error_handler_t::replace), "");
}

// What the checksums of rows depend on beside the row.
std::string salt_of(const RunIdentity& identity) { return sha256_hex(to_line(identity)); }

// Precondition: the line is sealed.
std::optional<RunIdentity> identity_from_line(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    if (json.at("journal") != kLayout) return std::nullopt;
    return RunIdentity{json.at("verb").get<std::string>(), json.at("study").get<std::string>(),
                       json.at("scenario_sha256").get<std::string>(), json.at("program_sha256").get<std::string>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

Fault line_fault(const std::string& file, std::size_t line, std::string found, std::string accepted) {
  return {FaultKind::kMeaning, file, fmt::format("line {}", line), std::move(found), std::move(accepted), ""};
}

// Nothing, and no fault, if there is no such file.
std::optional<std::ifstream> open_journal(const std::filesystem::path& file, std::vector<Fault>& faults) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::nullopt;
  if (std::filesystem::is_regular_file(file, error))
    if (std::ifstream in(file, std::ios::binary); in) return in;
  faults.push_back({FaultKind::kSyntax, file.string(), "file", "nothing that can be read", "a journal", ""});
  return std::nullopt;
}

class JournalReader {
 public:
  JournalReader(std::istream& in, std::string file, std::vector<Fault>& faults)
      : in_(in), file_(std::move(file)), faults_(faults) {}

  // The first line's; nothing if there is none.
  std::optional<RunIdentity> read_identity() {
    const bool whole = next_line();
    const std::size_t known = std::min(line_.size(), kBegin.size());
    if (!whole && line_.substr(0, known) == kBegin.substr(0, known)) return std::nullopt;  // it was cut short
    auto identity = is_sealed(line_, "") ? identity_from_line(line_) : std::nullopt;
    if (!identity)
      faults_.push_back(line_fault(file_, 1, "no first line of a journal, or a damaged one, or one of an older version",
                                   "the journal as this version writes it; --force begins anew"));
    return identity;
  }

  // Without a reader.
  std::optional<JournalContents> read() {
    const std::size_t first = faults_.size();
    auto identity = read_identity();
    if (!identity) return std::nullopt;
    salt_ = salt_of(*identity);
    contents_.identity = std::move(*identity);
    for (contents_.intact_bytes = end_; faults_.size() < first + kMostDamaged && next_line();) read_row();
    if (faults_.size() > first) return std::nullopt;
    return std::move(contents_);
  }

 private:
  // False where the text ends without a newline: such a line was cut short.
  bool next_line() {
    begin_ = end_;
    line_.clear();
    if (!std::getline(in_, line_) || in_.eof()) return false;
    end_ += line_.size() + 1;
    ++number_;
    return true;
  }

  void read_row() {
    const auto row = is_sealed(line_, salt_) ? point_from_line(line_) : std::nullopt;
    if (!row) {
      faults_.push_back(line_fault(file_, number_, "a line that is damaged or of another journal",
                                   "lines as they were written; without this line its point is run again"));
      return;
    }
    contents_.places.push_back({.place = begin_, .point = row->point});
    contents_.intact_bytes = end_;
  }

  std::istream& in_;
  std::string file_;
  std::vector<Fault>& faults_;
  std::string line_;
  std::size_t begin_ = 0;  // of the line
  std::size_t end_ = 0;
  std::size_t number_ = 0;
  std::string salt_;
  JournalContents contents_;
};

PointRow row_of_line(std::string_view line) {
  auto row = point_from_line(line);
  if (!row) throw std::runtime_error("a row of the journal is no longer as it was written");
  return std::move(*row);
}

// An open file that goes with the last reader.
class OpenFile {
 public:
  explicit OpenFile(const std::filesystem::path& file) : fd_(open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] std::string line_from(std::uint64_t place) const {
    std::string text;
    std::array<char, 8192> part;
    for (std::size_t end = std::string::npos; end == std::string::npos;) {
      const ssize_t count = pread(fd_, part.data(), part.size(), static_cast<off_t>(place + text.size()));
      if (count <= 0) break;
      const std::size_t before = text.size();
      text.append(part.data(), static_cast<std::size_t>(count));
      end = text.find('\n', before);
      if (end != std::string::npos) text.resize(end);
    }
    return text;
  }

 private:
  int fd_;
};

}  // namespace

std::shared_ptr<const RowReader> journal_reader(const std::filesystem::path& file) {
  return std::make_shared<const RowReader>([open = std::make_shared<const OpenFile>(file)](std::uint64_t place) {
    return row_of_line(open->line_from(place));
  });
}

std::optional<JournalContents> parse_journal(std::string_view text, const std::string& file,
                                             std::vector<Fault>& faults) {
  std::istringstream in{std::string(text)};
  auto contents = JournalReader(in, file, faults).read();
  if (contents)
    contents->reader = std::make_shared<const RowReader>([kept = std::string(text)](std::uint64_t place) {
      return row_of_line(std::string_view(kept).substr(place, kept.find('\n', place) - place));
    });
  return contents;
}

std::optional<JournalContents> read_journal(const std::filesystem::path& file, std::vector<Fault>& faults) {
  auto in = open_journal(file, faults);
  auto contents = in ? JournalReader(*in, file.string(), faults).read() : std::nullopt;
  if (contents) contents->reader = journal_reader(file);
  return contents;
}

std::optional<RunIdentity> read_identity(const std::filesystem::path& file, std::vector<Fault>& faults) {
  auto in = open_journal(file, faults);
  return in ? JournalReader(*in, file.string(), faults).read_identity() : std::nullopt;
}

void check_rows(const JournalContents& journal, const PointList& points, const std::filesystem::path& file,
                std::vector<Fault>& faults) {
  std::map<std::uint32_t, std::size_t> known;  // position of each point
  for (std::size_t i = 0; i < points.size(); ++i) known[points.index(i)] = i;
  std::map<std::uint32_t, std::size_t> lines;  // of the points that were met
  const std::size_t first = faults.size();
  for (std::size_t i = 0; i < journal.places.size() && faults.size() < first + kMostDamaged; ++i) {
    const PointRow row = journal.row(i);
    const std::size_t line = JournalContents::line(i);
    const auto position = known.find(row.point);
    const auto [before, is_first] = lines.emplace(row.point, line);
    const bool same = position != known.end() && [&row, point = points[position->second]] {
      return row.seed == point.seed && row.curve == point.curve && row.axes == row_of(point, {}).axes;
    }();
    if (!same)
      faults.push_back(line_fault(file.string(), line,
                                  fmt::format("point {}, which this study does not have so", row.point),
                                  "the study's own points, with their curves, axes and seeds"));
    else if (!is_first)
      faults.push_back(line_fault(file.string(), line,
                                  fmt::format("point {} again, after line {}", row.point, before->second),
                                  "each point once"));
  }
}

Journal::Journal(std::filesystem::path file, std::string salt, int flags)
    : file_(std::move(file)),
      salt_(std::move(salt)),
      fd_(open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666)) {
  if (fd_ < 0) fail();
}

Journal::Journal(std::filesystem::path file, const RunIdentity& identity)
    : Journal(std::move(file), salt_of(identity), O_CREAT | O_TRUNC) {
  write_line(to_line(identity));
}

Journal::Journal(std::filesystem::path file, const JournalContents& contents)
    : Journal(std::move(file), salt_of(contents.identity), 0) {
  if (ftruncate(fd_, static_cast<off_t>(contents.intact_bytes)) != 0) fail();
  bytes_ = contents.intact_bytes;
}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)),
      salt_(std::move(other.salt_)),
      fd_(std::exchange(other.fd_, -1)),
      bytes_(other.bytes_) {}

Journal::~Journal() {
  if (fd_ >= 0) close(fd_);
}

std::uint64_t Journal::append_line(std::string_view line) { return write_line(sealed(line, salt_)); }

std::uint64_t Journal::write_line(const std::string& line) {
  if (!write_all(fd_, line + '\n')) fail();
  const std::uint64_t begin = bytes_;
  bytes_ += line.size() + 1;
  return begin;
}

void Journal::fail() const {
  throw std::filesystem::filesystem_error("cannot write", file_, std::error_code(errno, std::generic_category()));
}

}  // namespace vqlab
