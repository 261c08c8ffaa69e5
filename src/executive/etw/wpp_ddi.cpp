#include <ntddk.h>

// Trace messages of the WPP preprocessor. No session is ever started, so no provider of them is
// enabled and no logger handle is valid.

NTSTATUS NTAPI WmiQueryTraceInformation(TRACE_INFORMATION_CLASS kind, PVOID information, ULONG size,
                                        PULONG required, PVOID buffer)
{
    constexpr ULONG kHandle = sizeof(TRACEHANDLE);
    ULONG needed = kHandle;
    NTSTATUS status = STATUS_INVALID_HANDLE;
    switch (kind) {
    case TraceIdClass:
    case TraceEnableFlagsClass:
    case TraceEnableLevelClass:
        needed = sizeof(ULONG);
        break;
    case TraceHandleClass:
        break;
    case TraceHandleByNameClass:
        status = STATUS_INVALID_PARAMETER;
        break;
    case GlobalLoggerHandleClass:
        status = STATUS_NOT_FOUND;
        break;
    case AllLoggerHandlesClass:
        needed = 0;
        status = STATUS_SUCCESS;
        break;
    default:
        return STATUS_INVALID_INFO_CLASS;
    }
    if (required != nullptr) *required = needed;
    const bool exact = kind == TraceIdClass || needed == kHandle;
    if (exact ? size != needed : size < needed) return STATUS_INFO_LENGTH_MISMATCH;
    if (status == STATUS_SUCCESS || status == STATUS_NOT_FOUND) return status;
    if (buffer == nullptr || information == nullptr) return STATUS_INVALID_PARAMETER_MIX;
    return status;
}

NTSTATUS NTAPIV WmiTraceMessage(TRACEHANDLE, ULONG, LPCGUID, USHORT, ...)
{
    return STATUS_INVALID_HANDLE;
}

NTSTATUS NTAPI WmiTraceMessageVa(TRACEHANDLE, ULONG, LPCGUID, USHORT, OPENKMDF_VA_LIST)
{
    return STATUS_INVALID_HANDLE;
}
