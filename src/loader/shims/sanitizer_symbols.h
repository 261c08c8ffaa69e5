#pragma once

// The runtime functions that code instrumented by Clang 19 calls, by the way they are reached.

// Up to six integers or pointers, one integer or pointer back.
#define OPENKMDF_ASAN_PLAIN(X)                                                                            \
    X(__asan_init)                                                                                        \
    X(__asan_version_mismatch_check_v8)                                                                   \
    X(__asan_register_elf_globals) X(__asan_unregister_elf_globals) X(__asan_register_globals) X(         \
        __asan_unregister_globals) X(__asan_before_dynamic_init) X(__asan_after_dynamic_init)             \
        X(__asan_handle_no_return) X(__asan_memcpy) X(__asan_memmove) X(__asan_memset) X(                 \
            __asan_set_shadow_00) X(__asan_set_shadow_01) X(__asan_set_shadow_02) X(__asan_set_shadow_03) \
            X(__asan_set_shadow_04) X(__asan_set_shadow_05) X(__asan_set_shadow_06) X(                    \
                __asan_set_shadow_07) X(__asan_set_shadow_f1) X(__asan_set_shadow_f2)                     \
                X(__asan_set_shadow_f3) X(__asan_set_shadow_f5) X(__asan_set_shadow_f8) X(                \
                    __asan_stack_malloc_0) X(__asan_stack_malloc_1) X(__asan_stack_malloc_2)              \
                    X(__asan_stack_malloc_3) X(__asan_stack_malloc_4) X(__asan_stack_malloc_5) X(         \
                        __asan_stack_malloc_6) X(__asan_stack_malloc_7) X(__asan_stack_malloc_8)          \
                        X(__asan_stack_malloc_9) X(__asan_stack_malloc_10) X(__asan_stack_free_0) X(      \
                            __asan_stack_free_1) X(__asan_stack_free_2) X(__asan_stack_free_3)            \
                            X(__asan_stack_free_4) X(__asan_stack_free_5) X(__asan_stack_free_6) X(       \
                                __asan_stack_free_7) X(__asan_stack_free_8) X(__asan_stack_free_9)        \
                                X(__asan_stack_free_10) X(__asan_poison_stack_memory) X(                  \
                                    __asan_unpoison_stack_memory) X(__asan_poison_memory_region)          \
                                    X(__asan_unpoison_memory_region) X(__asan_alloca_poison) X(           \
                                        __asan_allocas_unpoison) X(__sanitizer_ptr_cmp)                   \
                                        X(__sanitizer_ptr_sub) X(__asan_load1) X(__asan_load2) X(         \
                                            __asan_load4) X(__asan_load8) X(__asan_load16)                \
                                            X(__asan_loadN) X(__asan_store1) X(__asan_store2) X(          \
                                                __asan_store4) X(__asan_store8) X(__asan_store16)         \
                                                X(__asan_storeN) X(__asan_report_load1_noabort) X(        \
                                                    __asan_report_load2_noabort)                          \
                                                    X(__asan_report_load4_noabort) X(                     \
                                                        __asan_report_load8_noabort)                      \
                                                        X(__asan_report_load16_noabort) X(                \
                                                            __asan_report_load_n_noabort)                 \
                                                            X(__asan_report_store1_noabort) X(            \
                                                                __asan_report_store2_noabort)             \
                                                                X(__asan_report_store4_noabort) X(        \
                                                                    __asan_report_store8_noabort)         \
                                                                    X(__asan_report_store16_noabort)      \
                                                                        X(__asan_report_store_n_noabort)

// These do not return; a jump leaves the driver's own frame on top of the report.
#define OPENKMDF_ASAN_REPORT(X)                                                                    \
    X(__asan_report_load1)                                                                         \
    X(__asan_report_load2)                                                                         \
    X(__asan_report_load4) X(__asan_report_load8) X(__asan_report_load16) X(__asan_report_load_n)  \
        X(__asan_report_store1) X(__asan_report_store2) X(__asan_report_store4)                    \
            X(__asan_report_store8) X(__asan_report_store16) X(__asan_report_store_n)

