#include "executive/ex/pool.h"
#include "executive/exports.h"
#include "executive/mm/mm_state.h"
#include "executive/module_registry.h"
#include "executive/testing.h"
#include "scheduler/sanitizer.h"
#include "tests/support/tested.h"

#include <sys/mman.h>

#include <cstring>

// Contiguous, non-cached and device memory, pages for an MDL, pageable sections, copies, queries
// and the variables that the memory manager exports.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'mmeM';
constexpr LONGLONG kAny = -1;
constexpr LONGLONG kGigabyte = 1 << 30;

class Memory : public BothModes {
protected:
    std::uint64_t live() { return pc->pool->live_blocks(); }
    template <class Body>
    BugcheckRecord stop(Body &&body)
    {
        TestMachine other(GetParam());
        return other.stops(std::forward<Body>(body));
    }
};
INSTANTIATE_IN_BOTH_MODES(Memory);

PHYSICAL_ADDRESS physical(LONGLONG value)
{
    PHYSICAL_ADDRESS address;
    address.QuadPart = value;
    return address;
}

LONGLONG physical_of(const void *address)
{
    return MmGetPhysicalAddress(const_cast<void *>(address)).QuadPart;
}

// What a driver built without a sanitizer does.
[[gnu::noinline]] OPENKMDF_UNINSTRUMENTED void fill(void *memory, SIZE_T bytes)
{
    for (SIZE_T i = 0; i < bytes; i++) static_cast<volatile char *>(memory)[i] = 0x5A;
}

using Contiguous = PVOID (*)(SIZE_T bytes, LONGLONG lowest, LONGLONG highest, LONGLONG multiple);

constexpr Contiguous kContiguous[] = {
    [](SIZE_T bytes, LONGLONG lowest, LONGLONG highest, LONGLONG multiple) {
        return MmAllocateContiguousMemorySpecifyCache(bytes, physical(lowest), physical(highest),
                                                      physical(multiple), MmNonCached);
    },
    [](SIZE_T bytes, LONGLONG lowest, LONGLONG highest, LONGLONG multiple) {
        return MmAllocateContiguousMemorySpecifyCacheNode(
            bytes, physical(lowest), physical(highest), physical(multiple), MmCached, 0);
    },
    [](SIZE_T bytes, LONGLONG lowest, LONGLONG highest, LONGLONG multiple) {
        return MmAllocateContiguousNodeMemory(bytes, physical(lowest), physical(highest),
                                              physical(multiple), PAGE_READWRITE, MM_ANY_NODE_OK);
    },
};

void expect_contiguous(void *memory, SIZE_T bytes)
{
    ASSERT_TRUE(memory);
    EXPECT_EQ(BYTE_OFFSET(memory), 0u);
    fill(memory, bytes);
    auto *at = static_cast<char *>(memory);
    for (SIZE_T i = 0; i < bytes; i += PAGE_SIZE)
        EXPECT_EQ(physical_of(at + i), physical_of(at) + static_cast<LONGLONG>(i));
}

