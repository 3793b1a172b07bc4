#include <algorithm>
#include <array>
#include <cstdlib>

#include "analysis/formats/fio_jobs.hpp"
#include "analysis/formats/fio_numbers.hpp"
#include "models/base/size_text.hpp"

namespace vqlab {
namespace {

constexpr std::int64_t kBytesOfFio = 4096;
constexpr int kReadsOfFio = 50;  // percent

// Kinds of I/O as fio's comma-separated values name them.
enum FioDirection : std::size_t { kFioReads, kFioWrites, kFioTrims };

bool mixes_in_fio(const std::string& rw) { return rw == "rw" || rw == "readwrite" || rw == "randrw"; }

// Whether the job does I/O of the kind.
bool does_in_fio(const std::string& rw, std::size_t direction) {
  if (direction == kFioTrims) return rw.find("trim") != std::string::npos;
  const char* const kind = direction == kFioReads ? "read" : "write";
  return mixes_in_fio(rw) || rw.find(kind) != std::string::npos;
}

// One text, or those of reads, writes and trims with commas between them where they differ.
std::string by_kind(const std::array<std::string, 3>& texts) {
  if (texts[0] == texts[1] && texts[1] == texts[2]) return texts[0];
  return texts[1] == texts[2] ? texts[0] + "," + texts[1] : texts[0] + "," + texts[1] + "," + texts[2];
}

std::string bytes_text(std::int64_t bytes) {
  return bytes < 0 ? std::to_string(bytes) : size_text(static_cast<std::uint64_t>(bytes));
}

void import_fio_kinds(ImportedJob& job, const std::string& rw) {
  const FioGiven* const given = job.find("rw");
  if (given == nullptr) return;
  if (rw == "trimwrite" || rw == "randtrimwrite")
    return job.note("rw", OptionClass::kRefused, "a trim before each write; nearest: rw=write or rw=trim");
  const std::string here = rw == "readwrite" ? "rw" : rw;
  const std::size_t colon = given->value.find(':');
  if (colon == std::string::npos) return job.model("rw", here, "rw");
  const bool random = rw.compare(0, 4, "rand") == 0;
  if (random && std::atoi(given->value.c_str() + colon + 1) <= 1) return job.model("rw", here, "rw");
  job.approximate("rw", here, "rw",
                  random ? "each I/O has an offset of its own" : "one I/O begins where the one before it ended");
}

// "4k", or with commas those of reads, writes and trims: what fio makes of parts that are left out.
void import_fio_bs(ImportedJob& job) {
  const FioGiven* const given = job.find("bs");
  const std::vector<std::string> parts = fio_value_parts(given->value);
  std::array<std::string, 3> sizes;
  sizes.fill(bytes_text(kBytesOfFio));
  bool whole = true;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const auto number = fio_bytes(parts[std::min(i, parts.size() - 1)], given->kb_base);
    if (number && number->value > 0) sizes[i] = bytes_text(number->value);
    whole = whole && (!number || number->whole);
  }
  if (whole) return job.model("bs", by_kind(sizes), "bs");
  job.approximate("bs", by_kind(sizes), "bs", "fio reads this number so, and no further");
}

void import_fio_bsrange(ImportedJob& job, const std::string& rw) {
  const FioGiven* const given = job.find("bsrange");
  job.note("bs", OptionClass::kHarmless, "bsrange takes its place");
  std::array<SizeRange, 3> ranges;
  ranges.fill({kBytesOfFio, kBytesOfFio});
  std::string left = given->value;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const std::string part = left.substr(0, left.find(','));
    std::size_t dash = part.find('-');
    if (dash == std::string::npos) dash = part.find(':');
    const auto one = dash == std::string::npos ? std::nullopt : fio_bytes(part.substr(0, dash), given->kb_base);
    const auto other = dash == std::string::npos ? std::nullopt : fio_bytes(part.substr(dash + 1), given->kb_base);
    if (one && other && one->value >= 0 && other->value >= 0) {
      const auto [least, most] = std::minmax(one->value, other->value);
      ranges[i] = {static_cast<std::uint64_t>(least), static_cast<std::uint64_t>(most)};
    }
    if (part.size() < left.size()) left.erase(0, part.size() + 1);
  }
  const SizeRange* only = nullptr;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (!does_in_fio(rw, i)) continue;
    if (only != nullptr && !(*only == ranges[i]))
      return job.note("bsrange", OptionClass::kRefused,
                      "ranges that differ between reads and writes; nearest: one range, or bssplit");
    only = &ranges[i];
  }
  job.model("bsrange", size_text(*only), "bsrange");
}

