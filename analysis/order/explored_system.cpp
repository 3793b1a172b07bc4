#include "analysis/order/explored_system.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "sim/guest/driver_code.hpp"

namespace vqlab::order {
namespace {

constexpr std::uint64_t kRingSize = 16;  // room for five requests of three descriptors
constexpr std::uint32_t kRetracesBetweenLooks = 64;

Testbed testbed_of(const OrderBounds& bounds) {
  Testbed testbed;
  testbed.targets = bounds.targets;
  testbed.luns_per_target = bounds.luns;
  testbed.guest.vcpus = bounds.vcpus;
  testbed.guest.driver = bounds.driver;
  testbed.guest.policy = bounds.policy;
  testbed.parts = bounds.params;
  testbed.guest.buffer_api = name_of(BufferApi::kPiecewise);
  testbed.controller.num_queues = bounds.queues;
  testbed.controller.virtqueue_size = static_cast<std::uint32_t>(kRingSize);
  testbed.controller.event_idx = bounds.event_idx;
  testbed.controller.indirect_desc = false;
  testbed.controller.devices = bounds.devices;
  testbed.guest.isolated_vcpus = bounds.isolated;
  if (bounds.one_vector) testbed.controller.vectors = kFewestVectors;
  if (bounds.packed) testbed.controller.ring = "packed";
  testbed.job.bsrange = {kPageBytes, kPageBytes};
  testbed.job.iodepth = bounds.requests;
  return testbed;
}

// The word at this offset of a ring.
std::string ring_word(const sim::RingPlace& place, std::uint64_t offset) {
  const RingArea& area = place.area;
  if (place.format == RingFormat::kPacked) {
    if (offset >= area.avail - area.desc) return area.desc + offset >= area.used ? "device_event" : "driver_event";
    const std::string of = " of descriptor " + std::to_string(offset / sizeof(Descriptor));
    return offset % sizeof(Descriptor) == offsetof(Descriptor, link)
               ? "flags" + of
               : "byte " + std::to_string(offset % sizeof(Descriptor)) + of;
  }
  const std::uint64_t at = area.desc + offset;
  const std::map<std::uint64_t, const char*> names{
      {area.avail, "avail.flags"}, {area.avail + 2, "avail.idx"}, {area.avail + 4 + 2 * kRingSize, "used_event"},
      {area.used, "used.flags"},   {area.used + 2, "used.idx"},   {area.used + 4 + 8 * kRingSize, "avail_event"}};
  if (const auto name = names.find(at); name != names.end()) return name->second;
  if (at >= area.used) return "used+" + std::to_string(at - area.used);
  if (at >= area.avail) return "avail+" + std::to_string(at - area.avail);
  return "descriptors+" + std::to_string(offset);
}

class GuestDriver final : public ExploredDriver {
 public:
  explicit GuestDriver(const DriverParts& parts)
      : driver_(parts.machine, parts.testbed, parts.first_line, parts.tables, parts.commands, 1) {}
  sim::Task<bool> queue_command(OrderCpu& cpu, OrderCommand& command) override {
    return driver_.queue_command(cpu, command);
  }
  sim::Task<> handle_interrupt(OrderCpu& cpu, std::uint32_t queue, OrderMidLayer& mid_layer) override {
    return driver_.handle_interrupt(cpu, queue, mid_layer);
  }
  sim::Task<> handle_shared_interrupt(OrderCpu& cpu, OrderMidLayer& mid_layer) override {
    return driver_.handle_shared_interrupt(cpu, mid_layer);
  }
  OrderTarget& add_target(TargetId id) override { return driver_.add_target(id); }
  void set_online_vcpus(std::uint32_t online) override { driver_.set_online_vcpus(online); }
  const PolicyWords& policy_words() const override { return driver_.policy_words(); }
  OrderQueue& queue(std::uint32_t queue) override { return driver_.queue(queue); }

