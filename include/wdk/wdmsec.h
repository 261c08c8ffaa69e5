// Named device objects with a security descriptor. Drivers link these functions from a library of
// the WDK; here they are exports of the executive like the rest.
#pragma once

#include "openkmdf_target.h"
#include "wdm.h"

#if defined(__cplusplus)
extern "C" {
#endif

#define IoCreateDeviceSecure WdmlibIoCreateDeviceSecure
#define IoValidateDeviceIoControlAccess WdmlibIoValidateDeviceIoControlAccess
#define RtlInitUnicodeStringEx WdmlibRtlInitUnicodeStringEx

NTKERNELAPI NTSTATUS NTAPI WdmlibIoCreateDeviceSecure(
    _In_ PDRIVER_OBJECT DriverObject, _In_ ULONG DeviceExtensionSize,
    _In_opt_ PUNICODE_STRING DeviceName, _In_ DEVICE_TYPE DeviceType,
    _In_ ULONG DeviceCharacteristics, _In_ BOOLEAN Exclusive,
    _In_ PCUNICODE_STRING DefaultSDDLString, _In_opt_ LPCGUID DeviceClassGuid,
    _Out_ PDEVICE_OBJECT *DeviceObject);

NTKERNELAPI NTSTATUS NTAPI WdmlibIoValidateDeviceIoControlAccess(_In_ PIRP Irp,
                                                                 _In_ ULONG RequiredAccess);

NTKERNELAPI NTSTATUS NTAPI WdmlibRtlInitUnicodeStringEx(_Out_ PUNICODE_STRING DestinationString,
                                                        _In_opt_ PCWSTR SourceString);

#if defined(__cplusplus)
}
#endif

// The predefined descriptors. wdf.h brings this header to every source file, most of which use none
// of them: so they are no objects of the module.
#if defined(OPENKMDF_HOST)
#define OPENKMDF_SDDL_TEXT(text) u##text
#else
#define OPENKMDF_SDDL_TEXT(text) L##text
#endif
#define OPENKMDF_SDDL(name, text)                                                                  \
    __attribute__((unused)) static const UNICODE_STRING name = {                                   \
        sizeof(OPENKMDF_SDDL_TEXT(text)) - sizeof(WCHAR), sizeof(OPENKMDF_SDDL_TEXT(text)),        \
        (PWCH)OPENKMDF_SDDL_TEXT(text)}

OPENKMDF_SDDL(SDDL_DEVOBJ_KERNEL_ONLY, "D:P");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL, "D:P(A;;GA;;;SY)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_ALL, "D:P(A;;GA;;;SY)(A;;GA;;;BA)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RX, "D:P(A;;GA;;;SY)(A;;GRGX;;;BA)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R, "D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_R_RES_R,
              "D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GR;;;WD)(A;;GR;;;RC)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RW_RES_R,
              "D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGW;;;WD)(A;;GR;;;RC)");
OPENKMDF_SDDL(SDDL_DEVOBJ_SYS_ALL_ADM_RWX_WORLD_RWX_RES_RWX,
              "D:P(A;;GA;;;SY)(A;;GRGWGX;;;BA)(A;;GRGWGX;;;WD)(A;;GRGWGX;;;RC)");

#undef OPENKMDF_SDDL
#undef OPENKMDF_SDDL_TEXT
#undef OPENKMDF_SDDL_LINKAGE
