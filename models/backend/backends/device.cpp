#include "models/backend/backend.hpp"
#include "models/backend/derive.hpp"

namespace vqlab {
namespace {

const BackendRegistration registered{
    "device",
    {.help = "Storage devices as their data sheets describe them: host.device, or each disk's own (disks). They move "
             "the data by themselves (O_DIRECT).",
     .work =
         [](std::uint64_t) {
           return BackendWork{0, 0};
         },
     .device = [](const DeviceSetup& setup) { return device_of(setup.source.sheet, setup.units, setup.random); },
     .limit = [](const DeviceSource& source, std::uint64_t bytes,
                 bool write) { return limit_of(source.sheet, bytes, write); },
     .by_sheet = true}};

}  // namespace
}  // namespace vqlab
