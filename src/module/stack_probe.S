# Touches each page of a large frame in order, so that the guard page is met and not jumped over.
# In: rax = size of the frame. Preserves every register, rax too.

	.text
	.globl	__chkstk
	.hidden	__chkstk
	.type	__chkstk, @function
__chkstk:
	.cfi_startproc
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	leaq	24(%rsp), %rcx
	cmpq	$4096, %rax
	jb	2f
1:
	subq	$4096, %rcx
	testq	%rcx, (%rcx)
	subq	$4096, %rax
	cmpq	$4096, %rax
	ja	1b
2:
	subq	%rax, %rcx
	testq	%rcx, (%rcx)
	popq	%rax
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	__chkstk, .-__chkstk
	.section .note.GNU-stack,"",@progbits
