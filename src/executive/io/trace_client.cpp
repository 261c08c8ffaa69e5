#include "executive/io/trace_client.h"

#include "executive/io/device.h"
#include "executive/ob/object_manager.h"
#include "executive/tracer.h"

#include <cstdio>

namespace openkmdf::executive::io {

namespace {

constexpr std::size_t kMostText = 240;

// The device's name, or what kind of thing it is.
std::size_t name_of(PDEVICE_OBJECT device, char *buffer, std::size_t size)
{
    char16_t wide[128];
    std::size_t needed = 0;
    NTSTATUS status = kernel().objects->query_name(device, wide, sizeof wide, &needed);
    if (NT_SUCCESS(status) && needed)
        return narrow({wide, needed / sizeof(char16_t)}, buffer, size);
    return narrow(u"(unnamed device)", buffer, size);
}

TraceObject trace_name(PDEVICE_OBJECT device)
{
    return kernel().tracer->name("DEVICE_OBJECT", device);
}

}  // namespace

void trace_transfer(PFILE_OBJECT file, const IoManager::Transfer &transfer,
                    const IO_STATUS_BLOCK &result)
{
    const TraceObject object = trace_name(file->DeviceObject);
    TraceRecord record = {};
    record.kind = TraceKind::Transfer;
    record.function = static_cast<std::uint16_t>(transfer.major << 8);
    record.object_type = object.type;
    record.object_ordinal = object.ordinal;
    record.status = result.Status;
    record.arguments[0] = transfer.code;
    record.arguments[1] = result.Information;
    kernel().tracer->add(record);
}

void trace_file(const char *what, PDEVICE_OBJECT device, std::u16string_view rest, NTSTATUS status)
{
    char text[kMostText];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%s ", what));
    length += name_of(device, text + length, sizeof text - length);
    length += narrow(rest, text + length, sizeof text - length);
    kernel().tracer->note({text, length}, trace_name(device), status);
}

void trace_open_failure(std::u16string_view path, NTSTATUS status)
{
    char text[kMostText];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "open "));
    length += narrow(path, text + length, sizeof text - length);
    kernel().tracer->note({text, length}, {}, status);
}

}  // namespace openkmdf::executive::io
