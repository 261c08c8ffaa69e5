#include "framework/target/target_io.h"

#include "executive/io/irp_cancel.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/support/violation.h"
#include "framework/target/send.h"

// The gates of a target.

namespace openkmdf::framework {

namespace {

bool is_closed(WDF_IO_TARGET_STATE state)
{
    return state == WdfIoTargetClosed || state == WdfIoTargetClosedForQueryRemove ||
           state == WdfIoTargetDeleted;
}

// Caller holds the target's lock.
void place_sent(TargetIo &io, SendState &send)
{
    send.place = send.ignores_state ? SendPlace::SentAnyway : SendPlace::Sent;
    send.counts = !send.ignores_state;
    if (send.counts) ++io.sent_count;
    io.sent.push_back(send);
}

// Caller holds the target's lock. False: the IRP is cancelled and nobody else will end it.
bool hold(TargetIo &io, SendState &send)
{
    PIRP irp = send.request->irp;
    send.place = SendPlace::Held;
    send.counts = false;
    io.held.push_back(send);
    irp->Tail.Overlay.DriverContext[0] = &send;
    IoSetCancelRoutine(irp, cancel_held);
    if (!executive::cancel_requested(irp) || !IoSetCancelRoutine(irp, nullptr)) return true;
    SendList::remove(send);
    send.place = SendPlace::None;
    return false;
}

// The first held request that nobody is cancelling, taken out.
SendState *take_held(TargetIo &io)
{
    for (SendState *send = io.held.front(); send; send = io.held.next(*send)) {
        if (!IoSetCancelRoutine(send->request->irp, nullptr)) continue;
        SendList::remove(*send);
        send->place = SendPlace::None;
        return send;
    }
    return nullptr;
}

void deliver_held(IoTarget &target)
{
    TargetIo &io = *target.io;
    for (;;) {
        SendState *send = nullptr;
        {
            scheduler::InternalGuard guard(io.lock);
            if (io.state == WdfIoTargetStarted) send = take_held(io);
            if (!send) {
                io.delivering = false;
                return;
            }
            place_sent(io, *send);
        }
        deliver(*send);
    }
}

void cancel_all_held(IoTarget &target)
{
    for (;;) {
        SendState *send;
        {
            scheduler::InternalGuard guard(target.io->lock);
            send = take_held(*target.io);
        }
        if (!send) return;
        return_unsent(*send, STATUS_CANCELLED);
    }
}

// One that this round has not seen, kept from finishing.
SendState *pin_next(TargetIo &io, std::uint32_t round, bool all)
{
    scheduler::InternalGuard guard(io.lock);
    for (SendState *send = io.sent.front(); send; send = io.sent.next(*send)) {
        if (send->cancel_round == round || (!all && send->place == SendPlace::SentAnyway)) continue;
        send->cancel_round = round;
        if (pin_sent(*send)) return send;
    }
    return nullptr;
}

void cancel_all_sent(IoTarget &target, bool all)
{
    std::uint32_t round;
    {
        scheduler::InternalGuard guard(target.io->lock);
        round = ++target.io->cancel_round;
    }
    while (SendState *send = pin_next(*target.io, round, all)) {
        cancel_pinned(*send);
        unpin_sent(*send);
    }
}

void wait_until_left(TargetIo &io, const std::uint32_t &count)
{
    TargetWaiter waiter;
    waiter.count = &count;
    KeInitializeEvent(&waiter.event, NotificationEvent, FALSE);
    {
        scheduler::InternalGuard guard(io.lock);
        if (count == 0) return;
        waiter.next = io.waiters;
        io.waiters = &waiter;
    }
    KeWaitForSingleObject(&waiter.event, Executive, KernelMode, FALSE, nullptr);
}

// Those whose count is 0, off the list. Caller holds the target's lock, and wakes them without it.
TargetWaiter *take_waiters(TargetIo &io)
{
    TargetWaiter *taken = nullptr;
    for (TargetWaiter **link = &io.waiters; *link;) {
        TargetWaiter *waiter = *link;
        if (*waiter->count) {
            link = &waiter->next;
            continue;
        }
        *link = waiter->next;
        waiter->next = taken;
        taken = waiter;
    }
    return taken;
}

// The functions that change a target's state must not run side by side.
class Change {
public:
    Change(IoTarget &target, const char *function) : io_(*target.io)
    {
        const bool other = __atomic_exchange_n(&io_.changing, true, __ATOMIC_ACQUIRE);
        if (other && target.globals->checked)
            violation(target.globals, WDF_VERIFIER_FATAL_ERROR,
                      reinterpret_cast<std::uintptr_t>(handle_of(&target)), 0,
                      "%s was called while another thread is in WdfIoTargetStop or "
                      "WdfIoTargetPurge for the same target. Call them one after the other.",
                      function);
    }
    ~Change() { __atomic_store_n(&io_.changing, false, __ATOMIC_RELEASE); }
    Change(const Change &) = delete;
    Change &operator=(const Change &) = delete;

private:
    TargetIo &io_;
};

void require_passive(const IoTarget &target, const char *call)
{
    const std::uint8_t irql = scheduler::current.processor->irql;
    if (irql == scheduler::kPassiveLevel) return;
    violation(target.globals, WDF_VERIFIER_IRQL_MISMATCH, irql, scheduler::kPassiveLevel,
              "%s waits for sent requests and was called at IRQL %u; it must be called at "
              "PASSIVE_LEVEL.",
              call, irql);
}

[[noreturn]] void unknown_action(const IoTarget &target, const char *function, int action)
{
    violation(target.globals, WDF_VERIFIER_FATAL_ERROR,
              reinterpret_cast<std::uintptr_t>(handle_of(&target)), 0,
              "%s was called with action %d, which is not one of its actions.", function, action);
}

}  // namespace

TargetIo *make_target_io(scheduler::Arena &arena)
{
    return arena.allocation_fails() ? nullptr : arena.make<TargetIo>();
}

Entry enter_target(IoTarget &target, SendState &send)
{
    TargetIo &io = *target.io;
    scheduler::InternalGuard guard(io.lock);
    if (is_closed(io.state)) return Entry::Refused;
    if (!send.ignores_state && io.state == WdfIoTargetPurged) return Entry::Refused;
    ++io.total;
    if (send.ignores_state || (io.state == WdfIoTargetStarted && !io.delivering)) {
        place_sent(io, send);
        return Entry::Open;
    }
    // The sender looks at it once more after this, see send_request.
    send.holders += 1;
    return hold(io, send) ? Entry::Held : Entry::Cancelled;
}

void detach_from_target(SendState &send)
{
    scheduler::InternalGuard guard(send.target->io->lock);
    if (send.place != SendPlace::None) SendList::remove(send);
    send.place = SendPlace::None;
}

void leave_target(IoTarget &target, bool counted)
{
    TargetWaiter *waiter = nullptr;
    {
        TargetIo &io = *target.io;
        scheduler::InternalGuard guard(io.lock);
        if (counted) --io.sent_count;
        --io.total;
        if (io.waiters) waiter = take_waiters(io);
    }
    while (waiter) {
        TargetWaiter *next = waiter->next;
        KeSetEvent(&waiter->event, IO_NO_INCREMENT, FALSE);
        waiter = next;
    }
    dereference(target);
}

WDF_IO_TARGET_STATE target_state(IoTarget &target)
{
    scheduler::InternalGuard guard(target.io->lock);
    return target.io->state;
}

NTSTATUS start_target(IoTarget &target)
{
    TargetIo &io = *target.io;
    {
        scheduler::InternalGuard guard(io.lock);
        if (is_closed(io.state)) return STATUS_INVALID_DEVICE_STATE;
        io.state = WdfIoTargetStarted;
        if (io.delivering || io.held.empty()) return STATUS_SUCCESS;
        io.delivering = true;
    }
    deliver_held(target);
    return STATUS_SUCCESS;
}

void stop_target(IoTarget &target, WDF_IO_TARGET_SENT_IO_ACTION action)
{
    TargetIo &io = *target.io;
    if (action <= WdfIoTargetSentIoUndefined || action > WdfIoTargetLeaveSentIoPending)
        unknown_action(target, "WdfIoTargetStop", action);
    if (action != WdfIoTargetLeaveSentIoPending) require_passive(target, "WdfIoTargetStop");
    Change change(target, "WdfIoTargetStop");
    {
        scheduler::InternalGuard guard(io.lock);
        if (is_closed(io.state)) return;
        io.state = WdfIoTargetStopped;
    }
    if (action == WdfIoTargetLeaveSentIoPending) return;
    if (action == WdfIoTargetCancelSentIo) {
        cancel_all_held(target);
        cancel_all_sent(target, false);
    }
    wait_until_left(io, io.sent_count);
}

void purge_target(IoTarget &target, WDF_IO_TARGET_PURGE_IO_ACTION action)
{
    TargetIo &io = *target.io;
    const bool wait = action == WdfIoTargetPurgeIoAndWait;
    if (!wait && action != WdfIoTargetPurgeIo) unknown_action(target, "WdfIoTargetPurge", action);
    if (wait) require_passive(target, "WdfIoTargetPurge with WdfIoTargetPurgeIoAndWait");
    Change change(target, "WdfIoTargetPurge");
    {
        scheduler::InternalGuard guard(io.lock);
        if (is_closed(io.state)) return;
        io.state = WdfIoTargetPurged;
    }
    cancel_all_held(target);
    cancel_all_sent(target, false);
    if (wait) wait_until_left(io, io.sent_count);
}

void open_target_io(IoTarget &target, PDEVICE_OBJECT device, PFILE_OBJECT file)
{
    scheduler::InternalGuard guard(target.io->lock);
    target.target = device;
    target.file = file;
    target.io->state = WdfIoTargetStarted;
}

void close_target_io(IoTarget &target, WDF_IO_TARGET_STATE state)
{
    TargetIo &io = *target.io;
    {
        scheduler::InternalGuard guard(io.lock);
        io.state = state;
    }
    cancel_all_held(target);
    cancel_all_sent(target, true);
    wait_until_left(io, io.total);
    scheduler::InternalGuard guard(io.lock);
    target.target = nullptr;
    target.file = nullptr;
}

}  // namespace openkmdf::framework
