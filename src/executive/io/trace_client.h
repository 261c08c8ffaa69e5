#pragma once

#include "executive/io/io_manager.h"

#include <ntddk.h>

#include <string_view>

// Records of IRPs and of what clients ask for. Only called while somebody observes the machine.

namespace openkmdf::executive::io {

// An IRP is sent to a device.
void trace_irp(PIRP irp, const IO_STACK_LOCATION &location, PDEVICE_OBJECT device);
// A client's request is done.

void trace_transfer(PFILE_OBJECT file, const IoManager::Transfer &transfer,
                    const IO_STATUS_BLOCK &result);
// "open \Device\Echo\name", "close ..."; `status` of an open.
void trace_file(const char *what, PDEVICE_OBJECT device, std::u16string_view rest, NTSTATUS status);
void trace_open_failure(std::u16string_view path, NTSTATUS status);

}  // namespace openkmdf::executive::io
