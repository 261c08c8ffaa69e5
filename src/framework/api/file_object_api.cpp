#include "framework/api/functions.h"
#include "framework/device/file_object.h"

namespace openkmdf::framework::api {

namespace {

PFILE_OBJECT wdm_of(WDFFILEOBJECT handle)
{
    return object_cast<FileObject>(handle)->wdm;
}

}  // namespace

PUNICODE_STRING NTAPI WdfFileObjectGetFileName(PWDF_DRIVER_GLOBALS, WDFFILEOBJECT FileObject)
{
    PFILE_OBJECT file = wdm_of(FileObject);
    return file && KeGetCurrentIrql() == PASSIVE_LEVEL ? &file->FileName : nullptr;
}

ULONG NTAPI WdfFileObjectGetFlags(PWDF_DRIVER_GLOBALS, WDFFILEOBJECT FileObject)
{
    PFILE_OBJECT file = wdm_of(FileObject);
    return file ? file->Flags : 0;
}

WDFDEVICE NTAPI WdfFileObjectGetDevice(PWDF_DRIVER_GLOBALS, WDFFILEOBJECT FileObject)
{
    return static_cast<WDFDEVICE>(
        handle_of(object_cast<framework::FileObject>(FileObject)->device));
}

PFILE_OBJECT NTAPI WdfFileObjectWdmGetFileObject(PWDF_DRIVER_GLOBALS, WDFFILEOBJECT FileObject)
{
    return wdm_of(FileObject);
}

ULONG NTAPI WdfFileObjectGetInitiatorProcessId(PWDF_DRIVER_GLOBALS, WDFFILEOBJECT FileObject)
{
    PFILE_OBJECT file = wdm_of(FileObject);
    PEPROCESS initiator = file ? IoGetInitiatorProcess(file) : nullptr;
    return initiator ? HandleToULong(PsGetProcessId(initiator)) : 0;
}

}  // namespace openkmdf::framework::api
