#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <wdmguid.h>

// Arrival, start, stop and removal of device stacks.

namespace openkmdf::executive::test {

namespace {

using pnp::DevNode;
using pnp::NodeState;
using Log = std::vector<std::string>;

class Pnp : public InBothModes {
protected:
    Pnp()
    {
        for (auto [driver, name] :
             {std::pair{&lower, u"lower"}, {&function, u"function"}, {&upper, u"upper"}}) {
            driver->name = name;
            driver->log = &log;
            EXPECT_EQ(pc.load(*driver), STATUS_SUCCESS);
        }
    }
    ~Pnp() override
    {
        if (node) pc.release(node);
        EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
    }
    NTSTATUS plug_in() { return pc.plug_in({&lower, &function, &upper}, &node, 1); }
    // Leaves only what names one of these.
    Log only(std::initializer_list<const char *> words)
    {
        Log result;
        for (const std::string &line : log)
            for (const char *word : words)
                if (line.substr(line.find(' ') + 1) == word) result.push_back(line);
        return result;
    }
    PDEVICE_OBJECT top() { return IoGetAttachedDevice(node->physical); }

    Driver lower, function, upper;
    DevNode *node = nullptr;
};

TEST_P(Pnp, StartsAStackFromTheBottom)
{
    ASSERT_EQ(plug_in(), STATUS_SUCCESS);
    EXPECT_EQ(node->state, NodeState::Started);
    EXPECT_EQ(node->instance_path.view(), u"ROOT\\ECHO\\0000");
    EXPECT_EQ(only({"add"}), (Log{"lower add", "function add", "upper add"}));
    // Top down, as these drivers pass IRPs on.
    const Log expected{"upper filter-resources", "function filter-resources",
                       "lower filter-resources", "upper start",
                       "function start",         "lower start",
                       "upper capabilities",     "function capabilities",
                       "lower capabilities",     "upper state",
                       "function state",         "lower state",
                       "upper relations",        "function relations",
                       "lower relations"};
    EXPECT_EQ(Log(log.begin() + 3, log.end()), expected);
    EXPECT_EQ(top()->StackSize, 4);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

// Before a device goes, its stack is asked who goes with it.
Log asked_for_relations(Log rest)
{
    const Log relations = {"upper relations", "function relations", "lower relations"};
    rest.insert(rest.begin(), relations.begin(), relations.end());
    return rest;
}

TEST_P(Pnp, RemovesAStackFromTheTop)
{
    ASSERT_EQ(plug_in(), STATUS_SUCCESS);
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    EXPECT_EQ(log, asked_for_relations(Log{"upper query-remove", "function query-remove",
                                           "lower query-remove", "upper remove", "function remove",
                                           "lower remove"}));
    EXPECT_EQ(node->state, NodeState::Removed);
    for (Driver *driver : {&lower, &function, &upper}) {
        EXPECT_EQ(driver->object->DeviceObject, nullptr);
        pnp::UnloadReport report;
        EXPECT_EQ(pc.unload(*driver, &report), STATUS_SUCCESS);
        EXPECT_TRUE(report.clean()) << report.leftovers[0].name << ' ' << report.leftovers[0].count;
    }
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_NO_SUCH_DEVICE);
}

TEST_P(Pnp, NumbersInstancesAndUsesFreedNumbersAgain)
{
    DevNode *second, *third;
    ASSERT_EQ(pc.plug_in({&function}, &node), STATUS_SUCCESS);
    ASSERT_EQ(pc.plug_in({&function}, &second), STATUS_SUCCESS);
    EXPECT_EQ(second->instance_path.view(), u"ROOT\\ECHO\\0001");
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    ASSERT_EQ(pc.plug_in({&function}, &third), STATUS_SUCCESS);
    EXPECT_EQ(third->instance_path.view(), u"ROOT\\ECHO\\0000");
    pnp::DeviceDescription same;
    same.device_id = u"root\\echo";
    same.instance_id = u"0001";
    same.drivers.function = function.object;
    DevNode *none;
    EXPECT_EQ(pc.plug_in(same, &none), STATUS_OBJECT_NAME_COLLISION);
    EXPECT_EQ(pc.unload(function), STATUS_DEVICE_BUSY);
    for (DevNode *other : {second, third}) {
        EXPECT_EQ(pc.with(other, &PnpManager::surprise_remove), STATUS_SUCCESS);
        pc.release(other);
    }
}

TEST_P(Pnp, TakesAStackAwayWhoseDriverFailsToAddItsDevice)
{
    function.add_device = [](Driver &, PDEVICE_OBJECT) { return STATUS_INSUFFICIENT_RESOURCES; };
    EXPECT_EQ(plug_in(), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(node, nullptr);
    EXPECT_EQ(log, (Log{"lower add", "function add", "lower remove"}));
    EXPECT_EQ(lower.object->DeviceObject, nullptr);
    EXPECT_EQ(pc.kernel().pnp->root()->first_child, nullptr);
    EXPECT_EQ(pc.unload(lower), STATUS_SUCCESS);
}

TEST_P(Pnp, RemovesAStackThatFailsToStart)
{
    function.on[IRP_MJ_PNP] = [](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_START_DEVICE)
            return complete(irp, STATUS_DEVICE_CONFIGURATION_ERROR);
        return default_pnp(device, irp);
    };
    EXPECT_EQ(plug_in(), STATUS_DEVICE_CONFIGURATION_ERROR);
    EXPECT_EQ(
        only({"start", "surprise", "remove"}),
        (Log{"upper start", "function start", "upper remove", "function remove", "lower remove"}));
    EXPECT_EQ(upper.object->DeviceObject, nullptr);
    EXPECT_EQ(pc.kernel().pnp->root()->first_child, nullptr);
}

TEST_P(Pnp, WaitsForAStartThatPends)
{
    OPENKMDF_TESTS(IoForwardIrpSynchronously, IoQueueWorkItemEx);
    PIRP pending = nullptr;
    function.on[IRP_MJ_PNP] = [&](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction != IRP_MN_START_DEVICE)
            return default_pnp(device, irp);
        EXPECT_TRUE(IoForwardIrpSynchronously(extension_of(device).lower, irp));
        IoMarkIrpPending(irp);
        pending = irp;
        PIO_WORKITEM item = IoAllocateWorkItem(device);
        IoQueueWorkItemEx(
            item, [](PVOID, PVOID context, PIO_WORKITEM own) __attribute__((ms_abi)) {
                complete(static_cast<PIRP>(context), STATUS_SUCCESS);
                IoFreeWorkItem(own);
            },
            DelayedWorkQueue, irp);
        return STATUS_PENDING;
    };
    EXPECT_EQ(plug_in(), STATUS_SUCCESS);
    EXPECT_NE(pending, nullptr);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

TEST_P(Pnp, DoesNotStartADeviceWithoutADriver)
{
    pnp::DeviceDescription description;
    description.device_id = u"ROOT\\NOTHING";
    EXPECT_EQ(pc.plug_in(description, &node), STATUS_NO_SUCH_DEVICE);
    DEVICE_CAPABILITIES raw = {};
    raw.UniqueID = raw.RawDeviceOK = 1;
    description.capabilities = &raw;
    EXPECT_EQ(pc.plug_in(description, &node), STATUS_SUCCESS);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

TEST_P(Pnp, HandsResourcesToTheStart)
{
    CM_PARTIAL_RESOURCE_DESCRIPTOR raw = {}, translated = {};
    raw.Type = translated.Type = CmResourceTypeMemory;
    raw.u.Memory.Start.QuadPart = 0x1000;
    translated.u.Memory.Start.QuadPart = 0x9000;
    raw.u.Memory.Length = translated.u.Memory.Length = 0x100;
    LONGLONG seen = 0, seen_translated = 0;
    function.on[IRP_MJ_PNP] = [&](PDEVICE_OBJECT device, PIRP irp) {
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        if (location->MinorFunction == IRP_MN_START_DEVICE) {
            auto &start = location->Parameters.StartDevice;
            EXPECT_EQ(start.AllocatedResources->List[0].PartialResourceList.Count, 1u);
            seen = start.AllocatedResources->List[0]
                       .PartialResourceList.PartialDescriptors[0]
                       .u.Memory.Start.QuadPart;
            seen_translated = start.AllocatedResourcesTranslated->List[0]
                                  .PartialResourceList.PartialDescriptors[0]
                                  .u.Memory.Start.QuadPart;
        }
        return default_pnp(device, irp);
    };
    pnp::DeviceDescription description;
    description.device_id = u"ROOT\\ECHO";
    description.drivers.function = function.object;
    description.raw_resources = {&raw, 1};
    description.translated_resources = {&translated, 1};
    ASSERT_EQ(pc.plug_in(description, &node), STATUS_SUCCESS);
    EXPECT_EQ(seen, 0x1000);
    EXPECT_EQ(seen_translated, 0x9000);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

// --- Asking, and being refused -------------------------------------------------------------------

TEST_P(Pnp, CancelsARemovalThatADriverRefuses)
{
    ASSERT_EQ(plug_in(), STATUS_SUCCESS);
    log.clear();
    lower.on[IRP_MJ_PNP] = [](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_QUERY_REMOVE_DEVICE)
            return complete(irp, STATUS_UNSUCCESSFUL);
        return default_pnp(device, irp);
    };
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(log, asked_for_relations(Log{"upper query-remove", "function query-remove",
                                           "lower query-remove", "upper cancel-remove",
                                           "function cancel-remove", "lower cancel-remove"}));
    EXPECT_EQ(node->state, NodeState::Started);
    lower.on[IRP_MJ_PNP] = nullptr;
    EXPECT_EQ(pc.with(node, &PnpManager::query_remove), STATUS_SUCCESS);
    EXPECT_EQ(node->state, NodeState::RemovePending);
    EXPECT_EQ(pc.with(node, &PnpManager::cancel_remove), STATUS_SUCCESS);
    EXPECT_EQ(node->state, NodeState::Started);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

class Opened : public Pnp {
protected:
    Opened()
    {
        function.add_device = [](Driver &own, PDEVICE_OBJECT physical) {
            return own.attach(physical, u"\\Device\\Pnp");
        };
        function.on[IRP_MJ_CLOSE] = [this](PDEVICE_OBJECT, PIRP irp) {
            log.push_back("function close");
            return complete(irp, STATUS_SUCCESS);
        };
        EXPECT_EQ(plug_in(), STATUS_SUCCESS);
        EXPECT_EQ(pc.open(u"\\Device\\Pnp", &file), STATUS_SUCCESS);
        log.clear();
    }
    PFILE_OBJECT file;
};

TEST_P(Opened, VetoesAnOrderlyRemoval)
{
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_DEVICE_BUSY);
    EXPECT_EQ(node->state, NodeState::Started);
    EXPECT_EQ(only({"cancel-remove"}).size(), 3u);
    pc.close(file);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

TEST_P(Opened, PutsTheEndOfASurpriseRemovalOff)
{
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_SUCCESS);
    EXPECT_EQ(log,
              asked_for_relations(Log{"upper surprise", "function surprise", "lower surprise"}));
    EXPECT_EQ(node->state, NodeState::SurpriseRemoved);
    PFILE_OBJECT second;
    EXPECT_EQ(pc.open(u"\\Device\\Pnp", &second), STATUS_NO_SUCH_DEVICE);
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_NO_SUCH_DEVICE);
    log.clear();
    pc.close(file);
    EXPECT_EQ(log, (Log{"function close", "upper remove", "function remove", "lower remove"}));
    EXPECT_EQ(node->state, NodeState::Removed);
    EXPECT_EQ(pc.unload(function), STATUS_SUCCESS);
}

TEST_P(Opened, StopsAndStartsAgain)
{
    EXPECT_EQ(pc.with(node, &PnpManager::stop), STATUS_SUCCESS);
    EXPECT_EQ(node->state, NodeState::Stopped);
    EXPECT_EQ(only({"query-stop", "stop"}),
              (Log{"upper query-stop", "function query-stop", "lower query-stop", "upper stop",
                   "function stop", "lower stop"}));
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::restart), STATUS_SUCCESS);
    EXPECT_EQ(only({"start"}).size(), 3u);
    EXPECT_EQ(node->state, NodeState::Started);
    function.on[IRP_MJ_PNP] = [](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_QUERY_STOP_DEVICE)
            return complete(irp, STATUS_UNSUCCESSFUL);
        return default_pnp(device, irp);
    };
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::stop), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(only({"cancel-stop"}).size(), 3u);
    EXPECT_EQ(node->state, NodeState::Started);
    function.on[IRP_MJ_PNP] = nullptr;
    pc.close(file);
    EXPECT_EQ(pc.with(node, &PnpManager::surprise_remove), STATUS_SUCCESS);
}

