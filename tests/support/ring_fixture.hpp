// A ring in a small guest memory with both its sides, for tests.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "models/virtqueue/packed_device.hpp"
#include "models/virtqueue/packed_driver.hpp"
#include "models/virtqueue/split_device.hpp"
#include "models/virtqueue/split_driver.hpp"

namespace vqlab::test {

enum class AddApi { kAddBuf, kPiecewise, kAddSgs };

// What differs between the formats.
struct Split {
  template <class Access>
  using Driver = BasicSplitDriver<Access>;
  template <class Access>
  using Device = BasicSplitDevice<Access>;
  static RingArea layout(std::uint64_t base, std::uint32_t size) { return legacy_layout(base, size); }
  static RingWords words(const GuestMemory& memory, const RingArea& area, std::uint32_t size) {
    return resolve(memory, area, size);
  }
};
struct Packed {
  template <class Access>
  using Driver = BasicPackedDriver<Access>;
  template <class Access>
  using Device = BasicPackedDevice<Access>;
  static RingArea layout(std::uint64_t base, std::uint32_t size) { return packed_layout(base, size); }
  static PackedWords words(const GuestMemory& memory, const RingArea& area, std::uint32_t size) {
    return resolve_packed(memory, area, size);
  }
};

// Guest memory: ring at 0, indirect tables at 1 MiB, data from 2 MiB to 4 MiB.
template <class Access = PlainAccess, class Format = Split>
struct Ring {
  static constexpr std::uint64_t kTables = 1U << 20;
  static constexpr std::uint64_t kData = 2U << 20;
  static constexpr std::uint64_t kEnd = 4U << 20;

  explicit Ring(const RingOptions& options = {.size = 8}, std::uint32_t tables = 64, Access driver_access = {},
                Access device_access = {})
      : memory(0, kEnd),
        pool(memory, kTables, tables),
        area(Format::layout(0, options.size)),
        words(Format::words(memory, area, options.size)),
        driver(memory, area, options, &pool, driver_access),
        device(memory, area, device_options(options), device_access) {}

  static DeviceOptions device_options(const RingOptions& options) {
    DeviceOptions result;
    result.size = options.size;
    result.indirect_desc = options.indirect_desc;
    result.event_idx = options.event_idx;
    result.longest_chain = options.longest_chain;
    return result;
  }

  // `out` readable and `in` writable segments of distinct lengths.
  static std::vector<Segment> segments(std::size_t out, std::size_t in) {
    std::vector<Segment> result;
    for (std::size_t i = 0; i < out + in; ++i) result.push_back({kData + 4096 * i, static_cast<std::uint32_t>(16 + i)});
    return result;
  }

  AddResult add(std::uint16_t out, std::uint16_t in, Token token, AddApi api = AddApi::kAddBuf) {
    const std::vector<Segment> flat = segments(out, in);
    return add(flat, out, in, token, api);
  }

  AddResult add(std::span<const Segment> flat, std::uint16_t out, std::uint16_t in, Token token, AddApi api) {
    const std::span<const Segment> readable = flat.first(out);
    const std::span<const Segment> writable = flat.subspan(out);
    if (api == AddApi::kAddBuf) return driver.add_buf(flat, out, in, token);
    std::vector<std::span<const Segment>> lists;
    if (out != 0) lists.push_back(readable);
    const std::size_t out_lists = lists.size();
    if (in != 0) lists.push_back(writable);
    if (api == AddApi::kAddSgs) return driver.add_sgs(lists, out_lists, lists.size() - out_lists, token);
    const AddResult started =
        driver.start_buf(token, static_cast<std::uint32_t>(flat.size()), static_cast<std::uint32_t>(lists.size()));
    if (!started.ok()) return started;
    if (out != 0) driver.add_sg(readable, Direction::kOut);
    if (in != 0) driver.add_sg(writable, Direction::kIn);
    return driver.end_buf();
  }

  // Moves every index of both sides on by `count`, as so many small requests would.
  void fast_forward(std::uint32_t count) {
    const Segment one{kData, 16};
    for (std::uint32_t i = 0; i < count; ++i) {
      (void)driver.add_buf({&one, 1}, 1, 0, 0);
      (void)driver.kick_prepare();
      (void)device.pop(chain);
      device.arm_notifications();
      device.push(chain.head(), 0);
      (void)device.should_interrupt();
      (void)driver.get_buf();
    }
  }

  // The ring's words as they are in memory.
  Descriptor desc(std::size_t i) const { return words.desc[i]; }
  std::uint16_t avail_flags() const { return words.avail->flags; }
  std::uint16_t avail_idx() const { return words.avail->idx; }
  std::uint16_t used_idx() const { return words.used->idx; }
  std::uint16_t used_event() const { return *words.used_event; }
  std::uint16_t avail_event() const { return *words.avail_event; }
  Descriptor table(std::uint32_t slot, std::size_t i) const { return pool.table(slot)[i]; }

  GuestMemory memory;
  IndirectTablePool pool;
  RingArea area;
  decltype(Format::words(memory, area, 0)) words;
  typename Format::template Driver<Access> driver;
  typename Format::template Device<Access> device;
  Chain chain;
};

inline RingOptions options(std::uint16_t size, bool indirect, bool event_idx,
                           RingFlavour flavour = RingFlavour::kLinux36) {
  RingOptions result;
  result.size = size;
  result.indirect_desc = indirect;
  result.event_idx = event_idx;
  result.flavour = flavour;
  return result;
}

// The rings that laws are tested on.
enum class Kind : std::uint8_t { kSplit36, kSplit61, kPacked };

inline const char* name(Kind kind) {
  return kind == Kind::kSplit36 ? "Split36" : kind == Kind::kSplit61 ? "Split61" : "Packed";
}
inline RingOptions options(std::uint16_t size, bool indirect, bool event_idx, Kind kind) {
  return options(size, indirect, event_idx, kind == Kind::kSplit36 ? RingFlavour::kLinux36 : RingFlavour::kLinux61);
}
// Calls `body` with the kind's Split{} or Packed{}.
template <class Body>
auto with_format(Kind kind, Body body) {
  return kind == Kind::kPacked ? body(Packed{}) : body(Split{});
}

}  // namespace vqlab::test
