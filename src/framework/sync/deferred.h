#pragma once

#include "framework/device/device.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFTIMER, WDFDPC and WDFWORKITEM: callbacks that run later. All three belong to a device (their
// parent is one or lies below one) and may run under its synchronization lock.

namespace openkmdf::framework {

struct Dpc : Object {
    static const TypeInfo kInfo;
    PFN_WDF_DPC evt_dpc = nullptr;
    CallbackLock *scope_lock = nullptr;
    KDPC dpc = {};
};

struct WorkItem : Object {
    static const TypeInfo kInfo;
    PFN_WDF_WORKITEM evt_work_item = nullptr;
    CallbackLock *scope_lock = nullptr;
    // A run of the callback, on the stack of the worker that does it; one may start before another
    // ends.
    struct Run {
        Run *next;
        const scheduler::Activity *worker;
    };
    scheduler::InternalLock lock;
    bool queued = false;  // guarded by lock; cleared when the callback starts
    Run *runs = nullptr;  // guarded by lock
    KEVENT idle;          // notification event: neither queued nor running
    WORK_QUEUE_ITEM item = {};
};

struct Timer : Object {
    static const TypeInfo kInfo;
    PFN_WDF_TIMER evt_timer = nullptr;
    CallbackLock *scope_lock = nullptr;
    ULONG period = 0;  // ms
    ULONG tolerable_delay = 0;
    bool passive = false;  // EvtTimerFunc at PASSIVE_LEVEL, from a work item
    bool high_resolution = false;
    scheduler::InternalLock lock;
    bool callback_queued = false;  // passive: the work item is on its way
    std::uint32_t running = 0;     // callbacks running now
    scheduler::Activity *runner = nullptr;
    bool stopping = false;  // being disposed: it cannot be started any more
    KEVENT idle;            // notification event: no callback runs or is on its way
    KTIMER timer = {};
    KDPC dpc = {};
    WORK_QUEUE_ITEM item = {};
};

// The caller runs in the item's EvtWorkItem.
bool is_in_own_callback(WorkItem &item);

// The device that `object` is, or lies below; null: none.
Device *ancestor_device(Object *object);
// The lock that serialises a callback of an object with this parent; null: none.
CallbackLock *scope_lock_of(Object *parent);

// Common checks of the three creations: parent given (STATUS_WDF_PARENT_NOT_SPECIFIED), below a
// device (STATUS_INVALID_DEVICE_REQUEST).
NTSTATUS check_deferred_parent(const WDF_OBJECT_ATTRIBUTES *attributes, Object **parent);

}  // namespace openkmdf::framework
