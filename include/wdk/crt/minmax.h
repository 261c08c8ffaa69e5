// The min and max macros, which Windows' headers define unless NOMINMAX asks them not to.
#pragma once

#if !defined(NOMINMAX)
#if !defined(max)
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#if !defined(min)
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#endif
