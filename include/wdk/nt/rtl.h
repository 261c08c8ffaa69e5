// Rtl*: memory, counted strings, bit maps, registry helpers, time, versions.
#pragma once

#include <string.h>

#include <nt/registry.h>

#define RtlEqualMemory(destination, source, length) (!memcmp((destination), (source), (length)))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlCopyBytes RtlCopyMemory
#define RtlZeroBytes RtlZeroMemory
#define RtlFillBytes RtlFillMemory

EXTERN_C_START

FORCEINLINE PVOID RtlSecureZeroMemory(_Out_writes_bytes_all_(cnt) PVOID ptr, _In_ SIZE_T cnt) {
    volatile char *at = (volatile char *)ptr;
    while (cnt-- != 0) {
        *at++ = 0;
    }
    return ptr;
}
NTKERNELAPI SIZE_T NTAPI RtlCompareMemory(
    _In_ const VOID *Source1, _In_ const VOID *Source2, _In_ SIZE_T Length);
NTKERNELAPI SIZE_T NTAPI RtlCompareMemoryUlong(
    _In_ PVOID Source, _In_ SIZE_T Length, _In_ ULONG Pattern);
NTKERNELAPI VOID NTAPI RtlPrefetchMemoryNonTemporal(_In_ PVOID Source, _In_ SIZE_T Length);
#define RtlCopyMemoryNonTemporal(destination, source, length) \
    RtlCopyMemory(destination, source, length)
#define RtlFillMemoryNonTemporal(destination, length, fill) \
    RtlFillMemory(destination, length, fill)
NTKERNELAPI BOOLEAN NTAPI RtlConstantTimeEqualMemory(
    _In_ const VOID *v1, _In_ const VOID *v2, _In_ ULONG len);
NTKERNELAPI BOOLEAN NTAPI RtlIsZeroMemory(_In_ PVOID Buffer, _In_ SIZE_T Length);

// Counted strings.
NTKERNELAPI VOID NTAPI RtlInitString(_Out_ PSTRING DestinationString, _In_opt_z_ PCSZ SourceString);
NTKERNELAPI NTSTATUS NTAPI RtlInitStringEx(
    _Out_ PSTRING DestinationString, _In_opt_z_ PCSZ SourceString);
NTKERNELAPI VOID NTAPI RtlInitAnsiString(
    _Out_ PANSI_STRING DestinationString, _In_opt_z_ PCSZ SourceString);
NTKERNELAPI NTSTATUS NTAPI RtlInitAnsiStringEx(
    _Out_ PANSI_STRING DestinationString, _In_opt_z_ PCSZ SourceString);
NTKERNELAPI VOID NTAPI RtlInitUnicodeString(
    _Out_ PUNICODE_STRING DestinationString, _In_opt_z_ PCWSTR SourceString);
NTKERNELAPI VOID NTAPI RtlInitUTF8String(
    _Out_ PUTF8_STRING DestinationString, _In_opt_z_ PCSZ SourceString);
