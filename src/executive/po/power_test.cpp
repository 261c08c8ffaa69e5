#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

// Power IRPs: requested by drivers, and of the whole system.

namespace openkmdf::executive::test {

namespace {

class Power : public InBothModes {
protected:
    Power()
    {
        for (auto [driver, name] : {std::pair{&function, u"function"}, {&upper, u"upper"}}) {
            driver->name = name;
            driver->on[IRP_MJ_POWER] = [this, driver = driver](PDEVICE_OBJECT device, PIRP irp) {
                return power(*driver, device, irp);
            };
            EXPECT_EQ(pc.load(*driver), STATUS_SUCCESS);
        }
        EXPECT_EQ(pc.plug_in({&function, &upper}, &node), STATUS_SUCCESS);
        self = this;
    }
    NTSTATUS power(Driver &driver, PDEVICE_OBJECT device, PIRP irp)
    {
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        auto &parameters = location->Parameters.Power;
        std::string line = text_of(driver);
        line += location->MinorFunction == IRP_MN_QUERY_POWER ? " query " : " set ";
        if (parameters.Type == SystemPowerState)
            line += "S" + std::to_string(parameters.State.SystemState - PowerSystemWorking);
        else line += "D" + std::to_string(parameters.State.DeviceState - PowerDeviceD0);
        log.push_back(line);
        if (&driver == &function && hold) {
            IoMarkIrpPending(irp);
            held.push_back(irp);
            return STATUS_PENDING;
        }
        if (&driver == &function && location->MinorFunction == IRP_MN_QUERY_POWER && refuse)
            return complete(irp, STATUS_UNSUCCESSFUL);
        PoStartNextPowerIrp(irp);
        IoSkipCurrentIrpStackLocation(irp);
        return PoCallDriver(extension_of(device).lower, irp);
    }
    static void NTAPI done(PDEVICE_OBJECT device, UCHAR minor, POWER_STATE state, PVOID context,
                           PIO_STATUS_BLOCK result)
    {
        EXPECT_EQ(device, self->node->physical);
        EXPECT_EQ(context, self);
        EXPECT_TRUE(NT_SUCCESS(result->Status));
        self->log.push_back((minor == IRP_MN_SET_POWER ? "done D" : "answered D") +
                            std::to_string(state.DeviceState - PowerDeviceD0));
    }
    NTSTATUS request(DEVICE_POWER_STATE wanted, UCHAR minor = IRP_MN_SET_POWER)
    {
        POWER_STATE state;
        state.DeviceState = wanted;
        return PoRequestPowerIrp(node->physical, minor, state, done, this, nullptr);
    }
    void remove()
    {
        EXPECT_EQ(pc.with(node, &PnpManager::remove), STATUS_SUCCESS);
        pc.release(node);
        EXPECT_EQ(pc.kernel().io->live_irps(), 0u);
    }

    static inline Power *self;
    Driver function, upper;
    pnp::DevNode *node = nullptr;
    bool hold = false, refuse = false;
    std::vector<PIRP> held;
};

using Log = std::vector<std::string>;

TEST_P(Power, GoesToTheTopOfTheStackAndComesBack)
{
    OPENKMDF_TESTS(PoRequestPowerIrp, PoCallDriver, PoSetPowerState);
    pc.call([&] {
        EXPECT_EQ(request(PowerDeviceD3), STATUS_PENDING);
        EXPECT_EQ(request(PowerDeviceD0, IRP_MN_QUERY_POWER), STATUS_PENDING);
        EXPECT_EQ(request(PowerDeviceD0, IRP_MN_POWER_SEQUENCE), STATUS_INVALID_PARAMETER_2);
        POWER_STATE state;
        state.DeviceState = PowerDeviceD0;
        EXPECT_EQ(PoSetPowerState(node->physical, DevicePowerState, state).DeviceState,
                  PowerDeviceD3);
    });
    EXPECT_EQ(log, (Log{"upper set D3", "function set D3", "done D3", "upper query D0",
                        "function query D0", "answered D0"}));
    remove();
}

TEST_P(Power, GoesThroughAStackOneAtATime)
{
    OPENKMDF_TESTS(PoRequestPowerIrp);
    hold = true;
    pc.call([&] {
        request(PowerDeviceD3);
        request(PowerDeviceD0);
        EXPECT_EQ(held.size(), 1u);
        complete(held[0], STATUS_SUCCESS);
        EXPECT_EQ(held.size(), 2u);
        complete(held[1], STATUS_SUCCESS);
    });
    EXPECT_EQ(log, (Log{"upper set D3", "function set D3", "done D3", "upper set D0",
                        "function set D0", "done D0"}));
    hold = false;
    remove();
}

TEST_P(Power, ReachesAPageableStackAtPassiveLevel)
{
    KIRQL irql = HIGH_LEVEL;
    static KEVENT passed;
    upper.on[IRP_MJ_POWER] = [&](PDEVICE_OBJECT device, PIRP irp) {
        irql = KeGetCurrentIrql();
        NTSTATUS status = pass(device, irp);
        KeSetEvent(&passed, 0, FALSE);
        return status;
    };
    pc.call([&] {
        KeInitializeEvent(&passed, NotificationEvent, FALSE);
        IoGetAttachedDevice(node->physical)->Flags |= DO_POWER_PAGABLE;
        KIRQL old = KeRaiseIrqlToDpcLevel();
        EXPECT_EQ(request(PowerDeviceD3), STATUS_PENDING);
        KeLowerIrql(old);
        KeWaitForSingleObject(&passed, Executive, KernelMode, FALSE, nullptr);
    });
    EXPECT_EQ(irql, PASSIVE_LEVEL);
    EXPECT_EQ(log.back(), "done D3");
    remove();
}

TEST_P(Power, TakesTheSystemDownAndUp)
{
    auto set = [&](SYSTEM_POWER_STATE state) {
        return pc.get(STATUS_UNSUCCESSFUL,
                      [&] { return pc.kernel().pnp->set_system_power(state, PowerActionSleep); });
    };
    EXPECT_EQ(set(PowerSystemSleeping3), STATUS_SUCCESS);
    EXPECT_EQ(log, (Log{"upper query S3", "function query S3", "upper set S3", "function set S3"}));
    log.clear();
    EXPECT_EQ(set(PowerSystemWorking), STATUS_SUCCESS);
    EXPECT_EQ(log, (Log{"upper set S0", "function set S0"}));
    log.clear();
    refuse = true;
    EXPECT_EQ(set(PowerSystemSleeping3), STATUS_UNSUCCESSFUL);
    EXPECT_EQ(log, (Log{"upper query S3", "function query S3", "upper set S0", "function set S0"}));
    EXPECT_EQ(set(PowerSystemMaximum), STATUS_INVALID_PARAMETER);
    remove();
}

OPENKMDF_IN_BOTH_MODES(Power);

}  // namespace

}  // namespace openkmdf::executive::test
