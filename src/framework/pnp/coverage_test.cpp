#include "framework/pnp/fake_bridge.h"

// Fails when a transition of a machine's table was taken by no test of this executable. Runs at the
// end of it.

namespace openkmdf::framework {

Coverage &coverage()
{
    static Coverage all;
    return all;
}

namespace {

class TransitionCoverageCheck : public testing::Environment {
public:
    void TearDown() override
    {
        const auto &unit = *testing::UnitTest::GetInstance();
        // A filtered run takes some transitions only.
        if (unit.test_to_run_count() != unit.total_test_count()) return;
        expect_none("PnP", coverage().pnp.never_taken());
        expect_none("power policy", coverage().policy.never_taken());
        expect_none("power", coverage().power.never_taken());
    }

private:
    static void expect_none(const char *machine, const std::vector<std::string> &rows)
    {
        for (const std::string &row : rows)
            ADD_FAILURE() << "No test takes this transition of the " << machine
                          << " machine: " << row;
    }
};

const auto *const kCheck = testing::AddGlobalTestEnvironment(new TransitionCoverageCheck);

TEST(MachineTables, MakeDiagrams)
{
    const std::string text = mermaid_text<PnpMachine>();
    EXPECT_TRUE(text.starts_with("stateDiagram-v2\n    [*] --> Init\n"));
    EXPECT_NE(text.find("    Init --> Starting : Start\n"), std::string::npos);
}

}  // namespace
}  // namespace openkmdf::framework