TEST_P(Memory, ContiguousMemoryKeepsToItsRange)
{
    OPENKMDF_TESTS(MmAllocateContiguousMemory, MmAllocateContiguousMemorySpecifyCache,
                   MmAllocateContiguousMemorySpecifyCacheNode, MmAllocateContiguousNodeMemory,
                   MmFreeContiguousMemory, MmFreeContiguousMemorySpecifyCache,
                   MmGetPhysicalAddress);
    EXPECT_TRUE(pc.run([this] {
        const std::uint64_t before = live();
        void *memory = MmAllocateContiguousMemory(5 * PAGE_SIZE, physical(kAny));
        expect_contiguous(memory, 5 * PAGE_SIZE);
        EXPECT_EQ(physical_of(static_cast<char *>(memory) + 77), physical_of(memory) + 77);
        const LONGLONG here = physical_of(memory);
        MmFreeContiguousMemory(memory);
        EXPECT_EQ(MmAllocateContiguousMemory(PAGE_SIZE, physical(kGigabyte)), nullptr);
        for (Contiguous allocate : kContiguous) {
            memory = allocate(3 * PAGE_SIZE, 0, kAny, 0);
            expect_contiguous(memory, 3 * PAGE_SIZE);
            MmFreeContiguousMemorySpecifyCache(memory, 3 * PAGE_SIZE, MmNonCached);
            memory = allocate(PAGE_SIZE, here & ~(kGigabyte - 1), here | (kGigabyte - 1), 0);
            expect_contiguous(memory, PAGE_SIZE);
            MmFreeContiguousMemory(memory);
            EXPECT_EQ(allocate(PAGE_SIZE, 0, kGigabyte, 0), nullptr);
            EXPECT_EQ(allocate(PAGE_SIZE, INT64_MAX - kGigabyte, INT64_MAX, 0), nullptr);
            pc.arena().fail_allocation(1, false);
            EXPECT_EQ(allocate(PAGE_SIZE, 0, kAny, 0), nullptr);
        }
        pc.arena().fail_allocation(1, false);
        EXPECT_EQ(MmAllocateContiguousMemory(PAGE_SIZE, physical(kAny)), nullptr);
        EXPECT_EQ(live(), before);
    })) << pc->bugcheck.message;
    for (bool twice : {false, true}) {
        const BugcheckRecord record = stop([twice] {
            void *memory = twice ? MmAllocateContiguousMemory(PAGE_SIZE, physical(kAny))
                                 : ExAllocatePool2(POOL_FLAG_NON_PAGED, PAGE_SIZE, kTag);
            if (twice) MmFreeContiguousMemory(memory);
            MmFreeContiguousMemory(memory);
        });
        EXPECT_EQ(record.code, BAD_POOL_CALLER);
        EXPECT_EQ(record.parameters[0], 0x60u);
    }
}

TEST_P(Memory, ContiguousMemoryDoesNotCrossABoundary)
{
    OPENKMDF_TESTS(MmAllocateContiguousMemorySpecifyCache,
                   MmAllocateContiguousMemorySpecifyCacheNode, MmAllocateContiguousNodeMemory);
    constexpr LONGLONG kBoundary = 4 * PAGE_SIZE;
    EXPECT_TRUE(pc.run([this] {
        for (Contiguous allocate : kContiguous) {
            void *all[8];
            for (void *&memory : all) {
                memory = allocate(3 * PAGE_SIZE, 0, kAny, kBoundary);
                expect_contiguous(memory, 3 * PAGE_SIZE);
                const LONGLONG first = physical_of(memory);
                EXPECT_EQ(first / kBoundary, (first + 3 * PAGE_SIZE - 1) / kBoundary);
            }
            for (void *memory : all) MmFreeContiguousMemory(memory);
            EXPECT_EQ(live(), 0u);
        }
    })) << pc->bugcheck.message;
}

TEST_P(Memory, NonCachedMemoryIsWholePages)
{
    OPENKMDF_TESTS(MmAllocateNonCachedMemory, MmFreeNonCachedMemory);
    EXPECT_TRUE(pc.run([this] {
        const std::uint64_t before = live();
        void *memory = MmAllocateNonCachedMemory(100);
        ASSERT_TRUE(memory);
        EXPECT_TRUE(pc.arena().region(scheduler::RegionKind::NonPaged).contains(memory));
        EXPECT_EQ(number_of(memory) % SYSTEM_CACHE_ALIGNMENT_SIZE, 0u);
        fill(memory, PAGE_SIZE);
        EXPECT_EQ(live(), before + 1);
        MmFreeNonCachedMemory(memory, 100);
        EXPECT_EQ(live(), before);
        pc.arena().fail_allocation(1, false);
        EXPECT_EQ(MmAllocateNonCachedMemory(100), nullptr);
    })) << pc->bugcheck.message;
}

using Pages = PMDL (*)(LONGLONG low, LONGLONG high, LONGLONG skip, SIZE_T bytes);

