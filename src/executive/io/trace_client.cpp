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

// IRPs are numbered as they are first sent; a driver's own memory has no block to keep the number.
std::uint32_t ordinal_of(PIRP irp)
{
    Kernel &own = kernel();
    io::IrpBlock *block = block_of(irp);
    if (!block) [[unlikely]]
        return own.tracer->name("IRP", irp).ordinal;
    if (!block->ordinal)
        block->ordinal = __atomic_add_fetch(&own.io->last_irp_ordinal, 1, __ATOMIC_RELAXED);
    return block->ordinal;
}

}  // namespace

void trace_irp(PIRP irp, const IO_STACK_LOCATION &location, PDEVICE_OBJECT device)
{
    const std::uint32_t ordinal = ordinal_of(irp);
    Tracer &tracer = *kernel().tracer;
    TraceRecord &record = tracer.begin(TraceKind::Irp);
    record.function =
        static_cast<std::uint16_t>(location.MajorFunction << 8 | location.MinorFunction);
    record.name(ob::trace_name(device));
    record.arguments[0] = ordinal;
    record.status = irp->IoStatus.Status;
    tracer.finish(record);
}

void trace_transfer(PFILE_OBJECT file, const IoManager::Transfer &transfer,
                    const IO_STATUS_BLOCK &result)
{
    Tracer &tracer = *kernel().tracer;
    TraceRecord &record = tracer.begin(TraceKind::Transfer);
    record.function = static_cast<std::uint16_t>(transfer.major << 8);
    record.name(ob::trace_name(file->DeviceObject));
    record.status = result.Status;
    record.arguments[0] = transfer.code;
    record.arguments[1] = result.Information;
    tracer.finish(record);
}

void trace_file(const char *what, PDEVICE_OBJECT device, std::u16string_view rest, NTSTATUS status)
{
    char text[kMostText];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%s ", what));
    length += name_of(device, text + length, sizeof text - length);
    length += narrow(rest, text + length, sizeof text - length);
    kernel().tracer->note({text, length}, ob::trace_name(device), status);
}

void trace_open_failure(std::u16string_view path, NTSTATUS status)
{
    char text[kMostText];
    std::size_t length = static_cast<std::size_t>(std::snprintf(text, sizeof text, "open "));
    length += narrow(path, text + length, sizeof text - length);
    kernel().tracer->note({text, length}, {}, status);
}

}  // namespace openkmdf::executive::io
