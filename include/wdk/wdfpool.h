// The framework declares no pool functions of its own: drivers take memory objects (wdfmemory.h) or
// the system's pool (ExAllocatePool2 and its relatives).
#pragma once

#include "wdftypes.h"
