#pragma once

#include "framework/support/state_machine.h"

#include <span>
#include <string>
#include <vector>

// What tests and documents make of a machine's tables. Host side only.

namespace openkmdf::framework {

// A Mermaid state diagram.
template <class Derived>
std::string mermaid_text()
{
    const auto &tables = TablesOf<Derived>::value;
    std::string text = "stateDiagram-v2\n    [*] --> " + std::string(tables.states[0].name) + "\n";
    for (const TransitionRow<Derived> &row : tables.transitions)
        text += "    " + std::string(Derived::name_of(row.from)) + " --> " +
                Derived::name_of(row.to) + " : " + Derived::name_of(row.event) + "\n";
    return text;
}

// "Started --QueryStop--> QueryStopStaticCheck"
template <class Derived>
std::string transition_text(const TransitionRow<Derived> &row)
{
    return std::string(Derived::name_of(row.from)) + " --" + Derived::name_of(row.event) + "--> " +
           Derived::name_of(row.to);
}

// Collects, over many machines, which transitions were taken.
template <class Derived>
class TransitionCoverage {
public:
    void add(const Derived &machine)
    {
        for (std::size_t i = 0; i < taken_.size(); ++i)
            if (machine.was_taken(i)) taken_[i] = true;
    }
    std::vector<std::string> never_taken() const
    {
        std::vector<std::string> rows;
        for (std::size_t i = 0; i < taken_.size(); ++i)
            if (!taken_[i])
                rows.push_back(transition_text<Derived>(TablesOf<Derived>::value.transitions[i]));
        return rows;
    }

private:
    std::vector<bool> taken_ = std::vector<bool>(TablesOf<Derived>::value.kTransitions);
};

}  // namespace openkmdf::framework
