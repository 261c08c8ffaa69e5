#include "executive/ke/thread.h"

#include <ntddk.h>

// What the system is, for drivers that ask.

namespace openkmdf::executive {

extern "C" {

// Clients call from user mode; system threads, DPCs and work items are the kernel's own.
KPROCESSOR_MODE NTAPI ExGetPreviousMode(VOID)
{
    return ke::runs_system_work() ? KernelMode : UserMode;
}

BOOLEAN NTAPI ExIsSoftBoot(VOID)
{
    return FALSE;
}

FIRMWARE_TYPE NTAPI ExGetFirmwareType(VOID)
{
    return FirmwareTypeUefi;
}

NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(PUNICODE_STRING, LPGUID, PVOID, PULONG, PULONG)
{
    return STATUS_VARIABLE_NOT_FOUND;
}

}  // extern "C"

}  // namespace openkmdf::executive
