#include <ntddk.h>

// Trace messages of the WPP preprocessor. No session is ever started, so no provider of them is
// enabled and no logger handle is valid.

NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS, PVOID, ULONG, PULONG required,
                                        PVOID)
{
    if (required != nullptr) *required = 0;
    return STATUS_NOT_FOUND;
}

NTSTATUS NTAPIV WmiTraceMessage(TRACEHANDLE, ULONG, LPCGUID, USHORT, ...)
{
    return STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE, ULONG, LPCGUID, USHORT, OPENKMDF_VA_LIST)
{
    return STATUS_INVALID_HANDLE;
}
