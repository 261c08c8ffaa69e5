// The NT device driver kit: wdm.h and what legacy and non-WDM drivers need beyond it.
#pragma once
#define _NTDDK_
#define _NTDDK_H_

#include <wdm.h>

#include <nt/ddk.h>
#include <nt/dma_inlines.h>
#include <nt/process_info.h>
#include <nt/rtl_tables.h>