#define OPENKMDF_UBSAN(X)                                                                          \
    X(__ubsan_handle_type_mismatch_v1)                                                             \
    X(__ubsan_handle_alignment_assumption)                                                         \
    X(__ubsan_handle_add_overflow) X(__ubsan_handle_sub_overflow) X(__ubsan_handle_mul_overflow)   \
        X(__ubsan_handle_negate_overflow) X(__ubsan_handle_divrem_overflow) X(                     \
            __ubsan_handle_shift_out_of_bounds) X(__ubsan_handle_out_of_bounds)                    \
            X(__ubsan_handle_local_out_of_bounds) X(__ubsan_handle_builtin_unreachable) X(         \
                __ubsan_handle_missing_return) X(__ubsan_handle_vla_bound_not_positive)            \
                X(__ubsan_handle_float_cast_overflow) X(__ubsan_handle_load_invalid_value) X(      \
                    __ubsan_handle_implicit_conversion) X(__ubsan_handle_invalid_builtin)          \
                    X(__ubsan_handle_nonnull_return_v1) X(__ubsan_handle_nonnull_arg) X(           \
                        __ubsan_handle_pointer_overflow) X(__ubsan_handle_type_mismatch_v1_abort)  \
                        X(__ubsan_handle_alignment_assumption_abort)                               \
                            X(__ubsan_handle_add_overflow_abort)                                   \
                                X(__ubsan_handle_sub_overflow_abort) X(                            \
                                    __ubsan_handle_mul_overflow_abort)                             \
                                    X(__ubsan_handle_negate_overflow_abort) X(                     \
                                        __ubsan_handle_divrem_overflow_abort)                      \
                                        X(__ubsan_handle_shift_out_of_bounds_abort) X(             \
                                            __ubsan_handle_out_of_bounds_abort)                    \
                                            X(__ubsan_handle_vla_bound_not_positive_abort) X(      \
                                                __ubsan_handle_float_cast_overflow_abort)          \
                                                X(__ubsan_handle_load_invalid_value_abort) X(      \
                                                    __ubsan_handle_implicit_conversion_abort)      \
                                                    X(__ubsan_handle_invalid_builtin_abort) X(     \
                                                        __ubsan_handle_nonnull_return_v1_abort)    \
                                                        X(__ubsan_handle_nonnull_arg_abort) X(     \
                                                            __ubsan_handle_pointer_overflow_abort)

#define OPENKMDF_TSAN_PLAIN(X)                                                                     \
    X(__tsan_init)                                                                                 \
    X(__tsan_func_entry)                                                                           \
    X(__tsan_func_exit) X(__tsan_ignore_thread_begin) X(__tsan_ignore_thread_end)                  \
        X(__tsan_vptr_read) X(__tsan_vptr_update) X(__tsan_read_range) X(__tsan_write_range)       \
            X(__tsan_atomic_thread_fence) X(__tsan_atomic_signal_fence)

