#include "executive/ex/pool.h"
#include "executive/mm/mm_state.h"
#include "executive/testing.h"
#include "tests/support/tested.h"

#include <sys/mman.h>

// Memory descriptor lists: built, locked, mapped, in parts, advanced, protected; and the probes of
// user memory.

namespace openkmdf::executive {
namespace {

constexpr ULONG kTag = 'ldmT';

// Memory of the client.
class UserPages {
public:
    explicit UserPages(std::size_t count, int protection = PROT_READ | PROT_WRITE)
        : size_(count * PAGE_SIZE),
          memory_(mmap(nullptr, size_, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    {
        EXPECT_NE(memory_, MAP_FAILED);
    }
    ~UserPages() { munmap(memory_, size_); }
    UserPages(const UserPages &) = delete;
    UserPages &operator=(const UserPages &) = delete;

    char *at(std::size_t offset = 0) const { return static_cast<char *>(memory_) + offset; }
    void protect(int protection) { EXPECT_EQ(mprotect(memory_, size_, protection), 0); }

private:
    std::size_t size_;
    void *memory_;
};

class Mdls : public BothModes {
protected:
    // The exception that a body of a client's call raises.
    template <class Body>
    NTSTATUS raised(Body &&body)
    {
        TestMachine other(GetParam());
        const BugcheckRecord &record = other.stops(std::forward<Body>(body));
        EXPECT_EQ(record.code, SYSTEM_SERVICE_EXCEPTION) << record.message;
        return static_cast<NTSTATUS>(record.parameters[0]);
    }
    // Which rule of Driver Verifier a body breaks.
    template <class Body>
    std::uint64_t violation(Body &&body)
    {
        TestMachine other(GetParam());
        other->pool->set_checking(true);
        const BugcheckRecord &record = other.stops(std::forward<Body>(body));
        EXPECT_EQ(record.code, DRIVER_VERIFIER_DETECTED_VIOLATION) << record.message;
        return record.parameters[0];
    }
};
INSTANTIATE_IN_BOTH_MODES(Mdls);

PMDL mdl_of(void *memory, ULONG size)
{
    return IoAllocateMdl(memory, size, FALSE, FALSE, nullptr);
}

PMDL mdl_of_pool(ULONG size)
{
    PMDL mdl = mdl_of(ExAllocatePool2(POOL_FLAG_NON_PAGED, size, kTag), size);
    MmBuildMdlForNonPagedPool(mdl);
    return mdl;
}

PFN_NUMBER page_number(const void *address)
{
    return static_cast<PFN_NUMBER>(MmGetPhysicalAddress(const_cast<void *>(address)).QuadPart) >>
           PAGE_SHIFT;
}

PVOID map(PMDL mdl, KPROCESSOR_MODE mode = KernelMode, ULONG bugcheck_on_failure = FALSE)
{
    return MmMapLockedPagesSpecifyCache(mdl, mode, MmCached, nullptr, bugcheck_on_failure,
                                        NormalPagePriority);
}

TEST_P(Mdls, TheSizeCountsThePagesTouched)
{
    OPENKMDF_TESTS(MmSizeOfMdl);
    EXPECT_TRUE(pc.run([] {
        auto size = [](ULONG_PTR base, SIZE_T length) {
            return MmSizeOfMdl(reinterpret_cast<PVOID>(base), length) - sizeof(MDL);
        };
        EXPECT_EQ(size(0x10000, 1), sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10000, PAGE_SIZE), sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10000, PAGE_SIZE + 1), 2 * sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10FFF, 1), sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10FFF, 2), 2 * sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10FFF, PAGE_SIZE + 2), 3 * sizeof(PFN_NUMBER));
        EXPECT_EQ(size(0x10800, 0x100000), 257 * sizeof(PFN_NUMBER));
    }));
}

