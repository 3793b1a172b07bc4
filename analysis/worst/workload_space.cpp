#include "analysis/worst/workload_space.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/scenario/cross_checks.hpp"
#include "analysis/scenario/value.hpp"
#include "models/base/ensure.hpp"
#include "models/testbed/controllers.hpp"

namespace vqlab {
namespace {

// A guest of a host of 16 hardware threads. docs/how-to/worst.md says why each range is what it is.
struct WorkloadRange {
  const char* path;
  std::vector<Json> values;
};

const std::vector<WorkloadRange>& workload_ranges() {
  static const std::vector<WorkloadRange> all{
      {"targets", {1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32}},
      {"luns_per_target", {1, 2, 4, 8, 16}},
      {"guest.vcpus", {2, 3, 4, 6, 8, 12, 16}},
      {"controller.num_queues", {0, 2, 3, 4, 6, 8, 12, 16}},
      {"controller.virtqueue_size", {128, 256, 1024}},
      {"job.bsrange", {"4k-4k", "4k-64k", "64k-64k", "256k-256k"}},
      {"job.iodepth", {1, 2, 4, 8, 16, 32, 64, 128}},
      {"job.numjobs", {1, 2, 3, 4, 6, 8, 16}},
      {"job.thinktime", {0, 20, 100, 500, 2000}},
      {"job.thinktime_blocks", {1, 4, 8, 32, 128}},
      {"job.rate_iops", {0, 250, 1000, 4000}},
      {"job.rate_process", {"linear", "poisson"}},
      {"other_job_targets", {0, 1, 2, 4, 8, 16}},
      {"other_job.iodepth", {1, 4, 16, 32, 64}},
      {"other_job.numjobs", {1, 2, 4, 8}},
      {"other_job.thinktime", {0, 100, 2000}},
      {"other_job.thinktime_blocks", {1, 8, 32}},
      {"other_job.rate_iops", {0, 250, 1000}},
      {"guest.pinned_vcpus", {0, 1, 2, 3, 4, 6, 8, 12}},
      {"guest.placement", {"in_order", "shuffled"}},
      {"guest.migration_interval_ns", {0, 1e7, 1e6, 1e5}},
      {"host.slow_targets", {0, 1, 2, 4}},
      {"host.slow_target_ns", {100000, 1000000}},
  };
  return all;
}

constexpr std::uint32_t kMostWorkloadProcesses = 128;
constexpr double kMostWorkloadRequests = 2048;
// 32 ms at 2 GiB/s. A guest that has more in flight is not in its usual state when a short run is over.
constexpr double kMostWorkloadBytes = 64 << 20;

double mean_bytes_of(const FioJob& job) {
  return (static_cast<double>(job.bsrange.min_bytes) + static_cast<double>(job.bsrange.max_bytes)) / 2;
}

bool happens_at(std::uint32_t percent, RandomStream& stream) { return below(100, stream.next32()) < percent; }

}  // namespace

WorkloadSpace::WorkloadSpace(PointSpec base, PolicyChoice policy, std::vector<PolicyChoice> rivals)
    : base_(std::move(base)), policy_(std::move(policy)), rivals_(std::move(rivals)) {
  ensure(!rivals_.empty(), "a policy loses against another one");
  for (const WorkloadRange& range : workload_ranges()) {
    Member member{find_param(range.path), {}};
    ensure(member.param.row != nullptr, "the members of the space are parameters");
    member.levels.push_back(member.param.get(base_));
    for (const Json& json : range.values) {
      FaultList faults("");
      const auto value = read_value(*member.param.row, json, member.levels.front(), range.path, faults);
      ensure(value.has_value(), "the values of the space are accepted");
      if (std::find(member.levels.begin(), member.levels.end(), *value) == member.levels.end())
        member.levels.push_back(*value);
    }
    members_.push_back(std::move(member));
  }
}

PointSpec WorkloadSpace::spec(const Genome& genome, const PolicyChoice& policy) const {
  PointSpec spec = base_;
  for (std::size_t i = 0; i < members_.size(); ++i) members_[i].param.set(spec, members_[i].levels[genome[i]]);
  spec.testbed.other_job.bsrange = spec.testbed.job.bsrange;  // both jobs must have the same sizes
  policy.choose(spec);
  return spec;
}

bool WorkloadSpace::sound(const PointSpec& spec) const {
  const Testbed& testbed = spec.testbed;
  if (!has_several_queues(testbed)) return false;
  if (testbed.guest.vcpus > testbed.hardware.physical_cpus) return false;
  if (testbed.processes() > kMostWorkloadProcesses || testbed.requests_in_flight() > kMostWorkloadRequests)
    return false;
  if (testbed.requests_in_flight() * mean_bytes_of(testbed.job) > kMostWorkloadBytes) return false;
  if (testbed.host.slow_targets > testbed.targets) return false;
  return std::all_of(cross_checks().begin(), cross_checks().end(),
                     [&spec](const CrossCheck& check) { return check.holds(spec); });
}

std::optional<Genome> WorkloadSpace::settled(Genome genome) const {
  const std::array<const PolicyChoice*, 2> both{&policy_, &rival(genome)};
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (genome[i] == 0) continue;
      const auto idle = [&](const PolicyChoice* policy) {
        const PointSpec as_run = spec(genome, *policy);
        return !unread_unless(members_[i].param, as_run).empty() ||
               !no_effect_unless(members_[i].param, as_run).empty();
      };
      if (!std::all_of(both.begin(), both.end(), idle)) continue;
      genome[i] = 0;
      changed = true;
    }
  }
  for (const PolicyChoice* policy : both)
    if (!sound(spec(genome, *policy))) return std::nullopt;
  return genome;
}