constexpr Pages kPages[] = {
    [](LONGLONG low, LONGLONG high, LONGLONG skip, SIZE_T bytes) {
        return MmAllocatePagesForMdl(physical(low), physical(high), physical(skip), bytes);
    },
    [](LONGLONG low, LONGLONG high, LONGLONG skip, SIZE_T bytes) {
        return MmAllocatePagesForMdlEx(physical(low), physical(high), physical(skip), bytes,
                                       MmCached, MM_ALLOCATE_FULLY_REQUIRED);
    },
    [](LONGLONG low, LONGLONG high, LONGLONG skip, SIZE_T bytes) {
        return MmAllocateNodePagesForMdlEx(physical(low), physical(high), physical(skip), bytes,
                                           MmNonCached, 0, MM_ALLOCATE_FULLY_REQUIRED);
    },
};

TEST_P(Memory, PagesForAnMdlAreZeroAndWithoutAnAddress)
{
    OPENKMDF_TESTS(MmAllocatePagesForMdl, MmAllocatePagesForMdlEx, MmAllocateNodePagesForMdlEx,
                   MmFreePagesFromMdl);
    EXPECT_TRUE(pc.run([this] {
        const std::uint64_t before = live();
        for (Pages allocate : kPages) {
            // The second time the pages have been used before.
            for (int i = 0; i < 2; i++) {
                const KIRQL old = KfRaiseIrql(i ? DISPATCH_LEVEL : PASSIVE_LEVEL);
                PMDL mdl = allocate(0, kAny, 0, 5000);
                ASSERT_TRUE(mdl);
                EXPECT_GE(MmGetMdlByteCount(mdl), 5000u);
                EXPECT_FALSE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
                EXPECT_NE(MmGetMdlPfnArray(mdl)[0], MmGetMdlPfnArray(mdl)[1]);
                auto *mapped = static_cast<unsigned char *>(
                    MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority));
                for (int k = 0; k < 5000; k++) ASSERT_EQ(mapped[k], 0) << k;
                EXPECT_EQ(physical_of(mapped + PAGE_SIZE) >> PAGE_SHIFT,
                          static_cast<LONGLONG>(MmGetMdlPfnArray(mdl)[1]));
                std::memset(mapped, 0xAA, 5000);
                MmFreePagesFromMdl(mdl);
                EXPECT_EQ(live(), before + 1);
                ExFreePool(mdl);
                EXPECT_EQ(live(), before);
                KeLowerIrql(old);
            }
            EXPECT_EQ(allocate(0, kGigabyte, 0, PAGE_SIZE), nullptr);
            for (int nth : {1, 2}) {
                pc.arena().fail_allocation(nth, false);
                EXPECT_EQ(allocate(0, kAny, 0, PAGE_SIZE), nullptr);
            }
        }
    })) << pc->bugcheck.message;
}

TEST_P(Memory, PagesForAnMdlComeFromLaterRangesToo)
{
    OPENKMDF_TESTS(MmAllocatePagesForMdl, MmAllocatePagesForMdlEx, MmAllocateNodePagesForMdlEx);
    EXPECT_TRUE(pc.run([] {
        for (Pages allocate : kPages) EXPECT_TRUE(allocate(0, kGigabyte - 1, kGigabyte, PAGE_SIZE));
    }));
}

struct Device {
    char memory[PAGE_SIZE];
    bool cached = false;
    int unmapped = 0;

    static constexpr std::uint64_t kAt = 0xFEB0'0000;
    static void *map(void *context, std::uint64_t address, std::size_t bytes, bool cached)
    {
        auto &self = *static_cast<Device *>(context);
        if (address < kAt || address + bytes > kAt + PAGE_SIZE) return nullptr;
        self.cached = cached;
        return self.memory + (address - kAt);
    }
    static void unmap(void *context, void *address, std::size_t bytes)
    {
        auto &self = *static_cast<Device *>(context);
        EXPECT_EQ(address, self.memory + 16);
        EXPECT_EQ(bytes, 64u);
        self.unmapped++;
    }
};