TEST_P(Mdls, NonPagedMemoryIsDescribedWhereItLies)
{
    OPENKMDF_TESTS(MmBuildMdlForNonPagedPool);
    EXPECT_TRUE(pc.run([] {
        auto *pool = static_cast<char *>(ExAllocatePool2(POOL_FLAG_NON_PAGED, 3 * PAGE_SIZE, kTag));
        PMDL mdl = mdl_of(pool + 100, 2 * PAGE_SIZE);
        MmBuildMdlForNonPagedPool(mdl);
        EXPECT_TRUE(mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
        EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), pool + 100);
        EXPECT_EQ(MmGetMdlVirtualAddress(mdl), pool + 100);
        EXPECT_EQ(MmGetMdlByteOffset(mdl), 100u);
        for (int i = 0; i < 3; i++)
            EXPECT_EQ(MmGetMdlPfnArray(mdl)[i], page_number(pool + i * PAGE_SIZE)) << i;
        // A mapping for user mode is the only one that may be added.
        auto *user = static_cast<char *>(map(mdl, UserMode));
        user[5] = 'u';
        EXPECT_EQ(pool[105], 'u');
        MmUnmapLockedPages(user, mdl);
        EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), pool + 100);
        IoFreeMdl(mdl);
        ExFreePool(pool);
    }));
    EXPECT_EQ(violation([] {
                  MmBuildMdlForNonPagedPool(mdl_of(ExAllocatePool2(POOL_FLAG_PAGED, 64, kTag), 64));
              }),
              0x7Fu);
    EXPECT_EQ(violation([] { MmProbeAndLockPages(mdl_of_pool(64), KernelMode, IoReadAccess); }),
              0xB0u);
    EXPECT_EQ(violation([] { MmUnlockPages(mdl_of_pool(64)); }), 0x7Du);
}

TEST_P(Mdls, LockedPagesAreThoseOfTheBuffer)
{
    OPENKMDF_TESTS(MmProbeAndLockPages, MmUnlockPages, MmMapLockedPagesSpecifyCache);
    UserPages user(3);
    EXPECT_TRUE(pc.run([&] {
        PMDL mdl = mdl_of(user.at(0x800), 2 * PAGE_SIZE);
        for (LOCK_OPERATION operation : {IoReadAccess, IoWriteAccess, IoModifyAccess}) {
            MmProbeAndLockPages(mdl, UserMode, operation);
            EXPECT_TRUE(mdl->MdlFlags & MDL_PAGES_LOCKED);
            EXPECT_EQ(!!(mdl->MdlFlags & MDL_WRITE_OPERATION), operation != IoReadAccess);
            for (int i = 0; i < 3; i++)
                EXPECT_EQ(MmGetMdlPfnArray(mdl)[i], page_number(user.at(i * PAGE_SIZE))) << i;
            auto *system = static_cast<char *>(map(mdl));
            EXPECT_TRUE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
            user.at(0x800)[operation] = 'r';
            EXPECT_EQ(system[operation], 'r');
            system[PAGE_SIZE] = static_cast<char>('0' + operation);
            EXPECT_EQ(*user.at(0x1800), '0' + operation);
            // Unlocking ends the mapping, too.
            MmUnlockPages(mdl);
            EXPECT_FALSE(mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA));
        }
        IoFreeMdl(mdl);
        void *paged = ExAllocatePool2(POOL_FLAG_PAGED, 100, kTag);
        mdl = mdl_of(paged, 100);
        MmProbeAndLockPages(mdl, KernelMode, IoWriteAccess);
        EXPECT_EQ(MmGetMdlPfnArray(mdl)[0], page_number(paged));
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        ExFreePool(paged);
    }));
    EXPECT_EQ(violation([&] {
                  PMDL mdl = mdl_of(user.at(), 64);
                  MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
                  MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
              }),
              0xB0u);
    EXPECT_EQ(violation([&] {
                  PMDL mdl = mdl_of(user.at(), 64);
                  MmProbeAndLockPages(mdl, UserMode, IoReadAccess);
                  MmUnlockPages(mdl);
                  MmUnlockPages(mdl);
              }),
              0x7Cu);
}

