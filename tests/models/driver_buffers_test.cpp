// A virtio-scsi driver's use of its queues, against the device's side of a ring.
#include <gtest/gtest.h>

#include "models/command/command_buffers.hpp"
#include "models/command/control_queue.hpp"
#include "models/command/headers.hpp"
#include "tests/support/ring_fixture.hpp"

namespace vqlab {
namespace {

using test::options;
using Ring = test::Ring<>;

constexpr std::uint64_t kRequest = Ring::kData;
constexpr std::uint64_t kResponse = Ring::kData + 64;
constexpr Segment kRequestHeader{kRequest, 51};
constexpr Segment kResponseHeader{kResponse, 108};

std::vector<Segment> pages(std::size_t count) {
  std::vector<Segment> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back({Ring::kData + 0x10000 * (i + 1), 4096});
  return result;
}

std::vector<Segment> joined(std::initializer_list<std::span<const Segment>> lists) {
  std::vector<Segment> result;
  for (const auto& list : lists) result.insert(result.end(), list.begin(), list.end());
  return result;
}

std::vector<Segment> copy(std::span<const Segment> list) { return {list.begin(), list.end()}; }

TEST(CommandBuffers, EveryApiShowsTheDeviceTheSameBuffer) {
  const std::vector<Segment> request{kRequestHeader};
  const std::vector<Segment> response{kResponseHeader};
  for (const BufferApi api : kBufferApis) {
    for (const bool indirect : {false, true}) {
      for (const std::size_t segments : std::initializer_list<std::size_t>{0, 1, 4}) {
        for (const bool write : {false, true}) {
          Ring ring(options(16, indirect, true));
          const std::vector<Segment> data = pages(segments);
          std::vector<Segment> table;
          ASSERT_TRUE(add_command(ring.driver, api, {kRequest, kResponse, data, write}, table, 7).ok());
          Chain chain;
          ASSERT_TRUE(ring.device.pop(chain));
          EXPECT_EQ(copy(chain.readable()), write ? joined({request, data}) : request);
          EXPECT_EQ(copy(chain.writable()), write ? response : joined({response, data}));
        }
      }
    }
  }
}

TEST(CommandBuffers, ARunShowsTheDeviceWhatItsListDoes) {
  for (const bool indirect : {false, true}) {
    for (const bool write : {false, true}) {
      Ring ring(options(16, indirect, true));
      std::vector<Segment> list = pages(4);
      list.back().len = 512;
      const SegmentRun run{.addr = list[0].addr, .stride = 0x10000, .count = 4, .len = 4096, .last_len = 512};
      ASSERT_TRUE(add_piecewise(ring.driver, BasicCommandBuffers<SegmentRun>{kRequest, kResponse, run, write}, 7).ok());
      Chain chain;
      ASSERT_TRUE(ring.device.pop(chain));
      EXPECT_EQ(copy(write ? chain.readable().subspan(1) : chain.writable().subspan(1)), list);
    }
  }
}

template <class Format>
class HintedRing : public testing::Test {};
using BothFormats = testing::Types<test::Split, test::Packed>;
TYPED_TEST_SUITE(HintedRing, BothFormats);

TYPED_TEST(HintedRing, TheDeviceTellsWhereTheNextBufferBegins) {
  for (const bool indirect : {false, true}) {
    test::Ring<PlainAccess, TypeParam> ring(options(8, indirect, true));
    EXPECT_EQ(ring.device.fetch_ahead(), nullptr);
    ASSERT_TRUE(ring.add(1, 1, 5).ok());
    ASSERT_TRUE(ring.add(1, 1, 6).ok());
    for (int taken = 0; taken < 2; ++taken) {
      const std::byte* const begin = ring.device.fetch_ahead();
      ASSERT_TRUE(ring.device.pop(ring.chain));
      const Segment& first = ring.chain.readable().front();
      EXPECT_EQ(begin, ring.memory.at(first.addr, first.len));
    }
    EXPECT_EQ(ring.device.fetch_ahead(), nullptr);
  }
}

TYPED_TEST(HintedRing, TheDriverTellsWhichItTakesBackNext) {
  test::Ring<PlainAccess, TypeParam> ring(options(8, true, true));
  ASSERT_TRUE(ring.add(1, 1, 5).ok());
  ASSERT_TRUE(ring.add(1, 1, 6).ok());
  EXPECT_EQ(ring.driver.next_used(), std::nullopt);
  for (const Token token : {Token{5}, Token{6}}) {
    Chain chain;
    ASSERT_TRUE(ring.device.pop(chain));
    ring.device.push(chain.head(), 0);
    EXPECT_EQ(ring.driver.next_used(), token);
    EXPECT_EQ(ring.driver.get_buf()->token, token);
  }
}

// nents = headers and data, nsg = lists: two headers alone, or with one segment, are as many segments as lists.
TEST(CommandBuffers, PiecewiseGoesIndirectForMoreSegmentsThanLists) {
  for (const std::size_t segments : std::initializer_list<std::size_t>{0, 1, 2}) {
    Ring ring(options(16, true, true));
    const std::vector<Segment> data = pages(segments);
    ASSERT_TRUE(add_piecewise(ring.driver, CommandBuffers{kRequest, kResponse, data, false}, 7).ok());
    EXPECT_EQ(ring.pool.in_use(), segments < 2 ? 0U : 1U);
  }
}

TEST(CommandBuffers, RefusalsPassThrough) {
  Ring ring(options(4, false, true));
  const std::vector<Segment> data = pages(1);
  std::vector<Segment> table;
  for (const BufferApi api : kBufferApis) {
    const std::vector<Segment> long_data = pages(3);
    EXPECT_EQ(add_command(ring.driver, api, {kRequest, kResponse, long_data, false}, table, 7).status,
              AddStatus::kNeverFits);
  }
  ASSERT_TRUE(add_command(ring.driver, BufferApi::kAddSgs, {kRequest, kResponse, data, false}, table, 7).ok());
  for (const BufferApi api : kBufferApis)
    EXPECT_EQ(add_command(ring.driver, api, {kRequest, kResponse, data, false}, table, 7).status, AddStatus::kFullNow);
}

TEST(BufferApiNames, ComeBack) {
  for (const BufferApi api : kBufferApis) EXPECT_EQ(buffer_api_named(name_of(api)), api);
  EXPECT_EQ(buffer_api_named("add_bufs"), std::nullopt);
}

TEST(Headers, AreWrittenAndReadInGuestMemory) {
  const Ring ring;
  write_request(ring.memory, kRequest, {.address = {TargetId(5), LunId(0)}, .tag = 9, .cdb = scsi::read10(1, 2)});
  const auto request = scsi::decode_request(header_at<scsi::kRequestBytes>(ring.memory, kRequest));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->tag, 9U);
  EXPECT_EQ(request->address, (scsi::LunAddress{TargetId(5), LunId(0)}));
  scsi::encode({.residual = 3, .response = scsi::Response::kBadTarget},
               header_at<scsi::kResponseBytes>(ring.memory, kResponse));
  EXPECT_EQ(read_response(ring.memory, kResponse).residual, 3U);
  EXPECT_EQ(read_response(ring.memory, kResponse).response, scsi::Response::kBadTarget);
}

TEST(ControlQueue, TaskManagementIsReadAndAnswered) {
  Ring ring(options(8, true, true));
  const scsi::TaskManagement abort{scsi::TaskFunction::kAbortTask, {TargetId(3), LunId(5)}, 77};
  ASSERT_TRUE(add_task_management(ring.driver, ring.memory, Ring::kData, abort, 1).ok());
  Chain chain;
  ASSERT_TRUE(ring.device.pop(chain));
  EXPECT_EQ(copy(chain.readable()), (std::vector<Segment>{{Ring::kData, 24}}));
  EXPECT_EQ(copy(chain.writable()), (std::vector<Segment>{{Ring::kData + 24, 1}}));
  const auto read = scsi::decode_task_management(header_at<scsi::kTaskManagementBytes>(ring.memory, Ring::kData));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->function, scsi::TaskFunction::kAbortTask);
  EXPECT_EQ(read->tag, 77U);
  EXPECT_TRUE(ring.memory.store(Ring::kData + 24, std::uint8_t{11}));
  EXPECT_EQ(task_management_response(ring.memory, Ring::kData), scsi::Response::kFunctionRejected);
}

TEST(EventQueue, BuffersGoBackInOnceRead) {
  Ring ring(options(4, false, true));
  const EventBuffers events(ring.memory, Ring::kData, 4);
  events.post_all(ring.driver);
  EXPECT_EQ(ring.driver.num_free(), 0);
  EXPECT_EQ(events.take(ring.driver), std::nullopt);
  Chain chain;
  for (std::uint32_t number = 0; number < 10; ++number) {  // more than there are buffers
    ASSERT_TRUE(ring.device.pop(chain));
    ASSERT_EQ(chain.writable_bytes(), scsi::kEventBytes);
    scsi::Event event{.kind = scsi::EventKind::kTransportReset, .reason = number};
    scsi::encode(event, header_at<scsi::kEventBytes>(ring.memory, chain.writable()[0].addr));
    ring.device.push(chain.head(), scsi::kEventBytes);
    EXPECT_EQ(events.take(ring.driver), event);
    EXPECT_EQ(ring.driver.num_free(), 0);
  }
}

}  // namespace
}  // namespace vqlab
