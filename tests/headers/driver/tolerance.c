// What Windows drivers write and other compilers do not know. Compiles as C and as C++.
#include <initguid.h>
#include <intrin.h>
#include <ntddk.h>
#include <ntintsafe.h>
#include <ntstrsafe.h>
#include <usb.h>
#include <wdmguid.h>
#include <wdmsec.h>

DEFINE_GUID(GUID_TOLERANCE, 0x12345678, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

#pragma comment(lib, "wdmsec.lib")
#pragma warning(push)
#pragma warning(disable : 4201 4214)
#pragma warning(push, 3)
#pragma warning(suppress : 28110)
#pragma prefast(suppress : 28110, "no reason")
#pragma intrinsic(memcpy, _disable, _InterlockedIncrement)
#pragma optimize("", off)
#pragma optimize("", on)
#pragma data_seg("PAGEDATA")
static ULONG paged_data = 7;
#pragma data_seg()
#pragma const_seg("PAGECONS")
#pragma const_seg()
#pragma region anything
#pragma endregion
#pragma deprecated(something_old)
#pragma warning(pop)
#pragma warning(pop)

#if defined(__cplusplus)
extern "C" {
#endif

DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD ToleranceUnload;
__drv_dispatchType(IRP_MJ_CREATE) DRIVER_DISPATCH ToleranceDispatch;

_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_ _Success_(return >= 0) NTSTATUS
    ToleranceHelper(_In_reads_bytes_(Length) PVOID Buffer, _In_ ULONG Length,
                    _Out_writes_to_opt_(*Needed, *Needed) PWSTR Out, _Inout_ PSIZE_T Needed);

#if defined(__cplusplus)
}
#endif

#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, ToleranceUnload)

typedef struct _TOLERANCE {
    union {
        struct {
            ULONG Low;
            ULONG High;
        };
        ULONGLONG Both;
    };
    __declspec(align(16)) UCHAR Aligned[16];
    UCHAR Trailing[1];
} TOLERANCE, *PTOLERANCE;

#include <pshpack1.h>
typedef struct _PACKED {
    UCHAR Tag;
    ULONG Value;
} PACKED;
#include <poppack.h>
C_ASSERT(sizeof(PACKED) == 5);
C_ASSERT(BYTE_MAX == 255 && USHORT_MAX == 0xffff && ULONGLONG_MAX == ~0ULL && INT64_MIN < 0);
#ifndef __USB_H__
typedef int USBD_PIPE_TYPE;
#endif
C_ASSERT(FIELD_OFFSET(TOLERANCE, Aligned) == 16);

__declspec(selectany) LONG SharedCounter = 0;
__declspec(noinline) static void Noise(void)
{
    PGUID guid = NULL;
    UNREFERENCED_PARAMETER(guid);
    KdPrint(("in %s\n", __FUNCTION__));
    DbgPrint("%s: %S\n", __FUNCTION__, L"wide");
    DbgPrint("left " __FUNCTION__ " right\n");
}

NTSTATUS ToleranceHelper(PVOID Buffer, ULONG Length, PWSTR Out, PSIZE_T Needed)
{
    WCHAR text[16];
    CHAR narrow[16];
    ULONG sum;
    UNREFERENCED_PARAMETER(Buffer);
    _Analysis_assume_(Length > 4);
    if (!NT_SUCCESS(RtlULongAdd(Length, 1, &sum))) return STATUS_INTEGER_OVERFLOW;
    if (!NT_SUCCESS(RtlStringCchPrintfW(text, ARRAYSIZE(text), L"%u", sum))) sum = 0;
    if (!NT_SUCCESS(RtlStringCbPrintfA(narrow, sizeof(narrow), "%I64u", 5ULL))) sum = 0;
    if (Out != NULL) (void)RtlStringCchCopyW(Out, *Needed, text);
    *Needed = sum + (SIZE_T)narrow[0] + paged_data;
    return STATUS_SUCCESS;
}

NTSTATUS ToleranceDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    ULONG index;
    UNREFERENCED_PARAMETER(DeviceObject);
    while (InterlockedCompareExchange(&SharedCounter, 1, 0) != 0) YieldProcessor();
    if (_BitScanForward(&index, (ULONG)SharedCounter)) _InterlockedIncrement(&SharedCounter);
    Irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID ToleranceUnload(IN PDRIVER_OBJECT DriverObject)
{
    PAGED_CODE();
    UNREFERENCED_PARAMETER(DriverObject);
    Noise();
}

NTSTATUS DriverEntry(IN OUT PDRIVER_OBJECT DriverObject, IN PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT device;
    NTSTATUS status;
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = ToleranceUnload;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = ToleranceDispatch;
    status = IoCreateDeviceSecure(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                  &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, &GUID_TOLERANCE, &device);
    return status;
}
