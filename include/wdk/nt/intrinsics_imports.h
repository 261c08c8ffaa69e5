// Intrinsics that an ELF driver module imports from its machine instead of executing them. The
// macros are redefined around the compiler's own headers (see intrin.h), which have bodies for some
// of these names.
#pragma once

#include "../openkmdf_target.h"

#if defined(OPENKMDF_DRIVER_ELF)

#if defined(__cplusplus)
extern "C" {
#endif

#define OPENKMDF_INTRINSIC(result, name, ...)                                                      \
    result openkmdf_intrinsic##name(__VA_ARGS__) __asm__(#name)

OPENKMDF_INTRINSIC(unsigned char, __inbyte, unsigned short port);
OPENKMDF_INTRINSIC(void, __outbyte, unsigned short port, unsigned char value);
OPENKMDF_INTRINSIC(void, __inbytestring, unsigned short port, unsigned char *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(void, __outbytestring, unsigned short port, unsigned char *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(unsigned short, __inword, unsigned short port);
OPENKMDF_INTRINSIC(void, __outword, unsigned short port, unsigned short value);
OPENKMDF_INTRINSIC(void, __inwordstring, unsigned short port, unsigned short *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(void, __outwordstring, unsigned short port, unsigned short *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(unsigned long, __indword, unsigned short port);
OPENKMDF_INTRINSIC(void, __outdword, unsigned short port, unsigned long value);
OPENKMDF_INTRINSIC(void, __indwordstring, unsigned short port, unsigned long *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(void, __outdwordstring, unsigned short port, unsigned long *buffer,
                   unsigned long count);
OPENKMDF_INTRINSIC(unsigned long long, __readmsr, unsigned long index);
OPENKMDF_INTRINSIC(void, __writemsr, unsigned long index, unsigned long long value);
OPENKMDF_INTRINSIC(unsigned long long, __readpmc, unsigned long index);
OPENKMDF_INTRINSIC(unsigned long long, __readcr0, void);
OPENKMDF_INTRINSIC(unsigned long long, __readcr2, void);
OPENKMDF_INTRINSIC(unsigned long long, __readcr3, void);
OPENKMDF_INTRINSIC(unsigned long long, __readcr4, void);
OPENKMDF_INTRINSIC(void, __writecr0, unsigned long long value);
OPENKMDF_INTRINSIC(void, __writecr3, unsigned long long value);
OPENKMDF_INTRINSIC(void, __writecr4, unsigned long long value);
OPENKMDF_INTRINSIC(unsigned long long, __readcr8, void);
OPENKMDF_INTRINSIC(void, __writecr8, unsigned long long value);
OPENKMDF_INTRINSIC(unsigned long long, __readdr, unsigned int index);
OPENKMDF_INTRINSIC(void, __writedr, unsigned int index, unsigned long long value);
OPENKMDF_INTRINSIC(unsigned char, __readgsbyte, unsigned long offset);
OPENKMDF_INTRINSIC(void, __writegsbyte, unsigned long offset, unsigned char value);
OPENKMDF_INTRINSIC(void, __addgsbyte, unsigned long offset, unsigned char value);
OPENKMDF_INTRINSIC(void, __incgsbyte, unsigned long offset);
OPENKMDF_INTRINSIC(unsigned short, __readgsword, unsigned long offset);
OPENKMDF_INTRINSIC(void, __writegsword, unsigned long offset, unsigned short value);
OPENKMDF_INTRINSIC(void, __addgsword, unsigned long offset, unsigned short value);
OPENKMDF_INTRINSIC(void, __incgsword, unsigned long offset);
OPENKMDF_INTRINSIC(unsigned long, __readgsdword, unsigned long offset);
OPENKMDF_INTRINSIC(void, __writegsdword, unsigned long offset, unsigned long value);
OPENKMDF_INTRINSIC(void, __addgsdword, unsigned long offset, unsigned long value);
OPENKMDF_INTRINSIC(void, __incgsdword, unsigned long offset);
OPENKMDF_INTRINSIC(unsigned long long, __readgsqword, unsigned long offset);
OPENKMDF_INTRINSIC(void, __writegsqword, unsigned long offset, unsigned long long value);
OPENKMDF_INTRINSIC(void, __addgsqword, unsigned long offset, unsigned long long value);
OPENKMDF_INTRINSIC(void, __incgsqword, unsigned long offset);
OPENKMDF_INTRINSIC(unsigned long long, __readeflags, void);
OPENKMDF_INTRINSIC(void, __writeeflags, unsigned long long value);
OPENKMDF_INTRINSIC(void, _disable, void);
OPENKMDF_INTRINSIC(void, _enable, void);
OPENKMDF_INTRINSIC(void, __halt, void);
OPENKMDF_INTRINSIC(void, __wbinvd, void);
OPENKMDF_INTRINSIC(void, __invlpg, void *address);
OPENKMDF_INTRINSIC(void, __sidt, void *destination);
OPENKMDF_INTRINSIC(void, __lidt, void *source);
OPENKMDF_INTRINSIC(void, _sgdt, void *destination);
OPENKMDF_INTRINSIC(void, _lgdt, void *source);
OPENKMDF_INTRINSIC(unsigned long long, _xgetbv, unsigned int index);
OPENKMDF_INTRINSIC(void, _xsetbv, unsigned int index, unsigned long long value);
OPENKMDF_INTRINSIC(unsigned long, __segmentlimit, unsigned long selector);
OPENKMDF_INTRINSIC(unsigned long long, __rdtsc, void);
OPENKMDF_INTRINSIC(unsigned long long, __rdtscp, unsigned int *aux);
OPENKMDF_INTRINSIC(int, _rdrand16_step, unsigned short *value);
OPENKMDF_INTRINSIC(int, _rdseed16_step, unsigned short *value);
OPENKMDF_INTRINSIC(int, _rdrand32_step, unsigned int *value);
OPENKMDF_INTRINSIC(int, _rdseed32_step, unsigned int *value);
OPENKMDF_INTRINSIC(int, _rdrand64_step, unsigned long long *value);
OPENKMDF_INTRINSIC(int, _rdseed64_step, unsigned long long *value);
OPENKMDF_INTRINSIC(void, __int2c, void);
__attribute__((noreturn)) OPENKMDF_INTRINSIC(void, __fastfail, unsigned int code);
OPENKMDF_INTRINSIC(unsigned char, __vmx_on, unsigned long long *region);
OPENKMDF_INTRINSIC(void, __vmx_off, void);

#undef OPENKMDF_INTRINSIC

#if defined(__cplusplus)
}
#endif

#include "intrinsics_on.h"

#endif
