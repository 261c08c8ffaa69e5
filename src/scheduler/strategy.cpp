#include "scheduler/strategy.h"

namespace openkmdf::scheduler {
namespace {

class RunToBlock final : public Strategy {
public:
    std::uint32_t choose(const Question &) override { return 0; }
    bool interleaves() const override { return false; }
};

class Random final : public Strategy {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint32_t choose(const Question &question) override
    {
        std::uint64_t number = next();
        // Disturbed at each point, nothing ever gets far enough to meet a rare state.
        std::uint64_t stays = question.point == Point::Yield ? 2 : 8;
        if (question.interrupts && number % stays != 0) return 0;
        // Long enough for code to get between cause and effect.
        if (question.kind == ChoiceKind::Deliver) return number % 8 != 0;
        if (question.kind == ChoiceKind::Failure && number % 16 != 0) return 0;
        return static_cast<std::uint32_t>((number >> 32) * question.options >> 32);
    }
    bool interleaves() const override { return true; }

private:
    // SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators").
    std::uint64_t next()
    {
        std::uint64_t z = state_ += 0x9e37'79b9'7f4a'7c15;
        z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
        z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
        return z ^ (z >> 31);
    }

    std::uint64_t state_;
};

}  // namespace

std::unique_ptr<Strategy> make_strategy(StrategyKind kind, std::uint64_t seed)
{
    if (kind == StrategyKind::Random) return std::make_unique<Random>(seed);
    return std::make_unique<RunToBlock>();
}

}  // namespace openkmdf::scheduler
