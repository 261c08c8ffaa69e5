#include "framework/api/functions.h"
#include "framework/support/callback.h"
#include "framework/support/library.h"
#include "framework/sync/deferred.h"

namespace openkmdf::framework {

namespace {

void NTAPI run_dpc(PKDPC, PVOID context, PVOID, PVOID)
{
    auto &dpc = *static_cast<Dpc *>(context);
    CallbackLockGuard scope(dpc.scope_lock);
    invoke(CallbackId::EvtDpcFunc, dpc, dpc.evt_dpc, static_cast<WDFDPC>(handle_of(&dpc)));
}

// At PASSIVE_LEVEL (the type's cleanup does): what is queued is taken off, what runs is waited for.
void dispose_dpc(Object &object)
{
    auto &dpc = static_cast<Dpc &>(object);
    KeRemoveQueueDpc(&dpc.dpc);
    KeFlushQueuedDpcs();
}

}  // namespace

const TypeInfo Dpc::kInfo = {ObjectType::Dpc, "WDFDPC", sizeof(Dpc), true, true,
                             dispose_dpc,     nullptr};

namespace api {

NTSTATUS NTAPI WdfDpcCreate(PWDF_DRIVER_GLOBALS DriverGlobals, PWDF_DPC_CONFIG Config,
                            PWDF_OBJECT_ATTRIBUTES Attributes, WDFDPC *Dpc)
{
    *Dpc = nullptr;
    if (Config->Size != sizeof(WDF_DPC_CONFIG)) return STATUS_INFO_LENGTH_MISMATCH;
    if (!Config->EvtDpcFunc) return STATUS_INVALID_PARAMETER;
    Object *parent = nullptr;
    NTSTATUS status = check_deferred_parent(Attributes, &parent);
    if (NT_SUCCESS(status)) status = check_attributes(Attributes, {});
    if (!NT_SUCCESS(status)) return status;
    CallbackLock *lock = Config->AutomaticSerialization ? scope_lock_of(parent) : nullptr;
    if (Config->AutomaticSerialization && parent->execution_level == WdfExecutionLevelPassive)
        return STATUS_WDF_INCOMPATIBLE_EXECUTION_LEVEL;
    auto *dpc = create_object<framework::Dpc>(globals_of(DriverGlobals), Attributes, nullptr);
    if (!dpc) return STATUS_INSUFFICIENT_RESOURCES;
    dpc->evt_dpc = Config->EvtDpcFunc;
    dpc->scope_lock = lock;
    KeInitializeDpc(&dpc->dpc, run_dpc, dpc);
    status = publish(*dpc);
    if (!NT_SUCCESS(status)) {
        discard_object(*dpc);
        return status;
    }
    *Dpc = static_cast<WDFDPC>(handle_of(dpc));
    return STATUS_SUCCESS;
}

BOOLEAN NTAPI WdfDpcEnqueue(PWDF_DRIVER_GLOBALS, WDFDPC Dpc)
{
    return KeInsertQueueDpc(&object_cast<framework::Dpc>(Dpc)->dpc, nullptr, nullptr);
}

BOOLEAN NTAPI WdfDpcCancel(PWDF_DRIVER_GLOBALS, WDFDPC Dpc, BOOLEAN Wait)
{
    const BOOLEAN removed = KeRemoveQueueDpc(&object_cast<framework::Dpc>(Dpc)->dpc);
    if (Wait) KeFlushQueuedDpcs();
    return removed;
}

WDFOBJECT NTAPI WdfDpcGetParentObject(PWDF_DRIVER_GLOBALS, WDFDPC Dpc)
{
    return static_cast<WDFOBJECT>(handle_of(object_cast<framework::Dpc>(Dpc)->parent));
}

PKDPC NTAPI WdfDpcWdmGetDpc(PWDF_DRIVER_GLOBALS, WDFDPC Dpc)
{
    return &object_cast<framework::Dpc>(Dpc)->dpc;
}

}  // namespace api

}  // namespace openkmdf::framework
