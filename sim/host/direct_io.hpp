// The way to a device that needs no thread of its own: the caller's system call hands requests over, and the device's
// interrupt brings them back.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "models/base/fifo.hpp"
#include "sim/engine/process.hpp"
#include "sim/engine/sync.hpp"
#include "sim/host/host_part.hpp"

namespace vqlab::sim {

struct DirectIoCosts {
  Cost call_ns{};         // of handing over, however many requests
  Cost request_ns{};      // of each of them
  Cost cached_page_ns{};  // of each page of a request that the back end has in the page cache: it is copied at once
};

class DirectIo final : public Aio {
 public:
  // `stream` names its random stream. References must outlive the object. What no device has is served at once.
  DirectIo(const HostSetup& setup, AioListener& listener, const DirectIoCosts& costs, const std::string& stream);

  [[nodiscard]] Duration draw_submit(std::uint32_t requests) override;
  [[nodiscard]] std::uint32_t sleepers() const override { return 0; }
  void submit(HostRequest& request) override;
  [[nodiscard]] Duration in_submitter(const HostRequest& request) override;
  [[nodiscard]] std::uint64_t moved_by_submitter(const HostRequest& request) const override {
    return copies_ ? backend_.work(request.moved_bytes()).copy_bytes : 0;
  }

 private:
  // A request at the device; reused for request after request.
  struct Slot {
    Slot* next = nullptr;
    HostRequest* request = nullptr;
    Event taken;
    explicit Slot(Calendar& calendar) : taken(calendar) {}
  };
  Process serve(Slot& slot);
  void served(HostRequest& request);

  Machine& machine_;
  AioListener& listener_;
  const Storage& storage_;
  const BackendEntry& backend_;
  std::string backend_name_;
  bool copies_;  // the back end does
  RandomStream random_;
  CostSampler call_cost_;
  CostSampler request_cost_;
  CostSampler cached_page_cost_;
  std::deque<Slot> slots_;
  Fifo<Slot> free_;
  ProcessGroup processes_;
};

}  // namespace vqlab::sim
