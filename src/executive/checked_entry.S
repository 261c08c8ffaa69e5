// The checked entries of the kernel's exports, one per implemented function of exports.table: the
// function's number in eax, then the common part. That asks openkmdf_ddi_enter (which checks the IRQL
// and traces) for the function's address, calls it with the same registers and a copy of the stack
// arguments, and tells openkmdf_ddi_leave what it returned.

#define KERNEL_EXPORT(name, kind, irql, state) .set ddi_id, ddi_id + 1; ROW_##state##_##kind(name)
#define ROW_declared_function(name)
#define ROW_declared_data(name)
#define ROW_declared_crt(name)
#define ROW_implemented_data(name)
#define ROW_implemented_crt(name)
#define ROW_implemented_function(name) \
    .globl openkmdf_checked_##name; .hidden openkmdf_checked_##name; \
    .type openkmdf_checked_##name, @function; \
    openkmdf_checked_##name: movl $ddi_id, %eax; jmp common_entry;

// The frame below %rbp.
#define HOME 0          /* 32 bytes for the function called */
#define ARGUMENTS 32    /* 12 stack arguments */
#define XMM 128         /* xmm0 to xmm3 */
#define NUMBER 192
#define RESULT 200
#define FRAME 208

    .text
    .set ddi_id, 0
    .globl openkmdf_checked_begin
    .hidden openkmdf_checked_begin
openkmdf_checked_begin:
#include "executive/exports.table"

    .p2align 4
    .type common_entry, @function
common_entry:
    .cfi_startproc
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $FRAME, %rsp
    // The caller's home space is the callee's to use.
    movq %rcx, 16(%rbp)
    movq %rdx, 24(%rbp)
    movq %r8, 32(%rbp)
    movq %r9, 40(%rbp)
    movaps %xmm0, XMM(%rsp)
    movaps %xmm1, XMM+16(%rsp)
    movaps %xmm2, XMM+32(%rsp)
    movaps %xmm3, XMM+48(%rsp)
    movl %eax, NUMBER(%rsp)
    movq %rdx, %r8
    movq %rcx, %rdx
    movl %eax, %ecx
    call openkmdf_ddi_enter
    movups 48(%rbp), %xmm4
    movups 64(%rbp), %xmm5
    movups %xmm4, ARGUMENTS(%rsp)
    movups %xmm5, ARGUMENTS+16(%rsp)
    movups 80(%rbp), %xmm4
    movups 96(%rbp), %xmm5
    movups %xmm4, ARGUMENTS+32(%rsp)
    movups %xmm5, ARGUMENTS+48(%rsp)
    movups 112(%rbp), %xmm4
    movups 128(%rbp), %xmm5
    movups %xmm4, ARGUMENTS+64(%rsp)
    movups %xmm5, ARGUMENTS+80(%rsp)
    movaps XMM(%rsp), %xmm0
    movaps XMM+16(%rsp), %xmm1
    movaps XMM+32(%rsp), %xmm2
    movaps XMM+48(%rsp), %xmm3
    movq 16(%rbp), %rcx
    movq 24(%rbp), %rdx
    movq 32(%rbp), %r8
    movq 40(%rbp), %r9
    call *%rax
    movq %rax, RESULT(%rsp)
    movaps %xmm0, XMM(%rsp)
    movl NUMBER(%rsp), %ecx
    movl %eax, %edx
    call openkmdf_ddi_leave
    movq RESULT(%rsp), %rax
    movaps XMM(%rsp), %xmm0
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size common_entry, . - common_entry

    .section .note.GNU-stack, "", @progbits
