#include "scheduler/stack_switch.h"

#include "base/assert.h"

#include <cxxabi.h>

#include <cstdint>
#include <new>

// Each routine describes its frame, so that a debugger or an unwinder goes from a kernel stack on
// to the host stack which entered it. Loading MXCSR costs twenty times as much when its value
// changes, and any inexact operation sets a status flag in it: only the control bits are compared.
asm(R"(
    .text
    .p2align 4
    .globl openkmdf_call_on_stack
    .hidden openkmdf_call_on_stack
    .type openkmdf_call_on_stack, @function
openkmdf_call_on_stack:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_offset %r12, -32
    pushq %r13
    .cfi_offset %r13, -40
    pushq %r14
    .cfi_offset %r14, -48
    pushq %r15
    .cfi_offset %r15, -56
    subq $8, %rsp
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movq %rsp, (%rcx)
    movq %rdi, %rsp
    movq %rdx, %rdi
    callq *%rsi
    leaq -48(%rbp), %rsp
    movl $1, %eax
.Lopenkmdf_leave:
    addq $8, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    .cfi_def_cfa %rsp, 8
    retq
    .cfi_endproc
    .size openkmdf_call_on_stack, . - openkmdf_call_on_stack

    .p2align 4
    .globl openkmdf_abandon_to
    .hidden openkmdf_abandon_to
    .type openkmdf_abandon_to, @function
openkmdf_abandon_to:
    .cfi_startproc
    movq %rdi, %rsp
    .cfi_undefined %rip
    cld
    ldmxcsr (%rsp)
    fninit
    fldcw 4(%rsp)
    xorl %eax, %eax
    jmp .Lopenkmdf_leave
    .cfi_endproc
    .size openkmdf_abandon_to, . - openkmdf_abandon_to

    .p2align 4
    .globl openkmdf_switch_stack
    .hidden openkmdf_switch_stack
    .type openkmdf_switch_stack, @function
openkmdf_switch_stack:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    pushq %rbx
    .cfi_def_cfa_offset 24
    .cfi_offset %rbx, -24
    pushq %r12
    .cfi_def_cfa_offset 32
    .cfi_offset %r12, -32
    pushq %r13
    .cfi_def_cfa_offset 40
    .cfi_offset %r13, -40
    pushq %r14
    .cfi_def_cfa_offset 48
    .cfi_offset %r14, -48
    pushq %r15
    .cfi_def_cfa_offset 56
    .cfi_offset %r15, -56
    subq $8, %rsp
    .cfi_def_cfa_offset 64
    stmxcsr (%rsp)
    fnstcw 4(%rsp)
    movl (%rsp), %eax
    movzwl 4(%rsp), %edx
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    xorl (%rsp), %eax
    testl $0xffffffc0, %eax
    jne 2f
1:  cmpw %dx, 4(%rsp)
    jne 3f
4:  addq $8, %rsp
    .cfi_def_cfa_offset 56
    popq %r15
    .cfi_def_cfa_offset 48
    popq %r14
    .cfi_def_cfa_offset 40
    popq %r13
    .cfi_def_cfa_offset 32
    popq %r12
    .cfi_def_cfa_offset 24
    popq %rbx
    .cfi_def_cfa_offset 16
    popq %rbp
    .cfi_def_cfa_offset 8
    retq
    .cfi_def_cfa_offset 64
2:  ldmxcsr (%rsp)
    jmp 1b
3:  fldcw 4(%rsp)
    jmp 4b
    .cfi_endproc
    .size openkmdf_switch_stack, . - openkmdf_switch_stack

    .p2align 4
    .globl openkmdf_stack_start
    .hidden openkmdf_stack_start
    .type openkmdf_stack_start, @function
openkmdf_stack_start:
    .cfi_startproc
    .cfi_undefined %rip
    .cfi_undefined %rbp
    movq %r13, %rdi
    callq *%r12
    ud2
    .cfi_endproc
    .size openkmdf_stack_start, . - openkmdf_stack_start
)");

extern "C" {
void openkmdf_switch_stack(void **from, void *to);
void openkmdf_stack_start();
}

