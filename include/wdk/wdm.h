// The Windows Driver Model: everything that a WDM driver, and so a KMDF driver, is written against.
#pragma once
#define _WDMDDK_
#define _WDM_H_

#include <nt/version.h>

#include <ntdef.h>

#if defined(OPENKMDF_DRIVER)
#include <excpt.h>
#include <minmax.h>
#endif
#include <bugcodes.h>
#include <devioctl.h>
#include <ntstatus.h>

#include <nt/intrinsics.h>
#include <nt/interlocked.h>

#include <nt/forward.h>
#include <nt/lists.h>
#include <nt/dbg.h>
#include <nt/ke.h>
#include <nt/exceptions.h>
#include <nt/rtl.h>
#include <nt/ex.h>
#include <nt/mm.h>
#include <nt/ob.h>
#include <nt/io.h>
#include <nt/io_inlines.h>
#include <nt/io_pnp.h>
#include <nt/io_sync.h>
#include <nt/interrupt.h>
#include <nt/dma.h>
#include <nt/registers.h>
#include <nt/pci.h>
#include <nt/pci_express.h>
#include <nt/interfaces.h>
#include <nt/error_log.h>
#include <nt/fast_io.h>
#include <nt/bus_data.h>
#include <nt/ps.h>
#include <nt/se.h>
#include <nt/zw.h>
#include <nt/cm.h>
#include <nt/po.h>
#include <nt/pofx.h>
#include <nt/etw.h>
#include <nt/wmi.h>
#include <nt/data.h>
