#include "analysis/ring/qemu/examiner.hpp"

#include <algorithm>
#include <cstring>

#include "models/base/endian.hpp"

namespace vqlab::qemu {
namespace {

constexpr std::uint8_t kReset = 0x29;            // unit attention: power on, reset, or bus device reset occurred
constexpr std::uint8_t kBadBlockAddress = 0x21;  // illegal request: logical block address out of range
constexpr std::uint8_t kNoSuchUnit = 0x25;       // illegal request: logical unit not supported
constexpr std::uint8_t kDiskType = 0;

// What `bytes` bytes of a disk hold from `offset` on, both multiples of 8: nothing that could pass for a neighbour's,
// or for another seed's.
std::vector<std::byte> pattern(std::uint64_t seed, std::uint64_t offset, std::size_t bytes) {
  std::vector<std::byte> result(bytes);
  for (std::size_t i = 0; i < bytes; i += 8)
    store_little(&result[i], ((offset + i) / 8 + 1) * 0x9e3779b97f4a7c15 ^ (seed + 1) * 0xc2b2ae3d27d4eb4f);
  return result;
}

}  // namespace

void fill_disks(VirtualMachine& machine) {
  for (std::size_t disk = 0; disk <= machine.places().size(); ++disk)
    std::ranges::copy(pattern(disk, 0, VirtualMachine::kDiskBytes), machine.disk(disk).begin());
}

Command& Examiner::run(scsi::LunAddress address, const scsi::Cdb& cdb, std::uint32_t bytes) {
  Command& command = session_.take_command(address, cdb, bytes, false);
  check(session_.submit(command, VcpuId(submitter_++)), "an idle ring is full");
  session_.wait_for(command);
  return command;
}

void Examiner::expect_good(const std::string& what, const Command& command, std::uint32_t bytes) {
  const scsi::CommandResponse& response = command.response;
  const auto sense = scsi::decode_sense(std::span(response.sense).first(response.sense_len)).value_or(scsi::Sense{});
  check(response.response == scsi::Response::kOk && response.status == scsi::Status::kGood,
        "{}: response {}, status {:#04x}, sense {:x}/{:02x}/{:02x}, expected success", what,
        static_cast<unsigned>(response.response), static_cast<unsigned>(response.status),
        static_cast<unsigned>(sense.key), sense.code, sense.qualifier);
  check_equal(what + ": bytes not moved", response.residual, std::uint32_t{0});
  // Of a WRITE QEMU 7.2 counts the data too, which it has only read.
  const std::uint32_t header = scsi::kResponseBytes;
  check(command.used_len == header + bytes || (command.buffers.write && command.used_len == header),
        "{}: the device says it wrote {} bytes, expected {}", what, command.used_len, header + bytes);
}

void Examiner::expect_response(const std::string& what, scsi::LunAddress address, scsi::Response expected) {
  Command& command = run(address, scsi::test_unit_ready());
  check_equal(what + ": response", static_cast<unsigned>(command.response.response), static_cast<unsigned>(expected));
  session_.give_back(command);
}

void Examiner::expect_sense(const std::string& what, scsi::LunAddress address, const scsi::Cdb& cdb, scsi::SenseKey key,
                            std::uint8_t code) {
  Command& command = run(address, cdb, kPage);
  const scsi::CommandResponse& response = command.response;
  check_equal(what + ": response", static_cast<unsigned>(response.response),
              static_cast<unsigned>(scsi::Response::kOk));
  check_equal(what + ": status", static_cast<unsigned>(response.status),
              static_cast<unsigned>(scsi::Status::kCheckCondition));
  const auto sense = scsi::decode_sense(std::span(response.sense).first(response.sense_len));
  check(sense.has_value(), "{}: {} bytes of sense data are none", what, response.sense_len);
  if (sense) {
    check_equal(what + ": sense key", static_cast<unsigned>(sense->key), static_cast<unsigned>(key));
    check_equal(what + ": sense code", static_cast<unsigned>(sense->code), static_cast<unsigned>(code));
  }
  session_.give_back(command);
}

void Examiner::settle(scsi::LunAddress address) { session_.give_back(run(address, scsi::test_unit_ready())); }

void Examiner::features_and_configuration() {
  const scsi::Config& config = session_.config();
  // What QEMU documents, with the ring size and the number of queues that it was started with; seg_max leaves room for
  // the two headers.
  const scsi::Config expected{.num_queues = kMostQueues, .seg_max = 126};
  check(config == expected,
        "configuration: num_queues {}, seg_max {}, max_sectors {}, cmd_per_lun {}, event_info_size {}, sense_size {}, "
        "cdb_size {}, max_channel {}, max_target {}, max_lun {}; expected are 8, 126 and virtio's defaults",
        config.num_queues, config.seg_max, config.max_sectors, config.cmd_per_lun, config.event_info_size,
        config.sense_size, config.cdb_size, config.max_channel, config.max_target, config.max_lun);
  const bool packed = (session_.offered() >> kFeatureRingPacked & 1) != 0;
  check_equal("the device offers the packed ring", packed, findings_.combination.ring == RingFormat::kPacked);
}

// A reset of the device resets its units, and each says so to the first command.
void Examiner::unit_attention() {
  for (std::size_t disk = 0; disk < machine_.places().size(); ++disk) {
    expect_sense("first command after a reset", place(disk), scsi::test_unit_ready(), scsi::SenseKey::kUnitAttention,
                 kReset);
    Command& command = run(place(disk), scsi::test_unit_ready());
    expect_good("TEST UNIT READY", command, 0);
    session_.give_back(command);
  }
}

void Examiner::identity() {
  for (std::size_t disk = 0; disk < machine_.places().size(); ++disk) {
    Command& inquiry = run(place(disk), scsi::inquiry(scsi::kInquiryBytes), scsi::kInquiryBytes);
    expect_good("INQUIRY", inquiry, scsi::kInquiryBytes);
    const std::vector<std::byte> data = session_.data_of(inquiry);
    const scsi::Inquiry unit = scsi::decode_inquiry(std::span(data).first<scsi::kInquiryBytes>());
    check_equal("INQUIRY: device type", unsigned{unit.device_type}, unsigned{kDiskType});
    check_equal("INQUIRY: vendor", unit.vendor, std::string("QEMU"));
    check_equal("INQUIRY: product", unit.product, std::string("QEMU HARDDISK"));
    session_.give_back(inquiry);

    Command& capacity = run(place(disk), scsi::read_capacity10(), scsi::kCapacity10Bytes);
    expect_good("READ CAPACITY", capacity, scsi::kCapacity10Bytes);
    const std::vector<std::byte> answer = session_.data_of(capacity);
    const auto found = scsi::decode_capacity10(std::span(answer).first<scsi::kCapacity10Bytes>());
    check(found == scsi::Capacity{VirtualMachine::kDiskBytes / kSectorBytes, kSectorBytes},
          "READ CAPACITY: found {} blocks of {} bytes, expected {} of {}", found.blocks, found.block_bytes,
          VirtualMachine::kDiskBytes / kSectorBytes, kSectorBytes);
    session_.give_back(capacity);
  }
}

void Examiner::check_same(const std::string& what, std::span<const std::byte> found,
                          std::span<const std::byte> expected) {
  if (std::memcmp(found.data(), expected.data(), expected.size()) == 0) return;
  const auto differs = std::ranges::mismatch(found, expected);
  check(false, "{}: byte {} of {} is {:#04x}, expected {:#04x}", what, differs.in1 - found.begin(), expected.size(),
        std::to_integer<unsigned>(*differs.in1), std::to_integer<unsigned>(*differs.in2));
}

void Examiner::check_data(const std::string& what, const Command& command, std::size_t disk, std::uint32_t lba) {
  const std::vector<std::byte> data = session_.data_of(command);
  const std::span<const std::byte> medium = machine_.disk(disk).subspan(std::size_t{lba} * kSectorBytes, data.size());
  check_same(what, data, medium);
}

// Writes and reads back, and looks at the medium in between.
void Examiner::transfer(std::size_t disk, std::uint32_t lba, std::uint32_t bytes, std::uint64_t seed) {
  const auto blocks = static_cast<std::uint16_t>(bytes / kSectorBytes);
  const std::uint64_t offset = std::uint64_t{lba} * kSectorBytes;
  const std::string what = fmt::format("{} bytes at block {} of disk {}", bytes, lba, disk);
  // The medium with a sector before and behind
  const std::size_t around = bytes + 2 * kSectorBytes;
  const std::span<std::byte> medium = machine_.disk(disk).subspan(offset - kSectorBytes, around);
  std::vector<std::byte> expected = pattern(seed, offset - kSectorBytes, around);
  std::ranges::copy(expected, medium.begin());
  const std::vector<std::byte> data = pattern(seed + 1, offset, bytes);
  std::ranges::copy(data, expected.begin() + kSectorBytes);

  Command& write = session_.take_command(place(disk), scsi::write10(lba, blocks), bytes, true);
  session_.fill(write, data);
  check(session_.submit(write, VcpuId(submitter_++)), "an idle ring is full");
  session_.wait_for(write);
  expect_good("WRITE of " + what, write, bytes);
  session_.give_back(write);
  check_same("WRITE of " + what + ": the medium, from the sector before", medium, expected);

  Command& read = session_.take_command(place(disk), scsi::read10(lba, blocks), bytes, false);
  session_.fill(read, std::vector<std::byte>(bytes));
  check(session_.submit(read, VcpuId(submitter_++)), "an idle ring is full");
  session_.wait_for(read);
  expect_good("READ of " + what, read, bytes);
  check_data("READ of " + what, read, disk, lba);
  session_.give_back(read);
}

void Examiner::reads_and_writes() {
  for (std::uint32_t segments = 1; segments <= kMostSegments; ++segments) {
    // The last segment is filled in part, but every eighth time.
    const std::uint32_t bytes = (segments - 1) * kPage + (1 + segments % 8) * kSectorBytes;
    transfer(segments % machine_.places().size(), 8 + 200 * segments + session_.request_queues(), bytes,
             segments + 100 * session_.request_queues());
  }
}

// How many commands a ring of 32 descriptors holds: direct, each takes its segments and two headers (3 or 6); with
// indirect descriptors each takes one. Piecewise, a command of one segment goes direct while there is room: ten of 3
// descriptors, then two through tables.
void Examiner::fill_ring(std::uint32_t queue, std::uint32_t segments) {
  const Combination& combination = findings_.combination;
  std::uint32_t expected = kRingSize / (2 + segments);
  if (combination.indirect_desc)
    expected = segments == 1 && combination.api == BufferApi::kPiecewise ? 10 + 2 : std::uint32_t{kRingSize};

  const std::size_t disk = queue % machine_.places().size();
  const auto lba = [&](std::size_t nth) { return static_cast<std::uint32_t>(std::size_t{100} * queue + 9 * nth); };
  std::vector<Command*> commands;
  const auto take = [&]() -> Command& {
    const std::uint32_t bytes = segments * kPage;
    const auto blocks = static_cast<std::uint16_t>(bytes / kSectorBytes);
    Command& command = session_.take_command(place(disk), scsi::read10(lba(commands.size()), blocks), bytes, false);
    session_.fill(command, std::vector<std::byte>(command.buffers.data.size() * kPage));
    commands.push_back(&command);
    return command;
  };
  AddResult added;
  do added = session_.add(take(), queue);
  while (added.ok() && commands.size() < std::size_t{2} * kRingSize);
  const std::string what = fmt::format("filling queue {} with reads of {} segments", queue, segments);
  check(added.status == AddStatus::kFullNow, "{}: the ring is not full in the end", what);
  check_equal(what + ": commands that fit", commands.size() - 1, std::size_t{expected});
  // Only the split ring's older calls have the device told at once that the ring is full.
  check_equal(what + ": told to notify", added.notify,
              combination.ring == RingFormat::kSplit && combination.api != BufferApi::kPiecewise);
  ++findings_.full_rings;

  // The device knows nothing of them yet. The one that did not fit goes in as soon as there is room.
  if (added.notify)
    session_.notify_request_queue(queue);
  else
    session_.kick_request_queue(queue);
  session_.wait(
      [&] {
        if (!added.ok()) added = session_.add(*commands.back(), queue);
        return added.ok();
      },
      what + ", and room for one more");
  session_.kick_request_queue(queue);
  for (Command* command : commands) session_.wait_for(*command);
  for (std::size_t nth = 0; nth < commands.size(); ++nth) {
    expect_good(what, *commands[nth], segments * kPage);
    check_data(what, *commands[nth], disk, lba(nth));
    session_.give_back(*commands[nth]);
  }
  check_equal(what + ": free descriptors in the end", session_.request_queue(queue).num_free(), kRingSize);
}

void Examiner::full_rings() {
  for (std::uint32_t queue = 0; queue < session_.request_queues(); ++queue) fill_ring(queue, queue % 2 == 0 ? 1 : 4);
}

void Examiner::too_long_for_the_ring() {
  const std::vector<Segment> data(kRingSize, Segment{0x1000000, kSectorBytes});
  Command& command = session_.take_command(place(0), scsi::read10(0, kRingSize), 0, false);
  command.buffers.data = data;
  const std::uint16_t free_before = session_.request_queue(0).num_free();
  check(session_.add(command, 0).status == AddStatus::kNeverFits, "34 descriptors fit into a ring of 32");
  check_equal("free descriptors after a refusal", session_.request_queue(0).num_free(), free_before);
  session_.give_back(command);
}

void Examiner::what_is_not_there() {
  expect_response("absent target", {kAbsentTarget, LunId(0)}, scsi::Response::kBadTarget);
  expect_sense("absent LUN of a target", {TargetId(3), LunId(77)}, scsi::test_unit_ready(),
               scsi::SenseKey::kIllegalRequest, kNoSuchUnit);
  const auto end = static_cast<std::uint32_t>(VirtualMachine::kDiskBytes / kSectorBytes);
  expect_sense("READ beyond the end", place(0), scsi::read10(end, 8), scsi::SenseKey::kIllegalRequest,
               kBadBlockAddress);
}

}  // namespace vqlab::qemu