namespace openkmdf::scheduler {
namespace {

// What openkmdf_switch_stack leaves on a stack.
struct SavedRegisters {
    std::uint32_t mxcsr = 0x1f80;
    std::uint32_t x87_control = 0x37f;
    std::uint64_t r15 = 0;
    std::uint64_t r14 = 0;
    void *r13 = nullptr;
    void *r12 = nullptr;
    std::uint64_t rbx = 0;
    std::uint64_t rbp = 0;  // ends the chain of frames
    void (*return_address)() = openkmdf_stack_start;
};

struct ExceptionGlobals {  // the C++ ABI's __cxa_eh_globals
    void *caught;
    unsigned uncaught;
};

#if OPENKMDF_ASAN
thread_local StackContext *left_stack;

void announce(StackContext &from, StackContext &to, bool comes_back)
{
    left_stack = &from;
    __sanitizer_start_switch_fiber(comes_back ? &from.fake_stack : nullptr, to.low,
                                   static_cast<std::size_t>(to.high - to.low));
    if (!comes_back) from.fake_stack = nullptr;
}

void arrive(StackContext &now)
{
    const void *bottom = nullptr;
    std::size_t size = 0;
    __sanitizer_finish_switch_fiber(now.fake_stack, &bottom, &size);
    now.fake_stack = nullptr;
    if (!left_stack->low) {  // a host thread's own stack, seen for the first time
        left_stack->low = static_cast<std::byte *>(const_cast<void *>(bottom));
        left_stack->high = left_stack->low + size;
    }
}
#else
void announce(StackContext &, StackContext &, bool)
{
}
void arrive(StackContext &)
{
}
#endif

#if OPENKMDF_TSAN
// Inlined always: entry and exit of an instrumented function must be seen on the same fiber.
[[gnu::always_inline]] inline void change_fiber(StackContext &from, StackContext &to)
{
    from.fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(to.fiber, 0);
}
void new_fiber(StackContext &stack)
{
    stack.fiber = __tsan_create_fiber(0);
}
void drop_fiber(StackContext &stack)
{
    if (stack.fiber) __tsan_destroy_fiber(stack.fiber);
    stack.fiber = nullptr;
}
#else
void change_fiber(StackContext &, StackContext &)
{
}
void new_fiber(StackContext &)
{
}
void drop_fiber(StackContext &)
{
}
#endif

void change_exceptions(StackContext &from, StackContext &to)
{
    auto *globals = reinterpret_cast<ExceptionGlobals *>(abi::__cxa_get_globals());
    from.caught_exceptions = globals->caught;
    from.uncaught_exceptions = globals->uncaught;
    globals->caught = to.caught_exceptions;
    globals->uncaught = to.uncaught_exceptions;
}

struct StackMain {
    StackContext *stack;
    void (*main)(void *);
    void *argument;
};

void stack_main(void *start)
{
    StackMain main = *static_cast<StackMain *>(start);
    arrive(*main.stack);
    main.main(main.argument);
    OPENKMDF_UNREACHABLE("the main function of a stack returned");
}

struct AnnotatedCall {
    StackContext *from;
    StackContext *to;
    void (*function)(void *);
    void *argument;
};

void annotated_call(void *argument)
{
    auto *call = static_cast<AnnotatedCall *>(argument);
    arrive(*call->to);
    call->function(call->argument);
    announce(*call->to, *call->from, true);
}

}  // namespace

void prepare_stack(StackContext &stack, std::byte *low, std::byte *high, void (*main)(void *),
                   void *argument)
{
    release_stack(stack);
    stack = {};
    stack.low = low;
    stack.high = high;
    new_fiber(stack);
    if (!main) return;
    static_assert(sizeof(StackMain) <= 32 && sizeof(SavedRegisters) % 16 == 0);
    std::byte *top = high - 32;
    auto *start = ::new (static_cast<void *>(top)) StackMain{&stack, main, argument};
    top -= sizeof(SavedRegisters);
    auto *registers = ::new (static_cast<void *>(top)) SavedRegisters;
    registers->r12 = reinterpret_cast<void *>(stack_main);
    registers->r13 = start;
    stack.stack_pointer = registers;
}

void release_stack(StackContext &stack)
{
#if OPENKMDF_ASAN
    // The only way to free another stack's fake stack is to pretend to leave it for good.
    if (stack.fake_stack) {
        void *own = nullptr;
        const void *bottom = nullptr;
        std::size_t size = 0;
        __sanitizer_start_switch_fiber(&own, stack.low,
                                       static_cast<std::size_t>(stack.high - stack.low));
        __sanitizer_finish_switch_fiber(stack.fake_stack, &bottom, &size);
        __sanitizer_start_switch_fiber(nullptr, bottom, size);
        __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
        stack.fake_stack = nullptr;
    }
#endif
    drop_fiber(stack);
}

const void *saved_frame(const StackContext &stack)
{
    return reinterpret_cast<const void *>(
        static_cast<const SavedRegisters *>(stack.stack_pointer)->rbp);
}

void switch_stack(StackContext &from, StackContext &to)
{
    change_exceptions(from, to);
    announce(from, to, true);
    change_fiber(from, to);
    openkmdf_switch_stack(&from.stack_pointer, to.stack_pointer);
    arrive(from);
}

void leave_stack(StackContext &from, StackContext &to)
{
    change_exceptions(from, to);
    announce(from, to, false);
    change_fiber(from, to);
    openkmdf_switch_stack(&from.stack_pointer, to.stack_pointer);
    OPENKMDF_UNREACHABLE("a stack that was left for good runs again");
}

bool call_on_stack_annotated(StackContext &from, StackContext &to, void (*function)(void *),
                             void *argument, void **frame)
{
    AnnotatedCall call{&from, &to, function, argument};
    announce(from, to, true);
    change_fiber(from, to);
    bool completed = openkmdf_call_on_stack(to.high, annotated_call, &call, frame) != 0;
    if (completed) change_fiber(to, from);
    arrive(from);
    if (!completed) {
        unpoison(to.low, static_cast<std::size_t>(to.high - to.low));
        release_stack(to);
        new_fiber(to);
    }
    return completed;
}

void abandon_stack(StackContext &from, StackContext &to, void *frame)
{
    announce(from, to, false);
    change_fiber(from, to);
    openkmdf_abandon_to(frame);
}

void adopt_exceptions(const StackContext &suspended)
{
    auto *globals = reinterpret_cast<ExceptionGlobals *>(abi::__cxa_get_globals());
    globals->caught = suspended.caught_exceptions;
    globals->uncaught = suspended.uncaught_exceptions;
}

void arrive_unannounced(StackContext &from, StackContext &now)
{
    announce(from, now, true);
    arrive(now);
}

}  // namespace openkmdf::scheduler
