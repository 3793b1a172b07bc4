#include "sim/experiment/machine_tables.hpp"

#include <initializer_list>
#include <string>
#include <utility>

#include "models/testbed/controllers.hpp"

namespace vqlab::sim {
namespace {

double counted(Duration time) { return static_cast<double>(time.count()); }
double counted(std::uint64_t count) { return static_cast<double>(count); }

void put_all(std::vector<double>& totals, std::initializer_list<double> values) {
  totals.insert(totals.end(), values.begin(), values.end());
}

// Reads counters one after the other.
class Rates {
 public:
  Rates(const Estimates& estimates, std::size_t first) : estimates_(estimates), next_(first) {}
  [[nodiscard]] double total() { return estimates_.total(next_++); }
  // In each second of simulated time.
  [[nodiscard]] double rate() { return total() / estimates_.measured_s(); }
  // Of a time in ns.
  [[nodiscard]] double share() { return rate() * 1e-9; }

 private:
  const Estimates& estimates_;
  std::size_t next_;
};

}  // namespace

MachineTables::MachineTables(World& world) : world_(world) {
  world.machine().lines.resize(world.machine().rings.size());
  for (Vcpu& vcpu : world.guest().vcpus()) vcpu.cpu().keep_levels();
}

// The order is that in which tell() reads.
void MachineTables::append(std::vector<double>& totals) {
  Guest& guest = world_.guest();
  const std::vector<Duration> held = guest.locks_held().queues;
  const std::vector<Duration> waited = guest.queue_lock_waits();
  for (std::size_t line = 0; line < held.size(); ++line) {
    const LineCounters& queue = world_.machine().lines[line];
    put_all(totals, {counted(queue.requests), counted(queue.in_ring), counted(queue.at_host(world_.now())),
                     counted(queue.kicks), counted(queue.interrupts), counted(held[line]), counted(waited[line])});
  }
  for (const Vcpu& vcpu : guest.vcpus()) {
    const auto levels = vcpu.cpu().busy_by_level();
    const VcpuCounters& counters = vcpu.counters();
    put_all(totals,
            {counted(vcpu.busy_time()), counted(levels[Vcpu::kProcess]), counted(levels[Vcpu::kSoftirq]),
             counted(levels[Vcpu::kIpi]), counted(levels[Vcpu::kHardInterrupt]), counted(vcpu.stolen()),
             counted(counters.exits), counted(counters.halts), counted(counters.interrupts), counted(counters.ipis)});
  }
  const std::vector<Duration> busy = world_.server().busy_times();
  const std::vector<ServingThreadCounters> threads = world_.server().threads();
  for (std::size_t i = 0; i < busy.size(); ++i) {
    const ServingThreadCounters counters = i < threads.size() ? threads[i] : ServingThreadCounters{};
    put_all(totals,
            {counted(busy[i]), counted(counters.polled), counted(counters.without_cpu), counted(counters.wakeups)});
  }
  for (const Aio* const aio : world_.server().aios()) {
    const PoolTimes times = aio->pool_times();
    put_all(totals, {counted(times.awake), counted(times.wakeups)});
  }
}

void MachineTables::tell(const Estimates& estimates, std::size_t first, PartTables& tables) const {
  const auto rows = [&tables](PartTable table) -> PartRows& { return tables[static_cast<std::size_t>(table)]; };
  Rates next(estimates, first);
  std::vector<std::vector<std::string>> lines;
  const std::vector<PlacedController> devices = placed_controllers(world_.testbed());
  for (std::size_t device = 0; device < devices.size(); ++device)
    for (std::uint32_t queue = 0; queue < devices[device].queues; ++queue)
      lines.push_back({std::to_string(device), std::to_string(queue)});
  for (std::vector<std::string>& line : lines) {
    const double requests = next.total();
    const double in_ring = next.total();
    const double at_host = next.total();
    const double kicks = next.rate();
    const double interrupts = next.rate();
    const double held = next.share();
    const double waited = next.total();
    const auto mean_us = [requests](double ns) { return requests > 0 ? ns / requests * 1e-3 : kNoValue; };
    const double measured_s = estimates.measured_s();
    rows(PartTable::kQueues)
        .push_back({std::move(line),
                    {requests / measured_s, (in_ring + at_host) * 1e-9 / measured_s, mean_us(in_ring), mean_us(at_host),
                     kicks, interrupts, held, mean_us(waited)}});
  }
  PartRows vcpu_threads;
  for (std::size_t vcpu = 0; vcpu < world_.testbed().guest.vcpus; ++vcpu) {
    PartRow row{{std::to_string(vcpu)}, {}};
    constexpr int kShares = 6;
    for (int i = 0; i < kShares; ++i) row.numbers.push_back(next.share());
    for (std::size_t i = kShares; i < kVcpuMeasures.size(); ++i) row.numbers.push_back(next.rate());
    const double halts = row.numbers[kShares + 1];
    vcpu_threads.push_back(
        {{"vcpu" + std::to_string(vcpu)}, {1, row.numbers.front(), kNoValue, row.numbers[kShares - 1], halts}});
    rows(PartTable::kVcpus).push_back(std::move(row));
  }
  const std::vector<ServingThreadCounters> threads = world_.server().threads();
  PartRows& host = rows(PartTable::kHostThreads);
  const std::size_t serving = world_.server().busy_times().size();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < serving; ++i) {
    const bool known = i < threads.size();
    names.push_back(known ? threads[i].name : "serving" + std::to_string(i));
    std::vector<double> numbers{1};
    numbers.push_back(next.share());
    for (const double known_number : {next.share(), next.share(), next.rate()})
      numbers.push_back(known ? known_number : kNoValue);
    host.push_back({{names.back()}, std::move(numbers)});
  }
  for (std::size_t i = 0; i < world_.server().aios().size(); ++i) {
    const std::uint32_t workers = world_.server().aios()[i]->threads_max();
    const double awake = next.share();
    const double wakeups = next.rate();
    if (workers > 0)
      host.push_back({{"pool of " + (i < names.size() ? names[i] : std::to_string(i))},
                      {static_cast<double>(workers), awake, kNoValue, kNoValue, wakeups}});
  }
  for (PartRow& row : vcpu_threads) host.push_back(std::move(row));
}

}  // namespace vqlab::sim
