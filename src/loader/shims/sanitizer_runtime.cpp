// Compiled without any sanitizer: this is the border between the driver's instrumented code and
// the runtime, and must not report on itself.

#include "loader/shims/sanitizer_runtime.h"

#include "loader/shims/sanitizer_symbols.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <dlfcn.h>
#include <iterator>

namespace {

#define MS_ABI __attribute__((ms_abi))

using Word = std::uint64_t;
using HostFunction = Word (*)(Word, Word, Word, Word, Word, Word);

// A function of the runtime, if this process has one. The label keeps the compiler from seeing a
// name that it knows as its own.
#define HOST(symbol)                                                                               \
    extern "C" Word openkmdf_host_##symbol(Word, Word, Word, Word, Word, Word) __asm__(#symbol)    \
        __attribute__((weak));

#define PLAIN(symbol)                                                                              \
    HOST(symbol)                                                                                   \
    MS_ABI Word shim_##symbol(Word a, Word b, Word c, Word d, Word e, Word f)                      \
    {                                                                                              \
        return openkmdf_host_##symbol(a, b, c, d, e, f);                                           \
    }
OPENKMDF_ASAN_PLAIN(PLAIN)
OPENKMDF_TSAN_PLAIN(PLAIN)
OPENKMDF_FUZZER(PLAIN)

#define REPORT(symbol)                                                                             \
    HOST(symbol)                                                                                   \
    extern "C" void openkmdf_jump_##symbol();                                                      \
    __asm__(".text\n"                                                                              \
            ".weak " #symbol "\n"                                                                  \
            ".type openkmdf_jump_" #symbol ", @function\n"                                         \
            "openkmdf_jump_" #symbol ":\n"                                                         \
            ".cfi_startproc\n"                                                                     \
            "movq %rcx, %rdi\n"                                                                    \
            "movq %rdx, %rsi\n"                                                                    \
            "jmpq *" #symbol "@GOTPCREL(%rip)\n"                                                   \
            ".cfi_endproc\n"                                                                       \
            ".size openkmdf_jump_" #symbol ", .-openkmdf_jump_" #symbol "\n");
OPENKMDF_ASAN_REPORT(REPORT)

// Only counted: nothing else depends on it.
std::atomic<std::uint64_t> undefined_count;

// Through a variable: the shared runtime can take the place of a missing one.
#define UNDEFINED(symbol)                                                                          \
    HOST(symbol)                                                                                   \
    HostFunction target_##symbol = openkmdf_host_##symbol;                                         \
    MS_ABI Word shim_##symbol(Word a, Word b, Word c, Word d, Word e, Word f)                      \
    {                                                                                              \
        undefined_count.fetch_add(1, std::memory_order_relaxed);                                   \
        return target_##symbol(a, b, c, d, e, f);                                                  \
    }
OPENKMDF_UBSAN(UNDEFINED)

extern "C" void __tsan_read1_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_read2_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_read4_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_read8_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_read16_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_write1_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_write2_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_write4_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_write8_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_write16_pc(void *, void *) __attribute__((weak));
extern "C" void __tsan_read_range_pc(void *, std::size_t, void *) __attribute__((weak));
extern "C" void __tsan_write_range_pc(void *, std::size_t, void *) __attribute__((weak));

#define ACCESS(symbol, with_place)                                                                 \
    MS_ABI void shim_##symbol(void *address)                                                       \
    {                                                                                              \
        with_place(address, __builtin_return_address(0));                                          \
    }
OPENKMDF_TSAN_ACCESS(ACCESS)

#define UNALIGNED(symbol, with_place, size)                                                        \
    MS_ABI void shim_##symbol(void *address)                                                       \
    {                                                                                              \
        with_place(address, size, __builtin_return_address(0));                                    \
    }
OPENKMDF_TSAN_UNALIGNED(UNALIGNED)

#define ATOMIC_UPDATE(bits, operation)                                                             \
    extern "C" std::uint##bits##_t openkmdf_host_atomic##bits##_##operation(                       \
        void *, std::uint##bits##_t, int) __asm__("__tsan_atomic" #bits "_" #operation)            \
        __attribute__((weak));                                                                     \
    MS_ABI std::uint##bits##_t shim_atomic##bits##_##operation(                                    \
        void *address, std::uint##bits##_t value, int order)                                       \
    {                                                                                              \
        return openkmdf_host_atomic##bits##_##operation(address, value, order);                    \
    }
OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_UPDATE, 8)
OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_UPDATE, 16)
OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_UPDATE, 32)
OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_UPDATE, 64)

