// virtio-scsi's bytes against the specification (virtio 1.x, section 5.6) and SCSI's command formats.
#include <array>
#include <gtest/gtest.h>
#include <initializer_list>

#include "models/scsi/cdb.hpp"
#include "models/scsi/lun.hpp"
#include "models/scsi/virtio_scsi.hpp"

namespace vqlab::scsi {
namespace {

template <std::size_t N>
std::array<std::byte, N> bytes(const std::array<int, N>& values) {
  std::array<std::byte, N> result{};
  for (std::size_t i = 0; i < N; ++i) result[i] = static_cast<std::byte>(values[i]);
  return result;
}

constexpr LunAddress address(std::uint32_t target, std::uint32_t lun) { return {TargetId(target), LunId(lun)}; }

TEST(ScsiLun, IsOneTargetAndFlatSpace) {
  std::array<std::byte, 8> out{};
  encode(address(5, 0), out);
  EXPECT_EQ(out, bytes<8>({1, 5, 0x40, 0, 0, 0, 0, 0}));
  encode(address(255, 300), out);  // 300 = 0x12c
  EXPECT_EQ(out, bytes<8>({1, 255, 0x41, 0x2c, 0, 0, 0, 0}));
  encode(address(0, 16383), out);  // 16383 = 0x3fff
  EXPECT_EQ(out, bytes<8>({1, 0, 0x7f, 0xff, 0, 0, 0, 0}));
}

TEST(ScsiLun, EveryAddressComesBack) {
  std::array<std::byte, 8> out{};
  for (std::uint32_t target = 0; target <= kMaxTarget; target += 15) {
    for (std::uint32_t lun = 0; lun <= kMaxLun; ++lun) {
      encode(address(target, lun), out);
      ASSERT_EQ(decode_lun(out), address(target, lun));
    }
  }
}

TEST(ScsiLun, SmallLunsMayComeInPeripheralForm) {
  EXPECT_EQ(decode_lun(bytes<8>({1, 3, 0, 9, 0, 0, 0, 0})), address(3, 9));
}

TEST(ScsiLun, OtherFormsAreNoAddress) {
  EXPECT_FALSE(decode_lun(bytes<8>({0, 3, 0x40, 9, 0, 0, 0, 0})));
  EXPECT_FALSE(decode_lun(bytes<8>({1, 3, 0x80, 9, 0, 0, 0, 0})));
  EXPECT_FALSE(decode_lun(bytes<8>({1, 3, 0xc1, 9, 0, 0, 0, 0})));
  EXPECT_FALSE(decode_lun(bytes<8>({1, 3, 0x01, 9, 0, 0, 0, 0})));
  EXPECT_FALSE(decode_lun(bytes<8>({1, 3, 0x40, 9, 0, 0, 0, 1})));
}

TEST(ScsiCdb, Read10IsBigEndian) {
  const Cdb cdb = read10(0x01020304, 0x0506);
  EXPECT_EQ(cdb, bytes<32>({0x28, 0, 1, 2, 3, 4, 0, 5, 6, 0}));  // opcode, flags, address, group, length, control
  EXPECT_EQ(decode_transfer(cdb), (Transfer{false, 0x01020304, 0x0506}));
}

TEST(ScsiCdb, Write10DiffersInTheOpcode) {
  const Cdb cdb = write10(0xffffffff, 0xffff);
  EXPECT_EQ(cdb[0], std::byte{0x2a});
  EXPECT_EQ(decode_transfer(cdb), (Transfer{true, 0xffffffff, 0xffff}));
}

TEST(ScsiCdb, Read16HasALongAddress) {
  const Cdb cdb = read16(0x0102030405060708, 0x090a0b0c);
  EXPECT_EQ(cdb, bytes<32>({0x88, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 0}));
  EXPECT_EQ(decode_transfer(cdb), (Transfer{false, 0x0102030405060708, 0x090a0b0c}));
  EXPECT_EQ(decode_transfer(write16(7, 1)), (Transfer{true, 7, 1}));
}

TEST(ScsiCdb, OtherCommandsMoveNoData) {
  Cdb cdb{};
  EXPECT_FALSE(decode_transfer(cdb));  // TEST UNIT READY
  cdb[0] = static_cast<std::byte>(Opcode::kInquiry);
  EXPECT_FALSE(decode_transfer(cdb));
}

TEST(VirtioScsi, RequestIs51Bytes) {
  EXPECT_EQ(kRequestBytes, 51U);  // lun 8, tag 8, attribute, priority and crn 1 each, cdb 32
  Request request;
  request.address = address(2, 1);
  request.tag = 0x1122334455667788;
  request.attribute = TaskAttribute::kOrdered;
  request.priority = 3;
  request.crn = 4;
  request.cdb = read10(16, 8);
  std::array<std::byte, kRequestBytes> wire{};
  encode(request, wire);
  EXPECT_EQ(wire, bytes<51>({1,    2,    0x40, 1,    0,    0,    0,    0,           // lun
                             0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11,        // tag, little-endian
                             1,    3,    4,                                         // attribute, priority, crn
                             0x28, 0,    0,    0,    0,    16,   0,    0,    8}));  // cdb
  const auto back = decode_request(wire);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->address, request.address);
  EXPECT_EQ(back->tag, request.tag);
  EXPECT_EQ(back->attribute, request.attribute);
  EXPECT_EQ(back->priority, 3);
  EXPECT_EQ(back->crn, 4);
  EXPECT_EQ(back->cdb, request.cdb);
  wire[0] = std::byte{0};
  EXPECT_FALSE(decode_request(wire));
}

TEST(VirtioScsi, ResponseIs108Bytes) {
  EXPECT_EQ(kResponseBytes, 108U);  // 4 + 4 + 2 + 1 + 1 + 96
  CommandResponse response;
  response.sense_len = 18;
  response.residual = 0x01020304;
  response.status_qualifier = 0x0506;
  response.status = Status::kCheckCondition;
  response.response = Response::kOk;
  response.sense[0] = std::byte{0x70};
  response.sense[17] = std::byte{0x99};
  std::array<std::byte, kResponseBytes> wire{};
  wire[12 + 18] = std::byte{0xee};  // beyond the sense data
  encode(response, wire);
  const auto head = bytes<13>({18, 0, 0, 0, 4, 3, 2, 1, 6, 5, 2, 0, 0x70});
  EXPECT_TRUE(std::equal(head.begin(), head.end(), wire.begin()));
  EXPECT_EQ(wire[12 + 17], std::byte{0x99});
  EXPECT_EQ(wire[12 + 18], std::byte{0xee});
  const CommandResponse back = decode_response(wire);
  EXPECT_EQ(back.sense_len, 18U);
  EXPECT_EQ(back.residual, response.residual);
  EXPECT_EQ(back.status_qualifier, response.status_qualifier);
  EXPECT_EQ(back.status, response.status);
  EXPECT_EQ(back.response, response.response);
  EXPECT_EQ(back.sense, response.sense);
}

TEST(VirtioScsi, SenseLengthBeyondTheAreaIsCut) {
  std::array<std::byte, kResponseBytes> wire{};
  wire[1] = std::byte{0xff};  // 65280
  EXPECT_EQ(decode_response(wire).sense_len, 96U);
  CommandResponse response;
  response.sense_len = 1000;
  encode(response, wire);  // must not write outside (checked by the sanitizers)
  EXPECT_EQ(decode_response(wire).sense_len, 96U);
}

TEST(VirtioScsi, CodesAreTheSpecifications) {
  EXPECT_EQ(static_cast<int>(Response::kOverrun), 1);
  EXPECT_EQ(static_cast<int>(Response::kBadTarget), 3);
  EXPECT_EQ(static_cast<int>(Response::kBusy), 5);
  EXPECT_EQ(static_cast<int>(Response::kFailure), 9);
  EXPECT_EQ(static_cast<int>(Response::kIncorrectLun), 12);
  EXPECT_EQ(static_cast<int>(TaskAttribute::kHeadOfQueue), 2);
  EXPECT_EQ(static_cast<int>(Status::kTaskSetFull), 0x28);
}

TEST(VirtioScsi, ConfigIs36Bytes) {
  EXPECT_EQ(kConfigBytes, 36U);  // 7 words, 2 half words, 1 word
  Config config;
  config.num_queues = 4;
  std::array<std::byte, kConfigBytes> wire{};
  encode(config, wire);
  // num_queues 4, seg_max 126, max_sectors 65535, cmd_per_lun 128, event_info_size 16, sense_size 96, cdb_size 32,
  // max_channel 0, max_target 255, max_lun 16383: what QEMU's device shows.
  EXPECT_EQ(wire, bytes<36>({4, 0, 0,  0, 126, 0, 0,  0, 0xff, 0xff, 0, 0, 128, 0, 0,    0,    16, 0,
                             0, 0, 96, 0, 0,   0, 32, 0, 0,    0,    0, 0, 255, 0, 0xff, 0x3f, 0,  0}));
  EXPECT_EQ(decode_config(wire), config);
}

TEST(VirtioScsi, TaskManagementIs24Bytes) {
  const TaskManagement request{TaskFunction::kLogicalUnitReset, address(7, 2), 9};
  std::array<std::byte, kTaskManagementBytes> wire{};
  encode(request, wire);
  EXPECT_EQ(wire, bytes<24>({0, 0, 0, 0, 5, 0, 0, 0, 1, 7, 0x40, 2, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0}));
  const auto back = decode_task_management(wire);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->function, request.function);
  EXPECT_EQ(back->address, request.address);
  EXPECT_EQ(back->tag, 9U);
  wire[4] = std::byte{8};  // no such function
  EXPECT_FALSE(decode_task_management(wire));
  wire[4] = std::byte{5};
  wire[0] = std::byte{1};  // another type
  EXPECT_FALSE(decode_task_management(wire));
}

TEST(VirtioScsi, EventIs16Bytes) {
  Event event;
  event.kind = EventKind::kTransportReset;
  event.missed = true;
  encode(address(1, 0), event.address);
  event.reason = static_cast<std::uint32_t>(ResetReason::kRemoved);
  std::array<std::byte, kEventBytes> wire{};
  encode(event, wire);
  EXPECT_EQ(wire, bytes<16>({1, 0, 0, 0x80, 1, 1, 0x40, 0, 0, 0, 0, 0, 2, 0, 0, 0}));
  EXPECT_EQ(decode_event(wire), event);
}

}  // namespace
}  // namespace vqlab::scsi
