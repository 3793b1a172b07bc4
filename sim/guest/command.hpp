// A SCSI command on its way through the guest, and the logical unit that it is for.
#pragma once

#include <array>
#include <cstdint>

#include "models/base/fifo.hpp"
#include "models/base/ids.hpp"
#include "models/base/io_kind.hpp"
#include "models/base/units.hpp"
#include "models/block/merging.hpp"
#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

template <class Platform>
struct BasicTarget;
struct LogicalUnit;
struct ScsiHost;
class SpinLock;
struct SimPlatform;
struct TagSet;
class UserProcess;
class Vcpu;

// One of a process's io_u, with buffers of its own; reused for request after request. An I/O that is split has several,
// of which the first stands for the I/O.
struct alignas(64) Command {
  std::uint64_t tag = 0;           // index of this command in the guest
  StageRecord* stages = nullptr;   // when it passed where
  UserProcess* process = nullptr;  // who waits for it
  LogicalUnit* lun = nullptr;
  std::uint64_t request_addr = 0;   // guest-physical address of the 51 bytes of request header
  std::uint64_t response_addr = 0;  // of the 108 bytes of response header
  std::uint64_t data_addr = 0;      // of the first page of the data buffer; see the driver's data_of()
  std::uint32_t segments = 0;       // pages in use by this request; of a flush none
  std::uint64_t offset_bytes = 0;
  std::uint32_t length_bytes = 0;
  IoKind kind = IoKind::kRead;
  bool sealed = false;        // nothing is merged with it any more
  bool last = true;           // of its batch, bd->last: the device is told of those before it with this one
  Vcpu* submitter = nullptr;  // vCPU that its process was on: req->cpu
  Vcpu* issuer = nullptr;     // vCPU that ran queue_command: another one if it was sent again
  TagSet* tags = nullptr;     // whose tag it has
  Command* first = nullptr;   // of its I/O
  Command* more = nullptr;    // the next one of its I/O, if that is split so often
  std::uint32_t parts = 1;    // of the first: requests of the I/O
  std::uint32_t open = 1;     // and those of them that have not completed
  Command* next = nullptr;    // in one Fifo

  // Of a request that others were merged into: all that it consists of, by address; the I/O's own part of it. Null:
  // it stands alone.
  Command* merged = nullptr;
  Command* merged_next = nullptr;
  std::uint32_t own_bytes = 0;
  std::uint32_t own_segments = 0;

  [[nodiscard]] const LogicalUnit* disk() const noexcept { return lun; }
  // The other one becomes part of it. Precondition: they are neighbours.
  void absorb(Command& other, MergeSide side) noexcept;
  // They are apart again. Precondition: something was merged into it.
  void come_apart() noexcept;
};

// I/Os of one kind that came back from a disk: totals since the beginning.
struct DiskCounters {
  std::uint64_t ios = 0;
  std::uint64_t bytes = 0;
  Duration latency{0};
  std::uint64_t merged = 0;  // requests
};

struct LogicalUnit {
  std::uint32_t index = 0;  // in the machine
  ScsiHost* host = nullptr;
  BasicTarget<SimPlatform>* target = nullptr;
  LunId lun;
  std::uint32_t in_flight = 0;
  Fifo<Command> waiting;       // for the unit's or the host's limit, or refused by the driver
  bool write_cache = true;     // that is lost with the power, so that flushes are sent
  bool starved = false;        // stands in the host's list
  TagSet* requests = nullptr;  // of its request queue, if they can run out
  SpinLock* lock = nullptr;    // queue_lock, if several processes share it
  std::array<DiskCounters, kIoKinds> reaped{};
  LogicalUnit* next = nullptr;
};

}  // namespace vqlab::sim
