#include "sim/engine/simgrid_world.hpp"

#include <cmath>
#include <simgrid/kernel/resource/Model.hpp>
#include <utility>

#include "sim/engine/simgrid_api.hpp"

namespace vqlab::sim {
namespace {

namespace api = simgrid_api;
namespace s4u = simgrid::s4u;

Instant to_instant(double clock_s) { return Instant{Duration{std::llround(clock_s * 1e9)}}; }

// Runs the calendar inside the longest jump that SimGrid allows. A model that is not idempotent is asked last, with
// that jump: the hook through which SimGrid embeds ns-3. There can be only one in an engine.
class CalendarModel final : public simgrid::kernel::resource::Model {
 public:
  explicit CalendarModel(Calendar& calendar) : Model("vqlab-calendar"), calendar_(calendar) {}

  bool next_occurring_event_is_idempotent() override { return false; }

  double next_occurring_event(double longest_jump) override {
    // Nothing pending in SimGrid: without a horizon the calendar would run for ever. The actors that are left end the
    // run.
    if (longest_jump < 0) return -1.0;
    const double start = s4u::Engine::get_clock();
    const Instant horizon = to_instant(start + longest_jump);
    const Instant reached = calendar_.run_until(horizon);
    return reached == horizon ? longest_jump : seconds(reached.time_since_epoch()) - start;
  }

  void update_actions_state(double /*now*/, double /*delta*/) override {}

 private:
  Calendar& calendar_;
};

// SimGrid reads its settings from arguments alone. The default precision of 1e-9 s would swallow nanoseconds.
s4u::Engine& make_engine() {
  static bool made = false;
  ensure(!std::exchange(made, true), "a second world in one process would start at the first one's clock");
  static int count = 4;
  static char program[] = "vqlab";
  static std::string precision = api::kPrecisionOfTime;
  static char tracing[] = "--cfg=tracing:no";
  static char log[] = "--log=root.threshold:error";
  static char* arguments[] = {program, precision.data(), tracing, log, nullptr};
  static s4u::Engine engine(&count, arguments);
  return engine;
}

}  // namespace

struct SimGridWorld::Impl {
  Impl(const std::vector<PlatformHost>& hosts, StepOrder* order, TraceSink* trace)
      : calendar(order, trace), engine(make_engine()), alarm(s4u::Semaphore::create(0)) {
    auto* zone = api::add_zone(engine, "testbed");
    for (const PlatformHost& spec : hosts) {
      auto* host = api::add_host(*zone, spec.name, spec.core_speed)->set_core_count(static_cast<int>(spec.cores));
      if (spec.memory_bandwidth > 0) {
        auto* memory = api::add_link(*zone, spec.name + "/memory", spec.memory_bandwidth)->set_latency(0)->seal();
        api::add_loopback(*zone, *host, *memory);
      }
      host->seal();
    }
    zone->seal();
    model = std::make_shared<CalendarModel>(calendar);
    engine.add_model(model);
    s4u::Engine::on_time_advance_cb([this](double) {
      if (!woken) return;
      woken = false;
      for (; sleepers > 0; --sleepers) alarm->release();
    });
  }

  Calendar calendar;
  s4u::Engine& engine;
  s4u::SemaphorePtr alarm;
  std::uint32_t sleepers = 0;
  bool woken = false;
  std::shared_ptr<CalendarModel> model;
};

namespace {

class ActorFace final : public CoarseActor {
 public:
  ActorFace(s4u::Semaphore& alarm, std::uint32_t& sleepers) : alarm_(alarm), sleepers_(sleepers) {}

  void sleep(Duration time) override { s4u::this_actor::sleep_for(seconds(time)); }

  bool sleep_unless_woken(Duration time) override {
    ++sleepers_;
    const bool timed_out = alarm_.acquire_timeout(seconds(time));
    if (timed_out) --sleepers_;
    return !timed_out;
  }

 private:
  s4u::Semaphore& alarm_;
  std::uint32_t& sleepers_;
};

}  // namespace

SimGridWorld::SimGridWorld(const std::vector<PlatformHost>& hosts, StepOrder* order, TraceSink* trace)
    : impl_(std::make_unique<Impl>(hosts, order, trace)) {}

SimGridWorld::~SimGridWorld() = default;

Calendar& SimGridWorld::calendar() noexcept { return impl_->calendar; }

PlatformHost SimGridWorld::host(const std::string& name) const {
  const auto* host = s4u::Host::by_name(name);
  const auto* memory = s4u::Link::by_name_or_null(name + "/memory");
  return {name, static_cast<std::uint32_t>(host->get_core_count()), host->get_speed(),
          memory == nullptr ? 0.0 : memory->get_bandwidth()};
}

void SimGridWorld::add_actor(const std::string& name, const std::string& host, Kind kind,
                             std::function<void(CoarseActor&)> body) {
  auto actor = api::add_actor(*s4u::Host::by_name(host), name, [this, body = std::move(body)] {
    ActorFace face(*impl_->alarm, impl_->sleepers);
    body(face);
  });
  if (kind == Kind::kDaemon) actor->daemonize();
}

void SimGridWorld::wake() {
  impl_->woken = true;
  impl_->calendar.interrupt();
}

void SimGridWorld::run() { impl_->engine.run(); }

double SimGridWorld::clock_s() { return s4u::Engine::get_clock(); }

std::string SimGridWorld::simgrid_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  std::string version = std::to_string(major);
  for (const int part : {minor, patch}) {
    version += '.';
    version += std::to_string(part);
  }
  return version;
}

}  // namespace vqlab::sim