 private:
  sim::BasicVirtioScsiDriver<OrderPlatform> driver_;
};

}  // namespace

std::unique_ptr<ExploredDriver> guest_driver(const DriverParts& parts) { return std::make_unique<GuestDriver>(parts); }

// Objects: locks of queues and targets, doorbells, interrupt lines, units' calls and takings, vCPUs, host, clock,
// words.
ExploredSystem::ExploredSystem(const OrderBounds& bounds, MakeDriver make_driver, PolicyWatch& watch)
    : bounds_(bounds),
      make_driver_(std::move(make_driver)),
      testbed_(testbed_of(bounds)),
      layout_(testbed_),
      routing_(testbed_),
      memory_(0, layout_.end),
      stage_(watch, bounds.vcpus, unit_object(bounds.requests, false), host_object() + 1, host_object() + 4),
      cpus_(calendar_, {.count = 1}, 1),
      bus_(calendar_, 1, 1),
      machine_{.calendar = calendar_,
               .cpus = cpus_,
               .memory_bus = bus_,
               .memory = memory_,
               .rings = sim::ring_places(testbed_, layout_),
               .counters = counters_,
               .stages = sim::StageAccounts(layout_.commands),
               .observers = sim::CommandObservers(*this),
               .wake_thread = CostSampler(),
               .data_bytes = layout_.data_end} {
  machine_.host = this;
  machine_.guest = this;
  stage_.protected_state = [this](std::uint32_t lock) {
    return lock < bounds_.lines() ? driver_state(lock) : Digest{};
  };
  stage_.words.region_name = [this](std::uint32_t region, std::size_t offset) { return name_word(region, offset); };
  make_specs();
  stage_.lock_name = [this](std::uint32_t lock) { return lock_name(lock); };
}

ObjectId ExploredSystem::kick_object(std::uint32_t queue) const noexcept {
  return bounds_.lines() + bounds_.targets + queue;
}
ObjectId ExploredSystem::interrupt_object(std::uint32_t queue) const noexcept {
  return kick_object(bounds_.lines()) + queue;
}
ObjectId ExploredSystem::unit_object(std::uint32_t request, bool taken) const noexcept {
  // Units are told apart by target alone: coarser than need be where the promise is by LUN.
  const ObjectId first = interrupt_object(bounds_.lines());
  return request == bounds_.requests ? first + 2 * bounds_.targets
                                     : first + 2 * bounds_.target_of(request) + (taken ? 1 : 0);
}
ObjectId ExploredSystem::host_object() const noexcept { return unit_object(bounds_.requests, false) + bounds_.vcpus; }

std::string ExploredSystem::queue_name(std::uint32_t queue) const {
  const std::string name = "queue " + std::to_string(queue % bounds_.queues);
  return bounds_.devices > 1 ? name + " of device " + std::to_string(queue / bounds_.queues) : name;
}

std::string ExploredSystem::target_name(std::uint32_t target) const { return "target " + std::to_string(target); }

VcpuId ExploredSystem::vcpu_of_queue(std::uint32_t queue) const noexcept {
  return *routing_.fixed(QueueId(vector_of(queue) % bounds_.queues));  // nothing goes round
}

void ExploredSystem::begin() {
  stage_.begin();
  commands_.assign(layout_.commands, OrderCommand{});
  for (std::uint32_t tag = 0; tag < commands_.size(); ++tag) {
    OrderCommand& command = commands_[tag];
    command.tag = tag;
    command.stages = &machine_.stages.record(tag);
    command.request_addr = layout_.headers + tag * sim::GuestLayout::kHeaderStride;
    command.response_addr = command.request_addr + sim::GuestLayout::kResponseOffset;
    command.data_addr = layout_.data + std::uint64_t{tag} * kPageBytes;
  }
  tables_ = std::make_unique<IndirectTablePool>(memory_, layout_.tables, layout_.commands, layout_.table_slot_bytes);
  vcpus_.clear();
  for (std::uint32_t vcpu = 0; vcpu < bounds_.vcpus; ++vcpu) vcpus_.emplace_back(VcpuId(vcpu));
  drivers_.clear();
  for (std::uint32_t device = 0; device < bounds_.devices; ++device)
    drivers_.push_back(make_driver_({machine_, testbed_, *tables_, commands_, device * bounds_.queues}));
  units_.clear();
  targets_.clear();
  for (std::uint32_t target = 0; target < bounds_.targets; ++target) {
    targets_.push_back(&drivers_[target % bounds_.devices]->add_target(TargetId(target / bounds_.devices)));
    for (std::uint32_t lun = 0; lun < bounds_.luns; ++lun)
      units_.push_back({target * bounds_.luns + lun, targets_.back(), LunId(lun)});
  }
  for (std::uint32_t request = 0; request < bounds_.requests; ++request)
    commands_[request].lun = &units_[bounds_.target_of(request) * bounds_.luns + bounds_.lun_of(request)];
  device_.clear();
  device_.reserve(bounds_.lines());
  for (const sim::RingPlace& place : machine_.rings)
    device_.emplace_back(place, memory_,
                         DeviceOptions{.size = place.size,
                                       .indirect_desc = place.indirect_desc,
                                       .event_idx = place.event_idx,
                                       .data = {0, machine_.data_bytes}});
  add_words();
  check_.emplace(bounds_);
  serving_.assign(bounds_.vcpus, 0);
  begin_online();
  may_retry_.assign(bounds_.vcpus, 0);
  calls_.assign(bounds_.vcpus, std::nullopt);
  in_flight_.assign(bounds_.devices, 0);
  mid_layers_.assign(bounds_.lines(), OrderMidLayer{});

  stage_.processes.start(specs_);
}

// What processes point to stays where it is from one execution to the next.
void ExploredSystem::make_specs() {
  serving_.assign(bounds_.vcpus, 0);
  for (std::uint32_t vcpu = 0; vcpu < bounds_.vcpus; ++vcpu)
    specs_.push_back({.name = "vCPU " + std::to_string(vcpu),
                      .always = {.word = &serving_[vcpu], .set = false},
                      .always_reads = stage_.cpu_object(VcpuId(vcpu)),
                      .body = [this, vcpu] { submit(vcpu); },
                      .chosen = [this, vcpu] { call(vcpu); }});
  for (std::uint32_t queue = 0; queue < bounds_.lines(); ++queue)
    specs_.push_back({.name = "irq " + queue_name(queue), .body = [this, queue] { serve_interrupts(queue); }});
  for (std::uint32_t queue = 0; queue < bounds_.lines(); ++queue)
    specs_.push_back({.name = "device " + queue_name(queue), .body = [this, queue] { serve_queue(queue); }});
  if (bounds_.hotplug > 0) specs_.push_back({.name = "hotplug", .body = [this] { plug_vcpus(); }});
}

bool ExploredSystem::retrace(const std::vector<Move>& moves, const Knowledge* known) {
  // Now and then all is looked at, so that an execution is known to repeat itself.
  const bool looks = known == nullptr || retraced_++ % kRetracesBetweenLooks == 0;
  begin();
  if (!looks) ensure(stage_.processes.retrace(moves) || refusal(), "an execution repeats itself");
  for (std::size_t i = 0; looks && i < moves.size() && !refusal(); ++i) (void)step(moves[i]);
  if (refusal()) return false;
  if (looks)
    ensure(known == nullptr || knowledge() == *known, "an execution repeats itself");
  else
    stage_.restore(*known);
  return true;
}

void ExploredSystem::end() { stage_.processes.finish(); }

MoveSet ExploredSystem::moves_of(ProcessId process) const {
  MoveSet moves = 0;
  for (std::uint32_t option = 0; option <= stage_.processes.others(process); ++option)
    if (stage_.processes.enabled({process, option})) moves |= MoveSet{1} << bit_of({process, option});
  return moves;
}

MoveSet ExploredSystem::enabled_moves() const {
  MoveSet moves = 0;
  for (ProcessId process = 0; process < stage_.processes.count(); ++process) moves |= moves_of(process);
  return moves;
}

MoveSet ExploredSystem::persistent_moves() const {
  for (ProcessId process = 0; process < stage_.processes.count(); ++process)
    if (stage_.processes.enabled({process, 0}) && alone(process)) return MoveSet{1} << bit_of({process, 0});
  return enabled_moves();
}

bool ExploredSystem::kick_is_near(std::uint32_t queue) const {
  for (std::uint32_t vcpu = 0; vcpu < bounds_.vcpus; ++vcpu)
    if (!stage_.processes.ended(vcpu) && stage_.processes.next(vcpu).object == kick_object(queue)) return true;
  return false;
}

bool ExploredSystem::alone(ProcessId process) const {
  if (process >= bounds_.vcpus + 2 * bounds_.lines()) return false;
  const ObjectId object = stage_.processes.next(process).object;
  const ProcessId first_irq = bounds_.vcpus;
  const ProcessId first_device = first_irq + bounds_.lines();
  if (process >= first_device) {
    // The device hands a command back. Beside itself only the interrupt handler looks at what it touches then, and that
    // sleeps until the device wakes it; but not if another queue's interrupt is the same.
    const DeviceQueue& line = device_[process - first_device];
    return !bounds_.one_vector && line.completing && line.interrupt == 0 && !line.handled;
  }
  // On a packed ring a handler that looks without the lock may look at the descriptor that is being written.
  if (bounds_.one_vector && bounds_.packed) return false;
  const std::optional<std::uint32_t> ring = stage_.words.region_of(object);
  if (!ring || *ring >= bounds_.lines() || !stage_.holds(*ring, process)) return false;
  // A word of a ring, under the queue's lock: the device alone could be in the way. It sleeps until its doorbell rings,
  // and whoever is not about to ring it needs the lock to get there.
  const DeviceQueue& line = device_[*ring];
  if (!line.at_rest || line.kicked != 0 || kick_is_near(*ring)) return false;
  return process < first_irq || line.taken.empty();
}

std::uint32_t ExploredSystem::bit_of(Move move) const noexcept {
  const std::uint32_t devices = bounds_.vcpus + bounds_.lines();
  // Who looks at the clock has two options.
  if (move.process < devices) return 2 * move.process + move.option;
  return 2 * devices + (move.process - devices) * options_of_device() + move.option;
}

Move ExploredSystem::move_of(std::uint32_t bit) const noexcept {
  const std::uint32_t devices = bounds_.vcpus + bounds_.lines();
  if (bit < 2 * devices) return {bit / 2, bit % 2};
  const std::uint32_t of_device = options_of_device();
  return {devices + (bit - 2 * devices) / of_device, (bit - 2 * devices) % of_device};
}

// One more than there are units with commands.
std::uint32_t ExploredSystem::options_of_device() const noexcept {
  return std::min(bounds_.requests, bounds_.targets * bounds_.luns) + 1;
}

Digest ExploredSystem::state() const {
  Digest digest = stage_.words.contents();
  for (ProcessId process = 0; process < stage_.processes.count(); ++process) {
    digest.absorb(stage_.processes.ended(process) ? Digest{} : stage_.processes.history(process));
  }
  digest.absorb(stage_.state());
  add_online_to(digest);
  digest.absorb(check_->state());
  for (const DeviceQueue& queue : device_) digest.absorb(std::uint64_t{queue.kicked} << 32 | queue.interrupt);
  for (std::uint32_t vcpu = 0; vcpu < bounds_.vcpus; ++vcpu)
    digest.absorb(std::uint64_t{serving_[vcpu]} << 32 | may_retry_[vcpu]);
  for (const std::uint32_t commands : in_flight_) digest.absorb(commands);
  return digest;
}

std::optional<std::string> ExploredSystem::stuck() const {
  std::string what;
  for (std::uint32_t request = 0; request < bounds_.requests; ++request) {
    if (check_->is_completed(request)) continue;
    what += (what.empty() ? "" : "; ") + std::string("request ") + std::to_string(request) +
            (check_->is_taken(request) ? " was taken by the device, but the driver never takes it back"
                                       : " is never taken by the device");
  }
  return what.empty() ? std::nullopt : std::optional(what);
}

void ExploredSystem::contend(const Contention& contention) {
  // Words have their numbers once the system has been set up.
  begin();
  end();
  for (const WordId word : contention.words) stage_.words.discover(word);
  refusals_ = contention.refusals;
  (void)take_discovery();
}

bool ExploredSystem::take_discovery() noexcept {
  const bool words = stage_.words.take_discovery();
  return std::exchange(discovered_, false) || words;
}

Digest ExploredSystem::driver_state(std::uint32_t queue) const {
  Digest digest;
  driver_of(queue).queue(queue % bounds_.queues).ring.with([&](const auto& ring) {
    ring.visit_state([&](std::uint64_t v) { digest.absorb(v); });
  });
  return digest;
}

Digest ExploredSystem::device_state(const DeviceQueue& queue) const {
  Digest digest;
  // with() is for use; looking changes nothing.
  const_cast<DeviceQueue&>(queue).ring.with(
      [&](const auto& ring) { ring.visit_state([&](std::uint64_t v) { digest.absorb(v); }); });
  for (const DeviceQueue::Taken& taken : queue.taken) digest.absorb(std::uint64_t{taken.head} << 32 | taken.request);
  return digest;
}

std::string ExploredSystem::lock_name(std::uint32_t lock) const {
  return "the lock of " + (lock < bounds_.lines() ? queue_name(lock) : target_name(lock - bounds_.lines()));
}

void ExploredSystem::add_words() {
  for (std::uint32_t queue = 0; queue < bounds_.lines(); ++queue) {
    const std::uint64_t begin = machine_.rings[queue].area.desc;
    const std::uint64_t end = queue + 1 < bounds_.lines() ? machine_.rings[queue + 1].area.desc : layout_.tables;
    stage_.words.add_region(memory_.at(begin, end - begin), end - begin);
  }
  for (std::uint32_t target = 0; target < bounds_.targets; ++target) {
    stage_.words.add_region(&targets_[target]->reqs, 4);
    stage_.words.add_region(&targets_[target]->req_vq, 4);
  }
  for (const auto& driver : drivers_)
    for (const PolicyWords::Region& region : driver->policy_words().regions())
      stage_.words.add_region(region.begin, region.bytes);
}

// Of a region, in the order of add_words().
std::string ExploredSystem::name_word(std::uint32_t region, std::size_t offset) const {
  if (region < bounds_.lines()) return ring_word(machine_.rings[region], offset) + " of " + queue_name(region);
  region -= bounds_.lines();
  if (region < 2 * bounds_.targets) return (region % 2 == 0 ? "reqs of " : "req_vq of ") + target_name(region / 2);
  region -= 2 * bounds_.targets;
  std::uint32_t device = 0;
  for (auto regions = drivers_[0]->policy_words().regions().size(); region >= regions; ++device)
    region -= static_cast<std::uint32_t>(regions);
  return "word " + std::to_string(offset / 4) + " of " + bounds_.policy +
         (bounds_.devices > 1 ? " of device " + std::to_string(device) : "");
}

}  // namespace vqlab::order
