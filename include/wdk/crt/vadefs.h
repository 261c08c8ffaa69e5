// The compiler's <stdarg.h> under Microsoft's name.
#pragma once

#include <stdarg.h>
#include <stddef.h>
