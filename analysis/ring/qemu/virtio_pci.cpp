#include "analysis/ring/qemu/virtio_pci.hpp"

#include <fmt/format.h>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

constexpr std::uint32_t kVendor = 0x1af4;
constexpr std::uint32_t kFirstModernDevice = 0x1040;
constexpr std::uint32_t kFirstRegisterAddress = 0xe0000000;

// PCI capabilities, and the kinds of virtio's
constexpr std::uint8_t kVendorCapability = 0x09;
constexpr std::uint8_t kMsixCapability = 0x11;
constexpr std::uint8_t kCommonConfig = 1;
constexpr std::uint8_t kNotifyConfig = 2;
constexpr std::uint8_t kDeviceConfig = 4;
constexpr std::uint32_t kMsixEnable = 1U << 31;
constexpr std::uint32_t kVectorBytes = 16;

// Offsets in the common configuration
constexpr std::uint32_t kDeviceFeatureSelect = 0;
constexpr std::uint32_t kDeviceFeature = 4;
constexpr std::uint32_t kDriverFeatureSelect = 8;
constexpr std::uint32_t kDriverFeature = 12;
constexpr std::uint32_t kNumQueues = 18;
constexpr std::uint32_t kDeviceStatus = 20;
constexpr std::uint32_t kQueueSelect = 22;
constexpr std::uint32_t kQueueSize = 24;
constexpr std::uint32_t kQueueVector = 26;
constexpr std::uint32_t kQueueEnable = 28;
constexpr std::uint32_t kQueueNotifyOff = 30;
constexpr std::uint32_t kQueueDesc = 32;
constexpr std::uint32_t kQueueDriver = 40;
constexpr std::uint32_t kQueueDevice = 48;

constexpr std::uint8_t kAcknowledge = 1;
constexpr std::uint8_t kDriver = 2;
constexpr std::uint8_t kDriverOk = 4;
constexpr std::uint8_t kFeaturesOk = 8;

}  // namespace

VirtioPci::VirtioPci(Qtest& qtest, unsigned slot, std::uint16_t device) : qtest_(&qtest), pci_(qtest, slot) {
  const std::uint32_t wanted = (kFirstModernDevice + device) << 16 | kVendor;
  if (const std::uint32_t found = pci_.config_long(0); found != wanted)
    throw Error(fmt::format("slot {} of the machine holds {:#010x}, not the expected {:#010x}", slot, found, wanted));
  pci_.place_registers(kFirstRegisterAddress);
  for (const PciCapability& capability : pci_.capabilities()) {
    const unsigned at = capability.at;
    if (capability.id == kMsixCapability) {
      const std::uint32_t table = pci_.config_long(at + 4);
      vectors_ = pci_.register_address(table & 7) + (table & ~7U);
      pci_.set_config_long(at, pci_.config_long(at) | kMsixEnable);
    } else if (capability.id == kVendorCapability) {
      const std::uint8_t kind = pci_.config_byte(at + 3);
      if (kind != kCommonConfig && kind != kNotifyConfig && kind != kDeviceConfig) continue;
      const std::uint64_t place = pci_.register_address(pci_.config_byte(at + 4)) + pci_.config_long(at + 8);
      if (kind == kNotifyConfig) notify_multiplier_ = pci_.config_long(at + 16);
      (kind == kCommonConfig ? common_ : kind == kNotifyConfig ? notify_ : device_) = place;
    }
  }
  if (common_ == 0 || notify_ == 0 || device_ == 0 || vectors_ == 0)
    throw Error("the device lacks a part of the modern virtio transport, or MSI-X");
}

void VirtioPci::reset() {
  doorbells_.clear();
  qtest_->write(Width::kByte, common_ + kDeviceStatus, 0);
  if (qtest_->read(Width::kByte, common_ + kDeviceStatus) != 0) throw Error("the device does not finish its reset");
}

void VirtioPci::set_status(std::uint8_t bit) {
  const std::uint32_t status = qtest_->read(Width::kByte, common_ + kDeviceStatus);
  qtest_->write(Width::kByte, common_ + kDeviceStatus, status | bit);
}

std::uint64_t VirtioPci::begin() {
  set_status(kAcknowledge);
  set_status(kDriver);
  std::uint64_t features = 0;
  for (unsigned half = 0; half < 2; ++half) {
    qtest_->write(Width::kLong, common_ + kDeviceFeatureSelect, half);
    features |= std::uint64_t{qtest_->read(Width::kLong, common_ + kDeviceFeature)} << (32 * half);
  }
  return features;
}

bool VirtioPci::accept(std::uint64_t features) {
  for (unsigned half = 0; half < 2; ++half) {
    qtest_->write(Width::kLong, common_ + kDriverFeatureSelect, half);
    qtest_->write(Width::kLong, common_ + kDriverFeature, features >> (32 * half) & 0xffffffff);
  }
  set_status(kFeaturesOk);
  return (qtest_->read(Width::kByte, common_ + kDeviceStatus) & kFeaturesOk) != 0;
}

void VirtioPci::driver_ok() { set_status(kDriverOk); }

std::uint16_t VirtioPci::queues() {
  return static_cast<std::uint16_t>(qtest_->read(Width::kWord, common_ + kNumQueues));
}

std::uint16_t VirtioPci::longest(std::uint16_t index) {
  qtest_->write(Width::kWord, common_ + kQueueSelect, index);
  return static_cast<std::uint16_t>(qtest_->read(Width::kWord, common_ + kQueueSize));
}

void VirtioPci::set_up_queue(std::uint16_t index, const RingArea& area, std::uint16_t size, std::uint16_t vector) {
  qtest_->write(Width::kWord, common_ + kQueueSelect, index);
  qtest_->write(Width::kWord, common_ + kQueueSize, size);
  qtest_->write(Width::kWord, common_ + kQueueVector, vector);
  if (qtest_->read(Width::kWord, common_ + kQueueVector) != vector)
    throw Error(fmt::format("the device has no interrupt vector {} for queue {}", vector, index));
  const auto put = [&](std::uint32_t offset, std::uint64_t address) {
    qtest_->write(Width::kLong, common_ + offset, address & 0xffffffff);
    qtest_->write(Width::kLong, common_ + offset + 4, address >> 32);
  };
  put(kQueueDesc, area.desc);
  put(kQueueDriver, area.avail);
  put(kQueueDevice, area.used);
  const std::uint32_t offset = qtest_->read(Width::kWord, common_ + kQueueNotifyOff);
  qtest_->write(Width::kWord, common_ + kQueueEnable, 1);
  if (doorbells_.size() <= index) doorbells_.resize(index + std::size_t{1});
  doorbells_[index] = notify_ + std::uint64_t{offset} * notify_multiplier_;
}

void VirtioPci::notify(std::uint16_t index) { qtest_->write(Width::kWord, doorbells_.at(index), index); }

void VirtioPci::set_up_vector(std::uint16_t vector, std::uint64_t address, std::uint32_t data) {
  const std::uint64_t entry = vectors_ + std::uint64_t{vector} * kVectorBytes;
  qtest_->write(Width::kLong, entry, address & 0xffffffff);
  qtest_->write(Width::kLong, entry + 4, address >> 32);
  qtest_->write(Width::kLong, entry + 8, data);
  qtest_->write(Width::kLong, entry + 12, 0);  // not masked
}

std::uint8_t VirtioPci::device_config(std::uint32_t offset) {
  return static_cast<std::uint8_t>(qtest_->read(Width::kByte, device_ + offset));
}

}  // namespace vqlab::qemu
