// A PCI device as firmware and drivers see it: configuration space, capabilities, base address registers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/ring/qemu/qtest.hpp"

namespace vqlab::qemu {

struct PciCapability {
  std::uint8_t id = 0;
  std::uint8_t at = 0;  // offset in configuration space
};

class PciDevice {
 public:
  // The device in `slot` of bus 0. `qtest` must outlive this object.
  PciDevice(Qtest& qtest, unsigned slot) : qtest_(&qtest), slot_(slot) {}

  // `offset`: below 256.
  [[nodiscard]] std::uint32_t config_long(unsigned offset);  // a multiple of 4
  [[nodiscard]] std::uint8_t config_byte(unsigned offset);
  void set_config_long(unsigned offset, std::uint32_t value);

  // What firmware would do: gives each memory register an address, then lets the device decode them and be a master.
  void place_registers(std::uint32_t first_address);
  // Guest-physical address of a base address register. Throws Error if it was not placed.
  [[nodiscard]] std::uint64_t register_address(unsigned index) const;

  // In the order of the device's list.
  [[nodiscard]] std::vector<PciCapability> capabilities();

 private:
  void select(unsigned offset);

  Qtest* qtest_;
  unsigned slot_;
  std::array<std::uint32_t, 6> placed_{};  // 0: not placed
};

}  // namespace vqlab::qemu
