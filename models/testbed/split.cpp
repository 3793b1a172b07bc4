// Where I/Os are split, and how many requests come of it.
#include <algorithm>

#include "models/base/units.hpp"
#include "models/testbed/testbed.hpp"

namespace vqlab {
namespace {

constexpr std::uint32_t kBytesOfSector = 512;

}  // namespace

std::uint32_t Testbed::most_request_bytes() const {
  const std::uint64_t most =
      std::min(std::uint64_t{guest.max_sectors_kb} * 1024, std::uint64_t{controller.max_sectors} * kBytesOfSector);
  const std::uint64_t pages = std::clamp<std::uint64_t>(most / kPageBytes, 1, controller.seg_max);
  return static_cast<std::uint32_t>(pages * kPageBytes);
}

std::uint32_t Testbed::most_request_pages() const {
  return pages(std::min<std::uint64_t>(job.bsrange.max_bytes, most_request_bytes()));
}

std::uint32_t Testbed::most_requests_of_io() const {
  const std::uint64_t most = most_request_bytes();
  return static_cast<std::uint32_t>((job.bsrange.max_bytes + most - 1) / most);
}

double Testbed::requests_in_flight() const {
  return most_requests_of_io() * (double{1} * (targets - other_job_targets) * job.numjobs * job.iodepth +
                                  double{1} * other_job_targets * other_job.numjobs * other_job.iodepth);
}

}  // namespace vqlab
