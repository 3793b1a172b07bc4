// What a thread of the host, or a vCPU of the guest, works on: a name for each step, for whoever looks on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vqlab {

enum class Work : std::uint8_t {
  kNone,
  kSpin,  // for a lock
  // Of vCPUs.
  kLeaveHalt,
  kInterrupt,
  kTimer,
  kIpi,
  kWakeProcess,
  kUnbusy,
  kSoftirqDone,
  kSchedule,
  kMigrate,
  kSubmit,
  kMerge,
  kFlushPlug,
  kRequestQueue,  // the LUN's lock
  kHostReady,     // the SCSI host's lock
  kPickQueue,
  kAddCommand,
  kKick,
  kWakeThread,
  kServeKick,
  kTakeUsed,
  kCompleteCommand,
  kReap,
  kFlush,
  kThink,
  // Of threads of the host.
  kWakeUp,
  kIterate,
  kPoll,
  kPop,
  kHandOver,
  kFindServed,
  kCompleteRequest,
  kInject,
  kBigLock,  // waiting for it
  kWorker,
  kCopy,
  kTellLoop,
};
inline constexpr std::size_t kWorks = 38;

// In the words of the guest's kernel, of QEMU, and of fio.
[[nodiscard]] constexpr std::string_view name_of(Work work) noexcept {
  constexpr std::array<std::string_view, kWorks> kNames{"work",
                                                        "spin on a lock",
                                                        "leave halt",
                                                        "vring_interrupt",
                                                        "hrtimer_interrupt",
                                                        "generic_smp_call_function_interrupt",
                                                        "try_to_wake_up",
                                                        "scsi_device_unbusy",
                                                        "scsi_softirq_done",
                                                        "schedule",
                                                        "migrate",
                                                        "io_submit",
                                                        "elv_merge",
                                                        "blk_flush_plug_list",
                                                        "scsi_request_fn",
                                                        "scsi_host_queue_ready",
                                                        "virtscsi_pick_vq",
                                                        "virtscsi_add_cmd",
                                                        "virtqueue_notify",
                                                        "eventfd_signal",
                                                        "virtio_scsi_handle_cmd in the vCPU's thread",
                                                        "virtscsi_vq_done",
                                                        "virtscsi_complete_cmd",
                                                        "io_getevents",
                                                        "fsync",
                                                        "thinktime_spin",
                                                        "wake up",
                                                        "main_loop_wait",
                                                        "try_poll_mode",
                                                        "virtio_scsi_handle_cmd",
                                                        "bdrv_aio submit",
                                                        "thread_pool_completion",
                                                        "virtio_scsi_complete_cmd",
                                                        "virtio_notify",
                                                        "wait for the big lock",
                                                        "aio_worker",
                                                        "copy",
                                                        "event_notifier_set"};
  return kNames[static_cast<std::size_t>(work)];
}

}  // namespace vqlab
