#pragma once

#include "framework/device/device.h"
#include "framework/object/object.h"

#include <ntddk.h>
#include <wdf.h>

// WDFFILEOBJECT: a file object of the I/O manager as one device of the stack sees it.

namespace openkmdf::framework {

struct FileObject : Object {
    static const TypeInfo kInfo;

    PFILE_OBJECT wdm = nullptr;
    Device *device = nullptr;
    FileObject *next = nullptr;  // Device's list; guarded by the device's file lock
};

// WDF_FILEOBJECT_CLASS without its flag.
inline WDF_FILEOBJECT_CLASS file_class_of(const WDF_FILEOBJECT_CONFIG &config)
{
    return static_cast<WDF_FILEOBJECT_CLASS>(config.FileObjectClass &
                                             ~static_cast<ULONG>(WdfFileObjectCanBeOptional));
}

// nullptr: the device makes none, or no create passed through it.
FileObject *find_file_object(Device &device, PFILE_OBJECT file);
// The open that `request` carries fails: its file object goes.
struct Request;
void create_refused(Request &request);

}  // namespace openkmdf::framework
