// What instrumented code reads directly; the loader writes both before any of it runs.
unsigned long long __asan_shadow_memory_dynamic_address = 0;
int __asan_option_detect_stack_use_after_return = 0;
