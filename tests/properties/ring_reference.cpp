// Random work on a ring against a queue that is too simple to be wrong: nothing is lost, nothing comes twice, and every
// descriptor is either free or in flight, across the wrap of the indices.
#include <deque>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <tuple>
#include <vector>

#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::AddApi;
using Ring = test::Ring<>;

enum class Step : std::uint8_t { kAdd, kPop, kPush, kGet };

struct Request {
  std::vector<Segment> flat;
  std::uint16_t out = 0;
  std::uint16_t descriptors = 0;  // of the ring
};

using Setting = std::tuple<AddApi, bool, bool, RingFlavour>;

class RingReference : public ::testing::TestWithParam<Setting> {};

// What a ring should do, as containers.
class Reference {
 public:
  Reference(const Setting& setting, std::uint32_t start)
      : api_(std::get<0>(setting)),
        indirect_(std::get<1>(setting)),
        ring_(test::options(8, indirect_, std::get<2>(setting), std::get<3>(setting)), 3) {
    ring_.fast_forward(start);
  }

  void add(std::uint16_t out, std::uint16_t in) {
    const Token token = next_token_++;
    Request request;
    request.out = out;
    for (std::uint16_t i = 0; i < out + in; ++i)
      request.flat.push_back({Ring::kData + token % 1000 * 1024 + i * 64U, 1U + i});
    const std::uint16_t before = ring_.driver.num_free();
    const std::uint32_t tables = ring_.pool.in_use();
    const AddResult result = ring_.add(request.flat, out, in, token, api_);
    const auto total = static_cast<std::uint16_t>(out + in);
    const std::size_t lists = (out != 0) + (in != 0);
    const bool wants_table =
        indirect_ && before > 0 && (api_ == AddApi::kPiecewise ? total > lists || before < total : total > 1);
    const bool has_table = wants_table && tables < 3;
    const bool may_go_direct = !wants_table || api_ != AddApi::kPiecewise;
    if (total > 8)
      RC_ASSERT(result.status == AddStatus::kNeverFits);
    else if (has_table || (may_go_direct && before >= total))
      RC_ASSERT(result.status == AddStatus::kOk);
    else if (!may_go_direct)
      RC_ASSERT(result.status == AddStatus::kNoMemory);
    else
      RC_ASSERT(result.status == AddStatus::kFullNow);
    const bool refused_with_out = result.status == AddStatus::kFullNow && out != 0 && api_ != AddApi::kPiecewise;
    RC_ASSERT(result.notify == refused_with_out);
    if (result.ok()) {
      request.descriptors = has_table ? 1 : total;
      requests_[token] = request;
      available_.push_back(token);
      if (ring_.driver.kick_prepare()) kicked_ = true;
    } else {
      RC_ASSERT(ring_.driver.num_free() == before);
      RC_ASSERT(ring_.pool.in_use() == tables);
    }
  }

  void pop() {
    RC_ASSERT(ring_.device.has_available() == !available_.empty());
    const bool popped = ring_.device.pop(ring_.chain);
    RC_ASSERT(popped == !available_.empty());
    if (!popped) return;
    RC_ASSERT(kicked_);  // the device was awake: what it takes had been announced
    const Token token = available_.front();
    available_.pop_front();
    const Request& request = requests_.at(token);
    const auto readable = ring_.chain.readable();
    const auto writable = ring_.chain.writable();
    RC_ASSERT(readable.size() == request.out);
    std::vector<Segment> all(readable.begin(), readable.end());
    all.insert(all.end(), writable.begin(), writable.end());
    RC_ASSERT(all == request.flat);
    ring_.device.arm_notifications();
    taken_.emplace_back(token, ring_.chain.head());
    writable_[token] = static_cast<std::uint32_t>(ring_.chain.writable_bytes());
  }

  void push(std::size_t which) {
    if (taken_.empty()) return;
    const auto it = taken_.begin() + static_cast<std::ptrdiff_t>(which % taken_.size());
    ring_.device.push(it->second, writable_.at(it->first));
    used_.push_back(it->first);
    taken_.erase(it);
    if (ring_.device.should_interrupt()) interrupted_ = true;
  }

  void get() {
    const auto used = ring_.driver.get_buf();
    RC_ASSERT(used.has_value() == !used_.empty());
    if (!used) return;
    RC_ASSERT(interrupted_);
    RC_ASSERT(used->token == used_.front());
    RC_ASSERT(used->len == writable_.at(used->token));
    used_.pop_front();
    writable_.erase(used->token);
    requests_.erase(used->token);
  }

