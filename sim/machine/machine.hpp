// Where guest and host meet: guest memory, doorbells, interrupt lines, physical CPUs and the memory bus.
#pragma once

#include <cstdint>
#include <vector>

#include "models/virtqueue/either_ring.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "sim/engine/bus.hpp"
#include "sim/machine/counters.hpp"
#include "sim/machine/physical_cpus.hpp"
#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

// A request queue of the machine: those of device 0 first, then those of device 1, and so on.
using LineIndex = std::uint32_t;

// The host's side of the doorbells.
class DoorbellListener {
 public:
  virtual ~DoorbellListener() = default;
  // The guest has rung the doorbell of a request queue. True if that woke a thread of the host that slept: whoever rang
  // pays for it.
  virtual bool kicked(LineIndex queue) = 0;
  // The guest has added a command to the queue's ring while some thread of the host polls; see Machine::polling.
  virtual void added(LineIndex /*queue*/) {}
};

// The guest's side of the interrupt lines.
class InterruptListener {
 public:
  virtual ~InterruptListener() = default;
  // The host has injected the interrupt of a request queue. True if that woke a halted vCPU: whoever injected pays.
  virtual bool interrupted(LineIndex queue) = 0;
};

// Sees every command pass: how the order of commands is watched from outside both sides. `lun` numbers the logical
// units of the machine, `tag` is the one in the request's header.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  // queue_command() is called for the command.
  virtual void called(std::uint32_t lun, std::uint64_t tag) = 0;
  // It has returned success.
  virtual void accepted(std::uint64_t tag) = 0;
  // It has returned "host busy".
  virtual void refused(std::uint64_t tag) = 0;
  // The device has taken the command from its ring.
  virtual void taken(std::uint64_t tag) = 0;
};

// What both sides must agree on about one request queue's ring.
struct RingPlace {
  RingFormat format;
  RingArea area;
  std::uint16_t size;
  bool indirect_desc;
  bool event_idx;
};

struct Machine {
  Calendar& calendar;
  PhysicalCpus& cpus;
  SharedBus& memory_bus;
  GuestMemory& memory;
  std::vector<RingPlace> rings;  // by LineIndex
  Counters& counters;
  StageAccounts stages;
  CommandObserver& observer;
  CostSampler wake_thread;       // what waking a sleeping thread of the host costs the CPU that wakes it
  std::uint64_t data_bytes = 0;  // guest-physical memory that data may lie in, from 0; it is described, never touched

  std::uint32_t polling = 0;  // threads of the host that look at their rings without being told

  // Set by the two sides when they are built.
  DoorbellListener* host = nullptr;
  InterruptListener* guest = nullptr;
};

}  // namespace vqlab::sim
