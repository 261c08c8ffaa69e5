#pragma once

#include "executive/io/io_manager.h"

#include <ntddk.h>

// How a file comes to be: what an open carries through the name space to the device at its end.

namespace openkmdf::executive::io {

struct OpenPacket {
    ACCESS_MASK access = 0;
    USHORT share = 0;
    USHORT attributes = 0;
    ULONG options = 0;  // FILE_* create options
    ULONG disposition = FILE_OPEN;
    UCHAR stack_flags = 0;  // SL_* of the create IRP
    KPROCESSOR_MODE mode = UserMode;
    PVOID ea = nullptr;
    ULONG ea_size = 0;
    PLARGE_INTEGER allocation_size = nullptr;
    PFILE_OBJECT related = nullptr;
    // Out.
    bool reached = false;  // a device was found
    ACCESS_MASK granted = 0;
    ULONG_PTR information = 0;
};

// What the first handle of a file was granted; the structure has no better place for it.
inline ACCESS_MASK granted_access(PFILE_OBJECT file)
{
    return static_cast<ACCESS_MASK>(reinterpret_cast<std::uintptr_t>(file->FileObjectExtension));
}

// The file has the one reference that the caller gets, and no handle.
NTSTATUS open_on_device(PDEVICE_OBJECT device, const UNICODE_STRING &rest, OpenPacket &packet,
                        PFILE_OBJECT *file);
NTSTATUS open_by_path(const UNICODE_STRING &path, OpenPacket &packet, PFILE_OBJECT *file);

}  // namespace openkmdf::executive::io
