// assert() in a driver is the kernel's: a broken one stops in the debugger.
#include "crtdefs.h"

#undef assert
#if defined(NDEBUG)
#define assert(expression) ((void)0)
#else
#if defined(__cplusplus)
extern "C"
#endif
#if defined(OPENKMDF_DRIVER_PE)
    __declspec(dllimport)  // as <ntddk.h> declares it
#endif
    __declspec(noreturn) void
    RtlAssert(void *expression, void *file, unsigned long line, char *message);
#define assert(expression)                                                                         \
    ((expression) ? (void)0                                                                        \
                  : RtlAssert((void *)#expression, (void *)__FILE__, __LINE__, (char *)0))
#endif

#if !defined(__cplusplus) && !defined(static_assert)
#define static_assert _Static_assert
#endif