TEST_P(Opened, IsNotPossibleBeforeTheStart)
{
    OPENKMDF_TESTS(IoGetDeviceObjectPointer);
    pc.close(file);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    pc.release(node);
    NTSTATUS during = STATUS_SUCCESS;
    function.on[IRP_MJ_PNP] = [&](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction == IRP_MN_START_DEVICE) {
            UNICODE_STRING name = io::counted(u"\\Device\\Pnp");
            PFILE_OBJECT own;
            PDEVICE_OBJECT target;
            during = IoGetDeviceObjectPointer(&name, FILE_READ_DATA, &own, &target);
        }
        return default_pnp(device, irp);
    };
    EXPECT_EQ(plug_in(), STATUS_SUCCESS);
    EXPECT_EQ(during, STATUS_NO_SUCH_DEVICE);
    EXPECT_EQ(pc.open(u"\\Device\\Pnp", &file), STATUS_SUCCESS);
    pc.close(file);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
}

// --- Drivers that break the rules ----------------------------------------------------------------

TEST_P(Pnp, StopsTheMachineForADriverThatReturnsAtAnotherIrql)
{
    function.on[IRP_MJ_PNP] = [](PDEVICE_OBJECT device, PIRP irp) {
        if (IoGetCurrentIrpStackLocation(irp)->MinorFunction != IRP_MN_START_DEVICE)
            return default_pnp(device, irp);
        NTSTATUS status = pass(device, irp);
        KeRaiseIrqlToDpcLevel();
        return status;
    };
    EXPECT_NE(plug_in(), STATUS_SUCCESS);
    EXPECT_EQ(pc.bugcheck(), static_cast<std::uint32_t>(IRQL_UNEXPECTED_VALUE))
        << pc.kernel().bugcheck.message;
}

TEST_P(Pnp, SurvivesEveryFailingAllocation)
{
    for (std::uint64_t nth = 1;; ++nth) {
        const std::uint64_t before = pc.arena().failable_allocations();
        pc.arena().fail_allocation(nth, false);
        NTSTATUS status = plug_in();
        const std::uint64_t used = pc.arena().failable_allocations() - before;
        pc.arena().fail_allocation(0, false);
        ASSERT_EQ(pc.bugcheck(), 0u) << nth << ": " << pc.kernel().bugcheck.message;
        if (NT_SUCCESS(status)) {
            EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
            pc.release(node);
            node = nullptr;
        }
        EXPECT_EQ(pc.kernel().pnp->root()->first_child, nullptr) << nth;
        EXPECT_EQ(function.object->DeviceObject, nullptr) << nth;
        if (used < nth) break;
        ASSERT_LT(nth, 500u);
    }
    EXPECT_EQ(pc.unload(function), STATUS_SUCCESS);
}

OPENKMDF_IN_BOTH_MODES(Pnp);
OPENKMDF_IN_BOTH_MODES(Opened);

}  // namespace

}  // namespace openkmdf::executive::test