TEST_P(Memory, DeviceMemoryIsMappedWhereADeviceIs)
{
    OPENKMDF_TESTS(MmMapIoSpace, MmMapIoSpaceEx, MmUnmapIoSpace);
    static Device device;
    device.unmapped = 0;
    pc->mm->io_space = {&device, Device::map, Device::unmap};
    EXPECT_TRUE(pc.run([] {
        const PHYSICAL_ADDRESS at = physical(Device::kAt + 16);
        for (bool cached : {false, true}) {
            void *mapped = MmMapIoSpace(at, 64, cached ? MmCached : MmNonCached);
            EXPECT_EQ(mapped, device.memory + 16);
            EXPECT_EQ(device.cached, cached);
            MmUnmapIoSpace(mapped, 64);
            mapped = MmMapIoSpaceEx(at, 64, PAGE_READWRITE | (cached ? 0 : PAGE_NOCACHE));
            EXPECT_EQ(mapped, device.memory + 16);
            EXPECT_EQ(device.cached, cached);
            MmUnmapIoSpace(mapped, 64);
        }
        EXPECT_EQ(device.unmapped, 4);
        EXPECT_EQ(MmMapIoSpace(physical(Device::kAt - 1), 64, MmNonCached), nullptr);
        EXPECT_EQ(MmMapIoSpaceEx(physical(Device::kAt + 1), PAGE_SIZE, PAGE_READWRITE), nullptr);
    }));
    pc->mm->io_space = {};
    EXPECT_TRUE(pc.run([] {
        // Memory of the system may be mapped, too.
        void *memory = MmAllocateContiguousMemory(PAGE_SIZE, physical(kAny));
        auto *mapped = MmMapIoSpace(physical(physical_of(memory) + 8), 64, MmNonCached);
        fill(mapped, 1);
        EXPECT_EQ(static_cast<char *>(memory)[8], 0x5A);
    }));
}

TEST_P(Memory, SectionsAreNamedByAnAddressInADriver)
{
    OPENKMDF_TESTS(MmLockPagableDataSection, MmPageEntireDriver, MmResetDriverPaging);
    const LoadedModule &module = pc.be_driver();
    auto *inside = reinterpret_cast<PVOID>(module.low + PAGE_SIZE);
    EXPECT_TRUE(pc.run([&] {
        EXPECT_TRUE(MmLockPagableDataSection(inside));
        EXPECT_EQ(number_of(MmPageEntireDriver(inside)), module.low);
        MmResetDriverPaging(inside);
    }));
    for (auto function : {+[](PVOID address) { MmLockPagableDataSection(address); },
                          +[](PVOID address) { MmPageEntireDriver(address); },
                          +[](PVOID address) { MmResetDriverPaging(address); }})
        EXPECT_EQ(stop([&] { function(ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag)); }).code,
                  MEMORY_MANAGEMENT);
}

TEST_P(Memory, SystemRoutinesAreFoundByName)
{
    OPENKMDF_TESTS(MmGetSystemRoutineAddress);
    EXPECT_TRUE(pc.run([] {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, u"KeSetEventX");
        EXPECT_EQ(MmGetSystemRoutineAddress(&name), nullptr);
        name.Length -= sizeof(WCHAR);
        auto *set_event = reinterpret_cast<decltype(&KeSetEvent)>(MmGetSystemRoutineAddress(&name));
        ASSERT_TRUE(set_event);
        KEVENT event;
        KeInitializeEvent(&event, NotificationEvent, FALSE);
        EXPECT_EQ(set_event(&event, IO_NO_INCREMENT, FALSE), 0);
        EXPECT_EQ(KeReadStateEvent(&event), 1);
        for (const char16_t *unknown :
             {u"", u"DriverEntry", u"WdfDeviceCreate", u"KeSetEv\u00E9nt"}) {
            RtlInitUnicodeString(&name, unknown);
            EXPECT_EQ(MmGetSystemRoutineAddress(&name), nullptr);
        }
    }));
}