TEST_P(Mdls, PagesThatDoNotAllowTheOperationAreNotLocked)
{
    OPENKMDF_TESTS(MmProbeAndLockPages);
    UserPages user(2, PROT_READ);
    auto lock = [&](KPROCESSOR_MODE mode, LOCK_OPERATION operation) {
        MmProbeAndLockPages(mdl_of(user.at(), 2 * PAGE_SIZE), mode, operation);
    };
    EXPECT_TRUE(pc.run([&] {
        lock(UserMode, IoReadAccess);
        lock(KernelMode, IoReadAccess);
    }));
    for (LOCK_OPERATION operation : {IoWriteAccess, IoModifyAccess}) {
        EXPECT_EQ(raised([&] { lock(UserMode, operation); }), STATUS_ACCESS_VIOLATION);
        EXPECT_EQ(raised([&] { lock(KernelMode, operation); }), STATUS_ACCESS_VIOLATION);
    }
    user.protect(PROT_NONE);
    EXPECT_EQ(raised([&] { lock(UserMode, IoReadAccess); }), STATUS_ACCESS_VIOLATION);
    EXPECT_EQ(raised([] {
                  void *pool = ExAllocatePool2(POOL_FLAG_PAGED, 100, kTag);
                  MmProbeAndLockPages(mdl_of(pool, 100), UserMode, IoReadAccess);
              }),
              STATUS_ACCESS_VIOLATION);
}

TEST_P(Mdls, AnMdlHasOneSystemMappingAtATime)
{
    OPENKMDF_TESTS(MmMapLockedPages, MmMapLockedPagesSpecifyCache, MmUnmapLockedPages);
    UserPages user(1);
    auto locked = [&] {
        PMDL mdl = mdl_of(user.at(16), 100);
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        return mdl;
    };
    EXPECT_TRUE(pc.run([&] {
        PMDL mdl = locked();
        for (bool specify : {false, true, false}) {
            auto *system =
                static_cast<char *>(specify ? map(mdl) : MmMapLockedPages(mdl, KernelMode));
            EXPECT_TRUE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
            EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), system);
            *system = specify ? 'x' : 'y';
            EXPECT_EQ(*user.at(16), specify ? 'x' : 'y');
            MmUnmapLockedPages(system, mdl);
            EXPECT_FALSE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
        }
        auto *again = static_cast<char *>(MmMapLockedPages(mdl, UserMode));
        *again = 'z';
        EXPECT_EQ(*user.at(16), 'z');
        EXPECT_FALSE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
        MmUnmapLockedPages(again, mdl);
        pc.arena().fail_allocation(1, false);
        EXPECT_EQ(map(mdl), nullptr);
        EXPECT_FALSE(mdl->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    }));
    EXPECT_EQ(violation([&] { map(mdl_of(user.at(), 64)); }), 0xB3u);
    EXPECT_EQ(violation([&] {
                  PMDL mdl = locked();
                  map(mdl);
                  map(mdl);
              }),
              0xB2u);
    EXPECT_EQ(violation([&] {
                  PMDL mdl = locked();
                  MmUnmapLockedPages(static_cast<char *>(map(mdl)) + 1, mdl);
              }),
              0x79u);
}

TEST_P(Mdls, AMappingFailsAsItsModeSays)
{
    OPENKMDF_TESTS(MmMapLockedPages, MmMapLockedPagesSpecifyCache);
    UserPages user(1);
    auto fail = [&](KPROCESSOR_MODE mode, bool specify) {
        PMDL mdl = mdl_of(user.at(16), 100);
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        kernel().arena->fail_allocation(1, false);
        if (specify) map(mdl, mode, mode == KernelMode);
        else MmMapLockedPages(mdl, mode);
    };
    for (bool specify : {false, true}) {
        TestMachine other(GetParam());
        EXPECT_EQ(other.stops([&] { fail(KernelMode, specify); }).code, NO_MORE_SYSTEM_PTES);
        EXPECT_FALSE(NT_SUCCESS(raised([&] { fail(UserMode, specify); }))) << specify;
    }
    // Where the kernel is, no user memory can be.
    EXPECT_FALSE(NT_SUCCESS(raised([&] {
        PMDL mdl = mdl_of(user.at(16), 100);
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached,
                                     reinterpret_cast<PVOID>(scheduler::Arena::kKernelLow), FALSE,
                                     NormalPagePriority);
    })));
}

