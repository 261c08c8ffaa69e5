#pragma once

#include "executive/ke/entry_guard.h"
#include "executive/kernel.h"
#include "framework/driver/globals.h"
#include "framework/object/object.h"

#include <cstdint>
#include <type_traits>

// The only place where the framework enters driver code.

namespace openkmdf::framework {

enum class CallbackId : std::uint16_t {
#define WDF_CALLBACK(id, max_irql) id,
#include "framework/support/callbacks.table"
#undef WDF_CALLBACK
    Count,
};

// "EvtIoRead"
const char *callback_name(CallbackId id);

// A frame on the activity's stack of callbacks: who runs here, for which object.
struct CallbackFrame {
    CallbackFrame *outer = nullptr;
    Globals *globals = nullptr;
    Object *object = nullptr;
    // The request that this frame delivers. Giving it up inside the callback clears it, and `more`
    // tells the delivery loop whether the queue has something for it (queue/dispatch.cpp).
    Object *presenting = nullptr;
    bool delivers = false;  // a handler called by a delivery loop of the queue `object`
    bool more = false;
    CallbackId id{};
    executive::ke::EntryGuard guard;  // what the driver has to leave as it found it
};

// Whether the frame's delivery loop goes on when the request leaves the queue. One that was
// completed elsewhere leaves its address behind for another, which may be in another queue.
inline bool presents(const CallbackFrame *frame, const Object &request, const Object *queue)
{
    return frame && frame->presenting == &request && frame->object == queue;
}

// The innermost frame of the current activity; null outside callbacks. Activity::framework holds
// it.
inline CallbackFrame *&callback_frame()
{
    return reinterpret_cast<CallbackFrame *&>(scheduler::current.activity->framework);
}

// Slow halves: tracing and reports.
void callback_entered(CallbackFrame &frame);
// `status`: what it returned; null: nothing of that kind.
void callback_left(CallbackFrame &frame, const NTSTATUS *status);
[[noreturn]] void callback_broke_rule(const CallbackFrame &frame, const void *function);

// The brackets around a call of driver code: `enter` fills the frame and makes it the innermost
// one; `leave` checks that the driver returned at the same IRQL, keeps no spin lock and is in no
// critical region that it entered.
class CallbackBrackets {
public:
    CallbackBrackets(CallbackId id, Object &object, const void *function,
                     Object *presenting = nullptr)
        : function_(function)
    {
        CallbackFrame *&top = callback_frame();
        frame.outer = top;
        frame.globals = object.globals;
        frame.object = &object;
        frame.presenting = presenting;
        frame.delivers = presenting != nullptr;
        frame.id = id;
        top = &frame;
        observed_ = executive::kernel().observe != 0;
        if (observed_) [[unlikely]]
            callback_entered(frame);
    }
    void leave(const NTSTATUS *status = nullptr)
    {
        if (!frame.guard.holds()) [[unlikely]]
            callback_broke_rule(frame, function_);
        if (observed_) [[unlikely]]
            callback_left(frame, status);
        callback_frame() = frame.outer;
    }

    CallbackFrame frame;

private:
    const void *function_;
    bool observed_;
};

// Calls a driver's callback for `object`.
template <class R, class... Parameters, class... Arguments>
R invoke(CallbackId id, Object &object, R(NTAPI *function)(Parameters...), Arguments... arguments)
{
    CallbackBrackets brackets(id, object, reinterpret_cast<const void *>(function));
    if constexpr (std::is_void_v<R>) {
        function(arguments...);
        brackets.leave();
    } else {
        R result = function(arguments...);
        if constexpr (std::is_same_v<R, NTSTATUS>) brackets.leave(&result);
        else brackets.leave();
        return result;
    }
}

}  // namespace openkmdf::framework
