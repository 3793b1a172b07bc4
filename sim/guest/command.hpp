// A SCSI command on its way through the guest.
#pragma once

#include <cstdint>

#include "models/base/fifo.hpp"
#include "models/base/ids.hpp"
#include "models/base/units.hpp"
#include "sim/machine/stage_accounts.hpp"

namespace vqlab::sim {

class FioProcess;
struct LogicalUnit;
struct TagSet;
class Vcpu;

// One of a process's io_u, with buffers of its own; reused for request after request.
struct Command {
  std::uint64_t tag = 0;          // index of this command in the guest
  StageRecord* stages = nullptr;  // when it passed where
  FioProcess* process = nullptr;  // who waits for it
  LogicalUnit* lun = nullptr;
  std::uint64_t request_addr = 0;   // guest-physical address of the 51 bytes of request header
  std::uint64_t response_addr = 0;  // of the 108 bytes of response header
  std::uint64_t data_addr = 0;      // of the first page of the data buffer; see the driver's data_of()
  std::uint32_t segments = 0;       // pages in use by this request
  std::uint64_t offset_bytes = 0;
  std::uint32_t length_bytes = 0;
  bool write = false;
  bool last = true;           // of its batch, bd->last: the device is told of those before it with this one
  Vcpu* submitter = nullptr;  // vCPU that ran queue_command
  TagSet* tags = nullptr;     // whose tag it has, on blk-mq
  Command* next = nullptr;    // in one Fifo
};

}  // namespace vqlab::sim
