#include "executive/ke/ke_state.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"
#include "scheduler/scheduler.h"

#include <ntddk.h>

#include <cstring>

// READ_REGISTER_*, WRITE_REGISTER_*, ports. The attached device answers; where none does, a
// register is plain memory, and a port is a bugcheck that says so.

namespace openkmdf::executive {
namespace {

template <class Value>
Value read_register(volatile Value *address)
{
    ke::point(scheduler::Point::RegisterRead);
    const mm::IoSpace &space = kernel().mm->io_space;
    std::uint64_t value;
    if (space.read && space.read(space.context, address, sizeof(Value), value))
        return static_cast<Value>(value);
    return *address;
}

template <class Value>
void write_register(volatile Value *address, Value value)
{
    ke::point(scheduler::Point::Call);
    const mm::IoSpace &space = kernel().mm->io_space;
    if (!space.write || !space.write(space.context, address, sizeof(Value), value))
        *address = value;
}

[[noreturn, gnu::cold]] void no_port(std::uint16_t port, const char *verb)
{
    bugcheck(static_cast<std::uint32_t>(STATUS_DRIVER_ENTRYPOINT_NOT_FOUND), port, 0, 0, 0,
             "The driver %s I/O port 0x%x, and no device of the machine has it.", verb, port);
}

template <class Value>
Value read_port(const void *address)
{
    ke::point(scheduler::Point::RegisterRead);
    const auto port = static_cast<std::uint16_t>(number_of(address));
    const mm::IoSpace &space = kernel().mm->io_space;
    std::uint64_t value;
    if (!space.read_port || !space.read_port(space.context, port, sizeof(Value), value))
        no_port(port, "read");
    return static_cast<Value>(value);
}

template <class Value>
void write_port(const void *address, Value value)
{
    ke::point(scheduler::Point::Call);
    const auto port = static_cast<std::uint16_t>(number_of(address));
    const mm::IoSpace &space = kernel().mm->io_space;
    if (!space.write_port || !space.write_port(space.context, port, sizeof(Value), value))
        no_port(port, "wrote to");
}

}  // namespace

#define REGISTERS(suffix, type)                                                                    \
    type NTAPI READ_REGISTER_##suffix(volatile type *Register)                                     \
    {                                                                                              \
        return read_register(Register);                                                            \
    }                                                                                              \
    VOID NTAPI WRITE_REGISTER_##suffix(volatile type *Register, type Value)                        \
    {                                                                                              \
        write_register(Register, Value);                                                           \
    }                                                                                              \
    VOID NTAPI READ_REGISTER_BUFFER_##suffix(volatile type *Register, type *Buffer, ULONG Count)   \
    {                                                                                              \
        for (ULONG i = 0; i < Count; i++) Buffer[i] = read_register(Register + i);                 \
    }                                                                                              \
    VOID NTAPI WRITE_REGISTER_BUFFER_##suffix(volatile type *Register, type *Buffer, ULONG Count)  \
    {                                                                                              \
        for (ULONG i = 0; i < Count; i++) write_register(Register + i, Buffer[i]);                 \
    }

#define PORTS(suffix, type)                                                                        \
    type NTAPI READ_PORT_##suffix(type *Port)                                                      \
    {                                                                                              \
        return read_port<type>(Port);                                                              \
    }                                                                                              \
    VOID NTAPI WRITE_PORT_##suffix(type *Port, type Value)                                         \
    {                                                                                              \
        write_port(Port, Value);                                                                   \
    }                                                                                              \
    VOID NTAPI READ_PORT_BUFFER_##suffix(type *Port, type *Buffer, ULONG Count)                    \
    {                                                                                              \
        for (ULONG i = 0; i < Count; i++) Buffer[i] = read_port<type>(Port);                       \
    }                                                                                              \
    VOID NTAPI WRITE_PORT_BUFFER_##suffix(type *Port, type *Buffer, ULONG Count)                   \
    {                                                                                              \
        for (ULONG i = 0; i < Count; i++) write_port(Port, Buffer[i]);                             \
    }

extern "C" {

REGISTERS(UCHAR, UCHAR)
REGISTERS(USHORT, USHORT)
REGISTERS(ULONG, ULONG)
REGISTERS(ULONG64, ULONG64)
PORTS(UCHAR, UCHAR)
PORTS(USHORT, USHORT)
PORTS(ULONG, ULONG)

}  // extern "C"

}  // namespace openkmdf::executive
