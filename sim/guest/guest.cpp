#include "sim/guest/guest.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

#include "models/testbed/block_rules.hpp"
#include "models/testbed/controllers.hpp"
#include "sim/guest/lock_transfers.hpp"

namespace vqlab::sim {
namespace {

constexpr std::uint64_t kMemoryBase = 0x10000;
constexpr double kMostCommands = 0xffffffff;

RingFormat format_of(const Controller& controller) {
  return controller.ring == "packed" ? RingFormat::kPacked : RingFormat::kSplit;
}

// On which vCPU each process begins.
std::vector<std::uint32_t> first_vcpus(const Testbed& testbed, std::uint64_t seed) {
  const GuestConfig& guest = testbed.guest;
  RandomStream random(seed, "guest/placement");
  const auto shuffle = [&random](std::vector<std::uint32_t>& all) {
    for (std::uint32_t i = 1; i < all.size(); ++i) std::swap(all[below(i + 1, random.next32())], all[i]);
  };
  std::vector<std::uint32_t> order(guest.homes());
  std::iota(order.begin(), order.end(), guest.first_home());
  const bool shuffled = guest.placement == "shuffled" && guest.pinned_vcpus == 0;
  if (shuffled) shuffle(order);
  std::vector<std::uint32_t> vcpus;
  for (std::uint32_t process = 0; process < testbed.processes(); ++process)
    vcpus.push_back(order[process % order.size()]);
  if (shuffled) shuffle(vcpus);
  return vcpus;
}

}  // namespace

GuestLayout::GuestLayout(const Testbed& testbed) {
  commands = static_cast<std::uint32_t>(std::min(testbed.requests_in_flight(), kMostCommands));
  pages_per_command = testbed.most_request_pages();
  rings = kMemoryBase;
  for (const PlacedController& one : placed_controllers(testbed))
    ring_stride =
        std::max(ring_stride, align_up(ring_bytes(format_of(one.values), one.values.virtqueue_size), kLegacyAlign));
  tables = rings + testbed.request_queues() * ring_stride;
  // A table holds the two headers and the data, those of I/Os that are merged with it included.
  std::uint32_t most_pages = most_merged_pages(testbed);
  if (!testbed.controllers.empty())
    for (const PlacedController& one : placed_controllers(testbed))
      most_pages = std::max(most_pages, most_merged_pages(with_controller(testbed, one)));
  table_slot_bytes = std::bit_ceil((2 + most_pages) * static_cast<std::uint32_t>(sizeof(Descriptor)));
  headers = align_up(tables + IndirectTablePool::bytes(commands, table_slot_bytes), kPageBytes);
  end = align_up(headers + commands * kHeaderStride, kPageBytes);
  data = end;
  data_end = data + std::uint64_t{commands} * pages_per_command * kPageBytes;
}

std::vector<RingPlace> ring_places(const Testbed& testbed, const GuestLayout& layout) {
  std::vector<RingPlace> places;
  for (const PlacedController& one : placed_controllers(testbed)) {
    const RingFormat format = format_of(one.values);
    const std::uint32_t size = one.values.virtqueue_size;
    for (std::uint32_t queue = one.first_queue; queue < one.first_queue + one.queues; ++queue)
      places.push_back({format, ring_layout(format, layout.rings + queue * layout.ring_stride, size),
                        static_cast<std::uint16_t>(size), one.values.indirect_desc, one.values.event_idx});
  }
  return places;
}

Guest::Guest(Machine& machine, const Testbed& testbed, const GuestLayout& layout, std::uint64_t seed,
             std::function<void()> all_ended)
    : machine_(machine),
      steps_(testbed),
      tables_(machine.memory, layout.tables, layout.commands, layout.table_slot_bytes),
      lock_random_(seed, "guest/host_lock"),
      host_lock_transfers_(lock_transfers(testbed, testbed.guest_costs.host_lines, ResourceId::kHostLock)),
      lun_lock_transfers_(lock_transfers(testbed, testbed.guest_costs.lun_lines, ResourceId::kLunLock)),
      scsi_(machine, testbed),
      jobs_(running_jobs(testbed)),
      processes_of_target_(processes_by_target(testbed)),
      all_ended_(std::move(all_ended)),
      balancer_(machine.calendar, vcpu_set_, SchedulerRules(testbed)),
      process_group_(machine.calendar) {
  machine_.guest = this;
  InterruptHandlers& handlers = *this;
  for (std::uint32_t vcpu = 0; vcpu < testbed.guest.vcpus; ++vcpu)
    vcpus_.emplace_back(VcpuId(vcpu), machine_, handlers, steps_, testbed, seed);
  std::vector<Vcpu*> all;
  for (Vcpu& vcpu : vcpus_) all.push_back(&vcpu);
  vcpu_set_ = VcpuSet(std::move(all), SchedulerRules(testbed).shared_cache);
  build_commands(layout);
  build_hosts(testbed, seed);
  build_processes(testbed, seed);
  if (balancer_.acts() && running_ > 1) process_group_.start(balancer_.run());
  if (testbed.hotplug.vcpus > 0) process_group_.start(plug_vcpus(testbed.hotplug));
}

void Guest::build_commands(const GuestLayout& layout) {
  commands_.reserve(layout.commands);  // they stay where they are
  for (std::uint32_t index = 0; index < layout.commands; ++index) {
    Command& command = commands_.emplace_back();
    command.tag = index;
    command.stages = &machine_.stages.record(index);
    command.request_addr = layout.headers + index * GuestLayout::kHeaderStride;
    command.response_addr = command.request_addr + GuestLayout::kResponseOffset;
    command.data_addr = layout.data + std::uint64_t{index} * kPageBytes;
  }
}

void Guest::build_hosts(const Testbed& testbed, std::uint64_t seed) {
  const std::vector<PlacedController> controllers = placed_controllers(testbed);
  luns_.resize(std::size_t{testbed.targets} * testbed.luns_per_target);
  for (const PlacedController& one : controllers) {
    const Testbed alone = with_controller(testbed, one);
    // Devices that are equal have one interrupt controller's turns.
    if (routings_.empty() || !testbed.controllers.empty()) routings_.emplace_back(alone);
    drivers_.push_back(std::make_unique<VirtioScsiDriver>(machine_, alone, one.first_queue, tables_, commands_, seed));
    hosts_.emplace_back(machine_.calendar, host_lock_transfers_, lock_random_, *drivers_.back(), alone);
    const std::uint32_t shared = shares_vector(alone) ? one.first_queue : kNoLine;
    for (std::uint32_t queue = 0; queue < one.queues; ++queue)
      queues_.push_back({drivers_.back().get(), &routings_.back(), QueueId(queue), shared});
    if (steering_policy(alone).clairvoyant && queues_in_use(alone) > 1) {
      Foresight& foresight = foresights_.emplace_back(machine_, alone, routings_.back(), vcpus_, *drivers_.back(),
                                                      static_cast<std::uint32_t>(commands_.size()));
      drivers_.back()->tell(foresight);
      (void)drivers_.back()->tell_picks(foresight);
    }
    for (std::uint32_t number = 0; number < one.targets.size(); ++number)
      build_target(testbed, hosts_.back(), drivers_.back()->add_target(TargetId(number)), one.targets[number]);
  }
  for (LogicalUnit& one : luns_) build_lun(one, testbed, one.index / testbed.luns_per_target);
  // The device tells of it in its caching mode page.
  std::size_t unit = 0;
  for (const DiskGroup& group : testbed.disks)
    for (std::uint32_t left = group.targets * testbed.luns_per_target; left > 0; --left)
      luns_[unit++].write_cache = !group.writes_through();
}

void Guest::build_target(const Testbed& testbed, ScsiHost& host, Target& state, std::uint32_t target) {
  for (std::uint32_t lun = 0; lun < testbed.luns_per_target; ++lun) {
    const std::uint32_t index = target * testbed.luns_per_target + lun;
    LogicalUnit& unit = luns_[index];
    unit.index = index;
    unit.host = &host;
    unit.target = &state;
    unit.lun = LunId(lun);
  }
}

void Guest::build_lun(LogicalUnit& unit, const Testbed& testbed, std::uint32_t target) {
  if (driver_version(testbed).host_lock && testbed.guest_costs.lun_lock_ns.mean_ns > 0 &&
      processes_of_target_[target] > testbed.luns_per_target)
    unit.lock = &lun_locks_.emplace_back(machine_.calendar, lun_lock_transfers_, lock_random_);
  if (!request_list_can_fill(testbed)) return;
  // A process that has slept may take up to half as many more; it is woken when less than nr_requests are taken.
  const std::uint32_t most = testbed.guest.nr_requests + testbed.guest.nr_requests / 2;
  unit.requests = &request_lists_.emplace_back(
      TagSet{.free = most, .wakes_at = most - testbed.guest.nr_requests + 1, .waiting = {}});
}

std::vector<Command*> Guest::take_commands(const Testbed& testbed, std::uint32_t ios) {
  std::vector<Command*> commands;
  for (std::uint32_t slot = 0; slot < ios; ++slot) {
    Command& first = commands_[commands_taken_];
    Command* last = nullptr;
    for (std::uint32_t part = 0; part < testbed.most_requests_of_io(); ++part) {
      Command& command = commands_[commands_taken_++];
      command.first = &first;
      if (last != nullptr) last->more = &command;
      last = &command;
    }
    commands.push_back(&first);
  }
  return commands;
}

void Guest::build_processes(const Testbed& testbed, std::uint64_t seed) {
  ProcessListener& listener = *this;
  running_ = testbed.processes();
  const std::vector<std::uint32_t> vcpus = first_vcpus(testbed, seed);
  reaped_.resize(jobs_.size());  // they stay where they are
  const FioPace::Begin pace = is_by_time(testbed) ? FioPace::Begin::kAtOnce : FioPace::Begin::kWithinGap;
  for (std::size_t number = 0; number < jobs_.size(); ++number) {
    const FioJob& job = jobs_[number].job;
    first_commands_.push_back(commands_taken_);
    spans_.push_back(
        {static_cast<std::uint32_t>(processes_.size()), jobs_[number].processes(), jobs_[number].processes()});
    const auto add = [&](std::vector<LogicalUnit*> disks) {
      const auto index = static_cast<std::uint32_t>(processes_.size());
      FioProcessPlace place{index, static_cast<std::uint32_t>(number), vcpus[index],
                            take_commands(testbed, job.depth()), std::move(disks)};
      place.pace = pace;
      if (!job.cpus_allowed.empty()) confine(place, job, index - spans_[number].first_process);
      processes_.emplace_back(std::move(place), job, machine_, scsi_, testbed, vcpu_set_, reaped_[number], listener,
                              seed);
    };
    const auto lun_of = [&](std::uint32_t target, std::uint32_t clone) {
      return &luns_[target * testbed.luns_per_target + clone % testbed.luns_per_target];
    };
    std::vector<std::uint32_t> targets;
    for (const IndexRange& range : jobs_[number].targets)
      for (std::uint32_t target = range.first; target < range.end; ++target) targets.push_back(target);
    if (job.roams()) {
      for (std::uint32_t clone = 0; clone < job.numjobs; ++clone) {
        std::vector<LogicalUnit*> disks;
        for (const std::uint32_t target : targets) disks.push_back(lun_of(target, clone));
        add(std::move(disks));
      }
      continue;
    }
    for (const std::uint32_t target : targets)
      for (std::uint32_t clone = 0; clone < job.numjobs; ++clone) add({lun_of(target, clone)});
  }
  begin_phase(0);
}

void Guest::confine(FioProcessPlace& place, const FioJob& job, std::uint32_t process) {
  std::vector<std::uint32_t> vcpus;
  const auto ranges = parse_ranges(job.cpus_allowed);
  ensure(ranges.has_value(), "lists of vCPUs are checked when the scenario is read");
  for (const IndexRange& range : *ranges)
    for (std::uint32_t vcpu = range.first; vcpu < range.end; ++vcpu) vcpus.push_back(vcpu);
  place.vcpu = vcpus[process % vcpus.size()];
  place.pinned = job.cpus_allowed_policy == "split" || vcpus.size() == 1;
  std::vector<bool>& allowed = allowed_.emplace_back(vcpus_.size(), false);
  if (place.pinned)
    allowed[place.vcpu] = true;
  else
    for (const std::uint32_t vcpu : vcpus) allowed[vcpu] = true;
  place.allowed = &allowed;
}

void Guest::begin_phase(std::uint32_t phase) {
  for (std::size_t number = 0; number < jobs_.size(); ++number) {
    if (jobs_[number].phase != phase) continue;
    const FioJob& job = jobs_[number].job;
    JobSpan& span = spans_[number];
    span.begins = std::max(machine_.calendar.now(), Instant{} + job.start_delay());
    span.from = span.begins + job.ramp();
    if (const auto limit = job.time_limit()) span.to = span.from + *limit;
    for (std::uint32_t number_of_job = 0; number_of_job < span.processes; ++number_of_job) {
      FioProcess& process = processes_[span.first_process + number_of_job];
      if (process.has_alarm()) process_group_.start(process.alarms());
      process_group_.start(process.run(span.begins, span.to));
    }
  }
}

Guest::Paced Guest::paced() const {
  Paced paced;
  for (const FioProcess& process : processes_) {
    if (!process.paced()) continue;
    ++paced.processes;
    paced.held_back += process.held_back();
  }
  return paced;
}

std::vector<std::uint64_t> Guest::target_bytes() const {
  std::vector<std::uint64_t> bytes;
  const std::size_t luns_per_target = luns_.size() / processes_of_target_.size();
  for (std::size_t target = 0; target < processes_of_target_.size(); ++target) {
    if (processes_of_target_[target] == 0) continue;
    bytes.push_back(0);
    for (std::size_t lun = target * luns_per_target; lun < (target + 1) * luns_per_target; ++lun)
      for (const DiskCounters& kind : luns_[lun].reaped) bytes.back() += kind.bytes;
  }
  return bytes;
}

Duration Guest::lock_wait() const {
  Duration waited{0};
  for (const auto& driver : drivers_) waited += driver->lock_wait();
  for (const ScsiHost& host : hosts_) waited += host.lock.waited();
  for (const SpinLock& lock : lun_locks_) waited += lock.waited();
  return waited;
}

std::vector<Duration> Guest::queue_lock_waits() const {
  std::vector<Duration> waits;
  for (const GuestQueue& queue : queues_) waits.push_back(queue.driver->queue(queue.id.value).lock.waited());
  return waits;
}

void Guest::record_issues() {
  issues_.resize(jobs_.size());  // they stay where they are
  for (std::size_t job = 0; job < jobs_.size(); ++job)
    for (std::uint32_t i = 0; i < spans_[job].processes; ++i)
      processes_[spans_[job].first_process + i].record(issues_[job]);
}

std::vector<Duration> Guest::under_way() const {
  std::vector<Duration> all;
  for (std::size_t job = 0; job < first_commands_.size(); ++job) {
    Duration& time = all.emplace_back(0);
    const std::size_t end = job + 1 < first_commands_.size() ? first_commands_[job + 1] : commands_taken_;
    for (std::size_t i = first_commands_[job]; i < end; ++i) {
      const Command& command = commands_[i];
      if (command.first == &command && command.kind != IoKind::kFlush && command.stages->stage() != StageRecord::kOver)
        time += machine_.calendar.now() - command.stages->begun(Stage::kSubmit);
    }
  }
  return all;
}

Guest::LocksHeld Guest::locks_held() const {
  LocksHeld held;
  for (const auto& driver : drivers_) driver->append_locks_held(held.queues, held.targets);
  for (const ScsiHost& host : hosts_) held.hosts.push_back(host.lock.held());
  for (const SpinLock& lock : lun_locks_) held.luns.push_back(lock.held());
  return held;
}

bool Guest::interrupted(LineIndex queue) {
  const GuestQueue& of_device = queues_[queue];
  Vcpu& vcpu = vcpus_[of_device.routing->route(of_device.id).index()];
  of_device.driver->fetch_ahead(of_device.driver->queue(of_device.id.value));
  const bool blocked = vcpu.blocked();
  vcpu.raise_interrupt(of_device.shares != kNoLine ? of_device.shares : queue);
  return blocked;
}

Task<> Guest::handle_interrupt(Vcpu& cpu, LineIndex queue) {
  const GuestQueue& of_device = queues_[queue];
  if (of_device.shares != kNoLine) return of_device.driver->handle_shared_interrupt(cpu, scsi_);
  return of_device.driver->handle_interrupt(cpu, of_device.id.value, scsi_);
}

void Guest::process_ended(std::uint32_t job) {
  --running_;
  if (--spans_[job].running > 0) return;
  spans_[job].to = std::min(spans_[job].to, machine_.calendar.now());
  if (running_ == 0) return all_ended_();
  const std::uint32_t phase = jobs_[job].phase;
  bool phase_over = true;
  for (std::size_t other = 0; other < jobs_.size(); ++other)
    if (jobs_[other].phase == phase && spans_[other].running > 0) phase_over = false;
  if (phase_over) begin_phase(phase + 1);
  if (job_ended_) job_ended_();
}

}  // namespace vqlab::sim
