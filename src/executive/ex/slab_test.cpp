#include "executive/ex/slab.h"
#include "executive/testing.h"

#include <set>

namespace openkmdf::executive {
namespace {

TEST(SlabTest, HasAFreeListForEveryProcessorThatAMachineCanHave)
{
    scheduler::Options options;
    options.processors = scheduler::kMaximumProcessors;
    TestMachine pc(options);
    ASSERT_EQ(pc.scheduler().processors().size(), scheduler::kMaximumProcessors);
    EXPECT_TRUE(pc.run([&] {
        Slab &slab = *pc.arena().make<Slab>(pc.arena(), std::size_t{64}, std::size_t{16});
        Slab &after = *pc.arena().make<Slab>(pc.arena(), std::size_t{64}, std::size_t{16});
        scheduler::Processor *own = scheduler::current.processor;
        std::set<void *> slots;
        for (scheduler::Processor &processor : pc.scheduler().processors()) {
            scheduler::current.processor = &processor;
            slots.insert(slab.take());
        }
        EXPECT_EQ(slots.size(), scheduler::kMaximumProcessors);
        EXPECT_EQ(slab.live(), scheduler::kMaximumProcessors);
        EXPECT_EQ(after.live(), 0u);
        for (scheduler::Processor &processor : pc.scheduler().processors()) {
            scheduler::current.processor = &processor;
            void *slot = *slots.begin();
            slots.erase(slot);
            slab.give(slot);
        }
        EXPECT_EQ(slab.live(), 0u);
        scheduler::current.processor = own;
    }));
}

}  // namespace
}  // namespace openkmdf::executive
