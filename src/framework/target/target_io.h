#pragma once

#include "framework/target/send_state.h"

// The requests in a target, and what lets them in and out: the in-gate is open while the target is
// started or stopped, the out-gate while it is started ("Controlling a General I/O Target's
// State").

namespace openkmdf::framework {

// Somebody who waits until one of a target's counts is 0; on that thread's stack.
struct TargetWaiter {
    TargetWaiter *next = nullptr;
    const std::uint32_t *count = nullptr;
    KEVENT event;
};

struct TargetIo {
    scheduler::InternalLock lock;
    // --- Guarded by lock ---------------------------------------------------------------------
    WDF_IO_TARGET_STATE state = WdfIoTargetClosed;
    bool delivering = false;  // what was held goes out; arrivals wait behind it
    SendList held;
    SendList sent;
    std::uint32_t sent_count = 0;  // what a stop waits for
    std::uint32_t total = 0;       // that entered and have not left: what a close waits for
    std::uint32_t cancel_round = 0;
    TargetWaiter *waiters = nullptr;
    // ---
    bool changing = false;  // atomic: a stop or purge is under way
};

// Null: out of memory.
TargetIo *make_target_io(scheduler::Arena &arena);

enum class Entry : std::uint8_t {
    Open,       // send it now
    Held,       // it waits in the target
    Cancelled,  // it would wait, but is cancelled already
    Refused,
};
// The request's holders are set up for `Open` when this is called.
Entry enter_target(IoTarget &target, SendState &send);
// Off the lists; still counted.
void detach_from_target(SendState &send);
// Counted no more. The target may be gone afterwards.
void leave_target(IoTarget &target, bool counted);

// WdfIoTarget*.
NTSTATUS start_target(IoTarget &target);
void stop_target(IoTarget &target, WDF_IO_TARGET_SENT_IO_ACTION action);
void purge_target(IoTarget &target, WDF_IO_TARGET_PURGE_IO_ACTION action);
WDF_IO_TARGET_STATE target_state(IoTarget &target);
// Cancels everything, waits for it and lets go of the device. `state` says what the target is then.
void close_target_io(IoTarget &target, WDF_IO_TARGET_STATE state);
void open_target_io(IoTarget &target, PDEVICE_OBJECT device, PFILE_OBJECT file);

}  // namespace openkmdf::framework
