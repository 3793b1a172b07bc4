#include <memory>

#include "models/backend/backend.hpp"
#include "models/backend/flash_device.hpp"

namespace vqlab {

const ParamTable& params_of(const Flash*) {
  static const ParamTable table{
      "flash",
      "A flash device behind all targets; the back end is \"flash\". Defaults: a TLC drive of 2 TB on PCIe 3.0 x4.",
      {
          integer("channels", &Flash::channels, {1, 256}, "channels", "Channels between the controller and the dies.",
                  "8: common for PCIe 3.0 x4, as in NVMeVirt's fit of a Samsung 970 PRO"),
          integer("dies_per_channel", &Flash::dies_per_channel, {1, 256}, "dies",
                  "Dies on each channel; they read and program at the same time.",
                  "48 dies of 384 Gbit make 2 TB and its spare area; die size from memory"),
          size("page_bytes", &Flash::page_bytes, {512, 1 << 20},
               "Bytes that lie on one die together. A larger request is spread over several dies, page by page.",
               "16 KiB: 3D TLC NAND, from memory"),
          number("channel_gb_per_s", &Flash::channel_gb_per_s, {0.001, 100}, "GB/s",
                 "Transfer rate of one channel, in 10^9 bytes per second.",
                 "NV-DDR2 of ONFI 3, from memory; 8 channels then carry the 3.2 GB/s of Intel's P4500 (data sheet)")
              .serves(ResourceId::kDeviceLinks),
          cost("command_ns", &Flash::command_ns, {100, 50000}, ResourceId::kDeviceCommands,
               "Time that the controller takes for each request. It handles one request after the other. 0: the "
               "controller is no limit.",
               "490,000 random reads of 4 KiB in a second: data sheet of Intel's P4500, 2 TB"),
          cost("controller_ns", &Flash::controller_ns, {100, 50000}, ResourceId::kDeviceLatency,
               "Latency that fetching the command, translating the address and PCIe add to a request. Many requests "
               "pass this stage at the same time.",
               "20 us for a random write of 4 KiB (data sheet of Intel's P4500), less command and transfer"),
          cost("read_ns", &Flash::read_ns, {500, 500000}, ResourceId::kDeviceDies,
               "Reading a page, or a part of it, from a die's cells.",
               "85 us for a random read of 4 KiB (data sheet of Intel's P4500, 2 TB), less the rest of its path")
              .acts_if(ConditionId::kReads),
          cost("program_ns", &Flash::program_ns, {1000, 5e6}, ResourceId::kDeviceDies,
               "Programming a page, or a part of it, into a die's cells.",
               "48 pages of 16 KiB at a time make 1.05 GB/s of sequential writes: data sheet of Intel's P4500, 2 TB")
              .acts_if(ConditionId::kWrites),
          boolean(
              "write_cache", &Flash::write_cache,
              "true: a write is complete when its dies have received its data. false: when they have programmed it.")
              .acts_if(ConditionId::kWrites)
              .read_if<Flash>([](const Flash& flash) { return flash.program_ns.mean_ns > 0; },
                              "flash.program_ns is above 0"),
      }};
  return table;
}

namespace {

const PartParamsRegistration<Flash> params;

// A request that begins within a page touches one more page than this.
DeviceLimit limit_of_flash(const DeviceSource& source, std::uint64_t bytes, bool write) {
  const Flash& flash = source.params.get<Flash>();
  const auto pages = static_cast<double>((bytes + flash.page_bytes - 1) / flash.page_bytes);
  const double transfer = static_cast<double>(bytes) / flash.channel_gb_per_s;
  const double cells = write ? flash.program_ns.mean_ns : flash.read_ns.mean_ns;
  const double dies = double{1} * flash.channels * flash.dies_per_channel;
  const bool waits = !write || !flash.write_cache;
  return {.between = {flash.command_ns.mean_ns, pages * cells / dies, transfer / flash.channels},
          .latency = flash.command_ns.mean_ns + flash.controller_ns.mean_ns + transfer / pages + (waits ? cells : 0)};
}

const BackendRegistration registered{
    "flash",
    {.help = "A flash device: dies behind channels behind a controller. It moves the data by itself (O_DIRECT).",
     .work =
         [](std::uint64_t) {
           return BackendWork{0, 0};
         },
     .device = [](const DeviceSetup& setup) -> std::unique_ptr<StorageDevice> {
       return std::make_unique<FlashDevice>(setup.source.params.get<Flash>(), setup.random);
     },
     .limit = limit_of_flash}};

}  // namespace
}  // namespace vqlab
