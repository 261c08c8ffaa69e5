// The NT device driver kit: wdm.h and what legacy and non-WDM drivers need beyond it.
#pragma once
#define _NTDDK_
#define _NTDDK_H_

#include <wdm.h>

#include <nt/dma_inlines.h>
