#pragma once

#include "framework/power/power_machine.h"

// The table of the power machine.

namespace openkmdf::framework {

#define POWER_STATE_ROW(name, documented, documented_nonpaged, enter)                              \
    StateRow<PowerMachine>                                                                         \
    {                                                                                              \
        PowerMachineState::name, #name, WdfDevStatePower##documented,                              \
            static_cast<std::uint16_t>(WdfDevStatePower##documented_nonpaged), enter               \
    }
#define POWER_ROW(from, event, to)                                                                 \
    TransitionRow<PowerMachine>                                                                    \
    {                                                                                              \
        PowerMachineState::from, PowerMachineEvent::event, PowerMachineState::to                   \
    }
#define POWER_EVENT_ROW(name, source)                                                              \
    EventRow<PowerMachine>                                                                         \
    {                                                                                              \
        PowerMachineEvent::name, #name, EventSource::source                                        \
    }

inline constexpr auto kPowerTables = make_tables<PowerMachine>(
    std::to_array<StateRow<PowerMachine>>({
        POWER_STATE_ROW(Created, ObjectCreated, ObjectCreated, &PowerMachine::answer_irp),
        POWER_STATE_ROW(Starting, D0Starting, D0Starting, &PowerMachine::enter_d0),
        POWER_STATE_ROW(StartingInterrupts, D0StartingConnectInterrupt, D0StartingConnectInterrupt,
                        &PowerMachine::connect_interrupts),
        POWER_STATE_ROW(StartingDma, D0StartingDmaEnable, D0StartingDmaEnable,
                        &PowerMachine::enable_dma),
        POWER_STATE_ROW(StartingIo, D0StartingStartSelfManagedIo, D0StartingStartSelfManagedIo,
                        &PowerMachine::start_io),
        POWER_STATE_ROW(StartReported, DecideD0State, DecideD0State, &PowerMachine::report_started),
        POWER_STATE_ROW(StartIoFailed, InitialSelfManagedIoFailed, InitialSelfManagedIoFailed,
                        &PowerMachine::undo_io),
        POWER_STATE_ROW(StartDmaFailed, InitialDmaEnableFailed, InitialDmaEnableFailed,
                        &PowerMachine::undo_dma),
        POWER_STATE_ROW(StartInterruptsFailed, InitialConnectInterruptFailed,
                        InitialConnectInterruptFailed, &PowerMachine::undo_interrupts),
        POWER_STATE_ROW(StartFailed, InitialPowerUpFailed, InitialPowerUpFailed,
                        &PowerMachine::report_start_failed),
        POWER_STATE_ROW(D0, D0, D0NP, &PowerMachine::rest_in_d0),
        POWER_STATE_ROW(GoingToDx, GotoDx, GotoDxNP, &PowerMachine::stop_io),
        POWER_STATE_ROW(GoingToDxIoStopped, GotoDxIoStopped, GotoDxIoStoppedNP,
                        &PowerMachine::leave_d0),
        POWER_STATE_ROW(Dx, Dx, DxNP, &PowerMachine::rest_in_dx),
        POWER_STATE_ROW(DxFailed, GotoDxFailed, GotoDxNPFailed, &PowerMachine::report_power_failed),
        POWER_STATE_ROW(DxFailureReported, ReportPowerDownFailed, ReportPowerDownFailed,
                        &PowerMachine::answer_irp),
        POWER_STATE_ROW(Waking, Waking, WakingNP, &PowerMachine::enter_d0),
        POWER_STATE_ROW(WakingInterrupts, WakingConnectInterrupt, WakingConnectInterruptNP,
                        &PowerMachine::connect_interrupts),
        POWER_STATE_ROW(WakingDma, WakingDmaEnable, WakingDmaEnableNP, &PowerMachine::enable_dma),
        POWER_STATE_ROW(WakingIo, StartSelfManagedIo, StartSelfManagedIoNP,
                        &PowerMachine::start_io),
        POWER_STATE_ROW(WakeIoFailed, StartSelfManagedIoFailed, StartSelfManagedIoFailedNP,
                        &PowerMachine::undo_io),
        POWER_STATE_ROW(WakeDmaFailed, WakingDmaEnableFailed, WakingDmaEnableFailedNP,
                        &PowerMachine::undo_dma),
        POWER_STATE_ROW(WakeInterruptsFailed, WakingConnectInterruptFailed,
                        WakingConnectInterruptFailedNP, &PowerMachine::undo_interrupts),
        POWER_STATE_ROW(WakeFailed, UpFailed, UpFailedNP, &PowerMachine::report_wake_failed),
        POWER_STATE_ROW(WakeFailureReported, ReportPowerUpFailed, ReportPowerUpFailed,
                        &PowerMachine::answer_irp),
        POWER_STATE_ROW(Stopping, GotoD3Stopped, GotoD3Stopped, &PowerMachine::begin_stop),
        POWER_STATE_ROW(StoppingIoStopped, GotoD3Stopped, GotoD3Stopped, &PowerMachine::leave_d0),
        POWER_STATE_ROW(StopFailed, FinalPowerDownFailed, FinalPowerDownFailed,
                        &PowerMachine::report_stop_failed),
        POWER_STATE_ROW(StopReported, GotoStopped, GotoStopped, &PowerMachine::report_stopped),
        POWER_STATE_ROW(Stopped, Stopped, Stopped, &PowerMachine::answer_irp),
        POWER_STATE_ROW(Final, Final, Final, &PowerMachine::answer_irp),
    }),
    std::to_array<EventRow<PowerMachine>>({
        POWER_EVENT_ROW(None, Framework),
        POWER_EVENT_ROW(Start, Framework),
        POWER_EVENT_ROW(Stop, Framework),
        POWER_EVENT_ROW(SetDx, System),
        POWER_EVENT_ROW(SetD0, System),
        POWER_EVENT_ROW(Remove, Framework),
        POWER_EVENT_ROW(Succeeded, Framework),
        POWER_EVENT_ROW(Failed, Framework),
    }),
    std::to_array<TransitionRow<PowerMachine>>({
        POWER_ROW(Created, Start, Starting),
        POWER_ROW(Created, SetDx, Created),
        POWER_ROW(Created, SetD0, Created),
        POWER_ROW(Created, Remove, Final),

        POWER_ROW(Starting, Succeeded, StartingInterrupts),
        POWER_ROW(Starting, Failed,
                  StartFailed),  // EvtDeviceD0Exit does not follow a failed EvtDeviceD0Entry
        POWER_ROW(StartingInterrupts, Succeeded, StartingDma),
        POWER_ROW(StartingInterrupts, Failed, StartInterruptsFailed),
        POWER_ROW(StartingDma, Succeeded, StartingIo),
        POWER_ROW(StartingDma, Failed, StartDmaFailed),
        POWER_ROW(StartingIo, Succeeded, StartReported),
        POWER_ROW(StartingIo, Failed, StartIoFailed),
        POWER_ROW(StartReported, Succeeded, D0),
        POWER_ROW(StartIoFailed, Succeeded, StartDmaFailed),
        POWER_ROW(StartDmaFailed, Succeeded, StartInterruptsFailed),
        POWER_ROW(StartInterruptsFailed, Succeeded, StartFailed),
        POWER_ROW(StartFailed, Succeeded, Stopped),

        POWER_ROW(D0, SetDx, GoingToDx),
        POWER_ROW(D0, SetD0, D0),
        POWER_ROW(D0, Stop, Stopping),
        POWER_ROW(GoingToDx, Succeeded, GoingToDxIoStopped),
        POWER_ROW(GoingToDxIoStopped, Succeeded, Dx),
        POWER_ROW(GoingToDxIoStopped, Failed, DxFailed),
        POWER_ROW(Dx, SetDx, Dx),
        POWER_ROW(Dx, SetD0, Waking),
        POWER_ROW(Dx, Stop, StopReported),
        POWER_ROW(DxFailed, Succeeded, DxFailureReported),
        POWER_ROW(DxFailureReported, SetDx, DxFailureReported),
        POWER_ROW(DxFailureReported, SetD0, DxFailureReported),
        POWER_ROW(DxFailureReported, Stop, StopReported),

        POWER_ROW(Waking, Succeeded, WakingInterrupts),
        POWER_ROW(Waking, Failed, WakeFailed),
        POWER_ROW(WakingInterrupts, Succeeded, WakingDma),
        POWER_ROW(WakingInterrupts, Failed, WakeInterruptsFailed),
        POWER_ROW(WakingDma, Succeeded, WakingIo),
        POWER_ROW(WakingDma, Failed, WakeDmaFailed),
        POWER_ROW(WakingIo, Succeeded, D0),
        POWER_ROW(WakingIo, Failed, WakeIoFailed),
        POWER_ROW(WakeIoFailed, Succeeded, WakeDmaFailed),
        POWER_ROW(WakeDmaFailed, Succeeded, WakeInterruptsFailed),
        POWER_ROW(WakeInterruptsFailed, Succeeded, WakeFailed),
        POWER_ROW(WakeFailed, Succeeded, WakeFailureReported),
        POWER_ROW(WakeFailureReported, SetDx, WakeFailureReported),
        POWER_ROW(WakeFailureReported, SetD0, WakeFailureReported),
        POWER_ROW(WakeFailureReported, Stop, StopReported),

        POWER_ROW(Stopping, Succeeded, StoppingIoStopped),
        POWER_ROW(StoppingIoStopped, Succeeded, StopReported),
        POWER_ROW(StoppingIoStopped, Failed, StopFailed),
        POWER_ROW(StopFailed, Succeeded, Stopped),
        POWER_ROW(StopReported, Succeeded, Stopped),
        POWER_ROW(Stopped, Start, Starting),
        POWER_ROW(Stopped, SetDx, Stopped),
        POWER_ROW(Stopped, SetD0, Stopped),
        POWER_ROW(Stopped, Remove, Final),
        POWER_ROW(Final, SetDx, Final),
        POWER_ROW(Final, SetD0, Final),
    }),
    std::array<OutcomeRow<PowerMachine>, 0>{}, std::array<OutcomeRow<PowerMachine>, 0>{});

#undef POWER_STATE_ROW
#undef POWER_ROW
#undef POWER_EVENT_ROW

template <>
struct TablesOf<PowerMachine> {
    static constexpr const auto &value = kPowerTables;
};

}  // namespace openkmdf::framework
