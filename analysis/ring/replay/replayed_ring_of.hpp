// What replays of both ring formats do alike.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/ring/replay/replayed_ring.hpp"
#include "analysis/ring/replay/ring_bytes.hpp"
#include "analysis/ring/replay/trace.hpp"
#include "models/base/ensure.hpp"
#include "models/virtqueue/chain.hpp"
#include "models/virtqueue/guest_memory.hpp"
#include "models/virtqueue/indirect_tables.hpp"
#include "models/virtqueue/layout.hpp"

namespace vqlab {

// Numbers of Linux's that stand in traces.
inline constexpr int kNoSpace = -28;
inline constexpr int kInputOutput = -5;
inline constexpr int kInvalid = -22;

// One part of the ring, as it stands in memory and as traces call it.
struct TracedPart {
  const char* name;
  RingPart layout;
  std::uint64_t address;
  std::uint64_t bytes;
};

// `Format` has
// - the types Driver, Device, and Position of a side in the ring; layout(), bytes() and parts() of the ring;
// - kRefusalWakes: whether a driver without room wakes the device if the buffer has something to read;
// - position() where the device takes buffers, position_of_used() where it hands them back; what results show of them;
// - may_poll(): whether an opaque is one;
// - follow_used(), follow_suppressed() and may_interrupt() for what the recorded device chose.
template <class Format>
class ReplayedRingOf final : public ReplayedRing {
 public:
  ReplayedRingOf(const TraceConfig& config, std::size_t adds)
      : config_(config),
        memory_(kTables - ring_bytes(), ring_bytes() + IndirectTablePool::bytes(slots(adds))),
        area_(Format::layout(memory_.base(), config.size)),
        parts_(Format::parts(area_, config.size)),
        tables_(memory_, kTables, slots(adds)),
        driver_(memory_, area_,
                {.size = config.size,
                 .indirect_desc = config.indirect_desc,
                 .event_idx = config.event_idx,
                 .flavour = config.flavour,
                 .longest_chain = longest_chain(),
                 .check_used = false},
                &tables_),
        device_(memory_, area_,
                {.size = config.size,
                 .indirect_desc = config.indirect_desc,
                 .event_idx = config.event_idx,
                 .longest_chain = longest_chain(),
                 .data = {trace_address(0, 0), trace_address(kMaxTraceToken + 1, 0)}}),
        token_of_(config.size) {}

  Json run(const Operation& operation, const Json& recorded) override {
    Json result = carry_out(operation, recorded);
    std::erase_if(live_, [this](const auto& table) { return !tables_.in_use(table.first); });
    return result;
  }

  Json state(bool parsed) const override {
    Json state;
    state["driver"] = Format::state(driver_, config_);
    state["device"] = Format::state(device_);
    state["hex"] = Json::object();
    for (const TracedPart& part : parts_) state["hex"][part.name] = to_hex(bytes(part.address, part.bytes));
    if (parsed)
      for (const TracedPart& part : parts_) state[part.name] = to_fields(part.layout, bytes(part.address, part.bytes));
    state["indirect"] = Json::object();
    for (const auto& [slot, entries] : live_) {
      const std::uint64_t address = tables_.address(slot);
      state["indirect"][address_text(address)] = to_hex(bytes(address, desc_bytes(entries)));
    }
    return state;
  }

 private:
  static constexpr std::uint64_t kTables = 0x2'0000'0000;  // where traces have their indirect tables
  static constexpr std::uint32_t kTableBytes = 4096;
  static constexpr std::uint64_t kNoHead = 0x10000;

  // A buffer that the device has taken.
  struct Held {
    Token token;
    std::uint16_t head;
    bool writable;  // whether it has room for anything
  };

  [[nodiscard]] std::uint64_t ring_bytes() const { return align_up(Format::bytes(config_.size), kLegacyAlign); }
  [[nodiscard]] std::uint32_t slots(std::size_t adds) const {
    return static_cast<std::uint32_t>(std::clamp<std::size_t>(adds, 1, config_.size));
  }
  // Linux does not look at the length of a chain; it ends where the ring or the table does.
  [[nodiscard]] std::uint16_t longest_chain() const {
    return std::max<std::uint16_t>(config_.size, kTableBytes / sizeof(Descriptor));
  }
  [[nodiscard]] std::span<const std::byte> bytes(std::uint64_t address, std::uint64_t count) const {
    return {memory_.at(address, count), count};
  }

