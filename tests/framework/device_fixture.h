#pragma once

#include "tests/framework/request_fixture.h"

#include <functional>

namespace openkmdf::test {

inline constexpr GUID kInterface = {0x11223344, 0x5566, 0x7788, {1, 2, 3, 4, 5, 6, 7, 8}};
inline constexpr GUID kClass = {0xAABBCCDD, 0x5566, 0x7788, {1, 2, 3, 4, 5, 6, 7, 8}};

class DeviceTest : public RequestFixture {
protected:
    // EvtDriverDeviceAdd with nothing but this.
    void add_device_with(std::function<NTSTATUS(PWDFDEVICE_INIT)> body)
    {
        load();
        device_add = std::move(body);
        device = pc.plug_in(driver, "ROOT\\TEST");
    }
    NTSTATUS create(PWDFDEVICE_INIT &init,
                    PWDF_OBJECT_ATTRIBUTES attributes = WDF_NO_OBJECT_ATTRIBUTES)
    {
        return WdfDeviceCreate(&init, attributes, &wdf_device);
    }
    PDEVICE_OBJECT wdm() { return WdfDeviceWdmGetDeviceObject(wdf_device); }
};

}  // namespace openkmdf::test
