// A QEMU process with one virtio-scsi-pci controller and some disks, and no guest: its processor never runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "analysis/ring/qemu/child_process.hpp"
#include "analysis/ring/qemu/qmp.hpp"
#include "analysis/ring/qemu/qtest.hpp"
#include "models/base/ids.hpp"
#include "models/scsi/cdb.hpp"
#include "models/virtqueue/guest_memory.hpp"

namespace vqlab::qemu {

using scsi::kSectorBytes;

struct DiskPlace {
  TargetId target;
  LunId lun;
};

struct MachineOptions {
  std::string binary = "qemu-system-x86_64";
  std::uint32_t request_queues = 8;
  std::uint16_t queue_size = 128;  // the longest that the device allows
  bool packed = false;             // whether the device offers the packed ring
  std::vector<DiskPlace> disks;    // plugged in from the start
};

// What QEMU's trace says the device saw of one virtqueue.
struct QueueTrace {
  std::uint64_t kicks = 0;       // notifications by the driver
  std::uint64_t interrupts = 0;  // notifications of the driver
};

class VirtualMachine {
 public:
  static constexpr std::uint64_t kMemoryBytes = 64ULL << 20;
  static constexpr std::uint32_t kDiskBytes = 2U << 20;
  static constexpr unsigned kSlot = 4;  // of the controller, on PCI bus 0

  // One more disk, whose commands take a time in which the device does all else that it has to do. It holds zeros.
  static constexpr DiskPlace kSlowDisk{TargetId(5), LunId(0)};
  static constexpr const char* kSlowDiskId = "slow";

  // Starts QEMU. Throws Error if it does not start, with what it printed.
  explicit VirtualMachine(const MachineOptions& options);

  // Guest memory from address 0; the device reads and writes the same bytes.
  [[nodiscard]] const GuestMemory& memory() const noexcept { return memory_; }
  [[nodiscard]] Qtest& qtest() noexcept { return *qtest_; }
  [[nodiscard]] Qmp& qmp() noexcept { return *qmp_; }
  [[nodiscard]] const std::vector<DiskPlace>& places() const noexcept { return places_; }

  // Bytes of a disk, as QEMU reads and writes them. The last one is not plugged in at the start.
  [[nodiscard]] std::span<std::byte> disk(std::size_t index) const noexcept { return disks_[index].bytes(); }
  [[nodiscard]] static std::string disk_id(std::size_t index) { return "disk" + std::to_string(index); }
  void plug_spare(TargetId target) { qmp_->plug_disk("spare", node(places_.size()), kController, target.value); }
  void unplug_spare() { qmp_->unplug("spare"); }

  // What the device has seen of each virtqueue since the start of the process.
  [[nodiscard]] const std::vector<QueueTrace>& trace();

  // What QEMU has printed: its complaints.
  [[nodiscard]] std::string printed() const { return process_->printed(); }

 private:
  static constexpr const char* kController = "scsi0";
  [[nodiscard]] static std::string node(std::size_t index) { return "node" + std::to_string(index); }
  void read_trace_line(std::string_view line);

  SharedMemory ram_;
  GuestMemory memory_;
  std::vector<DiskPlace> places_;
  std::vector<SharedMemory> disks_;
  FileHandle trace_file_;
  std::uint64_t trace_read_ = 0;
  std::vector<QueueTrace> trace_;
  std::vector<std::string> trace_queues_;  // QEMU's name of each virtqueue
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<Qtest> qtest_;
  std::unique_ptr<Qmp> qmp_;
};

}  // namespace vqlab::qemu
