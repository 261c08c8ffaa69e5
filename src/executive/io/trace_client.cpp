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
    char text[kMostText];
    int length;
    switch (transfer.major) {
    case IRP_MJ_READ:
        length =
            std::snprintf(text, sizeof text, "client read of %u bytes: %llu", transfer.output_size,
                          static_cast<unsigned long long>(result.Information));
        break;
    case IRP_MJ_WRITE:
        length =
            std::snprintf(text, sizeof text, "client write of %u bytes: %llu", transfer.input_size,
                          static_cast<unsigned long long>(result.Information));
        break;
    case IRP_MJ_DEVICE_CONTROL:
    case IRP_MJ_INTERNAL_DEVICE_CONTROL:
        length =
            std::snprintf(text, sizeof text, "client control 0x%08X, %u bytes in, %u out: %llu",
                          transfer.code, transfer.input_size, transfer.output_size,
                          static_cast<unsigned long long>(result.Information));
        break;
    default:
        length = std::snprintf(text, sizeof text, "client request 0x%02X", transfer.major);
        break;
    }
    kernel().tracer->note({text, static_cast<std::size_t>(length)}, trace_name(file->DeviceObject),
                          result.Status);
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
