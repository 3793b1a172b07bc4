// Random work on a ring against a queue that is too simple to be wrong: nothing is lost, nothing comes twice, and every
// descriptor is either free or in flight, across the wrap of the indices.
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <tuple>
#include <vector>

#include "tests/support/reference_queue.hpp"
#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::AddApi;
using test::Kind;

enum class Step : std::uint8_t { kAdd, kPop, kPush, kGet };

struct Request {
  std::vector<Segment> flat;
  std::uint16_t out = 0;
  std::uint16_t head = 0;
};

using Setting = std::tuple<std::pair<Kind, std::uint16_t>, AddApi, bool, bool>;  // and size; indirect, event index

class RingReference : public ::testing::TestWithParam<Setting> {};

// A ring and what it should do.
template <class Format>
class Pair {
 public:
  using Ring = test::Ring<PlainAccess, Format>;
  static constexpr std::uint32_t kTables = 3;

  Pair(const Setting& setting, std::uint32_t start)
      : size_(std::get<0>(setting).second),
        api_(std::get<1>(setting)),
        indirect_(std::get<2>(setting)),
        ring_(test::options(size_, indirect_, std::get<3>(setting), std::get<0>(setting).first), kTables),
        queue_(size_) {
    ring_.fast_forward(start);
  }

  void add(std::uint16_t out, std::uint16_t in) {
    const Token token = next_token_++;
    Request request;
    request.out = out;
    for (std::uint16_t i = 0; i < out + in; ++i)
      request.flat.push_back({Ring::kData + token % 1000 * 1024 + i * 64U, 1U + i});
    const std::uint32_t tables = ring_.pool.in_use();
    const AddResult result = ring_.add(request.flat, out, in, token, api_);

    // The rules of docs/models/virtqueue.md.
    const auto total = static_cast<std::uint16_t>(out + in);
    const std::size_t lists = (out != 0) + (in != 0);
    const std::uint32_t free = queue_.free();
    const bool piecewise = api_ == AddApi::kPiecewise;
    const bool wants_table = indirect_ && free > 0 && (piecewise ? total > lists || free < total : total > 1);
    const bool has_table = wants_table && tables < kTables;
    const bool may_go_direct = !wants_table || !piecewise;
    AddStatus expected = AddStatus::kFullNow;
    if (total > size_)
      expected = AddStatus::kNeverFits;
    else if (has_table || (may_go_direct && free >= total))
      expected = AddStatus::kOk;
    else if (!may_go_direct)
      expected = AddStatus::kNoMemory;
    RC_ASSERT(result.status == expected);
    const bool wakes = std::is_same_v<Format, test::Split> && !piecewise && out != 0;
    RC_ASSERT(result.notify == (expected == AddStatus::kFullNow && wakes));
    RC_ASSERT(ring_.pool.in_use() == tables + (result.ok() && has_table ? 1 : 0));
    if (!result.ok()) return;
    queue_.add(token, has_table ? 1 : total);
    requests_[token] = request;
    (void)ring_.driver.kick_prepare();
  }

  void pop() {
    RC_ASSERT(ring_.device.has_available() == queue_.available());
    const auto token = queue_.pop();
    RC_ASSERT(ring_.device.pop(ring_.chain) == token.has_value());
    if (!token) return;
    Request& request = requests_.at(*token);
    request.head = ring_.chain.head();
    const auto readable = ring_.chain.readable();
    const auto writable = ring_.chain.writable();
    RC_ASSERT(readable.size() == request.out);
    std::vector<Segment> all(readable.begin(), readable.end());
    all.insert(all.end(), writable.begin(), writable.end());
    RC_ASSERT(all == request.flat);
    ring_.device.arm_notifications();
  }

  void push(std::size_t which) {
    const auto token = queue_.push(which);
    if (!token) return;
    ring_.device.push(requests_.at(*token).head, writable_bytes(*token));
    (void)ring_.device.should_interrupt();
  }

  void get() {
    const auto token = queue_.get();
    const auto used = ring_.driver.get_buf();
    RC_ASSERT(used.has_value() == token.has_value());
    if (!token) return;
    RC_ASSERT(used->token == *token);
    RC_ASSERT(used->len == writable_bytes(*token));
    requests_.erase(*token);
  }

  void check() {
    RC_ASSERT(ring_.driver.num_free() == queue_.free());
    RC_ASSERT(ring_.driver.in_flight() == queue_.in_flight());
    RC_ASSERT(ring_.device.in_flight() == queue_.taken());
    RC_ASSERT(!ring_.driver.broken());
    RC_ASSERT(!ring_.device.broken());
  }

