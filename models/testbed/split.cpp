// Where I/Os are split, and how many requests come of it.
#include <algorithm>

#include "models/base/units.hpp"
#include "models/testbed/running_jobs.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kBytesOfSector = 512;

// Of an I/O of any job. A job that trims alone has commands of one page, too.
std::uint64_t most_data_bytes(const Testbed& testbed) {
  std::uint64_t most = 1;
  for (const RunningJob& one : running_jobs(testbed)) most = std::max(most, one.job.most_data_bytes());
  return most;
}

}  // namespace

std::uint32_t Testbed::most_request_bytes() const {
  const std::uint64_t most =
      std::min(std::uint64_t{guest.max_sectors_kb} * 1024, std::uint64_t{controller.max_sectors} * kBytesOfSector);
  const std::uint64_t pages = std::clamp<std::uint64_t>(most / kPageBytes, 1, controller.seg_max);
  return static_cast<std::uint32_t>(pages * kPageBytes);
}

std::uint32_t Testbed::most_request_pages() const {
  return pages(std::min<std::uint64_t>(most_data_bytes(*this), most_request_bytes()));
}

std::uint32_t Testbed::most_requests_of_io() const {
  const std::uint64_t most = most_request_bytes();
  return static_cast<std::uint32_t>((most_data_bytes(*this) + most - 1) / most);
}

double Testbed::requests_in_flight() const {
  double ios = 0;
  for (const RunningJob& one : running_jobs(*this)) ios += double{1} * one.processes() * one.job.depth();
  return most_requests_of_io() * ios;
}

std::uint32_t Testbed::processes() const {
  std::uint32_t processes = 0;
  for (const RunningJob& one : running_jobs(*this)) processes += one.processes();
  return processes;
}

}  // namespace vqlab