TEST_P(Mdls, PartsAreMappedByThemselves)
{
    OPENKMDF_TESTS(MmMapLockedPagesSpecifyCache, MmUnmapLockedPages);
    UserPages user(3);
    EXPECT_TRUE(pc.run([&] {
        PMDL whole = mdl_of(user.at(), 3 * PAGE_SIZE);
        MmProbeAndLockPages(whole, UserMode, IoWriteAccess);
        PMDL part = mdl_of(user.at(0x1010), 0x1000);
        IoBuildPartialMdl(whole, part, user.at(0x1010), 0x1000);
        auto *system = static_cast<char *>(map(part));
        EXPECT_TRUE(part->MdlFlags & MDL_PARTIAL_HAS_BEEN_MAPPED);
        EXPECT_FALSE(whole->MdlFlags & MDL_MAPPED_TO_SYSTEM_VA);
        system[0xFFF] = 'p';
        EXPECT_EQ(*user.at(0x200F), 'p');
        MmPrepareMdlForReuse(part);
        EXPECT_FALSE(part->MdlFlags & (MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_MAPPED_TO_SYSTEM_VA));
        IoBuildPartialMdl(whole, part, user.at(0x2000), 0x1000);
        EXPECT_EQ(MmGetMdlPfnArray(part)[0], page_number(user.at(0x2000)));
        EXPECT_EQ(MmGetMdlByteOffset(part), 0u);
        system = static_cast<char *>(map(part));
        *system = 'q';
        EXPECT_EQ(*user.at(0x2000), 'q');
        IoFreeMdl(part);
        MmUnlockPages(whole);
        IoFreeMdl(whole);
    }));
}

TEST_P(Mdls, AdvancingMovesTheBeginningOnly)
{
    OPENKMDF_TESTS(MmAdvanceMdl);
    UserPages user(4);
    EXPECT_TRUE(pc.run([&] {
        PMDL mdl = mdl_of(user.at(0x800), 3 * PAGE_SIZE);
        MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        auto *system = static_cast<char *>(map(mdl));
        ULONG done = 0;
        auto expect_at = [&](ULONG offset) {
            EXPECT_EQ(MmGetMdlVirtualAddress(mdl), user.at(0x800 + offset));
            EXPECT_EQ(MmGetMdlByteOffset(mdl), (0x800 + offset) % PAGE_SIZE);
            EXPECT_EQ(MmGetMdlByteCount(mdl), 3 * PAGE_SIZE - offset);
            EXPECT_EQ(mdl->MappedSystemVa, system + offset);
            EXPECT_EQ(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), system + offset);
            for (ULONG at = 0x800 + offset, i = 0; at < 0x3800; at = (at | 0xFFF) + 1, i++)
                EXPECT_EQ(MmGetMdlPfnArray(mdl)[i], page_number(user.at(at))) << offset;
        };
        for (ULONG step : {0u, 0x100u, 0x700u, 0x1001u, 0xFFFu}) {
            EXPECT_EQ(MmAdvanceMdl(mdl, step), STATUS_SUCCESS);
            expect_at(done += step);
        }
        EXPECT_EQ(MmAdvanceMdl(mdl, 3 * PAGE_SIZE - done + 1), STATUS_INVALID_PARAMETER_2);
        expect_at(done);
        EXPECT_EQ(MmAdvanceMdl(mdl, 3 * PAGE_SIZE - done), STATUS_SUCCESS);
        expect_at(3 * PAGE_SIZE);
        EXPECT_EQ(MmAdvanceMdl(mdl, 1), STATUS_INVALID_PARAMETER_2);
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
    })) << pc->bugcheck.message;
}

