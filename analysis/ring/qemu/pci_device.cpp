#include "analysis/ring/qemu/pci_device.hpp"

#include <string>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

// Configuration space through ports: the address goes to one, data pass through the other.
constexpr std::uint16_t kAddressPort = 0xcf8;
constexpr std::uint16_t kDataPort = 0xcfc;
constexpr std::uint32_t kEnable = 0x80000000;

constexpr unsigned kCommand = 0x04;
constexpr unsigned kFirstRegister = 0x10;
constexpr unsigned kFirstCapability = 0x34;

constexpr std::uint32_t kDecodeMemory = 2;
constexpr std::uint32_t kBusMaster = 4;

constexpr std::uint32_t kIoSpace = 1;
constexpr std::uint32_t k64Bit = 4;
constexpr std::uint32_t kRegisterFlags = 15;

}  // namespace

void PciDevice::select(unsigned offset) { qtest_->out_long(kAddressPort, kEnable | slot_ << 11 | (offset & 0xfcU)); }

std::uint32_t PciDevice::config_long(unsigned offset) {
  select(offset);
  return qtest_->in_long(kDataPort);
}

std::uint8_t PciDevice::config_byte(unsigned offset) {
  return static_cast<std::uint8_t>(config_long(offset & ~3U) >> (8 * (offset & 3U)));
}

void PciDevice::set_config_long(unsigned offset, std::uint32_t value) {
  select(offset);
  qtest_->out_long(kDataPort, value);
}

void PciDevice::place_registers(std::uint32_t first_address) {
  std::uint32_t next = first_address;
  for (unsigned index = 0; index < placed_.size(); ++index) {
    const unsigned offset = kFirstRegister + 4 * index;
    set_config_long(offset, 0xffffffff);
    const std::uint32_t probed = config_long(offset);
    const std::uint32_t size = ~(probed & ~kRegisterFlags) + 1;  // the bits that cannot be set
    if (size == 0 || (probed & kIoSpace) != 0) continue;
    next = (next + size - 1) & ~(size - 1);
    set_config_long(offset, next);
    placed_[index] = next;
    next += size;
    if ((probed & k64Bit) != 0) set_config_long(kFirstRegister + 4 * ++index, 0);
  }
  set_config_long(kCommand, (config_long(kCommand) & 0xffff) | kDecodeMemory | kBusMaster);
}

std::uint64_t PciDevice::register_address(unsigned index) const {
  if (index >= placed_.size() || placed_[index] == 0)
    throw Error("the device keeps something in base address register " + std::to_string(index) + ", which it lacks");
  return placed_[index];
}

std::vector<PciCapability> PciDevice::capabilities() {
  std::vector<PciCapability> found;
  constexpr std::size_t kMost = 48;  // as many fit into configuration space
  for (std::uint8_t at = config_byte(kFirstCapability); at != 0 && found.size() < kMost; at = config_byte(at + 1U))
    found.push_back({config_byte(at), at});
  return found;
}

}  // namespace vqlab::qemu
