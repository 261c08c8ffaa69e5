#include "executive/ob/test_kernel.h"

#include "tests/support/tested.h"

namespace openkmdf::executive {
namespace {

class EtwTest : public KernelTest {};

TEST_F(EtwTest, ProvidersRegisterAndNothingIsEnabled)
{
    OPENKMDF_TESTS(EtwRegister, EtwUnregister, EtwEventEnabled, EtwProviderEnabled, EtwWrite,
                   EtwWriteString);
    in_kernel([&] {
        const GUID id = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
        REGHANDLE handle = 0;
        EXPECT_EQ(EtwRegister(nullptr, nullptr, nullptr, &handle), STATUS_INVALID_PARAMETER);
        ASSERT_EQ(EtwRegister(&id, nullptr, nullptr, &handle), STATUS_SUCCESS);
        EVENT_DESCRIPTOR event = {};
        EXPECT_FALSE(EtwEventEnabled(handle, &event));
        EXPECT_FALSE(EtwProviderEnabled(handle, 0, 0));
        EXPECT_EQ(EtwWrite(handle, &event, nullptr, 0, nullptr), STATUS_SUCCESS);
        EXPECT_EQ(EtwWrite(handle, &event, nullptr, 129, nullptr), STATUS_INVALID_PARAMETER);
        EXPECT_EQ(EtwWriteString(handle, 0, 0, nullptr, u"text"), STATUS_SUCCESS);
        EXPECT_EQ(EtwUnregister(handle), STATUS_SUCCESS);
        EXPECT_EQ(EtwUnregister(handle), STATUS_INVALID_HANDLE);
        EXPECT_EQ(EtwWrite(handle, &event, nullptr, 0, nullptr), STATUS_INVALID_HANDLE);
        EXPECT_EQ(EtwWrite(0x1234, &event, nullptr, 0, nullptr), STATUS_INVALID_HANDLE);
        pc_.arena().fail_allocation(1, false);
        EXPECT_EQ(EtwRegister(&id, nullptr, nullptr, &handle), STATUS_NO_MEMORY);
    });
}

TEST_F(EtwTest, OldHandlesAreNotLookedInto)
{
    OPENKMDF_TESTS(EtwUnregister);
    in_kernel([&] {
        const GUID id = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
        REGHANDLE first = 0;
        REGHANDLE second = 0;
        REGHANDLE third = 0;
        ASSERT_EQ(EtwRegister(&id, nullptr, nullptr, &first), STATUS_SUCCESS);
        ASSERT_EQ(EtwRegister(&id, nullptr, nullptr, &second), STATUS_SUCCESS);
        ASSERT_EQ(EtwRegister(&id, nullptr, nullptr, &third), STATUS_SUCCESS);
        EXPECT_EQ(EtwUnregister(second), STATUS_SUCCESS);
        EXPECT_EQ(EtwUnregister(second), STATUS_INVALID_HANDLE);
        constexpr REGHANDLE kFarAway = 512 << 20;  // memory of the machine that nobody has yet
        EXPECT_EQ(EtwUnregister(first + kFarAway), STATUS_INVALID_HANDLE);
        EXPECT_EQ(EtwUnregister(first), STATUS_SUCCESS);
        EXPECT_EQ(EtwUnregister(third), STATUS_SUCCESS);
    });
}

TEST_F(EtwTest, ActivityIdentifiersAreTheThreads)
{
    OPENKMDF_TESTS(EtwActivityIdControl);
    in_kernel([&] {
        GUID first = {};
        GUID second = {};
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_ID, &first), STATUS_SUCCESS);
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_CREATE_ID, &second), STATUS_SUCCESS);
        EXPECT_NE(first.Data1, second.Data1);
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_SET_ID, &second), STATUS_SUCCESS);
        GUID own = {};
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_ID, &own), STATUS_SUCCESS);
        EXPECT_EQ(own.Data1, second.Data1);
        EXPECT_EQ(EtwActivityIdControl(EVENT_ACTIVITY_CTRL_GET_SET_ID, &first), STATUS_SUCCESS);
        EXPECT_EQ(first.Data1, second.Data1);
        EXPECT_EQ(EtwActivityIdControl(99, &first), STATUS_INVALID_PARAMETER);
    });
}

}  // namespace
}  // namespace openkmdf::executive
