// Driver-defined interfaces that the bottom device offers.

#include <initguid.h>

#include "interface.h"
#include "top.h"

static void AsksItsStack(TOP_RUN *run)
{
    BOTTOM_INTERFACE interface;
    ULONG before;

    RtlZeroMemory(&interface, sizeof(interface));
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_BOTTOM_INTERFACE,
                                         (PINTERFACE)&interface, sizeof(interface), 2, NULL),
                 STATUS_SUCCESS);
    CHECK_EQUAL(interface.Header.Size, sizeof(interface));
    CHECK_EQUAL(interface.Header.Version, 2);
    CHECK_EQUAL(interface.Add(interface.Header.Context, 3), 103);  // its callback changed the base
    before = interface.Users(interface.Header.Context);
    CHECK_EQUAL(before, 1);
    // A later version than offered is served by the one that there is.
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_BOTTOM_INTERFACE,
                                         (PINTERFACE)&interface, sizeof(interface), 3, NULL),
                 STATUS_SUCCESS);
    CHECK_EQUAL(interface.Users(interface.Header.Context), 2);
    interface.Header.InterfaceDereference(interface.Header.Context);
    interface.Header.InterfaceDereference(interface.Header.Context);
    CHECK_EQUAL(interface.Users(interface.Header.Context), 0);
    // An earlier one, a smaller structure, another GUID: nobody answers.
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_BOTTOM_INTERFACE,
                                         (PINTERFACE)&interface, sizeof(interface), 1, NULL),
                 STATUS_NOT_SUPPORTED);
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_BOTTOM_INTERFACE,
                                         (PINTERFACE)&interface, sizeof(INTERFACE), 2, NULL),
                 STATUS_NOT_SUPPORTED);
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_NOBODYS_INTERFACE,
                                         (PINTERFACE)&interface, sizeof(interface), 2, NULL),
                 STATUS_NOT_SUPPORTED);
}

static void TwoWays(TOP_RUN *run)
{
    BOTTOM_TWO_WAY interface;
    ULONG specific = 1;

    RtlZeroMemory(&interface, sizeof(interface));
    interface.In = 20;
    CHECK_STATUS(WdfIoTargetQueryForInterface(run->Target, &GUID_BOTTOM_TWO_WAY,
                                              (PINTERFACE)&interface, sizeof(interface), 1,
                                              &specific),
                 STATUS_SUCCESS);
    CHECK_EQUAL(interface.Out, 21);
    // The callback refuses, or leaves it to others.
    interface.In = 0;
    CHECK_STATUS(WdfIoTargetQueryForInterface(run->Target, &GUID_BOTTOM_TWO_WAY,
                                              (PINTERFACE)&interface, sizeof(interface), 1,
                                              &specific),
                 STATUS_INVALID_PARAMETER);
    CHECK_STATUS(WdfIoTargetQueryForInterface(run->Target, &GUID_BOTTOM_TWO_WAY,
                                              (PINTERFACE)&interface, sizeof(interface), 1, NULL),
                 STATUS_NOT_SUPPORTED);
}

static void OfferFailures(TOP_RUN *run)
{
    WDF_QUERY_INTERFACE_CONFIG config;
    INTERFACE interface;

    RtlZeroMemory(&interface, sizeof(interface));
    WDF_QUERY_INTERFACE_CONFIG_INIT(&config, &interface, &GUID_NOBODYS_INTERFACE, NULL);
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config), STATUS_INVALID_PARAMETER);
    interface.Size = sizeof(interface);
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config), STATUS_INVALID_PARAMETER);
    interface.InterfaceReference = WdfDeviceInterfaceReferenceNoOp;
    interface.InterfaceDereference = WdfDeviceInterfaceDereferenceNoOp;
    config.ImportInterface = TRUE;  // needs a callback
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config), STATUS_INVALID_PARAMETER);
    config.ImportInterface = FALSE;
    config.InterfaceType = NULL;
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config), STATUS_INVALID_PARAMETER);
    config.Size--;
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config),
                 STATUS_INFO_LENGTH_MISMATCH);
    WDF_QUERY_INTERFACE_CONFIG_INIT(&config, &interface, &GUID_NOBODYS_INTERFACE, NULL);
    CHECK_STATUS(WdfDeviceAddQueryInterface(run->Top->Device, &config), STATUS_SUCCESS);
    CHECK_STATUS(WdfFdoQueryForInterface(run->Top->Device, &GUID_NOBODYS_INTERFACE, &interface,
                                         sizeof(interface), 0, NULL),
                 STATUS_SUCCESS);
}

const TOP_CASE InterfaceCases[] = {
    {"AsksItsStack", AsksItsStack},
    {"TwoWays", TwoWays},
    {"OfferFailures", OfferFailures},
    {NULL, NULL},
};
