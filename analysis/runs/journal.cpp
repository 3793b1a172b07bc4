#include "analysis/runs/journal.hpp"

#include <cerrno>
#include <string_view>
#include <system_error>

#include "analysis/runs/point_line.hpp"
#include "analysis/runs/schema_version.hpp"
#include "analysis/scenario/document.hpp"

namespace vqlab {
namespace {

std::string to_line(const RunIdentity& identity) {
  Json json;
  json["schema_version"] = kResultSchemaVersion;
  json["scenario_sha256"] = identity.scenario_sha256;
  json["commit"] = identity.commit;
  return json.dump();
}

std::optional<RunIdentity> identity_from_line(const std::string& line) {
  try {
    const Json json = Json::parse(line);
    if (json.at("schema_version") != kResultSchemaVersion) return std::nullopt;
    return RunIdentity{json.at("scenario_sha256").get<std::string>(), json.at("commit").get<std::string>()};
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

// The next line with its newline; false if there is none or the file ends without one.
bool whole_line(std::istream& in, std::string& line) { return std::getline(in, line) && !in.eof(); }

}  // namespace

std::optional<JournalContents> read_journal(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  if (!whole_line(in, line)) return std::nullopt;
  const auto identity = identity_from_line(line);
  if (!identity) return std::nullopt;

  JournalContents contents{*identity, {}, line.size() + 1};
  while (whole_line(in, line)) {
    auto row = point_from_line(line);
    if (!row) break;
    contents.rows.push_back(std::move(*row));
    contents.intact_bytes += line.size() + 1;
  }
  return contents;
}

Journal::Journal(const std::filesystem::path& file, const RunIdentity& identity)
    : file_(file), out_(file, std::ios::binary | std::ios::trunc) {
  write_line(to_line(identity));
}

Journal::Journal(const std::filesystem::path& file, const JournalContents& contents) : file_(file) {
  std::filesystem::resize_file(file, contents.intact_bytes);
  out_.open(file, std::ios::binary | std::ios::app);
}

void Journal::append(const PointRow& row) { write_line(vqlab::to_line(row)); }

void Journal::write_line(const std::string& line) {
  out_ << line << '\n' << std::flush;
  if (!out_)
    throw std::filesystem::filesystem_error("cannot write", file_, std::error_code(errno, std::generic_category()));
}

}  // namespace vqlab
