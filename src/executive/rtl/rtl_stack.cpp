#include "scheduler/activity.h"

#include <ntddk.h>

using openkmdf::scheduler::Activity;

namespace {

struct Frame {
    const Frame *caller;
    void *return_address;
};

// Whether a frame lies on the activity's kernel stack, above the one before it.
bool is_frame(const Activity &activity, const Frame *frame, const Frame *before)
{
    auto *at = reinterpret_cast<const std::byte *>(frame);
    return frame > before && at >= activity.kernel_stack_low &&
           at + sizeof(Frame) <= activity.kernel_stack_high &&
           reinterpret_cast<std::uintptr_t>(frame) % alignof(Frame) == 0;
}

ULONG walk(const Frame *frame, ULONG skip, ULONG count, PVOID *addresses)
{
    const Activity *activity = openkmdf::scheduler::current.activity;
    const Frame *before = nullptr;
    ULONG used = 0;
    while (activity != nullptr && used < count && is_frame(*activity, frame, before) &&
           frame->return_address != nullptr) {
        if (skip > 0) --skip;
        else addresses[used++] = frame->return_address;
        before = frame;
        frame = frame->caller;
    }
    return used;
}

}  // namespace

USHORT NTAPI RtlCaptureStackBackTrace(ULONG skip, ULONG count, PVOID *addresses, PULONG hash)
{
    const ULONG used =
        walk(static_cast<const Frame *>(__builtin_frame_address(0)), skip, count, addresses);
    if (hash != nullptr) {
        *hash = 0;
        for (ULONG index = 0; index < used; ++index)
            *hash += static_cast<ULONG>(reinterpret_cast<ULONG_PTR>(addresses[index]));
    }
    return static_cast<USHORT>(used);
}

// Frames of the caller's own stack; user-mode frames (flag 1) do not exist on a kernel stack.
ULONG NTAPI RtlWalkFrameChain(PVOID *callers, ULONG count, ULONG flags)
{
    const ULONG skip = flags >> RTL_STACK_WALKING_MODE_FRAMES_TO_SKIP_SHIFT;
    if ((flags & 0xFF) != 0) return 0;
    return walk(static_cast<const Frame *>(__builtin_frame_address(0)), skip, count, callers);
}
