#include "analysis/ring/replay/trace.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "analysis/ring/replay/gunzip.hpp"
#include "analysis/scenario/fault.hpp"
#include "analysis/scenario/object_reader.hpp"
#include "models/virtqueue/layout.hpp"

namespace vqlab {
namespace {

constexpr std::size_t kMostKeys = 100;
constexpr std::size_t kMostFaults = 20;  // a file that is wrong in one way is wrong in every step

class TraceReader {
 public:
  TraceReader(FaultList& faults, const TraceLimits& limits) : faults_(faults), cycles_left_(limits.ffwd_cycles) {}

  RingTrace read(Json& document) {
    ObjectReader top = reader(document, "$", {"scenario", "source", "config", "initial", "steps"});
    (void)top.text("scenario");
    const std::string source = top.required_text("source");
    if (const Json* config = top.require("config", "an object")) read_config(*config);
    if (top.find("source") != nullptr) choose_flavour(source, top.path("source"));
    const Json* initial = top.require("initial", "an object");
    const Json* steps = top.require("steps", "a list of steps");
    if (steps != nullptr && !steps->is_array())
      faults_.add(FaultKind::kSchema, top.path("steps"), show(*steps), "a list of steps");
    if (!faults_.empty()) return {};  // what follows depends on the configuration

    check_state(*initial, "$.initial", {});
    for (std::size_t i = 0; i < steps->size() && faults_.faults().size() < kMostFaults; ++i)
      read_step((*steps)[i], element_path("$.steps", i));
    if (!faults_.empty()) return {};
    trace_.initial = std::move(document["initial"]);
    for (std::size_t i = 0; i < trace_.steps.size(); ++i) trace_.steps[i].recorded = std::move(document["steps"][i]);
    return std::move(trace_);
  }

 private:
  // Of an object with too many keys to name them all, nothing is read.
  ObjectReader reader(const Json& json, const std::string& path, const std::vector<std::string>& known) {
    static const Json empty = Json::object();
    if (!json.is_object() || json.size() <= kMostKeys) return {json, path, known, faults_};
    faults_.add(FaultKind::kSchema, path, std::to_string(json.size()) + " keys", one_of(known));
    return {empty, path, known, faults_};
  }

  void read_config(const Json& json) {
    ObjectReader config = reader(json, "$.config", {"num", "packed", "indirect", "event_idx", "version_1"});
    trace_.config.packed = flag(config, "packed");
    trace_.config.indirect_desc = flag(config, "indirect");
    trace_.config.event_idx = flag(config, "event_idx");
    const bool version_1 = flag(config, "version_1");
    if (trace_.config.packed && !version_1)
      faults_.add(FaultKind::kMeaning, config.path("version_1"), "0", "1, which the packed ring needs");
    const bool packed = trace_.config.packed;
    const std::string accepted = packed ? "a queue size: 1 to 32768" : "a queue size: a power of two from 1 to 32768";
    const Json* num = config.require("num", accepted);
    if (num == nullptr) return;
    const std::uint64_t size = num->is_number_unsigned() ? num->get<std::uint64_t>() : 0;
    if (size == 0 || size > kMaxQueueSize || (!packed && !valid_queue_size(static_cast<std::uint32_t>(size))))
      faults_.add(FaultKind::kSchema, config.path("num"), show(*num), accepted);
    else
      trace_.config.size = static_cast<std::uint16_t>(size);
  }

  bool flag(ObjectReader& config, const std::string& key) {
    const Json* member = config.require(key, "0 or 1");
    if (member == nullptr) return false;
    const std::uint64_t value = member->is_number_unsigned() ? member->get<std::uint64_t>() : 2;
    if (value > 1) faults_.add(FaultKind::kSchema, config.path(key), show(*member), "0 or 1");
    return value == 1;
  }

  void choose_flavour(std::string_view source, const std::string& path) {
    const auto is = [&](std::string_view name) { return source.substr(0, name.size()) == name; };
    if (is("linux 6.1 ") || is("linux 6.1."))
      trace_.config.flavour = RingFlavour::kLinux61;
    else if (is("linux 3.6 ") && !trace_.config.packed)
      trace_.config.flavour = RingFlavour::kLinux36;
    else
      faults_.add(FaultKind::kSchema, path, "\"" + std::string(source) + "\"",
                  "what begins with \"linux 6.1.\", or for a split ring with \"linux 3.6 \"");
  }

