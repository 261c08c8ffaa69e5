// Event tracing: providers, events, activity identifiers.
#pragma once

#include <evntprov.h>
#include <nt/forward.h>
#include <nt/wmi_types.h>

typedef VOID NTAPI ETWENABLECALLBACK(
    _In_ LPCGUID SourceId, _In_ ULONG ControlCode, _In_ UCHAR Level, _In_ ULONGLONG MatchAnyKeyword,
    _In_ ULONGLONG MatchAllKeyword, _In_opt_ PEVENT_FILTER_DESCRIPTOR FilterData,
    _Inout_opt_ PVOID CallbackContext);
typedef ETWENABLECALLBACK *PETWENABLECALLBACK;
typedef enum _TRACE_INFORMATION_CLASS {
    TraceIdClass = 0,
    TraceHandleClass,
    TraceEnableFlagsClass,
    TraceEnableLevelClass,
    GlobalLoggerHandleClass,
    EventLoggerHandleClass,
    AllLoggerHandlesClass,
    TraceHandleByNameClass,
    LoggerEventsLostClass,
    TraceSessionSettingsClass,
    LoggerEventsLoggedClass,
    DiskIoNotifyRoutinesClass,
    TraceInformationClassReserved1,
    FltIoNotifyRoutinesClass,
    TraceInformationClassReserved2,
    WdfNotifyRoutinesClass,
    MaxTraceInformationClass,
} TRACE_INFORMATION_CLASS, *PTRACE_INFORMATION_CLASS;

typedef struct _ETW_TRACE_SESSION_SETTINGS {
    ULONG Version;
    ULONG BufferSize;
    ULONG MinimumBuffers;
    ULONG MaximumBuffers;
    ULONG LoggerMode;
    ULONG FlushTimer;
    ULONG FlushThreshold;
    ULONG ClockType;
} ETW_TRACE_SESSION_SETTINGS, *PETW_TRACE_SESSION_SETTINGS;

EXTERN_C_START

_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI EtwRegister(
    _In_ LPCGUID ProviderId, _In_opt_ PETWENABLECALLBACK EnableCallback,
    _In_opt_ PVOID CallbackContext, _Out_ PREGHANDLE RegHandle);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI EtwUnregister(_In_ REGHANDLE RegHandle);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI EtwSetInformation(
    _In_ REGHANDLE RegHandle, _In_ EVENT_INFO_CLASS InformationClass,
    _In_opt_ PVOID EventInformation, _In_ ULONG InformationLength);
NTKERNELAPI BOOLEAN NTAPI EtwEventEnabled(
    _In_ REGHANDLE RegHandle, _In_ PCEVENT_DESCRIPTOR EventDescriptor);
NTKERNELAPI BOOLEAN NTAPI EtwProviderEnabled(
    _In_ REGHANDLE RegHandle, _In_ UCHAR Level, _In_ ULONGLONG Keyword);
NTKERNELAPI NTSTATUS NTAPI EtwActivityIdControl(_In_ ULONG ControlCode, _Inout_ LPGUID ActivityId);
NTKERNELAPI NTSTATUS NTAPI EtwWrite(
    _In_ REGHANDLE RegHandle, _In_ PCEVENT_DESCRIPTOR EventDescriptor, _In_opt_ LPCGUID ActivityId,
    _In_ ULONG UserDataCount, _In_reads_opt_(UserDataCount) PEVENT_DATA_DESCRIPTOR UserData);
NTKERNELAPI NTSTATUS NTAPI EtwWriteEx(
    _In_ REGHANDLE RegHandle, _In_ PCEVENT_DESCRIPTOR EventDescriptor, _In_ ULONG64 Filter,
    _In_ ULONG Flags, _In_opt_ LPCGUID ActivityId, _In_opt_ LPCGUID RelatedActivityId,
    _In_ ULONG UserDataCount, _In_reads_opt_(UserDataCount) PEVENT_DATA_DESCRIPTOR UserData);
NTKERNELAPI NTSTATUS NTAPI EtwWriteTransfer(
    _In_ REGHANDLE RegHandle, _In_ PCEVENT_DESCRIPTOR EventDescriptor, _In_opt_ LPCGUID ActivityId,
    _In_opt_ LPCGUID RelatedActivityId, _In_ ULONG UserDataCount,
    _In_reads_opt_(UserDataCount) PEVENT_DATA_DESCRIPTOR UserData);
NTKERNELAPI NTSTATUS NTAPI EtwWriteString(
    _In_ REGHANDLE RegHandle, _In_ UCHAR Level, _In_ ULONGLONG Keyword, _In_opt_ LPCGUID ActivityId,
    _In_ PCWSTR String);

_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI WmiQueryTraceInformation(
    _In_ TRACE_INFORMATION_CLASS TraceInformationClass, _Inout_ PVOID TraceInformation,
    _In_ ULONG TraceInformationLength, _Out_opt_ PULONG RequiredLength, _In_opt_ PVOID Buffer);
NTKERNELAPI NTSTATUS NTAPIV WmiTraceMessage(
    _In_ TRACEHANDLE LoggerHandle, _In_ ULONG MessageFlags, _In_ LPCGUID MessageGuid,
    _In_ USHORT MessageNumber, ...);
NTKERNELAPI NTSTATUS NTAPI WmiTraceMessageVa(
    _In_ TRACEHANDLE LoggerHandle, _In_ ULONG MessageFlags, _In_ LPCGUID MessageGuid,
    _In_ USHORT MessageNumber, _In_ OPENKMDF_VA_LIST MessageArgList);

EXTERN_C_END
