// In the WDK this header gives the SAL 2 names to compilers without them; here every compiler has
// them from the start.
#pragma once

#include "specstrings.h"
#include "driverspecs.h"