  Json carry_out(const Operation& operation, const Json& recorded) {
    switch (operation.op) {
      case RingOp::kAdd: return add(operation);
      case RingOp::kKickPrepare: return {{"needs_kick", number(driver_.kick_prepare())}};
      case RingOp::kNotify: return {{"ok", number(!driver_.broken())}};
      case RingOp::kKick: return {{"notified", number(driver_.kick_prepare())}};
      case RingOp::kGet: {
        const auto used = driver_.get_buf();
        if (!used) return {{"token", nullptr}};
        return {{"token", used->token}, {"len", used->len}};
      }
      case RingOp::kDisableCb: driver_.disable_cb(); break;
      case RingOp::kEnableCb: return {{"ret", number(driver_.enable_cb())}};
      case RingOp::kEnableCbDelayed: return {{"ret", number(driver_.enable_cb_delayed())}};
      case RingOp::kEnableCbPrepare:
        if (linux36()) return not_there();
        return {{"ret", driver_.enable_cb_prepare()}};
      case RingOp::kPoll:
        if (linux36()) return not_there();
        return {{"ret", number(poll(static_cast<std::uint16_t>(operation.number), recorded))}};
      case RingOp::kIrq: {
        const int handled = number(driver_.on_interrupt());
        return {{"handled", handled}, {"callbacks", handled}};
      }
      case RingOp::kDetach: {
        const auto token = driver_.detach_unused();
        if (!token) return {{"token", nullptr}};
        return {{"token", *token}};
      }
      case RingOp::kKmfail: tables_.set_failing(operation.number != 0); break;
      case RingOp::kPop: return pop();
      case RingOp::kComplete: return complete(operation, recorded);
      case RingOp::kNeedInterrupt: return {{"needs_interrupt", number(needs_interrupt(recorded))}};
      case RingOp::kNotifyOn: return Format::notify_on(device_);
      case RingOp::kNotifyOff:
        device_.suppress_notifications();
        if (recorded.is_object()) Format::follow_suppressed(memory_, area_, recorded);
        break;
      case RingOp::kFfwd: return fast_forward(operation.number, recorded);
    }
    return Json::object();
  }

  // Linux looks behind the ring if it is told to; what it finds there is not known.
  bool poll(std::uint16_t opaque, const Json& recorded) {
    if (Format::may_poll(opaque, config_.size)) return driver_.poll(opaque);
    return recorded_count(recorded, "ret", 0) == 1;
  }

  // Linux 3.6 has not split enable_cb in two yet.
  static Json not_there() { return {{"skipped", 1}}; }
  [[nodiscard]] static int number(bool value) { return value ? 1 : 0; }
  [[nodiscard]] bool linux36() const { return config_.flavour == RingFlavour::kLinux36; }

  Json add(const Operation& operation) {
    const std::uint32_t tables_before = tables_.in_use();
    const AddResult added = submit(operation);
    const bool refused = added.status != AddStatus::kOk && added.status != AddStatus::kBroken;
    // Linux has one word for "full now" and "never fits", and with the split ring wakes the device in either case.
    const bool woken = added.notify || (refused && Format::kRefusalWakes && operation.out_lists > 0);
    const int rc = added.ok() ? 0 : refused ? kNoSpace : kInputOutput;
    if (added.ok()) token_of_[driver_.last_head()] = operation.token;
    if (tables_.in_use() > tables_before) note_table(static_cast<std::uint32_t>(operation.entries.size()));
    Json result = {{"rc", rc}};
    if (linux36()) result["ret"] = added.ok() ? driver_.num_free() : rc;  // what is left
    result["head"] = added.ok() ? driver_.last_head() : -1;
    result["forced_notify"] = number(woken);
    return result;
  }

  // By the call that the recorded kernel had.
  AddResult submit(const Operation& operation) {
    const std::span<const Segment> entries = operation.entries;
    if (linux36()) {
      std::size_t out = 0;
      for (std::size_t i = 0; i < operation.out_lists; ++i) out += operation.list_sizes[i];
      return driver_.add_buf(entries, static_cast<std::uint16_t>(out), static_cast<std::uint16_t>(entries.size() - out),
                             operation.token);
    }
    std::vector<std::span<const Segment>> lists;
    std::size_t begin = 0;
    for (const std::size_t size : operation.list_sizes) {
      lists.push_back(entries.subspan(begin, size));
      begin += size;
    }
    return driver_.add_sgs(lists, operation.out_lists, lists.size() - operation.out_lists, operation.token);
  }