#define ATOMIC_OTHER(bits)                                                                         \
    extern "C" std::uint##bits##_t openkmdf_host_atomic##bits##_load(void *, int) __asm__(         \
        "__tsan_atomic" #bits "_load") __attribute__((weak));                                      \
    extern "C" void openkmdf_host_atomic##bits##_store(void *, std::uint##bits##_t, int) __asm__(  \
        "__tsan_atomic" #bits "_store") __attribute__((weak));                                     \
    extern "C" std::uint##bits##_t openkmdf_host_atomic##bits##_compare_exchange_val(              \
        void *, std::uint##bits##_t, std::uint##bits##_t, int,                                     \
        int) __asm__("__tsan_atomic" #bits "_compare_exchange_val") __attribute__((weak));         \
    MS_ABI std::uint##bits##_t shim_atomic##bits##_load(void *address, int order)                  \
    {                                                                                              \
        return openkmdf_host_atomic##bits##_load(address, order);                                  \
    }                                                                                              \
    MS_ABI void shim_atomic##bits##_store(void *address, std::uint##bits##_t value, int order)     \
    {                                                                                              \
        openkmdf_host_atomic##bits##_store(address, value, order);                                 \
    }                                                                                              \
    MS_ABI std::uint##bits##_t shim_atomic##bits##_compare_exchange_val(                           \
        void *address, std::uint##bits##_t expected, std::uint##bits##_t value, int order,         \
        int failure)                                                                               \
    {                                                                                              \
        return openkmdf_host_atomic##bits##_compare_exchange_val(address, expected, value, order,  \
                                                                 failure);                         \
    }
OPENKMDF_TSAN_ATOMIC(ATOMIC_OTHER)

// The process's own functions: under ThreadSanitizer they are intercepted.
MS_ABI void *shim___tsan_memcpy(void *to, const void *from, std::size_t size)
{
    return std::memcpy(to, from, size);
}
MS_ABI void *shim___tsan_memmove(void *to, const void *from, std::size_t size)
{
    return std::memmove(to, from, size);
}
MS_ABI void *shim___tsan_memset(void *to, int value, std::size_t size)
{
    return std::memset(to, value, size);
}

struct Entry {
    std::string_view name;
    void *shim;
    const void *host;      // null: this process does not have it
    HostFunction *target;  // to be set by the shared runtime; may be null
};

template <class Function>
void *address_of(Function *function)
{
    return reinterpret_cast<void *>(function);
}

