// From here on DEFINE_GUID defines what it names instead of declaring it.
#ifndef INITGUID
#define INITGUID
#endif
#include "guiddef.h"
