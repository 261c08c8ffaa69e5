// Structured exception handling, which native modules refuse.
#include <ntddk.h>

NTSTATUS Probe(PVOID Address);
NTSTATUS Probe(PVOID Address)
{
    NTSTATUS status = STATUS_SUCCESS;
    __try {
        ProbeForRead(Address, 4, 1);
        if (Address == NULL) __leave;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    __try {
        *(volatile int *)Address = 1;
    } __finally {
        status = AbnormalTermination() ? STATUS_UNSUCCESSFUL : status;
    }
    return status;
}
