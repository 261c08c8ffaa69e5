#include "framework/api/functions.h"
#include "framework/support/library.h"
#include "framework/support/strings.h"
#include "framework/support/text_objects.h"

namespace openkmdf::framework {

const TypeInfo String::kInfo = {
    ObjectType::String, "WDFSTRING", sizeof(String), true, true, nullptr, [](Object &object) {
        free_string(*object.globals->library->kernel->arena, static_cast<String &>(object).text);
    }};

NTSTATUS String::assign(const UNICODE_STRING &from)
{
    scheduler::Arena &arena = *globals->library->kernel->arena;
    UNICODE_STRING copy = {};
    if (!copy_string(arena, from, copy)) return STATUS_INSUFFICIENT_RESOURCES;
    free_string(arena, text);
    text = copy;
    return STATUS_SUCCESS;
}

namespace api {

NTSTATUS NTAPI WdfStringCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PCUNICODE_STRING UnicodeString,
                               PWDF_OBJECT_ATTRIBUTES StringAttributes, WDFSTRING *String)
{
    *String = nullptr;
    Globals &globals = globals_of(DriverGlobals);
    if (KeGetCurrentIrql() != PASSIVE_LEVEL) return STATUS_INVALID_DEVICE_REQUEST;
    NTSTATUS status = check_attributes(StringAttributes, {});
    if (!NT_SUCCESS(status)) return status;
    if (UnicodeString && !is_valid(*UnicodeString)) return STATUS_INVALID_PARAMETER;
    auto *string =
        create_object<framework::String>(globals, StringAttributes, default_parent(globals));
    if (!string) return STATUS_INSUFFICIENT_RESOURCES;
    if (UnicodeString && UnicodeString->Length &&
        !copy_string(*globals.library->kernel->arena, *UnicodeString, string->text)) {
        discard_object(*string);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    status = publish(*string);
    if (!NT_SUCCESS(status)) {
        discard_object(*string);
        return status;
    }
    *String = static_cast<WDFSTRING>(handle_of(string));
    return STATUS_SUCCESS;
}

VOID NTAPI WdfStringGetUnicodeString(PWDF_DRIVER_GLOBALS, WDFSTRING String,
                                     PUNICODE_STRING UnicodeString)
{
    *UnicodeString = object_cast<framework::String>(String)->text;
}

}  // namespace api

}  // namespace openkmdf::framework
