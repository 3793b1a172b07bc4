// SimGrid's interface as we use it, under one name each: SimGrid 4.0 has renamed how a platform is built and how its
// settings are called, 4.1 how an actor starts. What has not changed from 3.32 to 4.1 is called as it is.
//
// To be included by simgrid_*.cpp alone, here and in the tests. All pointers are SimGrid's own.
#pragma once

#include <functional>
#include <simgrid/s4u.hpp>
#include <simgrid/version.h>
#include <string>

namespace vqlab::simgrid_api {

namespace s4u = simgrid::s4u;

// Settings, for the arguments of an engine: how fine it takes time, and how fine it divides a resource's work.
#if SIMGRID_VERSION >= 40000
inline constexpr char kPrecisionOfTime[] = "--cfg=precision/timing:1e-12";
inline constexpr char kPrecisionOfWork[] = "--cfg=precision/work-amount:1e-12";
#else
inline constexpr char kPrecisionOfTime[] = "--cfg=surf/precision:1e-12";
inline constexpr char kPrecisionOfWork[] = "--cfg=maxmin/precision:1e-12";
#endif

// The one zone of a platform, in which every host may reach every other. Precondition: `engine` has no other.
inline s4u::NetZone* add_zone([[maybe_unused]] s4u::Engine& engine, const std::string& name) {
#if SIMGRID_VERSION >= 40000
  return engine.get_netzone_root()->add_netzone_full(name);
#else
  return s4u::create_full_zone(name);
#endif
}

// `speed` in flops per second.
inline s4u::Host* add_host(s4u::NetZone& zone, const std::string& name, double speed) {
#if SIMGRID_VERSION >= 40000
  return zone.add_host(name, speed);
#else
  return zone.create_host(name, speed);
#endif
}

// `bandwidth` in bytes per second.
inline s4u::Link* add_link(s4u::NetZone& zone, const std::string& name, double bandwidth) {
#if SIMGRID_VERSION >= 40000
  return zone.add_link(name, bandwidth);
#else
  return zone.create_link(name, bandwidth);
#endif
}

// What a host sends to itself crosses `link`.
inline void add_loopback(s4u::NetZone& zone, const s4u::Host& host, s4u::Link& link) {
#if SIMGRID_VERSION >= 40000
  zone.add_route(&host, &host, {s4u::LinkInRoute(&link)});
#else
  zone.add_route(host.get_netpoint(), host.get_netpoint(), nullptr, nullptr, {s4u::LinkInRoute(&link)});
#endif
}

inline s4u::ActorPtr add_actor(s4u::Host& host, const std::string& name, const std::function<void()>& body) {
#if SIMGRID_VERSION >= 40100
  return host.add_actor(name, body);
#elif SIMGRID_VERSION >= 40000
  return s4u::Engine::add_actor(name, &host, body);
#else
  return s4u::Actor::create(name, &host, body);
#endif
}

}  // namespace vqlab::simgrid_api
