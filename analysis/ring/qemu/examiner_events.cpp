// Task management, and disks that come and go.
#include "analysis/ring/qemu/examiner.hpp"
#include "models/scsi/lun.hpp"

namespace vqlab::qemu {
namespace {

constexpr std::uint8_t kResetOccurred = 0x29;

unsigned number(scsi::Response response) { return static_cast<unsigned>(response); }

}  // namespace

scsi::Response Examiner::manage(scsi::TaskFunction function, scsi::LunAddress address, std::uint64_t tag) {
  session_.send_task_management({function, address, tag});
  session_.wait([&] { return session_.task_done(); }, "the answer to a task management request");
  return session_.task_response();
}

std::pair<Command*, Command*> Examiner::hold_two(const std::string& disk_id, scsi::LunAddress address) {
  machine_.qmp().hold_requests(disk_id);
  std::pair<Command*, Command*> both;
  for (Command** command : {&both.first, &both.second}) {
    *command = &session_.take_command(address, scsi::read10(0, 8), kPage, false);
    session_.fill(**command, std::vector<std::byte>(kPage, std::byte{0xff}));
    check(session_.submit(**command, VcpuId(0)), "an idle ring is full");
  }
  return both;
}

void Examiner::task_management() {
  using scsi::Response;
  using scsi::TaskFunction;
  const scsi::LunAddress unit = place(0);
  const std::string disk = VirtualMachine::disk_id(0);
  const auto [first, second] = hold_two(disk, unit);
  check_equal("QUERY TASK of a command in flight", number(manage(TaskFunction::kQueryTask, unit, second->tag)),
              number(Response::kFunctionSucceeded));
  session_.send_task_management({TaskFunction::kAbortTask, unit, second->tag});
  check(second->in_flight && !session_.task_done(), "ABORT TASK ends before the disk lets go of the command");
  machine_.qmp().release_requests(disk);
  session_.wait([&] { return session_.task_done(); }, "the answer to ABORT TASK");
  session_.wait_for(*first);
  session_.wait_for(*second);
  check_equal("ABORT TASK", number(session_.task_response()), number(Response::kOk));
  check_equal("the command that was aborted", number(second->response.response), number(Response::kAborted));
  expect_good("the command that was not aborted", *first, kPage);
  check_equal("QUERY TASK of a command that is gone", number(manage(TaskFunction::kQueryTask, unit, second->tag)),
              number(Response::kOk));
  session_.give_back(*first);
  session_.give_back(*second);
}

scsi::Response Examiner::reset_two(const std::string& disk_id, scsi::LunAddress address,
                                   std::span<const std::byte> medium) {
  const auto [first, second] = hold_two(disk_id, address);
  session_.look();
  check(second->in_flight, "the disk does not keep a command back");
  check_equal("LOGICAL UNIT RESET", number(manage(scsi::TaskFunction::kLogicalUnitReset, address, 0)),
              number(scsi::Response::kOk));
  for (Command* command : {first, second}) {
    check(!command->in_flight, "a command is in flight when LOGICAL UNIT RESET of its unit has ended");
    session_.wait_for(*command);
    if (command->response.response == scsi::Response::kReset) continue;
    expect_good("a command that a reset met and did not call off", *command, kPage);
    check_same("a command that a reset met and did not call off", session_.data_of(*command), medium);
  }
  machine_.qmp().release_requests(disk_id);
  const scsi::Response response = second->response.response;
  session_.give_back(*first);
  session_.give_back(*second);
  expect_sense("first command after LOGICAL UNIT RESET", address, scsi::test_unit_ready(),
               scsi::SenseKey::kUnitAttention, kResetOccurred);
  return response;
}

// A reset makes the disk let go of what it holds. If that is done before the device calls the unit's commands off, it
// ends as done, and well: QEMU 7.2 calls them off first, QEMU 10.0 meanwhile, so that its disk in memory wins in half
// of all cases. A slow disk never does.
void Examiner::unit_resets() {
  using scsi::Response;
  using scsi::TaskFunction;
  const scsi::LunAddress unit = place(0);
  static_cast<void>(reset_two(VirtualMachine::disk_id(0), unit, machine_.disk(0).first(kPage)));
  Command& other = run(place(1), scsi::test_unit_ready());
  expect_good("a unit that was not reset", other, 0);
  session_.give_back(other);

  const scsi::LunAddress slow{VirtualMachine::kSlowDisk.target, VirtualMachine::kSlowDisk.lun};
  settle(slow);
  check_equal("a command that a reset met before it was done",
              number(reset_two(VirtualMachine::kSlowDiskId, slow, std::vector<std::byte>(kPage))),
              number(Response::kReset));

  check_equal("LOGICAL UNIT RESET of an absent target",
              number(manage(TaskFunction::kLogicalUnitReset, {kAbsentTarget, LunId(0)}, 0)),
              number(Response::kBadTarget));
  check_equal("LOGICAL UNIT RESET of an absent LUN",
              number(manage(TaskFunction::kLogicalUnitReset, {unit.target, LunId(77)}, 0)),
              number(Response::kIncorrectLun));
}

void Examiner::expect_event(const std::string& what, scsi::ResetReason reason) {
  session_.wait([&] { return !session_.events().empty(); }, "the event of " + what);
  const scsi::Event event = session_.events().front();
  session_.events().pop_front();
  const auto address = scsi::decode_lun(event.address);
  check(event.kind == scsi::EventKind::kTransportReset && event.reason == static_cast<std::uint32_t>(reason) &&
            !event.missed && address == scsi::LunAddress{kSpareTarget, LunId(0)},
        "{}: event {}, reason {}, target {}, expected 1, {}, {}", what, static_cast<unsigned>(event.kind), event.reason,
        address ? address->target.value : 0, static_cast<unsigned>(reason), kSpareTarget.value);
}

void Examiner::plugging() {
  const scsi::LunAddress spare{kSpareTarget, LunId(0)};
  expect_response("a target that will come", spare, scsi::Response::kBadTarget);
  machine_.plug_spare(kSpareTarget);
  expect_event("a disk plugged in", scsi::ResetReason::kRescan);
  settle(spare);
  for (std::size_t disk = 0; disk < machine_.places().size(); ++disk) settle(place(disk));

  Command& read = run(spare, scsi::read10(16, 16), 2 * kPage);
  expect_good("READ of a disk plugged in", read, 2 * kPage);
  check_data("READ of a disk plugged in", read, machine_.places().size(), 16);
  session_.give_back(read);

  machine_.unplug_spare();
  expect_event("a disk unplugged", scsi::ResetReason::kRemoved);
  expect_response("a target that has gone", spare, scsi::Response::kBadTarget);
  for (std::size_t disk = 0; disk < machine_.places().size(); ++disk) settle(place(disk));
}

// More events than there are buffers: what found none is told of once there are some again.
void Examiner::missed_events() {
  constexpr int kTimes = 5;
  for (int i = 0; i < kTimes; ++i) {
    machine_.plug_spare(kSpareTarget);
    machine_.unplug_spare();
  }
  const auto missed = [&] { return !session_.events().empty() && session_.events().back().missed; };
  session_.wait(missed, "the news that events were missed");
  check_equal("events before one was missed", session_.events().size() - 1, std::size_t{8});
  check(session_.events().back().kind == scsi::EventKind::kNone, "missed events are told of by event {}",
        static_cast<unsigned>(session_.events().back().kind));
  session_.events().clear();
  for (std::size_t disk = 0; disk < machine_.places().size(); ++disk) settle(place(disk));
}

// Ring indices are 16 bits wide: commands that need no disk, until they have come around.
void Examiner::index_wrap() {
  constexpr std::uint32_t kCommandsWanted = 66000;
  constexpr std::uint32_t kBatch = kRingSize / 2;  // each has two headers
  std::uint64_t bad = 0;
  for (std::uint32_t done = 0; done < kCommandsWanted; done += kBatch) {
    std::array<Command*, kBatch> batch{};
    for (Command*& command : batch) {
      command = &session_.take_command(place(1), scsi::test_unit_ready(), 0, false);
      check(session_.add(*command, 1).ok(), "an idle ring is full");
    }
    session_.kick_request_queue(1);
    for (Command* command : batch) {
      session_.wait_for(*command);
      if (command->response.response != scsi::Response::kOk || command->response.status != scsi::Status::kGood) ++bad;
      session_.give_back(*command);
    }
  }
  check_equal("TEST UNIT READY, 66000 times: failures", bad, std::uint64_t{0});
}

}  // namespace vqlab::qemu
