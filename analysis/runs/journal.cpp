#include "analysis/runs/journal.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <map>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/sha256.hpp"
#include "analysis/runs/write_file.hpp"
#include "analysis/scenario/document.hpp"

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
std::optional<std::string> journal_text(const std::filesystem::path& file, std::vector<Fault>& faults) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::nullopt;
  if (std::filesystem::is_regular_file(file, error) && access(file.c_str(), R_OK) == 0) return text_of(file);
  faults.push_back({FaultKind::kSyntax, file.string(), "file", "nothing that can be read", "a journal", ""});
  return std::nullopt;
}

class JournalReader {
 public:
  JournalReader(std::string_view text, std::string file, std::vector<Fault>& faults)
      : text_(text), file_(std::move(file)), faults_(faults) {}

  // The first line's; nothing if there is none.
  std::optional<RunIdentity> read_identity() {
    const std::size_t known = std::min(text_.size(), kBegin.size());
    if (!next_line() && text_.substr(0, known) == kBegin.substr(0, known)) return std::nullopt;  // it was cut short
    auto identity = is_sealed(line_, "") ? identity_from_line(line_) : std::nullopt;
    if (!identity)
      faults_.push_back(line_fault(file_, 1, "no first line of a journal, or a damaged one, or one of an older version",
                                   "the journal as this version writes it; --force begins anew"));
    return identity;
  }

  std::optional<JournalContents> read() {
    const std::size_t first = faults_.size();
    auto identity = read_identity();
    if (!identity) return std::nullopt;
    salt_ = salt_of(*identity);
    contents_.identity = std::move(*identity);
    while (faults_.size() < first + kMostDamaged && next_line()) read_row();
    if (faults_.size() > first) return std::nullopt;
    contents_.intact_bytes = begin_;
    return std::move(contents_);
  }

 private:
  // False where the text ends without a newline: such a line was cut short.
  bool next_line() {
    const std::size_t end = text_.find('\n', begin_);
    if (end == std::string_view::npos) return false;
    line_ = text_.substr(begin_, end - begin_);
    begin_ = end + 1;
    ++number_;
    return true;
  }

  void read_row() {
    auto row = is_sealed(line_, salt_) ? point_from_line(line_) : std::nullopt;
    if (!row) {
      faults_.push_back(line_fault(file_, number_, "a line that is damaged or of another journal",
                                   "lines as they were written; without this line its point is run again"));
      return;
    }
    contents_.rows.push_back(std::move(*row));
    contents_.lines.push_back(number_);
  }

  std::string_view text_;
  std::string file_;
  std::vector<Fault>& faults_;
  std::string_view line_;
  std::size_t begin_ = 0;  // of the next line
  std::size_t number_ = 0;
  std::string salt_;
  JournalContents contents_;
};

}  // namespace

std::optional<JournalContents> parse_journal(std::string_view text, const std::string& file,
                                             std::vector<Fault>& faults) {
  return JournalReader(text, file, faults).read();
}

std::optional<JournalContents> read_journal(const std::filesystem::path& file, std::vector<Fault>& faults) {
  const std::optional<std::string> text = journal_text(file, faults);
  return text ? parse_journal(*text, file.string(), faults) : std::nullopt;
}

std::optional<RunIdentity> read_identity(const std::filesystem::path& file, std::vector<Fault>& faults) {
  const std::optional<std::string> text = journal_text(file, faults);
  return text ? JournalReader(*text, file.string(), faults).read_identity() : std::nullopt;
}

void check_rows(const JournalContents& journal, const std::vector<Point>& points, const std::filesystem::path& file,
                std::vector<Fault>& faults) {
  std::map<std::uint32_t, const Point*> known;
  for (const Point& point : points) known[point.index] = &point;
  std::map<std::uint32_t, std::size_t> lines;  // of the points that were met
  const std::size_t first = faults.size();
  for (std::size_t i = 0; i < journal.rows.size() && faults.size() < first + kMostDamaged; ++i) {
    const PointRow& row = journal.rows[i];
    const auto point = known.find(row.point);
    const auto [before, is_first] = lines.emplace(row.point, journal.lines[i]);
    const bool same = point != known.end() && row.seed == point->second->seed && row.curve == point->second->curve &&
                      row.axes == row_of(*point->second, {}).axes;
    if (!same)
      faults.push_back(line_fault(file.string(), journal.lines[i],
                                  fmt::format("point {}, which this study does not have so", row.point),
                                  "the study's own points, with their curves, axes and seeds"));
    else if (!is_first)
      faults.push_back(line_fault(file.string(), journal.lines[i],
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
}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)), salt_(std::move(other.salt_)), fd_(std::exchange(other.fd_, -1)) {}

Journal::~Journal() {
  if (fd_ >= 0) close(fd_);
}

void Journal::append(const PointRow& row) { write_line(sealed(vqlab::to_line(row), salt_)); }

void Journal::write_line(const std::string& line) {
  if (!write_all(fd_, line + '\n')) fail();
}

void Journal::fail() const {
  throw std::filesystem::filesystem_error("cannot write", file_, std::error_code(errno, std::generic_category()));
}

}  // namespace vqlab