#define PLAIN_ENTRY(symbol)                                                                        \
    {#symbol, address_of(shim_##symbol), address_of(openkmdf_host_##symbol), nullptr},
#define REPORT_ENTRY(symbol)                                                                       \
    {#symbol, address_of(openkmdf_jump_##symbol), address_of(openkmdf_host_##symbol), nullptr},
#define UNDEFINED_ENTRY(symbol)                                                                    \
    {#symbol, address_of(shim_##symbol), address_of(openkmdf_host_##symbol), &target_##symbol},
#define ACCESS_ENTRY(symbol, with_place)                                                           \
    {#symbol, address_of(shim_##symbol), address_of(with_place), nullptr},
#define UNALIGNED_ENTRY(symbol, with_place, size)                                                  \
    {#symbol, address_of(shim_##symbol), address_of(with_place), nullptr},
#define ATOMIC_ENTRY(bits, operation)                                                              \
    {"__tsan_atomic" #bits "_" #operation, address_of(shim_atomic##bits##_##operation),            \
     address_of(openkmdf_host_atomic##bits##_##operation), nullptr},
#define ATOMIC_OTHER_ENTRY(bits)                                                                   \
    ATOMIC_ENTRY(bits, load) ATOMIC_ENTRY(bits, store) ATOMIC_ENTRY(bits, compare_exchange_val)
#define MEMORY_ENTRY(symbol)                                                                       \
    {#symbol, address_of(shim_##symbol), address_of(openkmdf_host___tsan_init), nullptr},

const Entry *find_entry(std::string_view name)
{
    static const Entry entries[] = {
        OPENKMDF_ASAN_PLAIN(PLAIN_ENTRY) OPENKMDF_ASAN_REPORT(REPORT_ENTRY) OPENKMDF_UBSAN(
            UNDEFINED_ENTRY) OPENKMDF_TSAN_PLAIN(PLAIN_ENTRY) OPENKMDF_TSAN_ACCESS(ACCESS_ENTRY)
            OPENKMDF_TSAN_UNALIGNED(UNALIGNED_ENTRY) OPENKMDF_TSAN_ATOMIC(ATOMIC_OTHER_ENTRY)
                OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_ENTRY, 8)
                    OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_ENTRY, 16)
                        OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_ENTRY, 32)
                            OPENKMDF_TSAN_ATOMIC_UPDATE(ATOMIC_ENTRY, 64)
                                OPENKMDF_FUZZER(PLAIN_ENTRY) MEMORY_ENTRY(__tsan_memcpy)
                                    MEMORY_ENTRY(__tsan_memmove) MEMORY_ENTRY(__tsan_memset)};
    auto *found = std::ranges::find(entries, name, &Entry::name);
    return found == std::end(entries) ? nullptr : found;
}

// The distribution's runtime of UndefinedBehaviorSanitizer works in a program built without it.
void *shared_undefined_runtime()
{
    static void *handle = dlopen("libubsan.so.1", RTLD_NOW | RTLD_LOCAL);
    return handle;
}

extern "C" void __asan_get_shadow_mapping(std::size_t *, std::size_t *) __attribute__((weak));

}  // namespace

namespace openkmdf::loader {

bool host_has_address_sanitizer()
{
    return openkmdf_host___asan_init != nullptr;
}

bool host_has_thread_sanitizer()
{
    return openkmdf_host___tsan_init != nullptr;
}

bool host_has_undefined_sanitizer()
{
    return openkmdf_host___ubsan_handle_out_of_bounds != nullptr ||
           shared_undefined_runtime() != nullptr;
}

bool is_sanitizer_symbol(std::string_view name)
{
    return name.starts_with("__asan_") || name.starts_with("__tsan_") ||
           name.starts_with("__ubsan_") || name.starts_with("__sanitizer_");
}

std::uint64_t undefined_behavior_count()
{
    return undefined_count.load(std::memory_order_relaxed);
}

void *sanitizer_function(std::string_view name)
{
    const Entry *entry = find_entry(name);
    if (!entry) {
        return nullptr;
    }
    if (entry->target && !*entry->target && shared_undefined_runtime()) {
        *entry->target =
            reinterpret_cast<HostFunction>(dlsym(shared_undefined_runtime(), entry->name.data()));
    }
    bool present = entry->target ? *entry->target != nullptr : entry->host != nullptr;
    return present ? entry->shim : nullptr;
}

std::uint64_t address_sanitizer_shadow_base()
{
    std::size_t scale = 0;
    std::size_t offset = 0;
    if (__asan_get_shadow_mapping) {
        __asan_get_shadow_mapping(&scale, &offset);
    }
    return offset;
}

}  // namespace openkmdf::loader
