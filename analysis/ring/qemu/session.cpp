#include "analysis/ring/qemu/session.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <fmt/format.h>
#include <thread>

#include "analysis/ring/qemu/error.hpp"
#include "models/command/headers.hpp"

namespace vqlab::qemu {
namespace {

// Guest memory. The rings, then what they point at.
constexpr std::uint64_t kRings = 0x100000;
constexpr std::uint64_t kRingStride = 0x10000;
constexpr std::uint64_t kTables = 0x400000;
constexpr std::uint32_t kTableCount = 512;
constexpr std::uint64_t kInterruptWords = 0x600000;
constexpr std::uint64_t kInterruptStride = 64;
constexpr std::uint64_t kEventArea = 0x601000;
constexpr std::uint32_t kEventCount = 8;
constexpr std::uint64_t kTaskArea = 0x602000;
constexpr std::uint64_t kHeaders = 0x800000;
constexpr std::uint64_t kData = 0x1000000;
constexpr std::uint64_t kResponseOffset = 64;  // in a command's page of headers

constexpr std::uint32_t kCommands = 512;
constexpr std::uint64_t kTaskToken = 0;
constexpr std::uint32_t kInterrupted = 0x1d;
constexpr const char* kPolicy = "target_sticky";

constexpr std::uint64_t bit(unsigned feature) { return 1ULL << feature; }

}  // namespace

Session::Session(VirtioPci& device, const GuestMemory& memory, const Combination& combination,
                 std::uint32_t request_queues)
    : device_(device),
      memory_(memory),
      tables_(memory, kTables, kTableCount),
      event_buffers_(memory, kEventArea, kEventCount),
      policy_memory_(calendar_, kPolicy, RandomStream(1, "policy"), request_queues, policy_words_),
      policy_(Registry<PolicyEntry>::instance().find(kPolicy)->make({.queues = request_queues,
                                                                     .vcpus = request_queues,
                                                                     .targets = scsi::kMaxTarget + 1,
                                                                     .luns_per_target = 1,
                                                                     .commands_per_queue = 1,
                                                                     .params = {},
                                                                     .words = policy_words_})),
      targets_(scsi::kMaxTarget + 1),
      commands_(kCommands) {
  for (std::uint32_t i = kCommands; i-- > 0;) free_.push_back(&commands_[i]);
  negotiate(combination);
  counts_.resize(scsi::kFirstRequestQueue + request_queues);
  control_ = set_up(scsi::kControlQueue, combination);
  events_queue_ = set_up(scsi::kEventQueue, combination);
  for (std::uint32_t queue = 0; queue < request_queues; ++queue)
    requests_.push_back(set_up(scsi::kFirstRequestQueue + queue, combination));
  device_.driver_ok();
  events_queue_->post_events(event_buffers_);
  kick_if_wanted(scsi::kEventQueue, *events_queue_);
}

void Session::negotiate(const Combination& combination) {
  device_.reset();
  offered_ = device_.begin();
  std::uint64_t wanted = bit(kFeatureVersion1) | bit(scsi::kFeatureHotplug);
  if (combination.ring == RingFormat::kPacked) wanted |= bit(kFeatureRingPacked);
  if (combination.indirect_desc) wanted |= bit(kFeatureIndirectDesc);
  if (combination.event_idx) wanted |= bit(kFeatureEventIdx);
  if ((offered_ & wanted) != wanted)
    throw Error(fmt::format("the device offers features {:#x}, and {:#x} are needed", offered_, wanted));
  if (!device_.accept(wanted)) throw Error(fmt::format("the device refuses features {:#x}", wanted));
  std::array<std::byte, scsi::kConfigBytes> bytes{};
  for (std::uint32_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(device_.device_config(i));
  config_ = scsi::decode_config(bytes);
}

std::unique_ptr<Virtqueue> Session::set_up(std::uint32_t index, const Combination& combination) {
  const auto number = static_cast<std::uint16_t>(index);
  if (index >= device_.queues() || device_.longest(number) < kRingSize)
    throw Error(fmt::format("the device has no queue {} of {} descriptors", index, kRingSize));
  // QEMU 7.2 counts the data that it has read into what it says it has written: the used length of a WRITE is beyond
  // its buffer. Linux lets that pass, and so must we.
  const VirtqueueOptions options{combination.ring,
                                 combination.api,
                                 {.size = kRingSize,
                                  .indirect_desc = combination.indirect_desc,
                                  .event_idx = combination.event_idx,
                                  .check_used = false}};
  auto queue = make_virtqueue(options, memory_, kRings + index * kRingStride, tables_);
  // An interrupt of its own for each queue, which stores a word that only we reset. Vector 0 is for the configuration.
  const std::uint64_t word = kInterruptWords + index * kInterruptStride;
  ensure(memory_.store(word, std::uint32_t{0}), "interrupt words lie in guest memory");
  const auto vector = static_cast<std::uint16_t>(number + 1);
  device_.set_up_vector(vector, word, kInterrupted);
  device_.set_up_queue(number, queue->area(), kRingSize, vector);
  return queue;
}

Command& Session::take_command(scsi::LunAddress address, const scsi::Cdb& cdb, std::uint32_t bytes, bool write) {
  ensure(!free_.empty(), "there are enough commands");
  Command& command = *free_.back();
  free_.pop_back();
  const auto index = static_cast<std::uint64_t>(&command - commands_.data());
  command.tag += kCommands;  // never one that was there before
  command.tag = command.tag / kCommands * kCommands + index;
  command.address = address;
  command.buffers.request_addr = kHeaders + index * kPage;
  command.buffers.response_addr = command.buffers.request_addr + kResponseOffset;
  command.buffers.write = write;
  // Neighbouring pages of a buffer belong to other commands, as in a guest's memory.
  std::uint32_t count = 0;
  for (std::uint32_t left = bytes; left != 0; ++count) {
    const std::uint32_t length = std::min(left, kPage);
    command.segments.at(count) = {kData + (count * std::uint64_t{kCommands} + index) * kPage, length};
    left -= length;
  }
  command.buffers.data = {command.segments.data(), count};
  write_request(memory_, command.buffers.request_addr, {.address = address, .tag = command.tag, .cdb = cdb});
  // No answer, which would be all zero, may pass for one.
  std::memset(header_at<scsi::kResponseBytes>(memory_, command.buffers.response_addr).data(), 0xff,
              scsi::kResponseBytes);
  return command;
}

void Session::fill(const Command& command, std::span<const std::byte> data) const {
  for (const Segment& segment : command.buffers.data) {
    std::memcpy(memory_.at(segment.addr, segment.len), data.data(), segment.len);
    data = data.subspan(segment.len);
  }
}

std::vector<std::byte> Session::data_of(const Command& command) const {
  std::vector<std::byte> data;
  for (const Segment& segment : command.buffers.data) {
    const std::byte* const bytes = memory_.at(segment.addr, segment.len);
    data.insert(data.end(), bytes, bytes + segment.len);
  }
  return data;
}

bool Session::submit(Command& command, VcpuId submitter) {
  Target& target = targets_[command.address.target.value];
  QueueId queue;
  if (requests_.size() > 1)
    queue = checked_pick(*policy_,
                         {.submitter = submitter,
                          .vcpus_online = request_queues(),
                          .queues = request_queues(),
                          .target = command.address.target,
                          .lun = command.address.lun,
                          .target_in_flight = target.reqs,
                          .target_queue = target.req_vq,
                          .memory = policy_memory_},
                         kPolicy);
  target.req_vq = queue;
  const AddResult added = add(command, queue.value);
  if (added.notify)
    notify_request_queue(queue.value);
  else if (added.ok())
    kick_request_queue(queue.value);
  return added.ok();
}

AddResult Session::add(Command& command, std::uint32_t queue) {
  const auto index = static_cast<Token>(&command - commands_.data());
  const AddResult added = requests_[queue]->add_command(command.buffers, index);
  if (added.ok()) {
    command.queue = queue;
    command.in_flight = true;
    ++targets_[command.address.target.value].reqs;
  }
  return added;
}

void Session::kick_if_wanted(std::uint32_t index, Virtqueue& queue) {
  if (queue.kick_prepare()) ring_doorbell(index);
}

void Session::ring_doorbell(std::uint32_t index) {
  ++counts_[index].kicks;
  device_.notify(static_cast<std::uint16_t>(index));
}

bool Session::interrupted(std::uint32_t index) {
  const std::uint64_t address = kInterruptWords + index * kInterruptStride;
  const std::atomic_ref<std::uint32_t> word(*reinterpret_cast<std::uint32_t*>(memory_.at(address, 4)));
  if (word.load(std::memory_order_acquire) == 0) return false;
  // An exchange, since the ring must not be looked at before the word is reset.
  word.exchange(0, std::memory_order_seq_cst);
  ++counts_[index].interrupts;
  return true;
}

bool Session::look() {
  bool any = false;
  if (interrupted(scsi::kControlQueue)) {
    any = true;
    control_->take_used([this](const Used&) { task_done_ = true; });
  }
  if (interrupted(scsi::kEventQueue)) {
    any = true;
    do {
      while (const auto event = events_queue_->take_event(event_buffers_)) events_.push_back(*event);
    } while (!events_queue_->enable_interrupt());
    kick_if_wanted(scsi::kEventQueue, *events_queue_);
  }
  for (std::uint32_t queue = 0; queue < request_queues(); ++queue) {
    if (!interrupted(scsi::kFirstRequestQueue + queue)) continue;
    any = true;
    requests_[queue]->take_used([this](const Used& used) { complete(used); });
    if (const RingFault fault = requests_[queue]->fault(); fault != RingFault::kNone)
      throw Error(fmt::format("the device breaks request queue {}: {}", queue, describe(fault)));
  }
  return any;
}

void Session::complete(const Used& used) {
  Command& command = commands_.at(used.token);
  command.used_len = used.len;
  command.response = read_response(memory_, command.buffers.response_addr);
  command.in_flight = false;
  --targets_[command.address.target.value].reqs;
  ++commands_done_;
}

void Session::wait(const std::function<bool()>& done, const std::string& what) {
  const auto begun = std::chrono::steady_clock::now();
  for (unsigned turn = 0;; ++turn) {
    look();
    if (done()) return;
    if (turn < 100)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    if (std::chrono::steady_clock::now() - begun > kPatience)
      throw Error(fmt::format("no interrupt for {} s while waiting for {}", kPatience.count(), what));
  }
}

void Session::wait_for(const Command& command) {
  wait([&] { return !command.in_flight; }, fmt::format("command {} on request queue {}", command.tag, command.queue));
}

void Session::send_task_management(const scsi::TaskManagement& request) {
  ensure(memory_.store(kTaskArea + scsi::kTaskManagementBytes, std::uint8_t{0xff}), "the answer lies in guest memory");
  task_done_ = false;
  if (!control_->add_task_management(kTaskArea, request, kTaskToken).ok()) throw Error("the control queue is full");
  kick_if_wanted(scsi::kControlQueue, *control_);
}

scsi::Response Session::task_response() const { return task_management_response(memory_, kTaskArea); }

}  // namespace vqlab::qemu