TEST_P(Mdls, ProtectionIsOfTheSystemMapping)
{
    auto whole_page = [] {
        PHYSICAL_ADDRESS low = {}, high;
        high.QuadPart = -1;
        return MmAllocatePagesForMdlEx(low, high, low, PAGE_SIZE, MmCached, 0);
    };
    EXPECT_TRUE(pc.run([&] {
        PMDL mdl = whole_page();
        EXPECT_EQ(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE), STATUS_NOT_MAPPED_VIEW);
        auto *system = static_cast<char *>(map(mdl));
        *system = 'a';
        EXPECT_EQ(MmProtectMdlSystemAddress(mdl, 0), STATUS_INVALID_PAGE_PROTECTION);
        EXPECT_EQ(MmProtectMdlSystemAddress(mdl, PAGE_READONLY | PAGE_READWRITE),
                  STATUS_INVALID_PAGE_PROTECTION);
        for (ULONG protection : {PAGE_NOACCESS, PAGE_EXECUTE, PAGE_EXECUTE_READ,
                                 PAGE_EXECUTE_READWRITE, PAGE_READONLY, PAGE_READWRITE})
            EXPECT_EQ(MmProtectMdlSystemAddress(mdl, protection), STATUS_SUCCESS) << protection;
        *system = 'b';
        MmUnmapLockedPages(system, mdl);
        EXPECT_EQ(MmProtectMdlSystemAddress(mdl, PAGE_READWRITE), STATUS_NOT_MAPPED_VIEW);
    }));
}

TEST_P(Mdls, ProbesAcceptUserMemoryOnly)
{
    OPENKMDF_TESTS(ProbeForRead, ProbeForWrite);
    UserPages user(2);
    *user.at(100) = 'u';
    EXPECT_TRUE(pc.run([&] {
        ProbeForRead(user.at(3), PAGE_SIZE, 1);
        ProbeForWrite(user.at(4), PAGE_SIZE, 4);
        EXPECT_EQ(*user.at(100), 'u');
        // No length: no check.
        ProbeForRead(nullptr, 0, 1);
        ProbeForRead(user.at(1), 0, 8);
        ProbeForWrite(reinterpret_cast<PVOID>(scheduler::Arena::kKernelLow), 0, 1);
    })) << pc->bugcheck.message;
    user.protect(PROT_READ);
    EXPECT_TRUE(pc.run([&] { ProbeForRead(user.at(), 2 * PAGE_SIZE, 1); }));
    EXPECT_EQ(raised([&] { ProbeForWrite(user.at(), 1, 1); }), STATUS_ACCESS_VIOLATION);
    for (auto probe : {+[](ULONG_PTR address, SIZE_T length, ULONG alignment) {
                           ProbeForRead(reinterpret_cast<PVOID>(address), length, alignment);
                       },
                       +[](ULONG_PTR address, SIZE_T length, ULONG alignment) {
                           ProbeForWrite(reinterpret_cast<PVOID>(address), length, alignment);
                       }}) {
        const ULONG_PTR start = number_of(user.at());
        EXPECT_EQ(raised([&] { probe(start + 2, 4, 4); }), STATUS_DATATYPE_MISALIGNMENT);
        EXPECT_EQ(raised([&] { probe(start, ~SIZE_T{0}, 1); }), STATUS_ACCESS_VIOLATION);
        EXPECT_EQ(
            raised([&] { probe(number_of(ExAllocatePool2(POOL_FLAG_PAGED, 16, kTag)), 16, 1); }),
            STATUS_ACCESS_VIOLATION);
        // The system's addresses, and a range that has the kernel's in its middle.
        EXPECT_EQ(raised([&] { probe(0xFFFF'8000'0000'0000, 16, 1); }), STATUS_ACCESS_VIOLATION);
        EXPECT_EQ(raised([&] { probe(0x10000, scheduler::Arena::kKernelHigh, 1); }),
                  STATUS_ACCESS_VIOLATION);
    }
}

}  // namespace
}  // namespace openkmdf::executive
