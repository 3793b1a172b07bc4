#include "tests/support/simgrid_reference.hpp"

#include <simgrid/kernel/resource/Model.hpp>

#include "sim/engine/simgrid_api.hpp"

namespace vqlab::test {

namespace api = simgrid_api;
namespace s4u = simgrid::s4u;

std::vector<double> transfer_ends_by_simgrid(const std::vector<BusTransfer>& transfers, double total_bytes_per_ns,
                                             double flow_bytes_per_ns) {
  int count = 4;
  char program[] = "reference";
  std::string precision = api::kPrecisionOfTime;
  std::string solver = api::kPrecisionOfWork;
  char log[] = "--log=root.threshold:error";
  char* arguments[] = {program, precision.data(), solver.data(), log, nullptr};
  s4u::Engine engine(&count, arguments);
  auto* zone = api::add_zone(engine, "zone");
  auto* host = api::add_host(*zone, "bus", total_bytes_per_ns * 1e9)->seal();
  zone->seal();
  std::vector<double> ends(transfers.size());
  for (std::size_t i = 0; i < transfers.size(); ++i)
    api::add_actor(*host, "transfer", [&, i] {
      s4u::this_actor::sleep_until(seconds(transfers[i].begin.time_since_epoch()));
      auto exec = s4u::this_actor::exec_init(static_cast<double>(transfers[i].bytes));
      exec->set_bound(flow_bytes_per_ns * 1e9);
      exec->wait();
      ends[i] = s4u::Engine::get_clock() * 1e9;
    });
  engine.run();
  return ends;
}

std::uint32_t models_asked_once() {
  std::uint32_t count = 0;
  for (auto* model : s4u::Engine::get_instance()->get_all_models())
    if (!model->next_occurring_event_is_idempotent()) ++count;
  return count;
}

}  // namespace vqlab::test