  // A table has just been taken: the lowest slot that was free.
  void note_table(std::uint32_t entries) {
    std::uint32_t slot = 0;
    while (live_.contains(slot)) ++slot;
    ensure(tables_.in_use(slot), "tables take the lowest free slot");
    live_[slot] = entries;
  }

  [[nodiscard]] bool take() {
    if (!device_.pop(chain_)) return false;
    held_.push_back({token_of_[chain_.head()], chain_.head(), chain_.writable_bytes() != 0});
    return true;
  }

  Json pop() {
    const auto before = Format::position(device_);
    if (!take()) return {{"rc", device_.broken() ? kInvalid : 0}};
    Json result = {{"rc", 1}};
    Format::show_popped(result, chain_.head(), before, Format::position(device_), config_.size);
    result["token"] = held_.back().token;
    result["readable"] = segments(chain_.readable());
    result["writable"] = segments(chain_.writable());
    return result;
  }

  static Json segments(std::span<const Segment> list) {
    Json json = Json::array();
    for (const Segment& segment : list) json.push_back(Json::array({address_text(segment.addr), segment.len}));
    return json;
  }

  Json complete(const Operation& operation, const Json& recorded) {
    const std::uint64_t head = recorded_count(recorded, "head", kNoHead);
    auto chosen = held_.end();
    for (auto held = held_.begin(); held != held_.end(); ++held) {
      if (held->token != operation.token) continue;
      if (chosen == held_.end() || held->head == head) chosen = held;
    }
    if (chosen == held_.end()) return {{"rc", kInvalid}};
    const Held done = *chosen;
    const auto position = Format::position_of_used(device_);
    finish(chosen, operation.number);
    if (recorded.is_object() && done.writable != (operation.number != 0))
      Format::follow_used(memory_, area_, position, recorded);
    return {{"rc", 0}, {"head", done.head}, {"len", operation.number}};
  }

  // A number of the recorded result.
  static std::uint64_t recorded_count(const Json& step, const char* name, std::uint64_t otherwise) {
    if (!step.is_object()) return otherwise;
    const Json& result = step["result"];
    const auto count = result.find(name);
    return count != result.end() && count->is_number_unsigned() ? count->get<std::uint64_t>() : otherwise;
  }

  void finish(typename std::vector<Held>::iterator held, std::uint32_t len) {
    device_.push(held->head, len);
    held_.erase(held);
  }

  bool needs_interrupt(const Json& recorded) {
    const auto looked = std::exchange(looked_at_used_, Format::position_of_used(device_));
    if (device_.should_interrupt()) return true;
    return recorded.is_object() && recorded["result"] == Json{{"needs_interrupt", 1}} &&
           Format::may_interrupt(memory_, area_, looked, looked_at_used_, config_.size);
  }

  // A cycle in which a buffer cannot be added, or the device gets another one, ends it; if the recorded one went on, so
  // does this one.
  Json fast_forward(std::uint32_t cycles, const Json& recorded) {
    const std::uint64_t went_on = recorded_count(recorded, "cycles", 0);
    std::uint32_t kicks = 0;
    std::uint32_t done = 0;
    while (done < cycles && (cycle(kicks) || done < went_on)) ++done;
    return {{"cycles", done}, {"kicks", kicks}};
  }

  // Whether all of it could be done.
  bool cycle(std::uint32_t& kicks) {
    constexpr Token kToken = 4000;
    const Segment entry{trace_address(kToken, 0), 16};
    if (!driver_.add_buf({&entry, 1}, 1, 0, kToken).ok()) return false;
    token_of_[driver_.last_head()] = kToken;
    if (driver_.kick_prepare()) ++kicks;
    (void)take();
    const auto held = std::find_if(held_.begin(), held_.end(), [](const Held& h) { return h.token == kToken; });
    const bool taken = held != held_.end();
    if (taken) finish(held, 0);
    (void)needs_interrupt(nullptr);
    (void)driver_.get_buf();
    return taken;
  }

  TraceConfig config_;
  GuestMemory memory_;
  RingArea area_;
  std::vector<TracedPart> parts_;
  IndirectTablePool tables_;
  typename Format::Driver driver_;
  typename Format::Device device_;
  Chain chain_;
  std::vector<Token> token_of_;                  // of the buffer that was last added with a head
  std::vector<Held> held_;                       // in the order in which they were taken
  typename Format::Position looked_at_used_{};   // where the device was when it last thought of an interrupt
  std::map<std::uint32_t, std::uint32_t> live_;  // slot of an indirect table -> its descriptors
};

}  // namespace vqlab