  void check() {
    std::uint32_t held = 0;
    for (const auto& [token, request] : requests_) held += request.descriptors;
    RC_ASSERT(ring_.driver.num_free() + held == 8U);
    RC_ASSERT(ring_.driver.in_flight() == requests_.size());
    RC_ASSERT(ring_.device.in_flight() == taken_.size());
    RC_ASSERT(!ring_.driver.broken());
    RC_ASSERT(!ring_.device.broken());
  }

  // Everything that was added comes back.
  void drain() {
    while (!available_.empty()) pop();
    while (!taken_.empty()) push(0);
    while (!used_.empty()) get();
    RC_ASSERT(requests_.empty());
    RC_ASSERT(ring_.driver.num_free() == 8);
    RC_ASSERT(ring_.pool.in_use() == 0U);
  }

  [[nodiscard]] std::uint16_t avail_idx() const { return ring_.avail_idx(); }

 private:
  AddApi api_;
  bool indirect_;
  Ring ring_;
  Token next_token_ = 1;
  std::map<Token, Request> requests_;
  std::map<Token, std::uint32_t> writable_;
  std::deque<Token> available_;
  std::vector<std::pair<Token, std::uint16_t>> taken_;
  std::deque<Token> used_;
  bool kicked_ = false;
  bool interrupted_ = false;
};

TEST_P(RingReference, AgreesWithAQueue) {
  const bool ok = rc::check("a ring is a queue", [] {
    const bool wraps = *rc::gen::inRange(0, 4) == 0;
    Reference reference(GetParam(), wraps ? 65500U : 0U);
    const auto steps = *rc::gen::inRange(1, 200);
    for (int i = 0; i < steps; ++i) {
      switch (*rc::gen::element(Step::kAdd, Step::kAdd, Step::kPop, Step::kPush, Step::kGet)) {
        case Step::kAdd: {
          const auto out = *rc::gen::inRange<std::uint16_t>(0, 5);
          const auto in = *rc::gen::inRange<std::uint16_t>(out == 0 ? 1 : 0, 6);
          reference.add(out, in);
          break;
        }
        case Step::kPop: reference.pop(); break;
        case Step::kPush: reference.push(*rc::gen::inRange<std::size_t>(0, 8)); break;
        case Step::kGet: reference.get(); break;
      }
      reference.check();
    }
    reference.drain();
  });
  EXPECT_TRUE(ok);
}

// The same with a cheap generator, for long enough to pass the wrap with requests in flight.
TEST_P(RingReference, AgreesWithAQueueAcrossTheWrap) {
  Reference reference(GetParam(), 64000);
  std::uint32_t state = 1;
  const auto draw = [&state](std::uint32_t below) {
    state = state * 1664525 + 1013904223;  // any sequence will do; this one is the same everywhere
    return (state >> 8) % below;
  };
  bool wrapped = false;
  std::uint16_t before = 64000;
  for (int i = 0; i < 30000; ++i) {
    switch (draw(4)) {
      case 0: {
        const auto out = static_cast<std::uint16_t>(draw(3));
        reference.add(out, static_cast<std::uint16_t>(draw(3) + (out == 0)));
        break;
      }
      case 1: reference.pop(); break;
      case 2: reference.push(draw(8)); break;
      default: reference.get();
    }
    reference.check();
    wrapped = wrapped || reference.avail_idx() < before;
    before = reference.avail_idx();
  }
  reference.drain();
  EXPECT_TRUE(wrapped);
}

std::string name(const ::testing::TestParamInfo<Setting>& info) {
  const auto [api, indirect, event_idx, flavour] = info.param;
  std::string result = api == AddApi::kAddBuf ? "AddBuf" : api == AddApi::kPiecewise ? "Piecewise" : "AddSgs";
  result += indirect ? "Indirect" : "Direct";
  result += event_idx ? "EventIdx" : "Flags";
  result += flavour == RingFlavour::kLinux36 ? "36" : "61";
  return result;
}

INSTANTIATE_TEST_SUITE_P(All, RingReference,
                         ::testing::Combine(::testing::Values(AddApi::kAddBuf, AddApi::kPiecewise, AddApi::kAddSgs),
                                            ::testing::Bool(), ::testing::Bool(),
                                            ::testing::Values(RingFlavour::kLinux36, RingFlavour::kLinux61)),
                         name);

}  // namespace
}  // namespace vqlab
