// The operations of a ring trace, as text and as what they ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/virtqueue/ring_options.hpp"
#include "models/virtqueue/segment.hpp"

namespace vqlab {

enum class RingOp {
  // The driver's:
  kAdd,
  kKickPrepare,
  kNotify,
  kKick,
  kGet,
  kDisableCb,
  kEnableCb,
  kEnableCbDelayed,
  kEnableCbPrepare,
  kPoll,
  kIrq,
  kDetach,
  kKmfail,
  // The device's:
  kPop,
  kComplete,
  kNeedInterrupt,
  kNotifyOn,
  kNotifyOff,
  // Both:
  kFfwd,
};

struct Operation {
  RingOp op = RingOp::kGet;
  Token token = 0;               // of kAdd and kComplete
  std::uint32_t number = 0;      // kComplete: bytes written; kPoll: opaque; kKmfail: 0 or 1; kFfwd: cycles
  std::vector<Segment> entries;  // of kAdd: all lists, one after the other
  std::vector<std::size_t> list_sizes;
  std::size_t out_lists = 0;  // how many of the lists the device reads; they come first
};

inline constexpr Token kMaxTraceToken = 0xffffffff;
inline constexpr std::size_t kMaxTraceEntries = 65535;  // of one kAdd

// Where the data of a token's n-th entry lies: token and entry decide it, so that traces need no addresses.
[[nodiscard]] constexpr std::uint64_t trace_address(Token token, std::size_t entry) noexcept {
  return 0x1'0000'0000 + token * 0x100'0000 + entry * 0x1'0000;
}

// What became of a text: the operation, or what was expected in its place.
struct OperationOrFault {
  Operation operation;
  std::string accepted;  // empty: `operation` is good
  std::string nearest;   // known name nearest to an unknown one; may be empty
};

// Words are separated by one blank, numbers are decimal without leading zeros.
[[nodiscard]] OperationOrFault parse_operation(std::string_view text);

// "add TOKEN oLEN+LEN iLEN", "kick", ...: the forms of all operations, for help and faults.
[[nodiscard]] std::vector<std::string> operation_forms();

}  // namespace vqlab
