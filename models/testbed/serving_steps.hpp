// The steps of a thread of the host that serves request queues, each as the sum of the costs that it consists of. The
// simulator draws them and the analytic models take their means: what is added here is known to both.
#pragma once

#include <cstdint>

#include "models/testbed/testbed.hpp"

namespace vqlab {

// File descriptors that QEMU's main loop polls in each iteration: the request queues, control and event queue of each
// device, and the process's own (thread pool, signals, monitor, timers).
[[nodiscard]] inline std::uint32_t descriptors_of_main_loop(const Testbed& testbed) {
  return testbed.request_queues() + 2 * testbed.controller_count() + 6;
}

// `Value` is what becomes of a cost, given the machine's speed: a sampler, or a mean. What a step takes is said by a
// meter for such values: meter.draw(value, parts...), where each part is a Meter::Part of a value and a Meter::Times.
template <class Value>
class ServingSteps {
 public:
  explicit ServingSteps(const Testbed& testbed)
      : ServingSteps(testbed.host_costs, testbed.hardware.speed(), cold_share_of_host_requests(testbed)) {}

  // An iteration's look at so many descriptors.
  template <class Meter>
  [[nodiscard]] auto poll(Meter& meter, typename Meter::Times descriptors) const {
    return meter.draw(iteration_, part<Meter>(descriptor_, descriptors));
  }
  // The same of a loop that pays for what is ready alone, or for what it polls. `others`: parts for that.
  template <class Meter, class... Parts>
  [[nodiscard]] auto iterate(Meter& meter, const Parts&... others) const {
    return meter.draw(iteration_, others...);
  }
  // Looking into a ring that was kicked, its requests apart: reading the doorbell's descriptor, and the pop that finds
  // nothing more.
  template <class Meter>
  [[nodiscard]] auto drain(Meter& meter) const {
    return meter.draw(drain_);
  }
  // Taking a request from its ring. `others`: further parts of the step.
  template <class Meter, class... Parts>
  [[nodiscard]] auto pop(Meter& meter, typename Meter::Times pages, const Parts&... others) const {
    return meter.draw(pop_, part<Meter>(pop_page_, pages), part<Meter>(cold_request_, 1), others...);
  }
  // Finding a served request in the list of those in flight.
  template <class Meter>
  [[nodiscard]] auto finish(Meter& meter, typename Meter::Times scanned) const {
    return meter.draw(finish_, part<Meter>(scan_entry_, scanned));
  }
  // Looking at so many of that list in vain.
  template <class Meter>
  [[nodiscard]] auto scan(Meter& meter, typename Meter::Times entries) const {
    return meter.draw_times(scan_entry_, entries);
  }
  // Its bottom half, but for the interrupt.
  template <class Meter>
  [[nodiscard]] auto complete(Meter& meter, typename Meter::Times pages) const {
    return meter.draw(complete_, part<Meter>(complete_page_, pages));
  }
  // Both at once, where there is no list to search.
  template <class Meter>
  [[nodiscard]] auto finish_and_complete(Meter& meter, typename Meter::Times pages) const {
    return meter.draw(finish_, part<Meter>(complete_, 1), part<Meter>(complete_page_, pages));
  }
  template <class Meter>
  [[nodiscard]] auto inject(Meter& meter) const {
    return meter.draw(inject_);
  }

 private:
  ServingSteps(const HostCosts& costs, double speed, double cold_share)
      : iteration_(costs.loop_iteration_ns, speed),
        descriptor_(costs.loop_fd_ns, speed),
        drain_(costs.drain_ns, speed),
        pop_(costs.pop_ns, speed),
        pop_page_(costs.pop_page_ns, speed),
        cold_request_(costs.cold_request_ns * cold_share, speed),
        finish_(costs.finish_ns, speed),
        scan_entry_(costs.scan_entry_ns, speed),
        complete_(costs.complete_ns, speed),
        complete_page_(costs.complete_page_ns, speed),
        inject_(costs.inject_ns, speed) {}

  template <class Meter>
  static typename Meter::Part part(const Value& value, typename Meter::Times count) {
    return {value, count};
  }

  Value iteration_;
  Value descriptor_;
  Value drain_;
  Value pop_;
  Value pop_page_;
  Value cold_request_;
  Value finish_;
  Value scan_entry_;
  Value complete_;
  Value complete_page_;
  Value inject_;
};

}  // namespace vqlab