  // Parts of the ring that a step has in hex, and their bytes.
  [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> parts() const {
    const std::uint32_t size = trace_.config.size;
    if (trace_.config.packed) return {{"desc", desc_bytes(size)}, {"driver_event", 4}, {"device_event", 4}};
    return {{"desc", desc_bytes(size)}, {"avail", avail_bytes(size)}, {"used", used_bytes(size)}};
  }

  // `more`: the keys that a step has beside those of the initial state.
  void check_state(const Json& json, const std::string& path, const std::vector<std::string>& more) {
    std::vector<std::string> known = more;
    known.insert(known.end(), {"driver", "device", "hex", "indirect"});
    for (const auto& part : parts()) known.push_back(part.first);
    ObjectReader state = reader(json, path, known);
    for (const char* key : {"driver", "device"})
      if (const Json* member = state.require(key, "an object"); member != nullptr && !member->is_object())
        faults_.add(FaultKind::kSchema, state.path(key), show(*member), "an object");
    if (const Json* hex = state.require("hex", "an object")) check_hex(*hex, state.path("hex"));
    if (const Json* tables = state.find("indirect")) check_tables(*tables, state.path("indirect"));
  }

  void check_hex(const Json& json, const std::string& path) {
    std::vector<std::string> known;
    for (const auto& part : parts()) known.push_back(part.first);
    ObjectReader hex = reader(json, path, known);
    for (const auto& [name, bytes] : parts())
      if (const Json* text = hex.require(name, hex_of(bytes)); text != nullptr && !is_hex(*text, bytes))
        faults_.add(FaultKind::kSchema, hex.path(name), show(*text), hex_of(bytes));
  }

  void check_tables(const Json& json, const std::string& path) {
    if (!json.is_object()) {
      faults_.add(FaultKind::kSchema, path, show(json), "an object: address of a table to its bytes in hex");
      return;
    }
    for (const auto& [address, text] : json.items()) {
      if (faults_.faults().size() >= kMostFaults) return;
      const std::size_t digits = text.is_string() ? text.get_ref<const std::string&>().size() : 0;
      if (digits == 0 || digits % 32 != 0 || !is_hex(text, digits / 2))
        faults_.add(FaultKind::kSchema, member_path(path, address), show(text),
                    "lower-case hex digits, 32 for each descriptor");
    }
  }

  static std::string hex_of(std::uint64_t bytes) {
    return std::to_string(2 * bytes) + " lower-case hex digits, the " + std::to_string(bytes) + " bytes of memory";
  }

  static bool is_hex(const Json& json, std::uint64_t bytes) {
    if (!json.is_string()) return false;
    const std::string& text = json.get_ref<const std::string&>();
    return text.size() == 2 * bytes && std::all_of(text.begin(), text.end(), [](char c) {
             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
  }

  void read_step(const Json& json, const std::string& path) {
    check_state(json, path, {"op", "result"});
    if (!json.is_object()) return;
    if (const auto result = json.find("result"); result == json.end() || !result->is_object())
      faults_.add(FaultKind::kSchema, path + ".result", result != json.end() ? show(*result) : "nothing", "an object");
    const auto op = json.find("op");
    if (op == json.end() || !op->is_string()) {
      faults_.add(FaultKind::kSchema, path + ".op", op != json.end() ? show(*op) : "nothing", "an operation");
      return;
    }
    OperationOrFault parsed = parse_operation(op->get_ref<const std::string&>());
    if (!parsed.accepted.empty()) {
      faults_.add(FaultKind::kSchema, path + ".op", show(*op), parsed.accepted, parsed.nearest);
      return;
    }
    count_cycles(parsed.operation, path + ".op", show(*op));
    trace_.steps.push_back({op->get<std::string>(), std::move(parsed.operation), {}});
  }

  void count_cycles(const Operation& operation, const std::string& path, const std::string& found) {
    if (operation.op != RingOp::kFfwd) return;
    if (operation.number > cycles_left_)
      faults_.add(FaultKind::kMeaning, path, found,
                  "at most " + std::to_string(cycles_left_) + " more cycles in this trace");
    cycles_left_ -= std::min<std::uint64_t>(operation.number, cycles_left_);
  }

  FaultList& faults_;
  std::uint64_t cycles_left_;
  RingTrace trace_;
};

TraceOrFaults unreadable(const std::string& file, std::string found) {
  return {std::nullopt, {{FaultKind::kSyntax, file, "file", std::move(found), "a ring trace, plain or gzip", ""}}};
}

}  // namespace

TraceOrFaults parse_trace(const std::string& bytes, const std::string& file, const TraceLimits& limits) {
  Unpacked unpacked;
  if (is_gzip(bytes)) {
    unpacked = gunzip(bytes, limits.text_bytes);
    if (!unpacked.text) return unreadable(file, unpacked.fault);
  } else if (bytes.size() > limits.text_bytes) {
    return unreadable(file, "more than " + std::to_string(limits.text_bytes) + " bytes");
  }
  FaultList faults(file);
  auto document = parse_document(unpacked.text ? *unpacked.text : bytes, faults);
  TraceOrFaults result;
  if (document && faults.empty()) result.trace = TraceReader(faults, limits).read(*document);
  if (!faults.empty()) result.trace.reset();
  result.faults = std::move(faults.faults());
  return result;
}

TraceOrFaults load_trace(const std::string& file, const TraceLimits& limits) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in.is_open() || std::filesystem::is_directory(file, error)) return unreadable(file, "nothing that can be read");
  std::string bytes;
  std::array<char, 65536> piece{};
  do {
    in.read(piece.data(), piece.size());
    bytes.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  } while (in && bytes.size() <= limits.text_bytes);
  return parse_trace(bytes, file, limits);
}

}  // namespace vqlab
