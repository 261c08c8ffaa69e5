#include "executive/io/io_manager.h"

#include "executive/ke/thread.h"
#include "executive/ob/object_manager.h"
#include "executive/ps/processes.h"

// What can be asked about an IRP and about the thread that runs.

namespace openkmdf::executive {

namespace {

// The hint has three bits of the IRP's flags, one more than its value so that none is told from
// very low.
constexpr ULONG kPriorityShift = 17;
constexpr ULONG kPriorityMask = 7u << kPriorityShift;

// An event of that name, which others may have made. The pointer is good as long as the handle.
PKEVENT create_event(PUNICODE_STRING name, PHANDLE handle, EVENT_TYPE type)
{
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, name, OBJ_OPENIF | OBJ_KERNEL_HANDLE, nullptr, nullptr);
    if (!NT_SUCCESS(ZwCreateEvent(handle, EVENT_ALL_ACCESS, &attributes, type, TRUE)))
        return nullptr;
    PVOID event;
    if (!NT_SUCCESS(ObReferenceObjectByHandle(*handle, 0, nullptr, KernelMode, &event, nullptr)))
        return nullptr;
    ObDereferenceObject(event);
    return static_cast<PKEVENT>(event);
}

bool is_buffered_control(PIRP irp)
{
    if (irp->CurrentLocation > irp->StackCount) return false;
    PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
    ULONG code;
    if (location->MajorFunction == IRP_MJ_DEVICE_CONTROL)
        code = location->Parameters.DeviceIoControl.IoControlCode;
    else if (location->MajorFunction == IRP_MJ_FILE_SYSTEM_CONTROL &&
             (location->MinorFunction == IRP_MN_USER_FS_REQUEST ||
              location->MinorFunction == IRP_MN_KERNEL_CALL))
        code = location->Parameters.FileSystemControl.FsControlCode;
    else return false;
    return METHOD_FROM_CTL_CODE(code) == METHOD_BUFFERED;
}

}  // namespace

extern "C" {

PEPROCESS NTAPI IoGetRequestorProcess(PIRP Irp)
{
    return Irp->Tail.Overlay.Thread ? PsGetThreadProcess(Irp->Tail.Overlay.Thread) : nullptr;
}

ULONG NTAPI IoGetRequestorProcessId(PIRP Irp)
{
    PEPROCESS process = IoGetRequestorProcess(Irp);
    return process ? static_cast<ULONG>(process->id) : 0;
}

// No component of the system opens files for somebody else.
PEPROCESS NTAPI IoGetInitiatorProcess(PFILE_OBJECT)
{
    return nullptr;
}

// There is one session, that of the console.
NTSTATUS NTAPI IoGetRequestorSessionId(PIRP Irp, PULONG pSessionId)
{
    *pSessionId = ~ULONG{0};
    PEPROCESS process = IoGetRequestorProcess(Irp);
    if (!process) return STATUS_UNSUCCESSFUL;
    *pSessionId = process == kernel().processes->system() ? 0 : 1;
    return STATUS_SUCCESS;
}

PEPROCESS NTAPI IoGetCurrentProcess()
{
    return kernel().processes->current();
}

PEPROCESS NTAPI IoThreadToProcess(PETHREAD Thread)
{
    return PsGetThreadProcess(Thread);
}

BOOLEAN NTAPI IoIsSystemThread(PETHREAD Thread)
{
    return PsIsSystemThread(Thread);
}

BOOLEAN NTAPI IoIs32bitProcess(PIRP Irp)
{
    PEPROCESS process = Irp ? IoGetRequestorProcess(Irp) : kernel().processes->current();
    return process && process->is_32bit;
}

PVOID NTAPI IoGetInitialStack()
{
    return scheduler::current.activity->kernel_stack_high;
}

void NTAPI IoGetStackLimits(PULONG_PTR LowLimit, PULONG_PTR HighLimit)
{
    *LowLimit = reinterpret_cast<ULONG_PTR>(scheduler::current.activity->kernel_stack_low);
    *HighLimit = reinterpret_cast<ULONG_PTR>(scheduler::current.activity->kernel_stack_high);
}

BOOLEAN NTAPI IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize)
{
    ULONG_PTR low;
    ULONG_PTR high;
    IoGetStackLimits(&low, &high);
    return RegionStart >= low && RegionStart <= high && RegionSize <= high - RegionStart;
}

BOOLEAN NTAPI IoIsOperationSynchronous(PIRP Irp)
{
    // Paging is as it says, whatever else holds.
    if (Irp->Flags & IRP_PAGING_IO) return (Irp->Flags & IRP_SYNCHRONOUS_PAGING_IO) != 0;
    PFILE_OBJECT file = Irp->Tail.Overlay.OriginalFileObject;
    return (file && (file->Flags & FO_SYNCHRONOUS_IO)) || (Irp->Flags & IRP_SYNCHRONOUS_API) ||
           is_buffered_control(Irp);
}

BOOLEAN NTAPI IoIsValidIrpStatus(NTSTATUS Status)
{
    constexpr ULONG kCustomer = 1u << 29;
    // The facilities that are published all have numbers of one byte.
    constexpr ULONG kMostFacility = 0xFF;
    const auto value = static_cast<ULONG>(Status);
    return (value & kCustomer) || (value >> 16 & 0xFFF) <= kMostFacility;
}

IO_PRIORITY_HINT NTAPI IoGetIoPriorityHint(PIRP Irp)
{
    const ULONG hint = (Irp->Flags & kPriorityMask) >> kPriorityShift;
    return hint ? static_cast<IO_PRIORITY_HINT>(hint - 1) : IoPriorityNormal;
}

NTSTATUS NTAPI IoSetIoPriorityHint(PIRP Irp, IO_PRIORITY_HINT PriorityHint)
{
    if (PriorityHint < IoPriorityVeryLow || PriorityHint >= MaxIoPriorityTypes)
        return STATUS_INVALID_PARAMETER;
    Irp->Flags = (Irp->Flags & ~kPriorityMask) | (static_cast<ULONG>(PriorityHint) + 1)
                                                     << kPriorityShift;
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI IoIsWdmVersionAvailable(UCHAR MajorVersion, UCHAR MinorVersion)
{
    constexpr UCHAR kMajor = 6;
    constexpr UCHAR kMinor = 0;
    return MajorVersion < kMajor || (MajorVersion == kMajor && MinorVersion <= kMinor);
}

PKEVENT NTAPI IoCreateNotificationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle)
{
    return create_event(EventName, EventHandle, NotificationEvent);
}

PKEVENT NTAPI IoCreateSynchronizationEvent(PUNICODE_STRING EventName, PHANDLE EventHandle)
{
    return create_event(EventName, EventHandle, SynchronizationEvent);
}

}  // extern "C"

}  // namespace openkmdf::executive
