#include "executive/kernel.h"
#include "scheduler/internal_lock.h"

#include <ntddk.h>

#include <cstdint>

// Event tracing on a system without a session: providers register, nothing is enabled, and what is
// written goes nowhere, successfully, as the documentation says.

namespace openkmdf::executive {

struct EtwProvider {
    EtwProvider *next;
    GUID id;
    PETWENABLECALLBACK callback;
    PVOID context;
};

// The activity identifier of a thread that has set one.
struct EtwActivity {
    EtwActivity *next;
    std::uint32_t thread;  // ordinal of the scheduler's activity
    GUID id;
};

struct EtwState {
    scheduler::InternalLock lock;
    EtwProvider *first = nullptr;    // guarded by lock, newest first
    EtwActivity *threads = nullptr;  // guarded by lock
    std::uint32_t activities = 0;    // activity identifiers made
};

}  // namespace openkmdf::executive

using namespace openkmdf::executive;
using openkmdf::scheduler::InternalGuard;

namespace {

constexpr ULONG kMostData = 128;

EtwState *state()
{
    Kernel &own = kernel();
    EtwState *made = __atomic_load_n(&own.etw, __ATOMIC_ACQUIRE);
    if (made != nullptr) return made;
    made = own.arena->make<EtwState>();
    EtwState *expected = nullptr;
    if (made != nullptr && !__atomic_compare_exchange_n(&own.etw, &expected, made, false,
                                                        __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        own.arena->drop(made);
        made = expected;
    }
    return made;
}

// The place in the list that holds this provider; nullptr: the handle is none, or no longer one. A
// handle is never dereferenced before it was found.
EtwProvider **place_of(EtwState &etw, REGHANDLE handle)
{
    for (EtwProvider **at = &etw.first; *at != nullptr; at = &(*at)->next)
        if (reinterpret_cast<REGHANDLE>(*at) == handle) return at;
    return nullptr;
}

bool is_registered(REGHANDLE handle)
{
    EtwState *etw = state();
    if (etw == nullptr) return false;
    InternalGuard guard(etw->lock);
    return place_of(*etw, handle) != nullptr;
}

NTSTATUS write(REGHANDLE handle, PCEVENT_DESCRIPTOR event, ULONG count,
               const EVENT_DATA_DESCRIPTOR *data)
{
    if (!is_registered(handle)) return STATUS_INVALID_HANDLE;
    if (event == nullptr || count > kMostData || (count != 0 && data == nullptr))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS NTAPI EtwRegister(LPCGUID id, PETWENABLECALLBACK callback, PVOID context,
                           PREGHANDLE handle)
{
    if (id == nullptr || handle == nullptr) return STATUS_INVALID_PARAMETER;
    *handle = 0;
    EtwState *etw = state();
    Kernel &own = kernel();
    if (etw == nullptr || own.arena->allocation_fails()) return STATUS_NO_MEMORY;
    auto *provider = own.arena->make<EtwProvider>();
    if (provider == nullptr) return STATUS_NO_MEMORY;
    *provider = {nullptr, *id, callback, context};
    {
        InternalGuard guard(etw->lock);
        provider->next = etw->first;
        etw->first = provider;
    }
    *handle = reinterpret_cast<REGHANDLE>(provider);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI EtwUnregister(REGHANDLE handle)
{
    EtwState *etw = state();
    if (etw == nullptr) return STATUS_INVALID_HANDLE;
    EtwProvider *provider = nullptr;
    {
        InternalGuard guard(etw->lock);
        EtwProvider **place = place_of(*etw, handle);
        if (place == nullptr) return STATUS_INVALID_HANDLE;
        provider = *place;
        *place = provider->next;
    }
    kernel().arena->drop(provider);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI EtwSetInformation(REGHANDLE handle, EVENT_INFO_CLASS kind, PVOID, ULONG)
{
    if (!is_registered(handle)) return STATUS_INVALID_HANDLE;
    return kind < MaxEventInfo ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

BOOLEAN NTAPI EtwEventEnabled(REGHANDLE, PCEVENT_DESCRIPTOR)
{
    return FALSE;
}
BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE, UCHAR, ULONGLONG)
{
    return FALSE;
}

NTSTATUS NTAPI EtwWrite(REGHANDLE handle, PCEVENT_DESCRIPTOR event, LPCGUID, ULONG count,
                        PEVENT_DATA_DESCRIPTOR data)
{
    return write(handle, event, count, data);
}

NTSTATUS NTAPI EtwWriteEx(REGHANDLE handle, PCEVENT_DESCRIPTOR event, ULONG64, ULONG, LPCGUID,
                          LPCGUID, ULONG count, PEVENT_DATA_DESCRIPTOR data)
{
    return write(handle, event, count, data);
}

NTSTATUS NTAPI EtwWriteTransfer(REGHANDLE handle, PCEVENT_DESCRIPTOR event, LPCGUID, LPCGUID,
                                ULONG count, PEVENT_DATA_DESCRIPTOR data)
{
    return write(handle, event, count, data);
}

NTSTATUS NTAPI EtwWriteString(REGHANDLE handle, UCHAR, ULONGLONG, LPCGUID, PCWSTR text)
{
    if (!is_registered(handle)) return STATUS_INVALID_HANDLE;
    return text != nullptr ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

namespace {

// The place of the current thread's identifier; nullptr: out of memory.
GUID *own_activity(EtwState &etw)
{
    const std::uint32_t thread = openkmdf::scheduler::current.activity->ordinal;
    InternalGuard guard(etw.lock);
    for (EtwActivity *at = etw.threads; at != nullptr; at = at->next) {
        if (at->thread == thread) return &at->id;
    }
    auto *made = kernel().arena->make<EtwActivity>();
    if (made == nullptr) return nullptr;
    *made = {etw.threads, thread, {}};
    etw.threads = made;
    return &made->id;
}

// Numbered, so that a run repeats.
GUID new_activity(EtwState &etw)
{
    GUID id = {};
    id.Data1 = __atomic_add_fetch(&etw.activities, 1, __ATOMIC_RELAXED);
    return id;
}

}  // namespace

NTSTATUS NTAPI EtwActivityIdControl(ULONG code, LPGUID id)
{
    if (id == nullptr || code < EVENT_ACTIVITY_CTRL_GET_ID ||
        code > EVENT_ACTIVITY_CTRL_CREATE_SET_ID)
        return STATUS_INVALID_PARAMETER;
    EtwState *etw = state();
    if (etw == nullptr) return STATUS_NO_MEMORY;
    if (code == EVENT_ACTIVITY_CTRL_CREATE_ID) {
        *id = new_activity(*etw);
        return STATUS_SUCCESS;
    }
    GUID *own = own_activity(*etw);
    if (own == nullptr) return STATUS_NO_MEMORY;
    const GUID before = *own;
    if (code == EVENT_ACTIVITY_CTRL_SET_ID || code == EVENT_ACTIVITY_CTRL_GET_SET_ID) *own = *id;
    if (code == EVENT_ACTIVITY_CTRL_CREATE_SET_ID) *own = new_activity(*etw);
    if (code != EVENT_ACTIVITY_CTRL_SET_ID) *id = before;
    return STATUS_SUCCESS;
}
