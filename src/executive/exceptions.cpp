#include "executive/exceptions.h"

#include "executive/ex/pool.h"
#include "executive/ke/ke_state.h"
#include "executive/ke/thread.h"
#include "executive/module_registry.h"
#include "executive/stack_table.h"
#include "scheduler/activity.h"

#include <signal.h>
#include <ucontext.h>

#include <cstdio>

namespace openkmdf::executive {
namespace {

using scheduler::Arena;

// x86 exception vectors, as the host reports them.
enum Vector : int {
    kDivideError = 0,
    kDebug = 1,
    kBreakpoint = 3,
    kInvalidOpcode = 6,
    kStackSegment = 12,
    kGeneralProtection = 13,
    kPageFault = 14,
    kAlignmentCheck = 17,
    kSimd = 19,
};

// Software interrupts that Windows gives a meaning: the error code names the vector.
constexpr std::uint64_t kFastFail = 0x29;
constexpr std::uint64_t kAssertion = 0x2C;

struct Fault {
    Kernel &kernel;
    std::uint64_t pc;
    std::uint64_t sp;
    const void *frame;
    std::uint64_t address;
    std::uint64_t error;
    std::uint64_t rcx;
    int vector;
    std::uint8_t irql;

    bool writes() const { return vector == kPageFault && (error & 2); }
    bool executes() const { return vector == kPageFault && (error & 16); }
    bool interrupt(std::uint64_t number) const
    {
        return vector == kGeneralProtection && (error & 2) && error >> 3 == number;
    }
    const char *verb() const { return executes() ? "executed" : writes() ? "wrote to" : "read"; }
};

bool is_kernel_address(std::uint64_t address)
{
    // Beyond the addresses that the host gives out lies what Windows calls system space.
    if (address >= 0xFFFF'8000'0000'0000) return true;
    return (address >= Arena::kKernelLow && address < Arena::kKernelHigh) || find_module(address);
}

[[noreturn]] void stop(const Fault &fault, std::uint32_t code, const std::uint64_t (&p)[4],
                       const char *message)
{
    fault.kernel.stop_at(reinterpret_cast<void *>(fault.pc), fault.frame, code, p, message);
}

// Whether the fault is a driver's: its own instruction, or ours on its behalf. A call to a wild
// address left the caller's address on the stack. Replaces pc by the driver's instruction then.
bool is_drivers(Fault &fault)
{
    if (find_module(fault.pc)) return true;
    const scheduler::Activity &activity = *scheduler::current.activity;
    const bool stack_readable = fault.sp >= number_of(activity.kernel_stack_low) &&
                                fault.sp + 8 <= number_of(activity.kernel_stack_high);
    if (fault.executes() && stack_readable) {
        const std::uint64_t caller = *reinterpret_cast<const std::uint64_t *>(fault.sp);
        if (find_module(caller)) {
            fault.pc = caller;
            return true;
        }
    }
    return driver_on_stack(fault.frame, 6) != 0;
}

[[noreturn]] void stack_overflow(const Fault &fault)
{
    const scheduler::Activity &activity = *scheduler::current.activity;
    char message[256];
    std::snprintf(
        message, sizeof message,
        "The kernel stack of %u KiB overflowed (Windows gives a driver 24 KiB): recursion "
        "without end, or too much data on the stack.",
        static_cast<unsigned>((activity.kernel_stack_high - activity.kernel_stack_low) >> 10));
    stop(fault, UNEXPECTED_KERNEL_MODE_TRAP, {8, 0, 0, 0}, message);
}

[[noreturn]] void special_pool_fault(const Fault &fault, const PoolBlock &block)
{
    char where[96];
    char message[320];
    describe_address(number_of(block.address), where, sizeof where);
    const long long offset = static_cast<long long>(fault.address - number_of(block.address));
    if (block.freed) {
        std::snprintf(message, sizeof message,
                      "The driver %s pool memory after freeing it: byte %lld of %s.", fault.verb(),
                      offset, where);
        stop(fault, DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL,
             {fault.address, fault.writes(), fault.pc, 0}, message);
    }
    std::snprintf(message, sizeof message,
                  "The driver %s pool memory outside its allocation: byte %lld of %s.",
                  fault.verb(), offset, where);
    stop(fault, DRIVER_PAGE_FAULT_BEYOND_END_OF_ALLOCATION,
         {fault.address, fault.writes(), fault.pc, 0}, message);
}

[[noreturn]] void access_violation(const Fault &fault)
{
    char where[96];
    char message[320];
    describe_address(fault.address, where, sizeof where);
    if (fault.irql >= DISPATCH_LEVEL) {
        std::snprintf(message, sizeof message,
                      "The driver %s memory that is not there (%s) at IRQL %u.", fault.verb(),
                      where, fault.irql);
        const std::uint32_t code = find_module(fault.pc)
                                       ? std::uint32_t{DRIVER_IRQL_NOT_LESS_OR_EQUAL}
                                       : std::uint32_t{IRQL_NOT_LESS_OR_EQUAL};
        const std::uint64_t access = fault.executes() ? 8 : fault.writes();
        stop(fault, code, {fault.address, fault.irql, access, fault.pc}, message);
    }
    std::snprintf(message, sizeof message, "The driver %s memory that is not there: %s.",
                  fault.verb(), where);
    if (is_kernel_address(fault.address) && fault.vector == kPageFault) {
        const bool present = fault.error & 1;
        if (present && fault.executes())
            stop(fault, ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, {fault.address, 0, 0, 0},
                 "The driver executed memory that holds data.");
        if (present && fault.writes() && find_module(fault.address)) {
            std::snprintf(message, sizeof message, "The driver wrote to read-only memory: %s.",
                          where);
            stop(fault, ATTEMPTED_WRITE_TO_READONLY_MEMORY, {fault.address, 0, 0, 0}, message);
        }
        const std::uint64_t access = fault.executes() ? 0x10 : fault.writes() ? 2 : 0;
        stop(fault, PAGE_FAULT_IN_NONPAGED_AREA, {fault.address, access, fault.pc, 0}, message);
    }
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = STATUS_ACCESS_VIOLATION;
    record.ExceptionAddress = reinterpret_cast<void *>(fault.pc);
    record.NumberParameters = 2;
    record.ExceptionInformation[0] = fault.executes() ? 8 : fault.writes();
    record.ExceptionInformation[1] = fault.address;
    unhandled_exception(record, fault.frame, message);
}

[[noreturn]] void raise_from(const Fault &fault, NTSTATUS status, const char *message)
{
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = status;
    record.ExceptionAddress = reinterpret_cast<void *>(fault.pc);
    unhandled_exception(record, fault.frame, message);
}

[[noreturn]] void fast_fail(const Fault &fault)
{
    char message[320];
    std::snprintf(message, sizeof message,
                  "The driver stopped the system by a fast fail, code %u%s",
                  static_cast<unsigned>(fault.rcx),
                  fault.rcx == 3 ? ": the links of a LIST_ENTRY are corrupt. An entry was removed "
                                   "twice, inserted twice, freed while in a list, or used without "
                                   "the list's lock."
                  : fault.rcx == 2 ? ": a buffer on the stack was overrun."
                                   : ".");
    stop(fault, KERNEL_SECURITY_CHECK_FAILURE, {fault.rcx, 0, 0, 0}, message);
}

// Instructions of ring 0 that compilers and intrinsics make.
bool is_privileged(std::uint64_t pc)
{
    if (!find_module(pc)) return false;
    auto *code = reinterpret_cast<const std::uint8_t *>(pc);
    while (*code == 0x66 || *code == 0xF3 || *code == 0xF2 || (*code & 0xF0) == 0x40) code++;
    switch (code[0]) {
    case 0x6C:
    case 0x6D:
    case 0x6E:
    case 0x6F:  // ins, outs
    case 0xE4:
    case 0xE5:
    case 0xE6:
    case 0xE7:  // in, out
    case 0xEC:
    case 0xED:
    case 0xEE:
    case 0xEF:
    case 0xF4:
    case 0xFA:
    case 0xFB:  // hlt, cli, sti
        return true;
    case 0x0F:
        return code[1] == 0x06 || code[1] == 0x08 || code[1] == 0x09 ||  // clts, invd, wbinvd
               code[1] == 0x30 || code[1] == 0x32 || code[1] == 0x33 ||  // wrmsr, rdmsr, rdpmc
               (code[1] >= 0x20 && code[1] <= 0x23);                     // mov cr, dr
    default:
        return false;
    }
}

[[noreturn]] void general_protection(Fault &fault)
{
    if (fault.interrupt(kFastFail)) fast_fail(fault);
    if (fault.interrupt(kAssertion))
        raise_from(fault, STATUS_ASSERTION_FAILURE,
                   "An assertion of the driver (NT_ASSERT) failed.");
    if (is_privileged(fault.pc))
        raise_from(
            fault, STATUS_PRIVILEGED_INSTRUCTION,
            "The driver executed a privileged instruction, which only the hardware of a real "
            "machine can answer.");
    // A non-canonical address: the processor does not say which.
    fault.address = ~std::uint64_t{0};
    access_violation(fault);
}

void handle(Fault &fault)
{
    const scheduler::Activity &activity = *scheduler::current.activity;
    const std::uint64_t low = number_of(activity.kernel_stack_low);
    if (fault.vector == kPageFault && fault.address < low &&
        fault.address >= low - Arena::kStackGuard)
        stack_overflow(fault);
    switch (fault.vector) {
    case kDivideError:
        raise_from(fault, STATUS_INTEGER_DIVIDE_BY_ZERO, "The driver divided by zero.");
    case kSimd:
        raise_from(fault, STATUS_FLOAT_MULTIPLE_FAULTS,
                   "The driver raised a floating-point fault.");
    case kDebug:
        raise_from(fault, STATUS_SINGLE_STEP, "A single step without a debugger.");
    case kBreakpoint:
        if (fault.kernel.debugger_attached) return;
        fault.pc--;
        raise_from(fault, STATUS_BREAKPOINT,
                   "The driver hit a breakpoint (DbgBreakPoint, __debugbreak, or a failed ASSERT) "
                   "and no debugger is attached.");
    case kInvalidOpcode:
        raise_from(fault, STATUS_ILLEGAL_INSTRUCTION,
                   "The driver executed an illegal instruction: compilers put one where code must "
                   "not be reached.");
    case kAlignmentCheck:
        raise_from(fault, STATUS_DATATYPE_MISALIGNMENT, "The driver made a misaligned access.");
    case kGeneralProtection:
    case kStackSegment:
        general_protection(fault);
    default: {
        PoolBlock block;
        if (fault.kernel.pool->find_guarded(reinterpret_cast<void *>(fault.address), block))
            special_pool_fault(fault, block);
        access_violation(fault);
    }
    }
}

}  // namespace

void handle_fault(void *context, int signal, void *address, void *registers)
{
    auto &kernel = *static_cast<Kernel *>(context);
    const auto &machine = static_cast<ucontext_t *>(registers)->uc_mcontext;
    auto reg = [&machine](int index) { return static_cast<std::uint64_t>(machine.gregs[index]); };
    Fault fault{
        .kernel = kernel,
        .pc = reg(REG_RIP),
        .sp = reg(REG_RSP),
        .frame = reinterpret_cast<void *>(reg(REG_RBP)),
        .address = number_of(address),
        .error = reg(REG_ERR),
        .rcx = reg(REG_RCX),
        .vector = static_cast<int>(reg(REG_TRAPNO)),
        .irql = scheduler::current.processor->irql,
    };
    // Signals that no exception of the processor made are somebody else's.
    if (signal != SIGSEGV && signal != SIGBUS && signal != SIGFPE && signal != SIGILL &&
        signal != SIGTRAP)
        return;
    if (is_drivers(fault)) handle(fault);
}

void unhandled_exception(EXCEPTION_RECORD record, const void *frame, const char *message)
{
    Kernel &own = kernel();
    own.ke->exception = record;
    const std::uint64_t code = static_cast<std::uint32_t>(record.ExceptionCode);
    const std::uint64_t pc = number_of(record.ExceptionAddress);
    const auto kind = scheduler::current.activity->kind;
    if (scheduler::current.processor->irql >= DISPATCH_LEVEL ||
        kind == scheduler::ActivityKind::Idle)
        own.stop_at(record.ExceptionAddress, frame, KMODE_EXCEPTION_NOT_HANDLED,
                    {code, pc, record.ExceptionInformation[0], record.ExceptionInformation[1]},
                    message);
    if (ke::runs_system_work())
        own.stop_at(record.ExceptionAddress, frame, SYSTEM_THREAD_EXCEPTION_NOT_HANDLED,
                    {code, pc, number_of(&own.ke->exception), 0}, message);
    own.stop_at(record.ExceptionAddress, frame, SYSTEM_SERVICE_EXCEPTION, {code, pc, 0, 0},
                message);
}

[[gnu::noinline]] void raise_status(NTSTATUS status, const char *function, const char *why,
                                    const volatile void *address)
{
    EXCEPTION_RECORD record = {};
    record.ExceptionCode = status;
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    const std::uint64_t driver = driver_on_stack(__builtin_frame_address(0));
    record.ExceptionAddress =
        driver ? reinterpret_cast<void *>(driver) : __builtin_return_address(0);
    if (address) {
        record.NumberParameters = 2;
        record.ExceptionInformation[1] = number_of(address);
    }
    char message[320];
    std::snprintf(message, sizeof message,
                  "%s raised status 0x%08X: %s. The driver has no handler for it.", function,
                  static_cast<unsigned>(status), why);
    // From our own frame on: the walk finds the driver's.
    unhandled_exception(record, __builtin_frame_address(0), message);
}

}  // namespace openkmdf::executive
