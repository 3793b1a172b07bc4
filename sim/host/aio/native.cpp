#include "models/testbed/testbed_check.hpp"
#include "sim/host/direct_io.hpp"

namespace vqlab::sim {
namespace {

struct Native {
  Cost submit_call_ns{500};
  Cost submit_ns{1500};

  friend bool operator==(const Native&, const Native&) = default;
};

const ParamTable& params_of(const Native*) {
  static const ParamTable table{
      "native",
      "aio \"native\": Linux AIO on a file opened with O_DIRECT.",
      {
          cost("submit_call_ns", &Native::submit_call_ns, {100, 5000}, ResourceId::kMainLoop,
               "One call of io_submit(2), without its requests.",
               "a system call of the host with its eventfd: 0.2 to 1 us; from memory"),
          cost("submit_ns", &Native::submit_ns, {300, 6000}, ResourceId::kMainLoop,
               "Each request of an io_submit(2): the host's block layer and its driver.",
               "1 to 3 us on an NVMe drive, from memory; 14.4 k instructions for a whole direct read on Linux 6.1, "
               "measured"),
      }};
  return table;
}

const PartParamsRegistration<Native> params;

const AioRegistration registered{
    "native",
    {.help = "Linux AIO: the thread that serves the queue submits the requests itself, and the device's completions "
             "wake it.",
     .hand_over =
         [](const Testbed& testbed) {
           const Native& native = testbed.parts.get<Native>();
           return HandOver{native.submit_ns.mean_ns, native.submit_call_ns.mean_ns};
         }},
    [](const HostSetup& setup, AioListener& listener, const std::string& owner) -> std::unique_ptr<Aio> {
      const Native& native = setup.testbed.parts.get<Native>();
      return std::make_unique<DirectIo>(setup, listener, DirectIoCosts{native.submit_call_ns, native.submit_ns},
                                        "host/native" + owner);
    }};

const TestbedCheckRegistration check{
    {.params = {"host.aio", "host.backend"},
     .rule = "a back end that moves no data through the page cache (aio \"native\" opens it with O_DIRECT)",
     .holds = [](const Testbed& testbed) {
       const BackendEntry* const backend = Registry<BackendEntry>::instance().find(testbed.host.backend);
       return testbed.host.aio != "native" || backend == nullptr || backend->work(1).copy_bytes == 0;
     }}};

}  // namespace
}  // namespace vqlab::sim
