#include "analysis/ring/qemu/qtest.hpp"

#include <charconv>
#include <fmt/format.h>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

char suffix(Width width) { return width == Width::kByte ? 'b' : width == Width::kWord ? 'w' : 'l'; }

}  // namespace

std::uint64_t Qtest::ask(const std::string& command) {
  lines_.send(command);
  for (;;) {
    const std::string line = lines_.receive();
    if (line.starts_with("IRQ ")) continue;  // an interrupt line has moved: nobody asked
    if (line == "OK") return 0;
    std::uint64_t value = 0;
    constexpr std::string_view kPrefix = "OK 0x";
    const char* const end = line.data() + line.size();
    if (line.starts_with(kPrefix) && std::from_chars(line.data() + kPrefix.size(), end, value, 16).ptr == end)
      return value;
    throw Error("QEMU's qtest answered '" + line + "' to '" + command + "'");
  }
}

void Qtest::out_long(std::uint16_t port, std::uint32_t value) { ask(fmt::format("outl {:#x} {:#x}", port, value)); }

std::uint32_t Qtest::in_long(std::uint16_t port) {
  return static_cast<std::uint32_t>(ask(fmt::format("inl {:#x}", port)));
}

void Qtest::write(Width width, std::uint64_t address, std::uint64_t value) {
  ask(fmt::format("write{} {:#x} {:#x}", suffix(width), address, value));
}

std::uint32_t Qtest::read(Width width, std::uint64_t address) {
  return static_cast<std::uint32_t>(ask(fmt::format("read{} {:#x}", suffix(width), address)));
}

}  // namespace vqlab::qemu
