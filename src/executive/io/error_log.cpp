#include "executive/io/io_manager.h"

#include "executive/tracer.h"

#include <cstdio>
#include <cstring>

// The system event log is the trace.

namespace openkmdf::executive {

namespace {

constexpr ULONG kTag = 'rEoI';

}  // namespace

extern "C" {

PVOID NTAPI IoAllocateErrorLogEntry(PVOID IoObject, UCHAR EntrySize)
{
    if (!IoObject || EntrySize < sizeof(IO_ERROR_LOG_PACKET) || EntrySize > ERROR_LOG_MAXIMUM_SIZE)
        return nullptr;
    void *entry = ExAllocatePoolWithTag(NonPagedPoolNx, EntrySize, kTag);
    if (entry) std::memset(entry, 0, EntrySize);
    return entry;
}

void NTAPI IoWriteErrorLogEntry(PVOID ElEntry)
{
    auto *packet = static_cast<PIO_ERROR_LOG_PACKET>(ElEntry);
    if (kernel().observe) {
        char text[96];
        const int length =
            std::snprintf(text, sizeof text, "error log: code 0x%08X, unique value %u",
                          static_cast<unsigned>(packet->ErrorCode), packet->UniqueErrorValue);
        kernel().tracer->note({text, static_cast<std::size_t>(length)}, {}, packet->FinalStatus);
    }
    ExFreePoolWithTag(ElEntry, kTag);
}

void NTAPI IoFreeErrorLogEntry(PVOID ElEntry)
{
    ExFreePoolWithTag(ElEntry, kTag);
}

}  // extern "C"

}  // namespace openkmdf::executive