_IRQL_requires_max_(DISPATCH_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlInitUTF8StringEx(
    _Out_ PUTF8_STRING DestinationString, _In_opt_z_ PCSZ SourceString);
FORCEINLINE VOID RtlInitEmptyUnicodeString(
    _Out_ PUNICODE_STRING UnicodeString, _In_opt_ PWCHAR Buffer, _In_ USHORT BufferSize) {
    UnicodeString->Length = 0;
    UnicodeString->MaximumLength = BufferSize;
    UnicodeString->Buffer = Buffer;
}
FORCEINLINE VOID RtlInitEmptyAnsiString(
    _Out_ PANSI_STRING AnsiString, _In_opt_ PCHAR Buffer, _In_ USHORT BufferSize) {
    AnsiString->Length = 0;
    AnsiString->MaximumLength = BufferSize;
    AnsiString->Buffer = Buffer;
}
NTKERNELAPI VOID NTAPI RtlCopyString(
    _Inout_ PSTRING DestinationString, _In_opt_ const STRING *SourceString);
NTKERNELAPI VOID NTAPI RtlCopyUnicodeString(
    _Inout_ PUNICODE_STRING DestinationString, _In_opt_ PCUNICODE_STRING SourceString);
NTKERNELAPI NTSTATUS NTAPI RtlAppendUnicodeToString(
    _Inout_ PUNICODE_STRING Destination, _In_opt_z_ PCWSTR Source);
NTKERNELAPI NTSTATUS NTAPI RtlAppendUnicodeStringToString(
    _Inout_ PUNICODE_STRING Destination, _In_ PCUNICODE_STRING Source);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlAppendStringToString(
    _Inout_ PSTRING Destination, _In_ const STRING *Source);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI LONG NTAPI RtlCompareString(
    _In_ const STRING *String1, _In_ const STRING *String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlEqualString(
    _In_ const STRING *String1, _In_ const STRING *String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI LONG NTAPI RtlCompareUnicodeString(
    _In_ PCUNICODE_STRING String1, _In_ PCUNICODE_STRING String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI LONG NTAPI RtlCompareUnicodeStrings(
    _In_reads_(String1Length) PCWCH String1, _In_ SIZE_T String1Length,
    _In_reads_(String2Length) PCWCH String2, _In_ SIZE_T String2Length,
    _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlEqualUnicodeString(
    _In_ PCUNICODE_STRING String1, _In_ PCUNICODE_STRING String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlPrefixUnicodeString(
    _In_ PCUNICODE_STRING String1, _In_ PCUNICODE_STRING String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlPrefixString(
    _In_ const STRING *String1, _In_ const STRING *String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlSuffixUnicodeString(
    _In_ PCUNICODE_STRING String1, _In_ PCUNICODE_STRING String2, _In_ BOOLEAN CaseInSensitive);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlHashUnicodeString(
    _In_ PCUNICODE_STRING String, _In_ BOOLEAN CaseInSensitive, _In_ ULONG HashAlgorithm,
    _Out_ PULONG HashValue);
#define HASH_STRING_ALGORITHM_DEFAULT 0
#define HASH_STRING_ALGORITHM_X65599 1
#define HASH_STRING_ALGORITHM_INVALID 0xffffffff
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUpcaseUnicodeString(
    _Inout_ PUNICODE_STRING DestinationString, _In_ PCUNICODE_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlDowncaseUnicodeString(
    _Inout_ PUNICODE_STRING DestinationString, _In_ PCUNICODE_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI WCHAR NTAPI RtlUpcaseUnicodeChar(_In_ WCHAR SourceCharacter);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI WCHAR NTAPI RtlDowncaseUnicodeChar(_In_ WCHAR SourceCharacter);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI CHAR NTAPI RtlUpperChar(_In_ CHAR Character);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI RtlUpperString(
    _Inout_ PSTRING DestinationString, _In_ const STRING *SourceString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlCreateUnicodeString(
    _Out_ PUNICODE_STRING DestinationString, _In_z_ PCWSTR SourceString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI RtlFreeUnicodeString(_Inout_ PUNICODE_STRING UnicodeString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI RtlFreeAnsiString(_Inout_ PANSI_STRING AnsiString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI VOID NTAPI RtlFreeUTF8String(_Inout_ PUTF8_STRING utf8String);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlAnsiStringToUnicodeString(
    _Inout_ PUNICODE_STRING DestinationString, _In_ PCANSI_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeStringToAnsiString(
    _Inout_ PANSI_STRING DestinationString, _In_ PCUNICODE_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI ULONG NTAPI RtlxAnsiStringToUnicodeSize(_In_ PCANSI_STRING AnsiString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI ULONG NTAPI RtlxUnicodeStringToAnsiSize(_In_ PCUNICODE_STRING UnicodeString);
#define RtlAnsiStringToUnicodeSize(string) RtlxAnsiStringToUnicodeSize(string)
#define RtlUnicodeStringToAnsiSize(string) RtlxUnicodeStringToAnsiSize(string)
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUTF8StringToUnicodeString(
    _Inout_ PUNICODE_STRING DestinationString, _In_ PUTF8_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeStringToUTF8String(
    _Inout_ PUTF8_STRING DestinationString, _In_ PCUNICODE_STRING SourceString,
    _In_ BOOLEAN AllocateDestinationString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeToUTF8N(
    _Out_writes_bytes_opt_(UTF8StringMaxByteCount) PCHAR UTF8StringDestination,
    _In_ ULONG UTF8StringMaxByteCount, _Out_opt_ PULONG UTF8StringActualByteCount,
    _In_ PCWCH UnicodeStringSource, _In_ ULONG UnicodeStringByteCount);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUTF8ToUnicodeN(
    _Out_writes_bytes_opt_(UnicodeStringMaxByteCount) PWSTR UnicodeStringDestination,
    _In_ ULONG UnicodeStringMaxByteCount, _Out_opt_ PULONG UnicodeStringActualByteCount,
    _In_ PCCH UTF8StringSource, _In_ ULONG UTF8StringByteCount);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlMultiByteToUnicodeN(
    _Out_ PWCH UnicodeString, _In_ ULONG MaxBytesInUnicodeString,
    _Out_opt_ PULONG BytesInUnicodeString, _In_ const CHAR *MultiByteString,
    _In_ ULONG BytesInMultiByteString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlMultiByteToUnicodeSize(
    _Out_ PULONG BytesInUnicodeString, _In_ const CHAR *MultiByteString,
    _In_ ULONG BytesInMultiByteString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeToMultiByteN(
    _Out_ PCHAR MultiByteString, _In_ ULONG MaxBytesInMultiByteString,
    _Out_opt_ PULONG BytesInMultiByteString, _In_ PCWCH UnicodeString,
    _In_ ULONG BytesInUnicodeString);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeToMultiByteSize(
    _Out_ PULONG BytesInMultiByteString, _In_ PCWCH UnicodeString, _In_ ULONG BytesInUnicodeString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlCharToInteger(
    _In_z_ PCSZ String, _In_opt_ ULONG Base, _Out_ PULONG Value);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlIntegerToChar(
    _In_ ULONG Value, _In_opt_ ULONG Base, _In_ LONG OutputLength, _Out_ PSTR String);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlIntegerToUnicodeString(
    _In_ ULONG Value, _In_opt_ ULONG Base, _Inout_ PUNICODE_STRING String);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlInt64ToUnicodeString(
    _In_ ULONGLONG Value, _In_opt_ ULONG Base, _Inout_ PUNICODE_STRING String);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeStringToInteger(
    _In_ PCUNICODE_STRING String, _In_opt_ ULONG Base, _Out_ PULONG Value);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlUnicodeStringToInt64(
    _In_ PCUNICODE_STRING String, _In_opt_ ULONG Base, _Out_ PLONG64 Number,
    _Out_opt_ PWSTR *EndPointer);
#define RtlIntPtrToUnicodeString(value, base, string) RtlInt64ToUnicodeString(value, base, string)
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlStringFromGUID(_In_ REFGUID Guid, _Out_ PUNICODE_STRING GuidString);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlGUIDFromString(_In_ PCUNICODE_STRING GuidString, _Out_ GUID *Guid);

// Registry.
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlQueryRegistryValues(
    _In_ ULONG RelativeTo, _In_ PCWSTR Path, _Inout_ PRTL_QUERY_REGISTRY_TABLE QueryTable,
    _In_opt_ PVOID Context, _In_opt_ PVOID Environment);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlWriteRegistryValue(
    _In_ ULONG RelativeTo, _In_ PCWSTR Path, _In_z_ PCWSTR ValueName, _In_ ULONG ValueType,
    _In_opt_ PVOID ValueData, _In_ ULONG ValueLength);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlDeleteRegistryValue(
    _In_ ULONG RelativeTo, _In_ PCWSTR Path, _In_z_ PCWSTR ValueName);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlCreateRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlCheckRegistryKey(_In_ ULONG RelativeTo, _In_ PWSTR Path);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlQueryRegistryValueWithFallback(
    _In_ HANDLE PrimaryHandle, _In_ HANDLE FallbackHandle, _In_ PUNICODE_STRING ValueName,
    _In_ ULONG ValueLength, _Out_ PULONG ValueType, _Inout_ PVOID ValueData,
    _Out_ PULONG ResultLength);

// Time and version.
typedef struct _RTL_OSVERSIONINFOW {
    ULONG dwOSVersionInfoSize;
    ULONG dwMajorVersion;
    ULONG dwMinorVersion;
    ULONG dwBuildNumber;
    ULONG dwPlatformId;
    WCHAR szCSDVersion[128];
} RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _RTL_OSVERSIONINFOEXW {
    ULONG dwOSVersionInfoSize;
    ULONG dwMajorVersion;
    ULONG dwMinorVersion;
    ULONG dwBuildNumber;
    ULONG dwPlatformId;
    WCHAR szCSDVersion[128];
    USHORT wServicePackMajor;
    USHORT wServicePackMinor;
    USHORT wSuiteMask;
    UCHAR wProductType;
    UCHAR wReserved;
} RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;

typedef RTL_OSVERSIONINFOW OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW;
typedef RTL_OSVERSIONINFOEXW OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW;
#define VER_MINORVERSION 0x0000001
#define VER_MAJORVERSION 0x0000002
#define VER_BUILDNUMBER 0x0000004
#define VER_PLATFORMID 0x0000008
#define VER_SERVICEPACKMINOR 0x0000010
#define VER_SERVICEPACKMAJOR 0x0000020
#define VER_SUITENAME 0x0000040
#define VER_PRODUCT_TYPE 0x0000080
#define VER_EQUAL 1
#define VER_GREATER 2
#define VER_GREATER_EQUAL 3
#define VER_LESS 4
#define VER_LESS_EQUAL 5
#define VER_AND 6
#define VER_OR 7
#define VER_NT_WORKSTATION 0x0000001
#define VER_NT_DOMAIN_CONTROLLER 0x0000002
#define VER_NT_SERVER 0x0000003
#define VER_PLATFORM_WIN32_NT 2
struct _TIME_FIELDS;
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlGetVersion(_Out_ PRTL_OSVERSIONINFOW lpVersionInformation);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI NTSTATUS NTAPI RtlVerifyVersionInfo(
    _In_ PRTL_OSVERSIONINFOEXW VersionInfo, _In_ ULONG TypeMask, _In_ ULONGLONG ConditionMask);
NTKERNELAPI ULONGLONG NTAPI VerSetConditionMask(
    _In_ ULONGLONG ConditionMask, _In_ ULONG TypeMask, _In_ UCHAR Condition);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlIsNtDdiVersionAvailable(_In_ ULONG Version);
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlIsServicePackVersionInstalled(_In_ ULONG Version);
NTKERNELAPI VOID NTAPI RtlTimeToTimeFields(
    _In_ PLARGE_INTEGER Time, _Out_ struct _TIME_FIELDS *TimeFields);
NTKERNELAPI BOOLEAN NTAPI RtlTimeFieldsToTime(
    _In_ struct _TIME_FIELDS *TimeFields, _Out_ PLARGE_INTEGER Time);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlTimeToSecondsSince1970(
    _In_ PLARGE_INTEGER Time, _Out_ PULONG ElapsedSeconds);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI RtlSecondsSince1970ToTime(
    _In_ ULONG ElapsedSeconds, _Out_ PLARGE_INTEGER Time);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI BOOLEAN NTAPI RtlTimeToSecondsSince1980(
    _In_ PLARGE_INTEGER Time, _Out_ PULONG ElapsedSeconds);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI VOID NTAPI RtlSecondsSince1980ToTime(
    _In_ ULONG ElapsedSeconds, _Out_ PLARGE_INTEGER Time);

// Bit maps.
typedef struct _RTL_BITMAP {
    ULONG SizeOfBitMap;
    PULONG Buffer;
} RTL_BITMAP, *PRTL_BITMAP;

typedef struct _RTL_BITMAP_RUN {
    ULONG StartingIndex;
    ULONG NumberOfBits;
} RTL_BITMAP_RUN, *PRTL_BITMAP_RUN;

NTKERNELAPI VOID NTAPI RtlInitializeBitMap(
    _Out_ PRTL_BITMAP BitMapHeader, _In_opt_ PULONG BitMapBuffer, _In_ ULONG SizeOfBitMap);
NTKERNELAPI VOID NTAPI RtlClearBit(_In_ PRTL_BITMAP BitMapHeader, _In_ ULONG BitNumber);
NTKERNELAPI VOID NTAPI RtlSetBit(_In_ PRTL_BITMAP BitMapHeader, _In_ ULONG BitNumber);
NTKERNELAPI BOOLEAN NTAPI RtlTestBit(_In_ PRTL_BITMAP BitMapHeader, _In_ ULONG BitNumber);
NTKERNELAPI VOID NTAPI RtlClearAllBits(_In_ PRTL_BITMAP BitMapHeader);
NTKERNELAPI VOID NTAPI RtlSetAllBits(_In_ PRTL_BITMAP BitMapHeader);
NTKERNELAPI ULONG NTAPI RtlFindClearBits(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG NumberToFind, _In_ ULONG HintIndex);
NTKERNELAPI ULONG NTAPI RtlFindSetBits(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG NumberToFind, _In_ ULONG HintIndex);
NTKERNELAPI ULONG NTAPI RtlFindClearBitsAndSet(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG NumberToFind, _In_ ULONG HintIndex);
NTKERNELAPI ULONG NTAPI RtlFindSetBitsAndClear(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG NumberToFind, _In_ ULONG HintIndex);
NTKERNELAPI VOID NTAPI RtlClearBits(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG StartingIndex, _In_ ULONG NumberToClear);
NTKERNELAPI VOID NTAPI RtlSetBits(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG StartingIndex, _In_ ULONG NumberToSet);
NTKERNELAPI ULONG NTAPI RtlFindClearRuns(
    _In_ PRTL_BITMAP BitMapHeader, _Out_writes_(SizeOfRunArray) PRTL_BITMAP_RUN RunArray,
    _In_ ULONG SizeOfRunArray, _In_ BOOLEAN LocateLongestRuns);
NTKERNELAPI ULONG NTAPI RtlFindLongestRunClear(
    _In_ PRTL_BITMAP BitMapHeader, _Out_ PULONG StartingIndex);
NTKERNELAPI ULONG NTAPI RtlFindFirstRunClear(
    _In_ PRTL_BITMAP BitMapHeader, _Out_ PULONG StartingIndex);
NTKERNELAPI ULONG NTAPI RtlFindNextForwardRunClear(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG FromIndex, _Out_ PULONG StartingRunIndex);
NTKERNELAPI ULONG NTAPI RtlFindLastBackwardRunClear(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG FromIndex, _Out_ PULONG StartingRunIndex);
NTKERNELAPI ULONG NTAPI RtlNumberOfClearBits(_In_ PRTL_BITMAP BitMapHeader);
NTKERNELAPI ULONG NTAPI RtlNumberOfSetBits(_In_ PRTL_BITMAP BitMapHeader);
NTKERNELAPI BOOLEAN NTAPI RtlAreBitsClear(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG StartingIndex, _In_ ULONG Length);
NTKERNELAPI BOOLEAN NTAPI RtlAreBitsSet(
    _In_ PRTL_BITMAP BitMapHeader, _In_ ULONG StartingIndex, _In_ ULONG Length);
NTKERNELAPI CCHAR NTAPI RtlFindLeastSignificantBit(_In_ ULONGLONG Set);
NTKERNELAPI CCHAR NTAPI RtlFindMostSignificantBit(_In_ ULONGLONG Set);
NTKERNELAPI ULONG NTAPI RtlNumberOfSetBitsUlongPtr(_In_ ULONG_PTR Target);
#define RtlCheckBit(map, at) ((((map)->Buffer[(at) / 32]) >> ((at) % 32)) & 0x1)

// Numbers.
#define RtlUshortByteSwap(value) __builtin_bswap16((USHORT)(value))
#define RtlUlongByteSwap(value) ((ULONG)__builtin_bswap32((ULONG)(value)))
#define RtlUlonglongByteSwap(value) ((ULONGLONG)__builtin_bswap64((ULONGLONG)(value)))
FORCEINLINE VOID RtlStoreUshort(_Out_ PVOID Address, _In_ USHORT Value) {
    __builtin_memcpy(Address, &Value, sizeof(Value));
}
FORCEINLINE VOID RtlStoreUlong(_Out_ PVOID Address, _In_ ULONG Value) {
    __builtin_memcpy(Address, &Value, sizeof(Value));
}
FORCEINLINE VOID RtlStoreUlonglong(_Out_ PVOID Address, _In_ ULONGLONG Value) {
    __builtin_memcpy(Address, &Value, sizeof(Value));
}
FORCEINLINE VOID RtlStoreUlongPtr(_Out_ PVOID Address, _In_ ULONG_PTR Value) {
    __builtin_memcpy(Address, &Value, sizeof(Value));
}
FORCEINLINE VOID RtlRetrieveUshort(_Out_ PVOID Destination, _In_ const VOID *Source) {
    __builtin_memcpy(Destination, Source, sizeof(USHORT));
}
FORCEINLINE VOID RtlRetrieveUlong(_Out_ PVOID Destination, _In_ const VOID *Source) {
    __builtin_memcpy(Destination, Source, sizeof(ULONG));
}
FORCEINLINE LARGE_INTEGER RtlConvertLongToLargeInteger(_In_ LONG SignedInteger) {
    LARGE_INTEGER result;
    result.QuadPart = SignedInteger;
    return result;
}
FORCEINLINE LARGE_INTEGER RtlConvertUlongToLargeInteger(_In_ ULONG UnsignedInteger) {
    LARGE_INTEGER result;
    result.QuadPart = UnsignedInteger;
    return result;
}
FORCEINLINE LUID RtlConvertLongToLuid(_In_ LONG Val) {
    LUID result;
    result.LowPart = (ULONG)Val;
    result.HighPart = Val < 0 ? -1 : 0;
    return result;
}
FORCEINLINE LUID RtlConvertUlongToLuid(_In_ ULONG Val) {
    LUID result;
    result.LowPart = Val;
    result.HighPart = 0;
    return result;
}
#define RtlEqualLuid(a, b) (((a)->LowPart == (b)->LowPart) && ((a)->HighPart == (b)->HighPart))
#define RtlIsZeroLuid(a) ((BOOLEAN)(((a)->LowPart | (a)->HighPart) == 0))
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI ULONG NTAPI RtlRandom(_Inout_ PULONG Seed);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI ULONG NTAPI RtlRandomEx(_Inout_ PULONG Seed);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI ULONG NTAPI RtlNtStatusToDosError(_In_ NTSTATUS Status);
_IRQL_requires_max_(APC_LEVEL)
NTKERNELAPI ULONG NTAPI RtlNtStatusToDosErrorNoTeb(_In_ NTSTATUS Status);
NTKERNELAPI USHORT NTAPI RtlCaptureStackBackTrace(
    _In_ ULONG FramesToSkip, _In_ ULONG FramesToCapture,
    _Out_writes_to_(FramesToCapture, return) PVOID *BackTrace, _Out_opt_ PULONG BackTraceHash);
NTKERNELAPI ULONG NTAPI RtlWalkFrameChain(
    _Out_writes_(Count) PVOID *Callers, _In_ ULONG Count, _In_ ULONG Flags);
#define RTL_STACK_WALKING_MODE_FRAMES_TO_SKIP_SHIFT 8
_IRQL_requires_max_(PASSIVE_LEVEL)
NTKERNELAPI ULONG64 NTAPI RtlGetEnabledExtendedFeatures(_In_ ULONG64 FeatureMask);
NTKERNELAPI ULONG NTAPI RtlCrc32(
    _In_reads_bytes_(Size) const VOID *Buffer, _In_ SIZE_T Size, _In_ ULONG InitialCrc);
NTKERNELAPI ULONGLONG NTAPI RtlCrc64(
    _In_reads_bytes_(Size) const VOID *Buffer, _In_ SIZE_T Size, _In_ ULONGLONG InitialCrc);

EXTERN_C_END

// Counted strings at compile time.
#if defined(OPENKMDF_DRIVER)
#define DECLARE_CONST_UNICODE_STRING(variable, string)                                        \
    const WCHAR variable##_buffer[] = string;                                                 \
    const UNICODE_STRING variable = {sizeof(string) - sizeof(WCHAR), sizeof(string),          \
                                     (PWCH)variable##_buffer}
#define DECLARE_GLOBAL_CONST_UNICODE_STRING(variable, string)                                 \
    extern const DECLSPEC_SELECTANY UNICODE_STRING variable;                                  \
    const DECLSPEC_SELECTANY WCHAR variable##_buffer[] = string;                              \
    const DECLSPEC_SELECTANY UNICODE_STRING variable = {                                      \
        sizeof(string) - sizeof(WCHAR), sizeof(string), (PWCH)variable##_buffer}
#define DECLARE_UNICODE_STRING_SIZE(variable, size)                                           \
    WCHAR variable##_buffer[size];                                                            \
    UNICODE_STRING variable = {0, (size) * sizeof(WCHAR), variable##_buffer}
#endif