// Sizes and percentages of one kind, as fio deals them: a draw below the sum of the shares so far, the smallest share
// first. What is missing at 100 % goes to the last. Empty if the text is none.
std::string shares_text(const std::string& text, std::uint32_t kb_base) {
  struct Share {
    std::int64_t bytes;
    std::int64_t percent;  // -1: of what is left
  };
  std::vector<Share> shares;
  std::string left = text;
  while (!left.empty()) {
    const std::string entry = left.substr(0, left.find(':'));
    left.erase(0, std::min(left.size(), entry.size() + 1));
    if (entry.empty()) break;
    const std::size_t slash = entry.find('/');
    const auto bytes = fio_bytes(entry.substr(0, slash), kb_base);
    if (!bytes) return "";
    const int percent = slash == std::string::npos ? 0 : std::atoi(entry.c_str() + slash + 1);
    shares.push_back({bytes->value, percent == 0 ? -1 : std::min(percent < 0 ? 100 : percent, 100)});
  }
  std::int64_t said = 0;
  std::int64_t open = 0;
  for (const Share& one : shares) one.percent < 0 ? ++open : said += one.percent;
  if (said > 100 && open > 1) return "";
  for (Share& one : shares)
    if (one.percent < 0) one.percent = std::max<std::int64_t>(0, (100 - (shares.size() == 1 ? 0 : said)) / open);
  std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) { return a.percent < b.percent; });
  std::string result;
  std::int64_t so_far = 0;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const std::int64_t share = i + 1 == shares.size() ? 100 - so_far : std::min(shares[i].percent, 100 - so_far);
    if (share <= 0) continue;
    so_far += share;
    result += (result.empty() ? "" : ":") + bytes_text(shares[i].bytes) + "/" + std::to_string(share);
  }
  return result;
}

void import_fio_bssplit(ImportedJob& job) {
  const FioGiven* const given = job.find("bssplit");
  for (const char* other : {"bs", "bsrange"}) job.note(other, OptionClass::kHarmless, "bssplit takes its place");
  std::array<std::string, 3> texts;
  std::string left = given->value;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string part = left.substr(0, left.find(','));
    texts[i] = part.empty() ? bytes_text(kBytesOfFio) : shares_text(part, given->kb_base);
    if (texts[i].empty()) return job.refuse("bssplit", "sizes with percentages that add up to 100, as 4k/70:64k/30");
    if (part.size() < left.size()) left.erase(0, part.size() + 1);
  }
  job.model("bssplit", by_kind(texts), "bssplit");
}

void import_fio_mix(ImportedJob& job, const std::string& rw) {
  const FioGiven* const given = job.last({"rwmixread", "rwmixwrite"});
  if (given == nullptr) return;
  const std::string name = given->option->name;
  const std::string other = name == "rwmixread" ? "rwmixwrite" : "rwmixread";
  job.note(other, OptionClass::kHarmless, name + " takes its place");
  if (!mixes_in_fio(rw)) return job.note(name, OptionClass::kHarmless, "rw=rw and rw=randrw alone read it");
  const std::int64_t percent = job.number(name).value_or(kReadsOfFio);
  job.model("rwmixread", name == "rwmixread" ? percent : 100 - percent, name);
}

void import_fio_distribution(ImportedJob& job, const std::string& rw) {
  const FioGiven* const given = job.find("random_distribution");
  if (given == nullptr) return;
  const std::string shape = job.choice("random_distribution", "random");
  if (rw.compare(0, 4, "rand") != 0)
    return job.note("random_distribution", OptionClass::kHarmless, "random offsets alone read it");
  if (shape == "random") return job.model("random_distribution", "random", "random_distribution");
  if (shape == "zoned" || shape == "zoned_abs")
    return job.note("random_distribution", OptionClass::kRefused,
                    "zones of a disk that are likelier than others; nearest: zipf, pareto or normal");
  const std::size_t colon = given->value.find(':');
  const std::string standard = shape == "zipf" ? "1.1" : shape == "pareto" ? "0.2" : "0";
  const std::string text = colon == std::string::npos ? standard : given->value.substr(colon + 1);
  const std::string number = text.substr(0, text.find('/'));
  char* end = nullptr;
  const double value = std::strtod(number.c_str(), &end);
  if (end == number.c_str() || value < 0 || (shape == "zipf" && value == 1) ||
      (shape == "pareto" && (value <= 0 || value >= 1)) || (shape == "normal" && value >= 100))
    return job.refuse("random_distribution", "zipf:1.1 (not 1), pareto:0.2 (0 to 1) or normal:20 (0 to 100)");
  // fio takes them for no distribution at all.
  if (value == 0) return job.model("random_distribution", "random", "random_distribution");
  const std::string here = shape + ":" + number;
  if (number == text) return job.model("random_distribution", here, "random_distribution");
  job.approximate("random_distribution", here, "random_distribution", "the likely blocks lie anywhere");
}

}  // namespace

void import_fio_pattern(ImportedJob& job) {
  const std::string rw = job.choice("rw", "read");
  import_fio_kinds(job, rw);
  const FioGiven* const split = job.find("bssplit");
  if (split != nullptr && split->value.find_first_not_of(" ,:") == std::string::npos)
    job.note("bssplit", OptionClass::kHarmless, "it has no sizes");
  else if (split != nullptr)
    import_fio_bssplit(job);
  if (job.json().contains("bssplit")) {
  } else if (job.find("bsrange") != nullptr) {
    import_fio_bsrange(job, rw);
  } else if (job.find("bs") != nullptr) {
    import_fio_bs(job);
  } else {
    job.set("bs", bytes_text(kBytesOfFio), "bs");
  }
  import_fio_mix(job, rw);
  import_fio_distribution(job, rw);
}

}  // namespace vqlab
