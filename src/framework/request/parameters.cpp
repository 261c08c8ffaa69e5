#include "framework/request/request.h"

#include <cstring>

namespace openkmdf::framework {

void fill_parameters(const Request &request, PWDF_REQUEST_PARAMETERS parameters)
{
    const IO_STACK_LOCATION &location = *IoGetCurrentIrpStackLocation(request.irp);
    const USHORT size = parameters->Size;
    std::memset(parameters, 0, sizeof *parameters);
    parameters->Size = size;
    parameters->MinorFunction = location.MinorFunction;
    parameters->Type = static_cast<WDF_REQUEST_TYPE>(location.MajorFunction);
    switch (location.MajorFunction) {
    case IRP_MJ_CREATE: {
        auto &create = parameters->Parameters.Create;
        create.SecurityContext = location.Parameters.Create.SecurityContext;
        create.Options = location.Parameters.Create.Options;
        create.FileAttributes = location.Parameters.Create.FileAttributes;
        create.ShareAccess = location.Parameters.Create.ShareAccess;
        create.EaLength = location.Parameters.Create.EaLength;
        break;
    }
    case IRP_MJ_READ: {
        auto &read = parameters->Parameters.Read;
        read.Length = location.Parameters.Read.Length;
        read.Key = location.Parameters.Read.Key;
        read.DeviceOffset = location.Parameters.Read.ByteOffset.QuadPart;
        break;
    }
    case IRP_MJ_WRITE: {
        auto &write = parameters->Parameters.Write;
        write.Length = location.Parameters.Write.Length;
        write.Key = location.Parameters.Write.Key;
        write.DeviceOffset = location.Parameters.Write.ByteOffset.QuadPart;
        break;
    }
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL: {
        auto &control = parameters->Parameters.DeviceIoControl;
        control.OutputBufferLength = location.Parameters.DeviceIoControl.OutputBufferLength;
        control.InputBufferLength = location.Parameters.DeviceIoControl.InputBufferLength;
        control.IoControlCode = location.Parameters.DeviceIoControl.IoControlCode;
        control.Type3InputBuffer = location.Parameters.DeviceIoControl.Type3InputBuffer;
        break;
    }
    default: {
        auto &others = parameters->Parameters.Others;
        others.Arg1 = location.Parameters.Others.Argument1;
        others.Arg2 = location.Parameters.Others.Argument2;
        // The third argument of the stack location is a control code where there is one.
        others.IoControlCode =
            static_cast<ULONG>(reinterpret_cast<ULONG_PTR>(location.Parameters.Others.Argument3));
        others.Arg4 = location.Parameters.Others.Argument4;
        break;
    }
    }
}

}  // namespace openkmdf::framework
