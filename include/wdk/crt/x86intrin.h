// The compiler's <x86intrin.h>, with the names that a driver module imports kept out of its sight.
#pragma once

#include "../openkmdf_target.h"
#include "../nt/intrinsics.h"

#if defined(OPENKMDF_DRIVER_ELF) && !defined(OPENKMDF_IN_COMPILER_HEADER)
#define OPENKMDF_IN_COMPILER_HEADER
#include "../nt/intrinsics_off.h"
#include_next <x86intrin.h>
#include "../nt/intrinsics_on.h"
#undef OPENKMDF_IN_COMPILER_HEADER
#else
#include_next <x86intrin.h>
#endif
