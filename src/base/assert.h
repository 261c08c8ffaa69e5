#pragma once

// Invariants of our own code. A driver that breaks a rule is the verifier's business, an expected
// failure is a status: neither may end here.

namespace openkmdf::base {

[[noreturn]] [[gnu::cold]] void assertion_failed(const char *expression, const char *file, int line,
                                                 const char *message) noexcept;

}  // namespace openkmdf::base

// On in every build. The second form adds a sentence that says what must hold.
#define OPENKMDF_ASSERT(expression, ...)                                                           \
    ((expression)                                                                                  \
         ? static_cast<void>(0)                                                                    \
         : ::openkmdf::base::assertion_failed(#expression, __FILE__, __LINE__, "" __VA_ARGS__))

#define OPENKMDF_UNREACHABLE(...)                                                                  \
    ::openkmdf::base::assertion_failed("unreachable", __FILE__, __LINE__, "" __VA_ARGS__)
