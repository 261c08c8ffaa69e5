#pragma once

#include "base/intrusive_list.h"
#include "framework/request/request.h"
#include "framework/support/memory.h"
#include "framework/target/io_target.h"

#include <ntddk.h>
#include <wdf.h>

#include <cstddef>
#include <cstdint>

// What a request needs on its way to an I/O target and back; made when a request is first formatted
// for one, gets a completion routine or is sent, and kept until the request ends. A request that is
// sent and forgotten has none.

namespace openkmdf::framework {

// Where a sent request is, seen from its target.
enum class SendPlace : std::uint8_t {
    None,
    Held,        // in the target, which is stopped
    Sent,        // with the target's driver
    SentAnyway,  // the same, without regard to the target's state: stop and purge pass it by
};

struct SendState {
    base::ListNode target_node;  // of one of TargetIo's lists; guarded by its lock

    Request *request = nullptr;
    IoTarget *target = nullptr;  // referenced while the request is sent
    PFN_WDF_REQUEST_COMPLETION_ROUTINE completion_routine = nullptr;
    WDFCONTEXT completion_context = nullptr;
    NTSTATUS refusal = STATUS_SUCCESS;  // why a request without an IRP could not be sent

    // --- Sent --------------------------------------------------------------------------------
    // Who still looks at the IRP: the IRP itself until it comes back, its timer, cancellers. The
    // last one finishes the request, so that no canceller meets an IRP that is gone. Atomic; 0: not
    // sent.
    std::uint32_t holders = 0;
    SendPlace place = SendPlace::None;           // guarded by the target's lock
    RequestState owned_as = RequestState::Idle;  // what it is when it comes back
    bool counts = false;                         // in TargetIo::sent_count
    bool ignores_state = false;
    std::uint32_t cancel_round = 0;  // guarded by the target's lock: the last one that saw it
    KEVENT *sender = nullptr;        // waits for it; on the sender's stack
    bool timer_armed = false;        // atomic
    bool timed_out = false;          // atomic
    KTIMER timer = {};
    KDPC timer_dpc = {};

    // --- Formatted ---------------------------------------------------------------------------
    WDF_REQUEST_COMPLETION_PARAMS params = {};
    Memory *input = nullptr;  // referenced
    Memory *output = nullptr;
    Memory *other = nullptr;
    bool irp_changed = false;  // the IRP's buffers are the format's; its own ones are kept here
    PVOID own_system_buffer = nullptr;
    PVOID own_user_buffer = nullptr;
    PMDL own_mdl = nullptr;
    // Made for a format and kept for the next, so that formatting again alike cannot fail.
    PMDL mdl = nullptr;
    std::size_t mdl_room = 0;  // MmSizeOfMdl of what it can describe
    void *copy = nullptr;      // METHOD_BUFFERED with two buffers
    std::size_t copy_room = 0;
    void *copy_to = nullptr;  // where its output goes
    std::size_t copy_to_size = 0;
};

using SendList = base::IntrusiveList<SendState, &SendState::target_node>;

// The request's; made if it has none. nullptr: out of memory.
SendState *need_send_state(Request &request);
// The same for functions that cannot report a failure.
SendState &need_send_state_for_sure(Request &request);
// The request ends: gives up the memory objects, buffers and the state itself.
void drop_send_state(Request &request);

}  // namespace openkmdf::framework
