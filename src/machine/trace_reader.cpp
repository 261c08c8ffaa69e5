#include "machine/trace_reader.h"

#include "executive/exports.h"
#include "executive/ke/driver_call.h"
#include "executive/kernel.h"
#include "executive/module_registry.h"
#include "framework/api/function_names.h"
#include "framework/support/callback.h"

#include <fmt/format.h>

#include <ntddk.h>

namespace openkmdf::machine {

namespace {

const char *major_name(unsigned major)
{
    static constexpr const char *kNames[] = {"IRP_MJ_CREATE",
                                             "IRP_MJ_CREATE_NAMED_PIPE",
                                             "IRP_MJ_CLOSE",
                                             "IRP_MJ_READ",
                                             "IRP_MJ_WRITE",
                                             "IRP_MJ_QUERY_INFORMATION",
                                             "IRP_MJ_SET_INFORMATION",
                                             "IRP_MJ_QUERY_EA",
                                             "IRP_MJ_SET_EA",
                                             "IRP_MJ_FLUSH_BUFFERS",
                                             "IRP_MJ_QUERY_VOLUME_INFORMATION",
                                             "IRP_MJ_SET_VOLUME_INFORMATION",
                                             "IRP_MJ_DIRECTORY_CONTROL",
                                             "IRP_MJ_FILE_SYSTEM_CONTROL",
                                             "IRP_MJ_DEVICE_CONTROL",
                                             "IRP_MJ_INTERNAL_DEVICE_CONTROL",
                                             "IRP_MJ_SHUTDOWN",
                                             "IRP_MJ_LOCK_CONTROL",
                                             "IRP_MJ_CLEANUP",
                                             "IRP_MJ_CREATE_MAILSLOT",
                                             "IRP_MJ_QUERY_SECURITY",
                                             "IRP_MJ_SET_SECURITY",
                                             "IRP_MJ_POWER",
                                             "IRP_MJ_SYSTEM_CONTROL",
                                             "IRP_MJ_DEVICE_CHANGE",
                                             "IRP_MJ_QUERY_QUOTA",
                                             "IRP_MJ_SET_QUOTA",
                                             "IRP_MJ_PNP"};
    return major < std::size(kNames) ? kNames[major] : "IRP_MJ_?";
}

const char *pnp_minor_name(unsigned minor)
{
    static constexpr const char *kNames[] = {"START_DEVICE",
                                             "QUERY_REMOVE_DEVICE",
                                             "REMOVE_DEVICE",
                                             "CANCEL_REMOVE_DEVICE",
                                             "STOP_DEVICE",
                                             "QUERY_STOP_DEVICE",
                                             "CANCEL_STOP_DEVICE",
                                             "QUERY_DEVICE_RELATIONS",
                                             "QUERY_INTERFACE",
                                             "QUERY_CAPABILITIES",
                                             "QUERY_RESOURCES",
                                             "QUERY_RESOURCE_REQUIREMENTS",
                                             "QUERY_DEVICE_TEXT",
                                             "FILTER_RESOURCE_REQUIREMENTS",
                                             "?",
                                             "READ_CONFIG",
                                             "WRITE_CONFIG",
                                             "EJECT",
                                             "SET_LOCK",
                                             "QUERY_ID",
                                             "QUERY_PNP_DEVICE_STATE",
                                             "QUERY_BUS_INFORMATION",
                                             "DEVICE_USAGE_NOTIFICATION",
                                             "SURPRISE_REMOVAL"};
    return minor < std::size(kNames) ? kNames[minor] : nullptr;
}

const char *power_minor_name(unsigned minor)
{
    static constexpr const char *kNames[] = {"WAIT_WAKE", "POWER_SEQUENCE", "SET_POWER",
                                             "QUERY_POWER"};
    return minor < std::size(kNames) ? kNames[minor] : nullptr;
}

std::string irp_name(unsigned function)
{
    const unsigned major = function >> 8, minor = function & 0xFF;
    const char *detail = major == IRP_MJ_PNP     ? pnp_minor_name(minor)
                         : major == IRP_MJ_POWER ? power_minor_name(minor)
                                                 : nullptr;
    return detail ? fmt::format("{} {}", major_name(major), detail) : major_name(major);
}

std::string routine_or_callback(unsigned function)
{
    using namespace executive::ke;
    if (function >= kFirstDriverRoutine)
        return routine_name(static_cast<DriverRoutine>(function - kFirstDriverRoutine));
    return framework::callback_name(static_cast<framework::CallbackId>(function));
}

std::string function_name(std::uint16_t function)
{
    if (function >= framework::kFirstFunctionId)
        return framework::function_name(
            static_cast<std::uint16_t>(function - framework::kFirstFunctionId));
    const executive::ExportInfo *info = executive::export_info(function);
    return info ? std::string(info->name) : "?";
}

EventKind kind_of(executive::TraceKind kind)
{
    using executive::TraceKind;
    switch (kind) {
    case TraceKind::DdiEnter:
        return EventKind::Call;
    case TraceKind::DdiLeave:
        return EventKind::Return;
    case TraceKind::CallbackEnter:
        return EventKind::Callback;
    case TraceKind::CallbackLeave:
        return EventKind::CallbackReturn;
    case TraceKind::DebugPrint:
        return EventKind::DebugPrint;
    case TraceKind::Irp:
        return EventKind::Irp;
    case TraceKind::StateEntered:
        return EventKind::State;
    case TraceKind::Bugcheck:
        return EventKind::Bugcheck;
    case TraceKind::Transfer:
    case TraceKind::Note:
        break;
    }
    return EventKind::Note;
}

}  // namespace

Event TraceReader::event(const executive::TraceRecord &record, std::string_view text) const
{
    Event event;
    event.sequence = record.sequence;
    event.time = record.time;
    event.kind = kind_of(record.kind);
    event.irql = record.irql;
    event.processor = record.processor;
    event.depth = record.depth;
    event.status = record.status;
    event.arguments[0] = record.arguments[0];
    event.arguments[1] = record.arguments[1];
    if (record.driver)
        if (auto *module = executive::module_by_ordinal(*kernel_, record.driver))
            event.driver = module->name;
    if (record.object_type) {
        const char *type = kernel_->tracer->type_name(record.object_type);
        event.object =
            record.object_ordinal ? fmt::format("{} #{}", type, record.object_ordinal) : type;
    }
    switch (event.kind) {
    case EventKind::Call:
        event.name = function_name(record.function);
        break;
    case EventKind::Return:
        event.name = function_name(record.function);
        event.has_status = record.arguments[1] != 0;
        break;
    case EventKind::Callback:
        event.name = routine_or_callback(record.function);
        break;
    case EventKind::CallbackReturn:
        event.name = routine_or_callback(record.function);
        event.has_status = record.arguments[1] != 0;
        break;
    case EventKind::Irp:
        event.name = irp_name(record.function);
        break;
    default:
        if (record.kind == executive::TraceKind::Transfer) {
            event.name = fmt::format(
                "client {}{}: {} bytes", irp_name(record.function),
                record.arguments[0] ? fmt::format(" {:#010x}", record.arguments[0]) : "",
                record.arguments[1]);
            event.has_status = true;
            break;
        }
        event.name = text;
        event.has_status = event.kind == EventKind::Note && record.status != 0;
        break;
    }
    return event;
}

const Trace &TraceReader::read()
{
    if (!kernel_) return events_;
    executive::Tracer &tracer = *kernel_->tracer;
    const std::uint64_t end = tracer.end();
    if (next_ < tracer.first()) next_ = tracer.first();
    for (; next_ < end; ++next_) {
        executive::TraceRecord record;
        if (!tracer.read(next_, record)) continue;
        char text[executive::Tracer::kMostText];
        const std::size_t size = tracer.text(record, text, sizeof text);
        events_.push_back(event(record, {text, size}));
    }
    return events_;
}

void TraceReader::clear()
{
    events_.clear();
    if (kernel_) next_ = kernel_->tracer->end();
}

void TraceReader::sink(void *context, const executive::TraceRecord &record, std::string_view text)
{
    auto &reader = *static_cast<TraceReader *>(context);
    reader.on_event_(reader.event(record, text));
}

void TraceReader::show(std::function<void(const Event &)> on_event)
{
    on_event_ = std::move(on_event);
    if (!on_event_) return;
    kernel_->tracer->set_sink(sink, this);
    kernel_->observe |= executive::kObserveTrace | executive::kObserveSink;
}

}  // namespace openkmdf::machine
