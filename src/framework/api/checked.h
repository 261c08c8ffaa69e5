#pragma once

#include "framework/api/functions.h"
#include "framework/driver/globals.h"
#include "framework/object/object.h"

#include <cstddef>
#include <cstdint>

// Checked table entries: the same functions behind proof of what their arguments claim. A wrapper
// per function is made from its signature: globals, IRQL, null pointers, handles (an object slot,
// live, this generation, this type), `Size` fields; then the call, with a trace record on either
// side.

namespace openkmdf::framework {

struct FunctionFacts {
    const char *name;
    const char *parameters;  // as in signatures.table
    std::uint16_t index;
    std::uint8_t max_irql;
};
extern const FunctionFacts kFunctionFacts[458];

// Which object a handle type stands for; None for WDFOBJECT, which every handle converts to.
template <class Handle>
struct HandleTraits {
    static constexpr bool kIsHandle = false;
};
#define OPENKMDF_HANDLE(handle, object_type)                                                       \
    template <>                                                                                    \
    struct HandleTraits<handle> {                                                                  \
        static constexpr bool kIsHandle = true;                                                    \
        static constexpr ObjectType kType = ObjectType::object_type;                               \
    };
OPENKMDF_HANDLE(WDFDRIVER, Driver)
OPENKMDF_HANDLE(WDFDEVICE, Device)
OPENKMDF_HANDLE(WDFFILEOBJECT, FileObject)
OPENKMDF_HANDLE(WDFQUEUE, Queue)
OPENKMDF_HANDLE(WDFREQUEST, Request)
OPENKMDF_HANDLE(WDFMEMORY, Memory)
OPENKMDF_HANDLE(WDFSPINLOCK, SpinLock)
OPENKMDF_HANDLE(WDFWAITLOCK, WaitLock)
OPENKMDF_HANDLE(WDFTIMER, Timer)
OPENKMDF_HANDLE(WDFDPC, Dpc)
OPENKMDF_HANDLE(WDFWORKITEM, WorkItem)
OPENKMDF_HANDLE(WDFSTRING, String)
OPENKMDF_HANDLE(WDFCOLLECTION, Collection)
OPENKMDF_HANDLE(WDFLOOKASIDE, Lookaside)
OPENKMDF_HANDLE(WDFKEY, Key)
OPENKMDF_HANDLE(WDFIOTARGET, IoTarget)
OPENKMDF_HANDLE(WDFCHILDLIST, ChildList)
OPENKMDF_HANDLE(WDFINTERRUPT, Interrupt)
OPENKMDF_HANDLE(WDFIORESLIST, IoResList)
OPENKMDF_HANDLE(WDFIORESREQLIST, IoResReqList)
OPENKMDF_HANDLE(WDFCMRESLIST, CmResList)
OPENKMDF_HANDLE(WDFUSBDEVICE, UsbDevice)
OPENKMDF_HANDLE(WDFUSBINTERFACE, UsbInterface)
OPENKMDF_HANDLE(WDFUSBPIPE, UsbPipe)
OPENKMDF_HANDLE(WDFDMAENABLER, DmaEnabler)
OPENKMDF_HANDLE(WDFDMATRANSACTION, DmaTransaction)
OPENKMDF_HANDLE(WDFCOMMONBUFFER, CommonBuffer)
OPENKMDF_HANDLE(WDFWMIPROVIDER, WmiProvider)
OPENKMDF_HANDLE(WDFWMIINSTANCE, WmiInstance)
#undef OPENKMDF_HANDLE
// A call as the checks see it.
struct CheckedCall {
    const FunctionFacts &facts;
    PWDF_DRIVER_GLOBALS globals;
    const void *caller;
    const Object *subject = nullptr;  // the first handle: whom the trace names

    void begin();
    void check_handle(int position, const void *handle, ObjectType expected);
    void check_pointer(int position, const void *pointer);
    void check_size(int position, std::uint32_t given, std::size_t expected, const char *type);
    void enter(std::uint64_t first, std::uint64_t second);
    void leave(std::uint64_t result, bool is_status);
    void record(executive::TraceKind kind, NTSTATUS status, std::uint64_t first,
                std::uint64_t second);
};

// Structures whose Size field every function rejects unless it is exactly that of the module's
// version. Functions that document a status for a wrong size return it themselves, so the checked
// entry only rejects a size of zero: the INIT function was not called. INTERFACE is not the
// framework's: who is asked for one fills it.
template <class T>
concept HasSize = !std::is_same_v<std::remove_cv_t<T>, INTERFACE> && requires(T & value)
{
    {
        value.Size
        } -> std::convertible_to<std::uint32_t>;
};

template <class T>
std::uint64_t trace_value(T value)
{
    if constexpr (std::is_pointer_v<T>) return reinterpret_cast<std::uintptr_t>(value);
    else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
        return static_cast<std::uint64_t>(value);
    else return 0;
}

template <class T>
void check_argument(CheckedCall &call, int position, T value)
{
    if constexpr (HandleTraits<T>::kIsHandle) {
        call.check_handle(position, value, HandleTraits<T>::kType);
    } else if constexpr (std::is_same_v<T, WDFOBJECT>) {
        // WDFOBJECT is a plain pointer; the signature tells the two apart.
        const char kind = call.facts.parameters[position];
        if (kind == 'h' || kind == 'H') call.check_handle(position, value, ObjectType::None);
        else call.check_pointer(position, value);
    } else if constexpr (std::is_pointer_v<T>) {
        call.check_pointer(position, reinterpret_cast<const void *>(value));
        if constexpr (std::is_class_v<std::remove_pointer_t<T>>) {
            if constexpr (HasSize<std::remove_pointer_t<T>>)
                if (value) call.check_size(position, value->Size, sizeof *value, "");
        }
    }
}

template <std::size_t Index, class Function>
struct Checked;

template <std::size_t Index, class R, class... Arguments>
struct Checked<Index, R(NTAPI *)(PWDF_DRIVER_GLOBALS, Arguments...)> {
    template <R(NTAPI *Fast)(PWDF_DRIVER_GLOBALS, Arguments...)>
    static R NTAPI entry(PWDF_DRIVER_GLOBALS globals, Arguments... arguments)
    {
        CheckedCall call{kFunctionFacts[Index], globals, __builtin_return_address(0)};
        call.begin();
        int position = 0;
        (check_argument(call, position++, arguments), ...);
        std::uint64_t values[sizeof...(Arguments) + 2] = {trace_value(arguments)..., 0, 0};
        call.enter(values[1], values[sizeof...(Arguments) > 1 ? 2 : 1]);
        if constexpr (std::is_void_v<R>) {
            Fast(globals, arguments...);
            call.leave(0, false);
        } else {
            R result = Fast(globals, arguments...);
            call.leave(trace_value(result), std::is_same_v<R, NTSTATUS>);
            return result;
        }
    }
};

}  // namespace openkmdf::framework