std::uint8_t WorkloadSpace::any_level(std::size_t member, RandomStream& stream) const {
  return static_cast<std::uint8_t>(below(static_cast<std::uint32_t>(members_[member].levels.size()), stream.next32()));
}

std::uint8_t WorkloadSpace::any_rival(RandomStream& stream) const {
  return static_cast<std::uint8_t>(below(static_cast<std::uint32_t>(rivals_.size()), stream.next32()));
}

Genome WorkloadSpace::random(RandomStream& stream) const {
  Genome genome = plain();
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (happens_at(40, stream)) genome[i] = any_level(i, stream);
  genome.back() = any_rival(stream);
  return genome;
}

Genome WorkloadSpace::mutated(Genome genome, RandomStream& stream) const {
  const std::uint32_t changes = 1 + below(3, stream.next32());
  for (std::uint32_t change = 0; change < changes; ++change) {
    const std::size_t i = below(static_cast<std::uint32_t>(members_.size()), stream.next32());
    const auto levels = static_cast<std::uint8_t>(members_[i].levels.size());
    if (happens_at(50, stream)) {
      const bool up = happens_at(50, stream);
      if (up && genome[i] + 1 < levels) ++genome[i];
      if (!up && genome[i] > 0) --genome[i];
    } else {
      genome[i] = any_level(i, stream);
    }
  }
  if (happens_at(12, stream)) genome.back() = any_rival(stream);
  return genome;
}

Genome WorkloadSpace::crossed(const Genome& a, const Genome& b, RandomStream& stream) {
  Genome child = a;
  for (std::size_t i = 0; i < child.size(); ++i)
    if (happens_at(50, stream)) child[i] = b[i];
  return child;
}

std::string WorkloadSpace::words(const Genome& genome) const {
  std::string words;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    if (genome[i] == 0) continue;
    words += (words.empty() ? "" : " ") + path_of(members_[i].param) + "=" + value_text(members_[i].levels[genome[i]]);
  }
  return words.empty() ? "plain" : words;
}

Json WorkloadSpace::json_value(std::size_t member, const Genome& genome) const {
  return brief_value(members_[member].levels[genome[member]], members_[member].param.get(PointSpec{}));
}

}  // namespace vqlab