  // Everything that was added comes back.
  void drain() {
    while (ring_.driver.in_flight() != 0) {
      pop();
      push(0);
      get();
    }
    RC_ASSERT(requests_.empty());
    RC_ASSERT(ring_.driver.num_free() == size_);
    RC_ASSERT(ring_.pool.in_use() == 0U);
  }

  [[nodiscard]] std::uint16_t avail_idx() const { return ring_.driver.avail_idx(); }

 private:
  [[nodiscard]] std::uint32_t writable_bytes(Token token) const {
    const Request& request = requests_.at(token);
    std::uint32_t bytes = 0;
    for (std::size_t i = request.out; i < request.flat.size(); ++i) bytes += request.flat[i].len;
    return bytes;
  }

  std::uint16_t size_;
  AddApi api_;
  bool indirect_;
  Ring ring_;
  test::ReferenceQueue queue_;
  Token next_token_ = 1;
  std::map<Token, Request> requests_;
};

TEST_P(RingReference, AgreesWithAQueue) {
  const bool ok = rc::check("a ring is a queue", [] {
    // Seldom at the wrap: getting there takes most of the time, and the next test does.
    const auto start = *rc::gen::weightedElement<std::uint32_t>({{24, 0U}, {1, 65500U}});
    const auto steps = *rc::gen::inRange(1, 200);
    test::with_format(std::get<0>(GetParam()).first, [&](auto format) {
      Pair<decltype(format)> pair(GetParam(), start);
      for (int i = 0; i < steps; ++i) {
        switch (*rc::gen::element(Step::kAdd, Step::kAdd, Step::kPop, Step::kPush, Step::kGet)) {
          case Step::kAdd: {
            const auto out = *rc::gen::inRange<std::uint16_t>(0, 5);
            const auto in = *rc::gen::inRange<std::uint16_t>(out == 0 ? 1 : 0, 6);
            pair.add(out, in);
            break;
          }
          case Step::kPop: pair.pop(); break;
          case Step::kPush: pair.push(*rc::gen::inRange<std::size_t>(0, 8)); break;
          case Step::kGet: pair.get(); break;
        }
        pair.check();
      }
      pair.drain();
    });
  });
  EXPECT_TRUE(ok);
}

// The same with a cheap generator, for long enough to pass the wrap of the split ring's indices with requests in
// flight, and that of the packed ring's places hundreds of times.
TEST_P(RingReference, AgreesWithAQueueAcrossTheWrap) {
  test::with_format(std::get<0>(GetParam()).first, [](auto format) {
    constexpr bool kSplit = std::is_same_v<decltype(format), test::Split>;
    Pair<decltype(format)> pair(GetParam(), kSplit ? 65000 : 0);
    std::uint32_t state = 1;
    const auto draw = [&state](std::uint32_t below) {
      state = state * 1664525 + 1013904223;  // any sequence will do; this one is the same everywhere
      return (state >> 8) % below;
    };
    int wraps = 0;
    for (int i = 0; i < 8000; ++i) {
      const std::uint16_t before = pair.avail_idx();
      switch (draw(4)) {
        case 0: {
          const auto out = static_cast<std::uint16_t>(draw(3));
          pair.add(out, static_cast<std::uint16_t>(draw(3) + (out == 0)));
          break;
        }
        case 1: pair.pop(); break;
        case 2: pair.push(draw(8)); break;
        default: pair.get();
      }
      pair.check();
      wraps += pair.avail_idx() < before ? 1 : 0;
    }
    pair.drain();
    EXPECT_GE(wraps, kSplit ? 1 : 100);
  });
}

std::string name(const ::testing::TestParamInfo<Setting>& info) {
  const auto [ring, api, indirect, event_idx] = info.param;
  std::string result = test::name(ring.first) + ("Of" + std::to_string(ring.second));
  result += api == AddApi::kAddBuf ? "AddBuf" : api == AddApi::kPiecewise ? "Piecewise" : "AddSgs";
  result += indirect ? "Indirect" : "Direct";
  return result + (event_idx ? "EventIdx" : "Flags");
}

INSTANTIATE_TEST_SUITE_P(All, RingReference,
                         ::testing::Combine(::testing::Values(std::pair{Kind::kSplit36, std::uint16_t{8}},
                                                              std::pair{Kind::kSplit61, std::uint16_t{8}},
                                                              std::pair{Kind::kPacked, std::uint16_t{8}},
                                                              std::pair{Kind::kPacked, std::uint16_t{7}}),
                                            ::testing::Values(AddApi::kAddBuf, AddApi::kPiecewise, AddApi::kAddSgs),
                                            ::testing::Bool(), ::testing::Bool()),
                         name);

}  // namespace
}  // namespace vqlab
