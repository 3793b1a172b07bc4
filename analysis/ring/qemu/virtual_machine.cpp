#include "analysis/ring/qemu/virtual_machine.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "analysis/ring/qemu/error.hpp"
#include "models/scsi/virtio_scsi.hpp"

namespace vqlab::qemu {
namespace {

constexpr unsigned kSlowDiskNs = 1'000'000;

// The word behind ` name ` in a line of the trace; empty if there is none.
std::string_view field(std::string_view line, std::string_view name) {
  const std::size_t at = line.find(name);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + name.size());
  return line.substr(0, line.find(' '));
}

}  // namespace

VirtualMachine::VirtualMachine(const MachineOptions& options)
    : ram_("ram", kMemoryBytes),
      memory_(0, ram_.bytes()),
      places_(options.disks),
      trace_file_(memory_file("trace")),
      trace_(scsi::kFirstRequestQueue + options.request_queues),
      trace_queues_(trace_.size()) {
  for (std::size_t i = 0; i <= places_.size(); ++i) disks_.emplace_back("disk", kDiskBytes);
  auto [qtest_here, qtest_there] = socket_pair();
  auto [qmp_here, qmp_there] = socket_pair();

  // Debian's QEMU has no qtest accelerator; under TCG a machine that is never started (-S) stands still as well.
  // Without ioeventfd each notification is handled before the access that makes it returns.
  std::vector<std::string> words = {
      options.binary, "-machine", "pc,accel=tcg,memory-backend=ram", "-S", "-nodefaults", "-no-user-config", "-display",
      "none", "-m", fmt::format("{}M", kMemoryBytes >> 20),
      // Memory, and the ways to talk to it
      "-object",
      fmt::format("memory-backend-file,id=ram,size={},mem-path={},share=on", kMemoryBytes, ram_.file().path()),
      "-chardev", fmt::format("socket,id=qtest,fd={}", qtest_there.get()), "-object",
      "qtest,id=qtest0,chardev=qtest,log=none", "-chardev", fmt::format("socket,id=qmp,fd={}", qmp_there.get()), "-mon",
      "chardev=qmp,mode=control",
      // The device, and what it says about itself
      "-device",
      fmt::format("virtio-scsi-pci,id={},addr={}.0,num_queues={},virtqueue_size={},packed={},ioeventfd=off,"
                  "disable-legacy=on",
                  kController, kSlot, options.request_queues, options.queue_size, options.packed ? "on" : "off"),
      "-trace", "enable=virtio_queue_notify", "-trace", "enable=virtio_notify", "-D", trace_file_.path()};
  std::vector<int> inherited = {ram_.file().get(), qtest_there.get(), qmp_there.get(), trace_file_.get()};
  for (std::size_t i = 0; i < disks_.size(); ++i) {
    words.insert(words.end(),
                 {"-blockdev", fmt::format("driver=file,node-name={},filename={}", node(i), disks_[i].file().path())});
    inherited.push_back(disks_[i].file().get());
    if (i == places_.size()) break;
    words.insert(words.end(),
                 {"-device", fmt::format("scsi-hd,id={},drive={},bus={}.0,channel=0,scsi-id={},lun={}", disk_id(i),
                                         node(i), kController, places_[i].target.value, places_[i].lun.value)});
  }
  words.insert(words.end(), {"-blockdev",
                             fmt::format("driver=null-co,node-name={},size={},latency-ns={},read-zeroes=on",
                                         kSlowDiskId, kDiskBytes, kSlowDiskNs),
                             "-device",
                             fmt::format("scsi-hd,id={},drive={},bus={}.0,channel=0,scsi-id={},lun={}", kSlowDiskId,
                                         kSlowDiskId, kController, kSlowDisk.target.value, kSlowDisk.lun.value)});
  try {
    process_ = std::make_unique<ChildProcess>(words, inherited);
  } catch (const Error& error) {
    throw Error(fmt::format("{}; QEMU comes with Debian's package qemu-system-x86", error.what()));
  }
  // Ours to close, or the end of the process would go unnoticed.
  { const FileHandle closed = std::move(qtest_there); }
  { const FileHandle closed = std::move(qmp_there); }
  qtest_ = std::make_unique<Qtest>(std::move(qtest_here));
  try {
    qmp_ = std::make_unique<Qmp>(std::move(qmp_here));
  } catch (const Error& error) {
    const std::string said = printed();
    throw Error(
        fmt::format("{} does not come up: {}{}{}", options.binary, error.what(), said.empty() ? "" : "\n", said));
  }
}

const std::vector<QueueTrace>& VirtualMachine::trace() {
  const std::string text = read_from(trace_file_, trace_read_);
  std::string_view rest = text;
  for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    read_trace_line(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  trace_read_ += text.size() - rest.size();
  return trace_;
}

// virtio_queue_notify vdev 0x... n 2 vq 0x...
// virtio_notify vdev 0x... vq 0x...
void VirtualMachine::read_trace_line(std::string_view line) {
  const std::string_view queue = field(line, " vq ");
  if (line.find("virtio_queue_notify ") != std::string_view::npos) {
    const std::string_view number = field(line, " n ");
    std::size_t index = 0;
    std::from_chars(number.data(), number.data() + number.size(), index);
    if (number.empty() || index >= trace_.size())
      throw Error("QEMU's trace has a line that says: " + std::string(line));
    ++trace_[index].kicks;
    trace_queues_[index] = queue;
  } else if (line.find("virtio_notify ") != std::string_view::npos) {
    // Named as it was when it was kicked: a device does not use a queue before its first kick.
    const auto found = std::find(trace_queues_.begin(), trace_queues_.end(), queue);
    if (found == trace_queues_.end()) throw Error("QEMU's trace has a line that says: " + std::string(line));
    ++trace_[static_cast<std::size_t>(found - trace_queues_.begin())].interrupts;
  }
}

}  // namespace vqlab::qemu
