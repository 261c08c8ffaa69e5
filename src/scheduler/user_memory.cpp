#include "scheduler/user_memory.h"

#include "scheduler/sanitizer.h"

#include <cstdint>

// Leaves that use no stack: the fault handler ends them by going on at the recovery, whose return
// is their own. Most requests are small, where a string instruction takes longer to start than the
// loop to end.
asm(R"(
    .text
    .p2align 4
    .globl openkmdf_user_access_begin, openkmdf_user_access_end, openkmdf_user_access_failed
    .hidden openkmdf_user_access_begin, openkmdf_user_access_end, openkmdf_user_access_failed
    .globl openkmdf_user_copy, openkmdf_user_touch
    .hidden openkmdf_user_copy, openkmdf_user_touch
    .type openkmdf_user_copy, @function
    .type openkmdf_user_touch, @function
    .cfi_startproc
openkmdf_user_access_begin:
openkmdf_user_copy:
    cmpq $256, %rdx
    ja 3f
1:  cmpq $8, %rdx
    jb 2f
    movq (%rsi), %rax
    movq %rax, (%rdi)
    addq $8, %rsi
    addq $8, %rdi
    subq $8, %rdx
    jmp 1b
2:  testq %rdx, %rdx
    je 4f
    movb (%rsi), %al
    movb %al, (%rdi)
    incq %rsi
    incq %rdi
    decq %rdx
    jmp 2b
3:  movq %rdx, %rcx
    rep movsb
4:  movl $1, %eax
    ret
    .size openkmdf_user_copy, . - openkmdf_user_copy
openkmdf_user_touch:
    lock orb $0, (%rdi)
    movl $1, %eax
    ret
    .size openkmdf_user_touch, . - openkmdf_user_touch
openkmdf_user_access_end:
openkmdf_user_access_failed:
    xorl %eax, %eax
    ret
    .cfi_endproc
)");

extern "C" {
int openkmdf_user_copy(void *to, const void *from, std::size_t size);
int openkmdf_user_touch(void *byte);
extern const char openkmdf_user_access_begin[], openkmdf_user_access_end[];
extern const char openkmdf_user_access_failed[];
#if OPENKMDF_ASAN
void __asan_loadN(std::uintptr_t address, std::size_t size);
void __asan_storeN(std::uintptr_t address, std::size_t size);
#elif OPENKMDF_TSAN
void __tsan_read_range(void *address, unsigned long size);
void __tsan_write_range(void *address, unsigned long size);
#endif
}

namespace openkmdf::scheduler {

namespace {

constexpr std::uintptr_t kPage = 4096;

// What the compiler would have told the sanitizer about the access. It comes after: only what could
// be touched has a shadow for certain.
void tell_sanitizer([[maybe_unused]] void *to, [[maybe_unused]] const void *from,
                    [[maybe_unused]] std::size_t size)
{
#if OPENKMDF_ASAN
    __asan_loadN(reinterpret_cast<std::uintptr_t>(from), size);
    __asan_storeN(reinterpret_cast<std::uintptr_t>(to), size);
#elif OPENKMDF_TSAN
    __tsan_read_range(const_cast<void *>(from), size);
    __tsan_write_range(to, size);
#endif
}

}  // namespace

bool copy_user_memory(void *to, const void *from, std::size_t size)
{
    if (!openkmdf_user_copy(to, from, size)) [[unlikely]]
        return false;
    tell_sanitizer(to, from, size);
    return true;
}

bool probe_user_memory(void *memory, std::size_t size)
{
    if (!size) return true;
    auto *byte = static_cast<char *>(memory);
    char *const last = byte + (size - 1);
    for (;;) {
        if (!openkmdf_user_touch(byte)) [[unlikely]]
            return false;
        const std::uintptr_t left = kPage - (reinterpret_cast<std::uintptr_t>(byte) & (kPage - 1));
        if (left > static_cast<std::uintptr_t>(last - byte)) return true;
        byte += left;
    }
}

OPENKMDF_UNINSTRUMENTED const void *recovery_of_user_access(const void *instruction)
{
    const auto *at = static_cast<const char *>(instruction);
    return at >= openkmdf_user_access_begin && at < openkmdf_user_access_end
               ? openkmdf_user_access_failed
               : nullptr;
}

}  // namespace openkmdf::scheduler
