#include "executive/io/test_computer.h"

#include "tests/support/tested.h"

#include <wmistr.h>

namespace openkmdf::executive {
namespace {

struct Query {
    UCHAR minor;
    ULONG_PTR purpose;
    ULONG size;
    bool operator==(const Query &) const = default;
};

class WmiTest : public testing::Test {
protected:
    WmiTest()
    {
        driver_.name = u"Provider";
        driver_.entry = [this](test::Driver &driver) {
            return IoCreateDevice(driver.object, 0, nullptr, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                  &device_);
        };
        driver_.on[IRP_MJ_SYSTEM_CONTROL] = [this](PDEVICE_OBJECT, PIRP irp) {
            return answer(irp);
        };
        driver_.unload = [this](test::Driver &) { IoDeleteDevice(device_); };
        EXPECT_EQ(pc_.load(driver_), STATUS_SUCCESS);
    }
    ~WmiTest() override { EXPECT_EQ(pc_.unload(driver_), STATUS_SUCCESS); }

    NTSTATUS answer(PIRP irp)
    {
        PIO_STACK_LOCATION location = IoGetCurrentIrpStackLocation(irp);
        const auto &wmi = location->Parameters.WMI;
        queries_.push_back(
            {location->MinorFunction, reinterpret_cast<ULONG_PTR>(wmi.DataPath), wmi.BufferSize});
        if (location->MinorFunction != understood_) {
            const NTSTATUS untouched = irp->IoStatus.Status;
            IoCompleteRequest(irp, IO_NO_INCREMENT);
            return untouched;
        }
        if (wmi.BufferSize < wanted_) {
            *static_cast<PULONG>(wmi.Buffer) = wanted_;
            return test::complete(irp, STATUS_BUFFER_TOO_SMALL, sizeof(ULONG));
        }
        return test::complete(irp, STATUS_SUCCESS, wanted_);
    }
    NTSTATUS control(ULONG action)
    {
        const NTSTATUS status =
            pc_.get(STATUS_UNSUCCESSFUL, [&] { return IoWMIRegistrationControl(device_, action); });
        pc_.scheduler().run_until_idle();
        return status;
    }

    test::Computer pc_{test::Mode::Deterministic};
    test::Driver driver_;
    PDEVICE_OBJECT device_ = nullptr;
    UCHAR understood_ = IRP_MN_REGINFO_EX;
    ULONG wanted_ = 64;
    std::vector<Query> queries_;
};

TEST_F(WmiTest, RegistrationAsksTheDriverForItsBlocks)
{
    OPENKMDF_TESTS(IoWMIRegistrationControl);
    EXPECT_EQ(control(WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    EXPECT_EQ(queries_, (std::vector<Query>{{IRP_MN_REGINFO_EX, WMIREGISTER, 1024}}));
    EXPECT_EQ(control(WMIREG_ACTION_UPDATE_GUIDS), STATUS_SUCCESS);
    EXPECT_EQ(queries_.back(), (Query{IRP_MN_REGINFO_EX, WMIUPDATE, 1024}));
    EXPECT_EQ(control(WMIREG_ACTION_DEREGISTER), STATUS_SUCCESS);
    EXPECT_EQ(control(WMIREG_ACTION_DEREGISTER), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(control(WMIREG_ACTION_UPDATE_GUIDS), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(control(77), STATUS_INVALID_PARAMETER);
    EXPECT_EQ(queries_.size(), 2u);
}

TEST_F(WmiTest, AProviderThatNeedsRoomIsAskedAgain)
{
    OPENKMDF_TESTS(IoWMIRegistrationControl);
    wanted_ = 3000;
    EXPECT_EQ(control(WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    EXPECT_EQ(queries_, (std::vector<Query>{{IRP_MN_REGINFO_EX, WMIREGISTER, 1024},
                                            {IRP_MN_REGINFO_EX, WMIREGISTER, 3000}}));
    control(WMIREG_ACTION_DEREGISTER);
}

TEST_F(WmiTest, OldProvidersAreAskedTheOldWay)
{
    understood_ = IRP_MN_REGINFO;
    EXPECT_EQ(control(WMIREG_ACTION_REGISTER), STATUS_SUCCESS);
    EXPECT_EQ(queries_, (std::vector<Query>{{IRP_MN_REGINFO_EX, WMIREGISTER, 1024},
                                            {IRP_MN_REGINFO, WMIREGISTER, 1024}}));
    control(WMIREG_ACTION_DEREGISTER);
}

TEST_F(WmiTest, InstanceIdentifiersCountUpPerBlock)
{
    OPENKMDF_TESTS(IoWMIAllocateInstanceIds);
    pc_.call([] {
        GUID one = {1, 0, 0, {}};
        GUID two = {2, 0, 0, {}};
        ULONG first = 99;
        EXPECT_EQ(IoWMIAllocateInstanceIds(&one, 3, &first), STATUS_SUCCESS);
        EXPECT_EQ(first, 0u);
        EXPECT_EQ(IoWMIAllocateInstanceIds(&one, 1, &first), STATUS_SUCCESS);
        EXPECT_EQ(first, 3u);
        EXPECT_EQ(IoWMIAllocateInstanceIds(&two, 1, &first), STATUS_SUCCESS);
        EXPECT_EQ(first, 0u);
        PVOID block = &block;
        EXPECT_EQ(IoWMIOpenBlock(&one, 0, &block), STATUS_WMI_GUID_NOT_FOUND);
        EXPECT_EQ(block, nullptr);
        auto *event = static_cast<PWNODE_HEADER>(ExAllocatePoolWithTag(NonPagedPoolNx, 64, 'tseT'));
        *event = {};
        event->BufferSize = 64;
        EXPECT_EQ(IoWMIWriteEvent(event), STATUS_SUCCESS);
    });
}

}  // namespace
}  // namespace openkmdf::executive
