// Sense data and the answers that a scan for disks reads, against SPC-4 and SBC-3.
#include <array>
#include <gtest/gtest.h>
#include <initializer_list>
#include <vector>

#include "models/scsi/discovery.hpp"

namespace vqlab::scsi {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values, std::size_t size) {
  std::vector<std::byte> result;
  for (const int value : values) result.push_back(static_cast<std::byte>(value));
  result.resize(size);
  return result;
}

// Fixed form: key in byte 2, code and qualifier in bytes 12 and 13; bit 7 of the first byte says something else.
TEST(ScsiSense, FixedForm) {
  const std::vector<std::byte> sense = bytes({0xf0, 0, 0x26, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0x02}, 18);
  EXPECT_EQ(decode_sense(sense), (Sense{SenseKey::kUnitAttention, 0x29, 0x02}));
  EXPECT_EQ(decode_sense(std::span(sense).first(14)), (Sense{SenseKey::kUnitAttention, 0x29, 0x02}));
  EXPECT_EQ(decode_sense(std::span(sense).first(13)), std::nullopt);
}

TEST(ScsiSense, DescriptorForm) {
  const std::vector<std::byte> sense = bytes({0x72, 0x05, 0x21, 0x03}, 8);
  EXPECT_EQ(decode_sense(sense), (Sense{SenseKey::kIllegalRequest, 0x21, 0x03}));
  EXPECT_EQ(decode_sense(std::span(sense).first(3)), std::nullopt);
}

TEST(ScsiSense, OtherFormsAreNone) {
  EXPECT_EQ(decode_sense({}), std::nullopt);
  EXPECT_EQ(decode_sense(bytes({0x00}, 18)), std::nullopt);
  EXPECT_EQ(decode_sense(bytes({0x71}, 18)), std::nullopt);  // of an earlier command
}

TEST(ScsiInquiry, NamesAreFilledUpWithBlanks) {
  std::array<std::byte, kInquiryBytes> data{};
  data[0] = std::byte{0x65};  // qualifier 3, type 5
  const std::string names = "QEMU    QEMU HARDDISK   ";
  for (std::size_t i = 0; i < names.size(); ++i) data[8 + i] = static_cast<std::byte>(names[i]);
  const Inquiry inquiry = decode_inquiry(data);
  EXPECT_EQ(inquiry.device_type, 5);
  EXPECT_EQ(inquiry.vendor, "QEMU");
  EXPECT_EQ(inquiry.product, "QEMU HARDDISK");
}

// The answer is the last address, so one less than the number of blocks.
TEST(ScsiCapacity, CountsBlocks) {
  const std::vector<std::byte> answer = bytes({0, 0, 0x10, 0xff, 0, 0, 2, 0}, 8);
  EXPECT_EQ(decode_capacity10(std::span(answer).first<8>()), (Capacity{0x1100, 512}));
  const std::vector<std::byte> largest = bytes({255, 255, 255, 255, 0, 0, 16, 0}, 8);
  EXPECT_EQ(decode_capacity10(std::span(largest).first<8>()), (Capacity{1ULL << 32, 4096}));
}

TEST(ScsiCdb, CommandsOfAScan) {
  EXPECT_EQ(test_unit_ready(), Cdb{});
  Cdb expected{};
  expected[0] = std::byte{0x12};
  expected[3] = std::byte{1};
  expected[4] = std::byte{0x24};
  EXPECT_EQ(inquiry(0x124), expected);
  expected = {};
  expected[0] = std::byte{0x25};
  EXPECT_EQ(read_capacity10(), expected);
}

}  // namespace
}  // namespace vqlab::scsi
