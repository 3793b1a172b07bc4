// The modern virtio transport over PCI: feature negotiation, set-up of queues, notifications, interrupts (virtio 1.x,
// section 4.1).
#pragma once

#include <cstdint>
#include <vector>

#include "analysis/ring/qemu/pci_device.hpp"
#include "models/virtqueue/layout.hpp"

namespace vqlab::qemu {

class VirtioPci {
 public:
  // Finds the device of type `device` in `slot` and places its registers. Throws Error if there is none, or if it lacks
  // something of the modern transport or MSI-X.
  VirtioPci(Qtest& qtest, unsigned slot, std::uint16_t device);

  // Puts the device into the state before any driver has touched it.
  void reset();
  // As a driver begins: acknowledges the device, and returns the features that it offers.
  [[nodiscard]] std::uint64_t begin();
  // False if the device does not accept this choice.
  [[nodiscard]] bool accept(std::uint64_t features);
  // Queues are set up: from now on the device works.
  void driver_ok();

  [[nodiscard]] std::uint16_t queues();
  // The longest ring that queue `index` allows.
  [[nodiscard]] std::uint16_t longest(std::uint16_t index);
  // Hands queue `index` its ring; interrupts go to `vector`. Throws Error if the device has no room for the vector.
  void set_up_queue(std::uint16_t index, const RingArea& area, std::uint16_t size, std::uint16_t vector);
  // Rings the doorbell of a queue that is set up.
  void notify(std::uint16_t index);

  // Interrupt vector `vector` from now on stores `data` at guest-physical `address`, a multiple of 4.
  void set_up_vector(std::uint16_t vector, std::uint64_t address, std::uint32_t data);

  // A byte of the configuration that belongs to the type of device.
  [[nodiscard]] std::uint8_t device_config(std::uint32_t offset);

 private:
  void set_status(std::uint8_t bit);

  Qtest* qtest_;
  PciDevice pci_;
  // Guest-physical addresses
  std::uint64_t common_ = 0;
  std::uint64_t notify_ = 0;
  std::uint64_t device_ = 0;
  std::uint64_t vectors_ = 0;
  std::uint32_t notify_multiplier_ = 0;
  std::vector<std::uint64_t> doorbells_;  // by queue; 0: not set up
};

}  // namespace vqlab::qemu
