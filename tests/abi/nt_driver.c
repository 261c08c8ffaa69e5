// What drivers write with the kernel headers: macros and inline helpers, in every world that has
// them. Compiled only.
#include <ntifs.h>

DEFINE_GUID(GUID_ABI_NT, 0x11223344, 0x5566, 0x7788, 1, 2, 3, 4, 5, 6, 7, 8);
#define INITGUID
#include <guiddef.h>
DEFINE_GUID(GUID_ABI_NT, 0x11223344, 0x5566, 0x7788, 1, 2, 3, 4, 5, 6, 7, 8);

#define IOCTL_ABI_NT CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
C_ASSERT(IOCTL_ABI_NT == 0x00222000);
C_ASSERT(sizeof(WCHAR) == 2 && sizeof(LONG) == 4 && sizeof(PVOID) == 8);

DRIVER_INITIALIZE DriverEntry;
DRIVER_DISPATCH DispatchAny;
IO_COMPLETION_ROUTINE OnComplete;
KDEFERRED_ROUTINE OnDpc;

typedef struct _ENTRY {
    ULONG Before;
    LIST_ENTRY Link;
} ENTRY, *PENTRY;

NTSTATUS NTAPI OnComplete(PDEVICE_OBJECT DeviceObject, PIRP Irp, PVOID Context)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Context);
    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }
    return STATUS_SUCCESS;
}

VOID NTAPI OnDpc(PKDPC Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    KeSetEvent((PRKEVENT)Context, IO_NO_INCREMENT, FALSE);
}

static ULONG use_lists(PLIST_ENTRY head)
{
    ULONG sum = 0;
    PLIST_ENTRY at;
    for (at = head->Flink; at != head; at = at->Flink) {
        sum += CONTAINING_RECORD(at, ENTRY, Link)->Before;
    }
    if (!IsListEmpty(head)) {
        RemoveEntryList(RemoveHeadList(head));
    }
    return sum + (ULONG)FIELD_OFFSET(ENTRY, Link);
}

static PVOID use_memory(PMDL mdl, PLARGE_INTEGER where)
{
    PVOID address = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
    where->QuadPart = (LONGLONG)MmGetMdlByteCount(mdl) + MmGetMdlByteOffset(mdl) +
                      ADDRESS_AND_SIZE_TO_SPAN_PAGES(MmGetMdlVirtualAddress(mdl), 1);
    RtlZeroMemory(where, sizeof(*where));
    return address;
}

static KIRQL use_locks(PKSPIN_LOCK lock)
{
    KIRQL old;
    KeInitializeSpinLock(lock);
    KeAcquireSpinLock(lock, &old);
    KeReleaseSpinLock(lock, old);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    KeLowerIrql(old);
    return old;
}

NTSTATUS NTAPI DispatchAny(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    OBJECT_ATTRIBUTES attributes;
    LIST_ENTRY head;
    LARGE_INTEGER where;
    KSPIN_LOCK lock;
    InitializeListHead(&head);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (stack->Parameters.DeviceIoControl.IoControlCode == IOCTL_ABI_NT && use_lists(&head) != 0 &&
        use_memory(Irp->MdlAddress, &where) != NULL && use_locks(&lock) == PASSIVE_LEVEL) {
        IoCopyCurrentIrpStackLocationToNext(Irp);
        IoSetCompletionRoutine(Irp, OnComplete, NULL, TRUE, TRUE, TRUE);
    } else {
        IoSkipCurrentIrpStackLocation(Irp);
    }
    (void)IoSetCancelRoutine(Irp, NULL);
    return IoCallDriver(DeviceObject, Irp);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
#if defined(OPENKMDF_DRIVER)
    DECLARE_CONST_UNICODE_STRING(name, L"\\Device\\AbiNt");
    static UNICODE_STRING constant = RTL_CONSTANT_STRING(L"constant");
    PAGED_CODE();
    ASSERT(DriverObject != NULL);
    NT_ASSERT(RegistryPath != NULL);
    DbgPrint("%wZ %wZ %p\n", &name, &constant, *IoFileObjectType);
    KdPrint(("%wZ\n", RegistryPath));
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "%d\n", (int)KeNumberProcessors));
#endif
    ULONG index;
    UNREFERENCED_PARAMETER(RegistryPath);
    for (index = 0; index < ARRAYSIZE(DriverObject->MajorFunction); index++) {
        DriverObject->MajorFunction[index] = DispatchAny;
    }
    return IsEqualGUID(
#if defined(__cplusplus)
               GUID_ABI_NT, GUID_ABI_NT
#else
               &GUID_ABI_NT, &GUID_ABI_NT
#endif
               )
               ? STATUS_SUCCESS
               : STATUS_UNSUCCESSFUL;
}