// Reached through the function that takes the place of the access as an argument: (name, that
// function). The driver's own line is then the first of the report.
#define OPENKMDF_TSAN_ACCESS(X)                                                                    \
    X(__tsan_read1, __tsan_read1_pc)                                                               \
    X(__tsan_read2, __tsan_read2_pc)                                                               \
    X(__tsan_read4, __tsan_read4_pc) X(__tsan_read8, __tsan_read8_pc)                              \
        X(__tsan_read16, __tsan_read16_pc) X(__tsan_write1, __tsan_write1_pc)                      \
            X(__tsan_write2, __tsan_write2_pc) X(__tsan_write4, __tsan_write4_pc) X(               \
                __tsan_write8, __tsan_write8_pc) X(__tsan_write16, __tsan_write16_pc)              \
                X(__tsan_read_write1, __tsan_write1_pc) X(__tsan_read_write2, __tsan_write2_pc) X( \
                    __tsan_read_write4, __tsan_write4_pc) X(__tsan_read_write8, __tsan_write8_pc)  \
                    X(__tsan_read_write16, __tsan_write16_pc)                                      \
                        X(__tsan_volatile_read1, __tsan_read1_pc) X(__tsan_volatile_read2,         \
                                                                    __tsan_read2_pc)               \
                            X(__tsan_volatile_read4, __tsan_read4_pc) X(__tsan_volatile_read8,     \
                                                                        __tsan_read8_pc)           \
                                X(__tsan_volatile_read16, __tsan_read16_pc)                        \
                                    X(__tsan_volatile_write1, __tsan_write1_pc)                    \
                                        X(__tsan_volatile_write2, __tsan_write2_pc)                \
                                            X(__tsan_volatile_write4, __tsan_write4_pc)            \
                                                X(__tsan_volatile_write8, __tsan_write8_pc)        \
                                                    X(__tsan_volatile_write16, __tsan_write16_pc)

// The same for accesses that may cross an alignment boundary: (name, function, size).
#define OPENKMDF_TSAN_UNALIGNED(X)                                                                 \
    X(__tsan_unaligned_read2, __tsan_read_range_pc, 2)                                             \
    X(__tsan_unaligned_read4, __tsan_read_range_pc, 4)                                             \
    X(__tsan_unaligned_read8, __tsan_read_range_pc, 8)                                             \
    X(__tsan_unaligned_read16, __tsan_read_range_pc, 16)                                           \
    X(__tsan_unaligned_write2, __tsan_write_range_pc, 2)                                           \
    X(__tsan_unaligned_write4, __tsan_write_range_pc, 4)                                           \
    X(__tsan_unaligned_write8, __tsan_write_range_pc, 8)                                           \
    X(__tsan_unaligned_write16, __tsan_write_range_pc, 16)                                         \
    X(__tsan_unaligned_read_write2, __tsan_write_range_pc, 2)                                      \
    X(__tsan_unaligned_read_write4, __tsan_write_range_pc, 4)                                      \
    X(__tsan_unaligned_read_write8, __tsan_write_range_pc, 8)                                      \
    X(__tsan_unaligned_read_write16, __tsan_write_range_pc, 16)

// For each operand type: its values are narrower than the registers that carry them.
#define OPENKMDF_TSAN_ATOMIC(X) X(8) X(16) X(32) X(64)
#define OPENKMDF_TSAN_ATOMIC_UPDATE(X, bits)                                                       \
    X(bits, exchange)                                                                              \
    X(bits, fetch_add)                                                                             \
    X(bits, fetch_sub) X(bits, fetch_and) X(bits, fetch_or) X(bits, fetch_xor) X(bits, fetch_nand)

// Coverage-guided fuzzing.
#define OPENKMDF_FUZZER(X)                                                                         \
    X(__sanitizer_cov_8bit_counters_init)                                                          \
    X(__sanitizer_cov_bool_flag_init)                                                              \
    X(__sanitizer_cov_pcs_init) X(__sanitizer_cov_trace_pc) X(__sanitizer_cov_trace_pc_indir)      \
        X(__sanitizer_cov_trace_pc_guard) X(__sanitizer_cov_trace_pc_guard_init)                   \
            X(__sanitizer_cov_trace_cmp1) X(__sanitizer_cov_trace_cmp2)                            \
                X(__sanitizer_cov_trace_cmp4) X(__sanitizer_cov_trace_cmp8)                        \
                    X(__sanitizer_cov_trace_const_cmp1) X(__sanitizer_cov_trace_const_cmp2)        \
                        X(__sanitizer_cov_trace_const_cmp4) X(__sanitizer_cov_trace_const_cmp8)    \
                            X(__sanitizer_cov_trace_switch) X(__sanitizer_cov_trace_div4)          \
                                X(__sanitizer_cov_trace_div8) X(__sanitizer_cov_trace_gep)