TEST_P(Memory, CopiesStopWhereThereIsNoMemory)
{
    OPENKMDF_TESTS(MmCopyMemory);
    auto *user = static_cast<char *>(
        mmap(nullptr, 4 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    for (int i = 0; i < 4; i++) std::memset(user + i * PAGE_SIZE, '0' + i, PAGE_SIZE);
    ASSERT_EQ(mprotect(user + 3 * PAGE_SIZE, PAGE_SIZE, PROT_NONE), 0);
    EXPECT_TRUE(pc.run([&] {
        SIZE_T copied = 1;
        auto *target = static_cast<char *>(ExAllocatePool2(POOL_FLAG_NON_PAGED, 8192, kTag));
        auto copy = [&](const void *from, SIZE_T bytes, ULONG flags) {
            MM_COPY_ADDRESS source = {};
            if (flags == MM_COPY_MEMORY_PHYSICAL)
                source.PhysicalAddress = physical(physical_of(from));
            else source.VirtualAddress = const_cast<void *>(from);
            std::memset(target, 0, 8192);
            return MmCopyMemory(target, source, bytes, flags, &copied);
        };
        for (ULONG flags : {MM_COPY_MEMORY_VIRTUAL, MM_COPY_MEMORY_PHYSICAL}) {
            EXPECT_EQ(copy(user + 5, 100, flags), STATUS_SUCCESS);
            EXPECT_EQ(copied, 100u);
            EXPECT_EQ(std::memcmp(target, user + 5, 100), 0);
            EXPECT_EQ(target[100], 0);
        }
        for (ULONG flags : {0, MM_COPY_MEMORY_VIRTUAL | MM_COPY_MEMORY_PHYSICAL}) {
            EXPECT_FALSE(NT_SUCCESS(copy(user, 100, flags)));
            EXPECT_EQ(copied, 0u);
        }
        for (const void *nothing : {static_cast<const void *>(nullptr),
                                    reinterpret_cast<const void *>(0xFFFF'8000'0000'0000),
                                    static_cast<const void *>(user + 3 * PAGE_SIZE)}) {
            EXPECT_FALSE(NT_SUCCESS(copy(nothing, 8, MM_COPY_MEMORY_VIRTUAL)));
            EXPECT_EQ(copied, 0u);
        }
        EXPECT_FALSE(NT_SUCCESS(copy(user + 3 * PAGE_SIZE - 50, 100, MM_COPY_MEMORY_VIRTUAL)));
        EXPECT_LE(copied, 50u);
        for (SIZE_T i = 0; i < 100; i++) EXPECT_EQ(target[i], i < copied ? '2' : 0);
        // Frames follow each other in the order of their first use: here page 2, then page 1.
        MM_COPY_ADDRESS frames = {};
        frames.PhysicalAddress = physical(physical_of(user + 2 * PAGE_SIZE));
        ASSERT_EQ(physical_of(user + PAGE_SIZE), frames.PhysicalAddress.QuadPart + PAGE_SIZE);
        EXPECT_EQ(MmCopyMemory(target, frames, 8192, MM_COPY_MEMORY_PHYSICAL, &copied),
                  STATUS_SUCCESS);
        EXPECT_EQ(target[0], '2');
        EXPECT_EQ(target[PAGE_SIZE], '1');
        frames.PhysicalAddress = physical(0xFEE0'0000);
        EXPECT_FALSE(NT_SUCCESS(MmCopyMemory(target, frames, 4, MM_COPY_MEMORY_PHYSICAL, &copied)));
        EXPECT_EQ(copied, 0u);
    }));
    munmap(user, 4 * PAGE_SIZE);
}

TEST_P(Memory, AnswersAboutAddressesAndTheSystem)
{
    OPENKMDF_TESTS(MmIsAddressValid, MmQuerySystemSize, MmIsThisAnNtAsSystem);
    auto *user = static_cast<char *>(
        mmap(nullptr, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    EXPECT_TRUE(pc.run([&] {
        RTL_OSVERSIONINFOEXW version = {};
        EXPECT_TRUE(MmIsAddressValid(&version));
        EXPECT_TRUE(MmIsAddressValid(user));
        EXPECT_TRUE(MmIsAddressValid(ExAllocatePool2(POOL_FLAG_NON_PAGED, 16, kTag)));
        mprotect(user, PAGE_SIZE, PROT_NONE);
        EXPECT_FALSE(MmIsAddressValid(user));
        EXPECT_FALSE(MmIsAddressValid(nullptr));
        EXPECT_FALSE(MmIsAddressValid(reinterpret_cast<PVOID>(scheduler::Arena::kKernelHigh - 1)));
        EXPECT_EQ(MmQuerySystemSize(), MmLargeSystem);
        version.dwOSVersionInfoSize = sizeof version;
        EXPECT_EQ(RtlGetVersion(reinterpret_cast<PRTL_OSVERSIONINFOW>(&version)), STATUS_SUCCESS);
        EXPECT_EQ(MmIsThisAnNtAsSystem(), version.wProductType != VER_NT_WORKSTATION);
    }));
    munmap(user, PAGE_SIZE);
}

TEST_P(Memory, AVerifiedDriverIsToldSo)
{
    OPENKMDF_TESTS(MmIsDriverVerifying, MmIsDriverVerifyingByAddress, MmIsDriverSuspectForVerifier);
    DRIVER_OBJECT object = {};
    LoadedModule &module = pc.be_driver();
    module.driver_object = &object;
    object.DriverStart = reinterpret_cast<PVOID>(module.low);
    auto *inside = reinterpret_cast<PVOID>(module.low + PAGE_SIZE);
    for (bool verified : {false, true}) {
        pc->pool->set_checking(verified);
        EXPECT_TRUE(pc.run([&] {
            EXPECT_EQ(!!MmIsDriverVerifying(&object), verified);
            EXPECT_EQ(!!MmIsDriverSuspectForVerifier(&object), verified);
            EXPECT_EQ(!!MmIsDriverVerifyingByAddress(inside), verified);
            EXPECT_FALSE(MmIsDriverVerifyingByAddress(&object));  // in no driver
        }));
    }
}

TEST_P(Memory, VariablesTellTheLimits)
{
    OPENKMDF_TESTS(MmHighestUserAddress, MmSystemRangeStart, MmUserProbeAddress, MmBadPointer);
    auto variable = [this](const char *name) {
        return *static_cast<ULONG_PTR *>(find_export(pc.kernel(), name));
    };
    const ULONG_PTR highest = variable("MmHighestUserAddress");
    EXPECT_EQ(variable("MmUserProbeAddress"), highest + 1);
    EXPECT_GT(variable("MmSystemRangeStart"), highest);
    const ULONG_PTR bad = variable("MmBadPointer");
    pc.be_driver();
    EXPECT_TRUE(pc.run([bad] { EXPECT_FALSE(MmIsAddressValid(reinterpret_cast<PVOID>(bad))); }));
    pc.stops([bad] { fill(reinterpret_cast<PVOID>(bad + 7), 1); });
}

TEST_P(Memory, VariablesHoldTheTypesOfObjects)
{
    OPENKMDF_TESTS(MmSectionObjectType, ExEventObjectType, ExSemaphoreObjectType);
    auto type = [this](const char *name) {
        return **static_cast<POBJECT_TYPE **>(find_export(pc.kernel(), name));
    };
    EXPECT_TRUE(pc.run([&] {
        HANDLE handle;
        OBJECT_ATTRIBUTES attributes;
        InitializeObjectAttributes(&attributes, nullptr, OBJ_KERNEL_HANDLE, nullptr, nullptr);
        ASSERT_EQ(ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
                  STATUS_SUCCESS);
        auto reference = [&](const char *name) {
            PVOID object = nullptr;
            const NTSTATUS status = ObReferenceObjectByHandle(
                handle, EVENT_MODIFY_STATE, type(name), KernelMode, &object, nullptr);
            if (object) ObDereferenceObject(object);
            return status;
        };
        EXPECT_EQ(reference("ExEventObjectType"), STATUS_SUCCESS);
        EXPECT_EQ(reference("ExSemaphoreObjectType"), STATUS_OBJECT_TYPE_MISMATCH);
        EXPECT_EQ(reference("MmSectionObjectType"), STATUS_OBJECT_TYPE_MISMATCH);
        ZwClose(handle);
    }));
    EXPECT_EQ(type("ExSemaphoreObjectType"), pc->objects->type(ob::TypeIndex::Semaphore));
    EXPECT_EQ(type("MmSectionObjectType"), pc->objects->type(ob::TypeIndex::Section));
}

}  // namespace
}  // namespace openkmdf::executive
