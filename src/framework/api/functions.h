#pragma once

#include <ntddk.h>
#include <wdf.h>
#include <wdfminiport.h>
#include <wdfusb.h>

// The functions behind the table: each checks what its arguments alone can tell, turns handles into
// objects and calls one of them. Signatures are the table's; a function whose row in
// functions.table says `declared` has no definition.

namespace openkmdf::framework::api {

#define WDF_SIGNATURE(name, type, parameters) __typeof__(*static_cast<type>(nullptr)) name;
#include "framework/api/signatures.table"
#undef WDF_SIGNATURE

}  // namespace openkmdf::framework::api
