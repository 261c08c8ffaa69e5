#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

// Drivers come and go, and what they leave.

namespace openkmdf::executive::test {

namespace {

using pnp::Leftover;

class Drivers : public InBothModes {
protected:
    Drivers() { driver.name = u"echo"; }
    PDEVICE_OBJECT create(Driver &own, const char16_t *path)
    {
        UNICODE_STRING name = io::counted(path);
        PDEVICE_OBJECT device = nullptr;
        EXPECT_EQ(IoCreateDevice(own.object, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device),
                  STATUS_SUCCESS);
        return device;
    }
    Driver driver;
};

TEST_P(Drivers, HaveAServiceKeyAndAnObject)
{
    driver.entry = [&](Driver &own) {
        log.push_back("entry");
        EXPECT_EQ(io::view(own.object->DriverName), u"\\Driver\\echo");
        EXPECT_EQ(io::view(own.object->DriverExtension->ServiceKeyName), u"echo");
        EXPECT_EQ(own.object->MajorFunction[IRP_MJ_READ], dispatch);
        EXPECT_NE(own.object->HardwareDatabase, nullptr);
        return STATUS_SUCCESS;
    };
    driver.unload = [&](Driver &) { log.push_back("unload"); };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    EXPECT_TRUE(pc.kernel().registry->exists(
        u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\echo"));
    Driver again;
    again.name = u"ECHO";
    EXPECT_EQ(pc.load(again), STATUS_OBJECT_NAME_COLLISION);
    pnp::UnloadReport report;
    EXPECT_EQ(pc.unload(driver, &report), STATUS_SUCCESS);
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(log, (std::vector<std::string>{"entry", "unload"}));
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    EXPECT_EQ(pc.unload(driver), STATUS_SUCCESS);
}

TEST_P(Drivers, WhoseEntryFailsAreGone)
{
    driver.entry = [&](Driver &own) {
        create(own, u"\\Device\\Left");
        return STATUS_DEVICE_CONFIGURATION_ERROR;
    };
    EXPECT_EQ(pc.load(driver), STATUS_DEVICE_CONFIGURATION_ERROR);
    EXPECT_EQ(driver.object, nullptr);
    PFILE_OBJECT file;
    EXPECT_EQ(pc.open(u"\\Device\\Left", &file), STATUS_OBJECT_NAME_NOT_FOUND);
    driver.entry = nullptr;
    EXPECT_EQ(pc.load(driver), STATUS_SUCCESS);
}

TEST_P(Drivers, AreReportedForWhatTheyLeave)
{
    driver.entry = [&](Driver &own) {
        PDEVICE_OBJECT deleted = create(own, u"\\Device\\Deleted");
        create(own, u"\\Device\\Left");
        UNICODE_STRING links[] = {io::counted(u"\\??\\Deleted"),
                                  io::counted(u"\\DosDevices\\Left")};
        UNICODE_STRING targets[] = {io::counted(u"\\Device\\Deleted"),
                                    io::counted(u"\\Device\\Left")};
        for (int i : {0, 1})
            EXPECT_EQ(IoCreateSymbolicLink(&links[i], &targets[i]), STATUS_SUCCESS);
        IoDeleteDevice(deleted);
        ObReferenceObject(own.object);
        return STATUS_SUCCESS;
    };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    pnp::UnloadReport report;
    EXPECT_EQ(pc.unload(driver, &report), STATUS_SUCCESS);
    ASSERT_EQ(report.count, 4u);
    std::vector<std::string> names;
    for (unsigned i = 0; i < report.count; ++i) names.push_back(report.leftovers[i].name);
    EXPECT_EQ(names, (std::vector<std::string>{"\\Device\\Left", "\\GLOBAL??\\Deleted",
                                               "\\GLOBAL??\\Left", "\\Driver\\echo"}));
    EXPECT_EQ(report.leftovers[0].kind, Leftover::Kind::Device);
    EXPECT_EQ(report.leftovers[3].kind, Leftover::Kind::DriverReference);
    EXPECT_EQ(report.leftovers[3].count, 1u);
}

TEST_P(Drivers, StayWhileFilesAreOpen)
{
    PDEVICE_OBJECT device = nullptr;
    driver.entry = [&](Driver &own) {
        device = create(own, u"\\Device\\Echo");
        return STATUS_SUCCESS;
    };
    driver.unload = [&](Driver &) {
        log.push_back("unload");
        IoDeleteDevice(device);
    };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    PFILE_OBJECT file, other;
    ASSERT_EQ(pc.open(u"\\Device\\Echo", &file), STATUS_SUCCESS);
    EXPECT_EQ(pc.unload(driver), STATUS_PENDING);
    EXPECT_TRUE(log.empty());
    EXPECT_EQ(pc.open(u"\\Device\\Echo", &other), STATUS_NO_SUCH_DEVICE);
    pc.close(file);
    EXPECT_EQ(log, (std::vector<std::string>{"unload"}));
    EXPECT_EQ(pc.open(u"\\Device\\Echo", &other), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST_P(Drivers, WithoutAnUnloadRoutineStay)
{
    driver.unloadable = false;
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    EXPECT_EQ(pc.unload(driver), STATUS_INVALID_DEVICE_REQUEST);
}

TEST_P(Drivers, InitializeAgainWhenTheyAsk)
{
    OPENKMDF_TESTS(IoRegisterDriverReinitialization);
    static int calls;
    calls = 0;
    struct Routine {
        static void NTAPI run(PDRIVER_OBJECT object, PVOID context, ULONG count)
        {
            EXPECT_EQ(static_cast<ULONG>(++calls), count);
            if (count < 3) IoRegisterDriverReinitialization(object, run, context);
        }
    };
    driver.entry = [&](Driver &own) {
        IoRegisterDriverReinitialization(own.object, Routine::run, nullptr);
        EXPECT_EQ(calls, 0);
        return STATUS_SUCCESS;
    };
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    EXPECT_EQ(calls, 3);
}

TEST_P(Drivers, StopTheMachineForADeviceThatIsDeletedTwice)
{
    OPENKMDF_TESTS(IoDeleteDevice);
    ASSERT_EQ(pc.load(driver), STATUS_SUCCESS);
    EXPECT_FALSE(pc.call([&] {
        PDEVICE_OBJECT device = create(driver, u"\\Device\\Echo");
        ObReferenceObject(device);
        IoDeleteDevice(device);
        IoDeleteDevice(device);
    }));
    EXPECT_EQ(pc.bugcheck(), 0x18u);
}

// --- A bus ---------------------------------------------------------------------------------------

class Buses : public InBothModes {
protected:
    Buses()
    {
        bus.name = u"bus";
        bus.on[IRP_MJ_PNP] = [this](PDEVICE_OBJECT device, PIRP irp) {
            return bus_pnp(device, irp);
        };
        function.name = u"function";
        function.log = &log;
        EXPECT_EQ(pc.load(bus), STATUS_SUCCESS);
        EXPECT_EQ(pc.load(function), STATUS_SUCCESS);
        pc.kernel().pnp->set_driver_finder(
            [](void *context, pnp::DevNode &node, pnp::DriverSet &drivers) {
                if (node.device_id.view() != u"BUS\\CHILD") return false;
                drivers.function = static_cast<Buses *>(context)->function.object;
                return true;
            },
            this);
        EXPECT_EQ(pc.plug_in({&bus}, &node), STATUS_SUCCESS);
        parent = pc.get(static_cast<PDEVICE_OBJECT>(nullptr),
                        [&] { return IoGetAttachedDevice(node->physical); });
    }
    static NTSTATUS answer(PIRP irp, std::u16string_view text)
    {
        auto *copy = static_cast<PWCH>(ExAllocatePoolWithTag(PagedPool, 128, 'tseT'));
        std::memset(copy, 0, 128);
        std::memcpy(copy, text.data(), text.size() * sizeof(WCHAR));
        return complete(irp, STATUS_SUCCESS, reinterpret_cast<ULONG_PTR>(copy));
    }
    NTSTATUS bus_pnp(PDEVICE_OBJECT device, PIRP irp)
    {
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        if (device != child) {
            if (location->MinorFunction != IRP_MN_QUERY_DEVICE_RELATIONS || !child)
                return default_pnp(device, irp);
            auto *relations = static_cast<PDEVICE_RELATIONS>(
                ExAllocatePoolWithTag(PagedPool, sizeof(DEVICE_RELATIONS), 'tseT'));
            relations->Count = present ? 1 : 0;
            relations->Objects[0] = child;
            if (present) ObReferenceObject(child);
            irp->IoStatus.Status = STATUS_SUCCESS;
            irp->IoStatus.Information = reinterpret_cast<ULONG_PTR>(relations);
            return pass(device, irp);
        }
        switch (location->MinorFunction) {
        case IRP_MN_QUERY_ID:
            switch (location->Parameters.QueryId.IdType) {
            case BusQueryDeviceID:
                return answer(irp, u"BUS\\CHILD");
            case BusQueryInstanceID:
                return answer(irp, u"7");
            default:
                return complete(irp, irp->IoStatus.Status);
            }
        case IRP_MN_QUERY_PNP_DEVICE_STATE:
            return complete(irp, STATUS_SUCCESS, state);
        case IRP_MN_REMOVE_DEVICE:
            complete(irp, STATUS_SUCCESS);
            if (!present) {
                IoDeleteDevice(child);
                child = nullptr;
            }
            return STATUS_SUCCESS;
        case IRP_MN_START_DEVICE:
        case IRP_MN_SURPRISE_REMOVAL:
        case IRP_MN_QUERY_REMOVE_DEVICE:
            return complete(irp, STATUS_SUCCESS);
        default:
            return complete(irp, irp->IoStatus.Status);
        }
    }
    void report(bool there)
    {
        pc.call([&] {
            if (!child) {
                EXPECT_EQ(IoCreateDevice(bus.object, sizeof(Extension), nullptr,
                                         FILE_DEVICE_UNKNOWN, FILE_AUTOGENERATED_DEVICE_NAME, FALSE,
                                         &child),
                          STATUS_SUCCESS);
                child->Flags &= ~static_cast<ULONG>(DO_DEVICE_INITIALIZING);
            }
            present = there;
            IoInvalidateDeviceRelations(node->physical, BusRelations);
            pc.kernel().pnp->drain();
        });
    }

    Driver bus, function;
    pnp::DevNode *node = nullptr;
    PDEVICE_OBJECT parent = nullptr, child = nullptr;
    bool present = false;
    PNP_DEVICE_STATE state = 0;
};

TEST_P(Buses, ReportChildrenThatComeAndGo)
{
    OPENKMDF_TESTS(IoInvalidateDeviceRelations);
    report(true);
    pnp::DevNode *below = node->first_child;
    ASSERT_NE(below, nullptr);
    EXPECT_EQ(below->state, pnp::NodeState::Started);
    EXPECT_EQ(below->instance_path.view().substr(0, 10), u"BUS\\CHILD\\");
    EXPECT_EQ(log[0], "function add");
    log.clear();
    report(false);
    EXPECT_EQ(log, (std::vector<std::string>{"function relations", "function surprise",
                                             "function remove"}));
    EXPECT_EQ(node->first_child, nullptr);
    EXPECT_EQ(child, nullptr);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    pc.release(node);
    EXPECT_EQ(pc.unload(bus), STATUS_SUCCESS);
    EXPECT_EQ(pc.unload(function), STATUS_SUCCESS);
}

TEST_P(Buses, LoseTheirChildrenFirst)
{
    report(true);
    log.clear();
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    EXPECT_EQ(log, (std::vector<std::string>{"function relations", "function query-remove",
                                             "function remove"}));
    EXPECT_EQ(bus.object->DeviceObject, child);
    pc.call([&] { IoDeleteDevice(child); });
    pc.release(node);
    EXPECT_EQ(pc.unload(bus), STATUS_SUCCESS);
}

TEST_P(Buses, TakeAFailedDeviceAway)
{
    OPENKMDF_TESTS(IoInvalidateDeviceState);
    report(true);
    log.clear();
    state = PNP_DEVICE_FAILED;
    pc.call([&] {
        IoInvalidateDeviceState(child);
        pc.kernel().pnp->drain();
    });
    EXPECT_EQ(log, (std::vector<std::string>{"function state", "function relations",
                                             "function surprise", "function remove"}));
    EXPECT_EQ(node->first_child, nullptr);
    EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
    pc.release(node);
}

OPENKMDF_IN_BOTH_MODES(Drivers);
OPENKMDF_IN_BOTH_MODES(Buses);

}  // namespace

}  // namespace openkmdf::executive::test
