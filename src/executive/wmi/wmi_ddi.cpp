#include "executive/io/io_manager.h"
#include "executive/ob/object_manager.h"
#include "executive/wmi/wmi_state.h"

#include <wmistr.h>

#include <cstring>

// IoWMI*: providers register and are asked for their blocks, as WMI does. No consumer lives in the
// machine, so events reach nobody and no block can be opened.

using namespace openkmdf::executive;
using openkmdf::scheduler::InternalGuard;

namespace {

constexpr ULONG kFirstBuffer = 1024;
constexpr ULONG kMostBuffer = 64 * 1024;
constexpr ULONG kWmiTag = 0x70696D57;  // 'Wmip'

// Sends IRP_MN_REGINFO(_EX) to the top of the device's stack. `needed` gets the size that a too
// small buffer should have had.
NTSTATUS ask(PDEVICE_OBJECT device, UCHAR minor, ULONG purpose, void *buffer, ULONG size,
             ULONG *needed)
{
    IoManager &io = io_manager();
    PDEVICE_OBJECT top = IoGetAttachedDeviceReference(device);
    PIRP irp = io.allocate_irp(top->StackSize);
    if (irp == nullptr) {
        ObDereferenceObject(top);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(irp);
    next->MajorFunction = IRP_MJ_SYSTEM_CONTROL;
    next->MinorFunction = minor;
    next->Parameters.WMI.ProviderId = reinterpret_cast<ULONG_PTR>(device);
    next->Parameters.WMI.DataPath = reinterpret_cast<PVOID>(static_cast<ULONG_PTR>(purpose));
    next->Parameters.WMI.Buffer = buffer;
    next->Parameters.WMI.BufferSize = size;
    ULONG_PTR information = 0;
    NTSTATUS status = io.send_and_wait(top, irp, &information);
    ObDereferenceObject(top);
    // A provider that lacks room says so in the first ULONG of the buffer and in the status block.
    *needed = information == sizeof(ULONG) ? *static_cast<PULONG>(buffer) : 0;
    if (NT_SUCCESS(status) && *needed > size) status = STATUS_BUFFER_TOO_SMALL;
    return status;
}

void query_provider(PDEVICE_OBJECT device, ULONG purpose)
{
    for (ULONG size = kFirstBuffer; size <= kMostBuffer;) {
        void *buffer = ExAllocatePoolWithTag(NonPagedPoolNx, size, kWmiTag);
        if (buffer == nullptr) return;
        std::memset(buffer, 0, size);
        ULONG needed = 0;
        NTSTATUS status = ask(device, IRP_MN_REGINFO_EX, purpose, buffer, size, &needed);
        if (status == STATUS_NOT_SUPPORTED || status == STATUS_INVALID_DEVICE_REQUEST)
            status = ask(device, IRP_MN_REGINFO, purpose, buffer, size, &needed);
        ExFreePoolWithTag(buffer, kWmiTag);
        if (status != STATUS_BUFFER_TOO_SMALL || needed <= size) return;
        size = needed;
    }
}

// Runs as a work item, as registration does on Windows: the driver is not called from its own call.
VOID NTAPI registration_worker(PVOID context)
{
    auto &wmi = *static_cast<WmiState *>(context);
    for (;;) {
        WmiProvider *provider = nullptr;
        ULONG purpose = WMIREGISTER;
        {
            InternalGuard guard(wmi.lock);
            for (provider = wmi.first; provider != nullptr && !provider->pending;)
                provider = provider->next;
            if (provider == nullptr) {
                wmi.queued = false;
                return;
            }
            provider->pending = false;
            purpose = provider->purpose;
            ObjectManager::reference(provider->device);
        }
        PDEVICE_OBJECT device = provider->device;
        query_provider(device, purpose);
        ObDereferenceObject(device);
    }
}

WmiState *state()
{
    Kernel &own = kernel();
    WmiState *made = __atomic_load_n(&own.wmi, __ATOMIC_ACQUIRE);
    if (made != nullptr) return made;
    made = own.arena->make<WmiState>();
    if (made == nullptr) return nullptr;
    made->item.WorkerRoutine = registration_worker;
    made->item.Parameter = made;
    WmiState *expected = nullptr;
    if (!__atomic_compare_exchange_n(&own.wmi, &expected, made, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        own.arena->drop(made);
        made = expected;
    }
    return made;
}

WmiProvider *find(WmiState &wmi, PDEVICE_OBJECT device)
{
    WmiProvider *at = wmi.first;
    while (at != nullptr && at->device != device) at = at->next;
    return at;
}

NTSTATUS add(WmiState &wmi, PDEVICE_OBJECT device, ULONG purpose, bool may_be_new)
{
    auto *made = may_be_new ? kernel().arena->make<WmiProvider>() : nullptr;
    bool queue = false;
    bool used = false;
    NTSTATUS status = STATUS_SUCCESS;
    {
        InternalGuard guard(wmi.lock);
        WmiProvider *provider = find(wmi, device);
        if (provider == nullptr && made != nullptr) {
            *made = {wmi.first, device, purpose, false};
            wmi.first = provider = made;
            used = true;
        }
        if (provider == nullptr) {
            status = may_be_new ? STATUS_INSUFFICIENT_RESOURCES : STATUS_INVALID_PARAMETER;
        } else {
            provider->pending = true;
            provider->purpose = purpose;
            queue = !wmi.queued;
            wmi.queued = true;
        }
    }
    if (!used) kernel().arena->drop(made);
    if (queue) ExQueueWorkItem(&wmi.item, DelayedWorkQueue);
    return status;
}

NTSTATUS remove(WmiState &wmi, PDEVICE_OBJECT device)
{
    WmiProvider *found = nullptr;
    {
        InternalGuard guard(wmi.lock);
        for (WmiProvider **link = &wmi.first; *link != nullptr; link = &(*link)->next) {
            if ((*link)->device == device) {
                found = *link;
                *link = found->next;
                break;
            }
        }
    }
    if (found == nullptr) return STATUS_INVALID_PARAMETER;
    kernel().arena->drop(found);
    return STATUS_SUCCESS;
}

}  // namespace

NTSTATUS NTAPI IoWMIRegistrationControl(PDEVICE_OBJECT device, ULONG action)
{
    WmiState *wmi = state();
    if (wmi == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    switch (action & 0xFFFF) {
    case WMIREG_ACTION_REGISTER:
    case WMIREG_ACTION_REREGISTER:
        return add(*wmi, device, WMIREGISTER, true);
    case WMIREG_ACTION_UPDATE_GUIDS:
        return add(*wmi, device, WMIUPDATE, false);
    case WMIREG_ACTION_DEREGISTER:
        return remove(*wmi, device);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

ULONG NTAPI IoWMIDeviceObjectToProviderId(PDEVICE_OBJECT device)
{
    return ob::header_of(device)->ordinal;
}

NTSTATUS NTAPI IoWMIAllocateInstanceIds(GUID *guid, ULONG count, ULONG *first)
{
    WmiState *wmi = state();
    auto *made = kernel().arena->make<WmiInstances>();
    if (wmi == nullptr || made == nullptr) {
        kernel().arena->drop(made);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    bool used = false;
    {
        InternalGuard guard(wmi->lock);
        WmiInstances *at = wmi->instances;
        while (at != nullptr && std::memcmp(&at->guid, guid, sizeof *guid) != 0) at = at->next;
        if (at == nullptr) {
            *made = {wmi->instances, *guid, 0};
            wmi->instances = at = made;
            used = true;
        }
        *first = at->next_id;
        at->next_id += count;
    }
    if (!used) kernel().arena->drop(made);
    return STATUS_SUCCESS;
}

// The event is delivered to all of its consumers, of which there are none; it is the system's then.
// One for the logger only stays the caller's.
NTSTATUS NTAPI IoWMIWriteEvent(PVOID event)
{
    constexpr ULONG kMostBytes = 1024;
    const auto *header = static_cast<const WNODE_HEADER *>(event);
    if (header->Flags & WNODE_FLAG_TRACED_GUID) return STATUS_SUCCESS;
    if (header->BufferSize > kMostBytes) return STATUS_BUFFER_OVERFLOW;
    ExFreePool(event);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoWMIOpenBlock(LPCGUID, ULONG, PVOID *block)
{
    *block = nullptr;
    return STATUS_WMI_GUID_NOT_FOUND;
}
