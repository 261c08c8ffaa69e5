#include "executive/exceptions.h"
#include "executive/ke/ke_state.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

// Compiler intrinsics that a native module imports instead of executing them: the instructions
// belong to ring 0, or to a clock and a source of chance that are not the machine's.

namespace openkmdf::executive {
namespace {

// The counter of a processor of 2.5 GHz.
constexpr std::int64_t kCyclesPer100ns = 250;

std::uint64_t read_counter()
{
    return static_cast<std::uint64_t>(scheduler::current.scheduler->read_clock() * kCyclesPer100ns);
}

std::uint64_t next_random()
{
    KeState &ke = ke::state();
    scheduler::InternalGuard guard(ke.lock);
    std::uint64_t &state = ke.random_state;
    if (!state) state = kernel().scheduler->options().seed * 2 + 0x9E37'79B9'7F4A'7C15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

[[noreturn]] void privileged(const char *name)
{
    raise_status(STATUS_PRIVILEGED_INSTRUCTION, name,
                 "a privileged instruction, which only the hardware of a real machine can answer");
}

template <class Value>
Value *port_address(unsigned short port)
{
    return reinterpret_cast<Value *>(static_cast<std::uintptr_t>(port));
}

}  // namespace

#define INTRINSIC(result, name, ...)                                                               \
    extern "C" result NTAPI openkmdf_intrinsic##name(__VA_ARGS__) __asm__(#name);                  \
    extern "C" result NTAPI openkmdf_intrinsic##name(__VA_ARGS__)

#define PORT_INTRINSICS(suffix, type, ddi)                                                         \
    INTRINSIC(type, __in##suffix, unsigned short port)                                             \
    {                                                                                              \
        return READ_PORT_##ddi(port_address<type>(port));                                          \
    }                                                                                              \
    INTRINSIC(void, __out##suffix, unsigned short port, type value)                                \
    {                                                                                              \
        WRITE_PORT_##ddi(port_address<type>(port), value);                                         \
    }                                                                                              \
    INTRINSIC(void, __in##suffix##string, unsigned short port, type *buffer, ULONG count)          \
    {                                                                                              \
        READ_PORT_BUFFER_##ddi(port_address<type>(port), buffer, count);                           \
    }                                                                                              \
    INTRINSIC(void, __out##suffix##string, unsigned short port, type *buffer, ULONG count)         \
    {                                                                                              \
        WRITE_PORT_BUFFER_##ddi(port_address<type>(port), buffer, count);                          \
    }

PORT_INTRINSICS(byte, UCHAR, UCHAR)
PORT_INTRINSICS(word, USHORT, USHORT)
PORT_INTRINSICS(dword, ULONG, ULONG)

INTRINSIC(ULONG64, __rdtsc, )
{
    return read_counter();
}

INTRINSIC(ULONG64, __rdtscp, ULONG *aux)
{
    *aux = scheduler::current.processor->number;
    return read_counter();
}

INTRINSIC(ULONG64, __readcr8, )
{
    return KeGetCurrentIrql();
}

INTRINSIC(void, __writecr8, ULONG64 value)
{
    const auto level = static_cast<KIRQL>(value);
    if (level >= KeGetCurrentIrql()) KfRaiseIrql(level);
    else KeLowerIrql(level);
}

#define RANDOM_INTRINSIC(name, type)                                                               \
    INTRINSIC(int, name, type *value)                                                              \
    {                                                                                              \
        *value = static_cast<type>(next_random());                                                 \
        return 1;                                                                                  \
    }

RANDOM_INTRINSIC(_rdrand16_step, USHORT)
RANDOM_INTRINSIC(_rdrand32_step, ULONG)
RANDOM_INTRINSIC(_rdrand64_step, ULONG64)
RANDOM_INTRINSIC(_rdseed16_step, USHORT)
RANDOM_INTRINSIC(_rdseed32_step, ULONG)
RANDOM_INTRINSIC(_rdseed64_step, ULONG64)

INTRINSIC(void, __fastfail, ULONG code)
{
    bugcheck(KERNEL_SECURITY_CHECK_FAILURE, code, 0, 0, 0,
             "The driver stopped the system by a fast fail, code %u.", code);
}

INTRINSIC(void, __int2c, )
{
    raise_status(STATUS_ASSERTION_FAILURE, "NT_ASSERT", "an assertion of the driver failed");
}

INTRINSIC(void, __halt, )
{
    privileged("__halt");
}

INTRINSIC(ULONG64, __readmsr, ULONG)
{
    privileged("__readmsr");
}

INTRINSIC(void, __writemsr, ULONG, ULONG64)
{
    privileged("__writemsr");
}

INTRINSIC(ULONG64, __readpmc, ULONG)
{
    privileged("__readpmc");
}

// The host's processors keep their caches coherent.
INTRINSIC(void, __wbinvd, )
{
}

}  // namespace openkmdf::executive
