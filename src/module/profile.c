// Instrumented code refers to this symbol to pull in a runtime; the loader is the runtime.
int __llvm_profile_runtime = 0;
