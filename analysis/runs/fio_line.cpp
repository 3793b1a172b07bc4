#include "analysis/runs/fio_line.hpp"

#include <array>
#include <utility>

namespace vqlab {
namespace {

constexpr std::array kFioSpreadNumbers{&RateSpread::min, &RateSpread::max, &RateSpread::mean, &RateSpread::stddev};
constexpr std::array kFioHistograms{&FioKindTimes::slat, &FioKindTimes::clat, &FioKindTimes::lat};
constexpr std::array kFioSpreads{&FioKindTimes::iops, &FioKindTimes::bytes_per_s};

Json histogram_json(const Histogram& histogram) {
  Json json = Json::array({histogram.sum_ns()});
  for (const auto& [bucket, samples] : histogram.filled()) {
    json.push_back(bucket);
    json.push_back(samples);
  }
  return json;
}

Histogram scan_histogram(LineScanner& line) {
  line.expect("[");
  const std::uint64_t sum_ns = line.whole();
  Histogram::Filled filled;
  while (line.take(",")) {
    const std::uint64_t bucket = line.whole();
    line.expect(",");
    const std::uint64_t samples = line.whole();
    if (bucket >= Histogram::kBuckets) line.expect("a bucket of a histogram");  // which is not there
    if (!line.good()) return {};
    filled.emplace_back(bucket, samples);
  }
  line.expect("]");
  return Histogram::of(filled, sum_ns);
}

Json spread_json(const RateSpread& spread) {
  Json json = Json::array();
  for (const auto number : kFioSpreadNumbers) json.push_back(spread.*number);
  return json;
}

// A list of as many numbers.
template <class Read>
void scan_fio_list(LineScanner& line, std::size_t numbers, Read read) {
  line.expect("[");
  for (std::size_t i = 0; i < numbers; ++i) {
    if (i > 0) line.expect(",");
    read(i);
  }
  line.expect("]");
}

Json bin_json(const FioBin& bin) {
  return Json::array({bin.end_s, bin.length_s, bin.ios, bin.bytes, bin.latency_mean_ns});
}

FioBin scan_fio_bin(LineScanner& line) {
  FioBin bin;
  line.expect("[");
  bin.end_s = line.number();
  line.expect(",");
  bin.length_s = line.number();
  line.expect(",");
  bin.ios = line.whole();
  line.expect(",");
  bin.bytes = line.whole();
  line.expect(",");
  bin.latency_mean_ns = line.number();
  line.expect("]");
  return bin;
}

Json kind_json(const FioKindTimes& times) {
  Json json = Json::array({index_of(times.kind), times.ios, times.bytes});
  for (const auto histogram : kFioHistograms) json.push_back(histogram_json(times.*histogram));
  for (const auto spread : kFioSpreads) json.push_back(spread_json(times.*spread));
  Json& bins = json.emplace_back(Json::array());
  for (const FioBin& bin : times.bins) bins.push_back(bin_json(bin));
  return json;
}

FioKindTimes scan_fio_kind(LineScanner& line) {
  FioKindTimes times;
  line.expect("[");
  const std::uint64_t kind = line.whole();
  if (kind >= kIoKinds) line.expect("a kind of I/O");  // which is not there
  times.kind = static_cast<IoKind>(kind % kIoKinds);
  line.expect(",");
  times.ios = line.whole();
  line.expect(",");
  times.bytes = line.whole();
  for (const auto histogram : kFioHistograms) {
    line.expect(",");
    times.*histogram = scan_histogram(line);
  }
  for (const auto spread : kFioSpreads) {
    line.expect(",");
    scan_fio_list(line, kFioSpreadNumbers.size(),
                  [&](std::size_t i) { times.*spread.*kFioSpreadNumbers[i] = line.number(); });
  }
  line.expect(",[");
  for (bool first = true; line.more(first, ']');) times.bins.push_back(scan_fio_bin(line));
  line.expect("]");
  return times;
}

}  // namespace

Json to_json(const FioJobTimes& job) {
  Json json = Json::array({job.job, job.measured_s, job.samples});
  for (const auto& groups : job.depths) json.push_back(groups);
  for (const FioKindTimes& times : job.kinds) json.push_back(kind_json(times));
  return json;
}

FioJobTimes scan_fio_job(LineScanner& line) {
  FioJobTimes job;
  line.expect("[");
  job.job = line.string();
  line.expect(",");
  job.measured_s = line.number();
  line.expect(",");
  job.samples = line.whole();
  for (auto& groups : job.depths) {
    line.expect(",");
    scan_fio_list(line, groups.size(), [&](std::size_t i) { groups[i] = line.whole(); });
  }
  while (line.take(",")) job.kinds.push_back(scan_fio_kind(line));
  line.expect("]");
  return job;
}

}  // namespace vqlab
