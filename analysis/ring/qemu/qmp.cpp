#include "analysis/ring/qemu/qmp.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analysis/ring/qemu/error.hpp"

namespace vqlab::qemu {
namespace {

using Json = nlohmann::json;

Json parse(const std::string& line) {
  Json message = Json::parse(line, nullptr, false);
  if (!message.is_object()) throw Error("QEMU's monitor says '" + line + "', which is no JSON object");
  return message;
}

// The device that an event says has gone; empty for anything else.
std::string deleted_device(const Json& message) {
  if (message.value("event", "") != "DEVICE_DELETED") return {};
  return message.value("/data/device"_json_pointer, "");
}

}  // namespace

Qmp::Qmp(FileHandle socket) : lines_(std::move(socket), "QEMU's monitor") {
  const Json greeting = parse(lines_.receive());
  const Json version = greeting.value("/QMP/version/qemu"_json_pointer, Json::object());
  if (!version.contains("major")) throw Error("QEMU's monitor does not greet with its version");
  version_ = fmt::format("{}.{}.{}", version["major"].dump(), version["minor"].dump(), version["micro"].dump());
  execute("qmp_capabilities", "{}");
}

void Qmp::execute(const std::string& command, const std::string& arguments) {
  lines_.send(fmt::format(R"({{"execute": "{}", "arguments": {}}})", command, arguments));
  for (;;) {
    const Json message = parse(lines_.receive());
    if (message.contains("return")) return;
    if (const std::string deleted = deleted_device(message); !deleted.empty()) last_deleted_ = deleted;
    if (message.contains("error"))
      throw Error(fmt::format("QEMU refuses {} {}: {}", command, arguments, message["error"].value("desc", "")));
  }
}

void Qmp::plug_disk(const std::string& id, const std::string& node, const std::string& bus, std::uint32_t target) {
  execute("device_add", fmt::format(R"({{"driver": "scsi-hd", "id": "{}", "drive": "{}", "bus": "{}.0", "channel": 0, )"
                                    R"("scsi-id": {}, "lun": 0}})",
                                    id, node, bus, target));
}

void Qmp::unplug(const std::string& id) {
  last_deleted_.clear();
  execute("device_del", fmt::format(R"({{"id": "{}"}})", id));  // the event may come before the answer
  while (last_deleted_ != id) last_deleted_ = deleted_device(parse(lines_.receive()));
}

void Qmp::limit(const std::string& id, std::uint64_t bytes_per_s) {
  execute("block_set_io_throttle",
          fmt::format(R"({{"id": "{}", "bps": {}, "bps_rd": 0, "bps_wr": 0, "iops": 0, "iops_rd": 0, "iops_wr": 0}})",
                      id, bytes_per_s));
}

}  // namespace vqlab::qemu
