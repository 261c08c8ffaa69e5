// The Kernel-Mode Driver Framework, version 1.33.
//
// A driver includes ntddk.h or wdm.h first. KMDF_VERSION_MAJOR, KMDF_VERSION_MINOR and
// KMDF_MINIMUM_VERSION_REQUIRED choose the version, see wdf/version.h.
//
// In driver builds every function of the framework is an inline that jumps through the module's
// function table. In host builds there are the types, the table's slots (PFN_WDF...) and the
// helpers, but no functions: our own code is what the table points at.
#pragma once

#include "wdf/object_context.h"
#include "wdfassert.h"
#include "wdfbugcodes.h"
#include "wdfchildlist.h"
#include "wdfcollection.h"
#include "wdfcommonbuffer.h"
#include "wdfcompaniontarget.h"
#include "wdfcontrol.h"
#include "wdfcore.h"
#include "wdfdevice.h"
#include "wdfdmaenabler.h"
#include "wdfdmatransaction.h"
#include "wdfdpc.h"
#include "wdfdriver.h"
#include "wdffdo.h"
#include "wdffileobject.h"
#include "wdffuncenum.h"
#include "wdfglobals.h"
#include "wdfinterrupt.h"
#include "wdfio.h"
#include "wdfiotarget.h"
#include "wdfmemory.h"
#include "wdfobject.h"
#include "wdfpdo.h"
#include "wdfpool.h"
#include "wdfqueryinterface.h"
#include "wdfregistry.h"
#include "wdfrequest.h"
#include "wdfresource.h"
#include "wdfroletypes.h"
#include "wdfstatus.h"
#include "wdfstring.h"
#include "wdfsync.h"
#include "wdftimer.h"
#include "wdftypes.h"
#include "wdfverifier.h"
#include "wdfwmi.h"
#include "wdfworkitem.h"
#include "wdmsec.h"

#if defined(OPENKMDF_HOST)
#include "wdf/private_functions.h"
#endif
