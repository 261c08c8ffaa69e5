#pragma once

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace openkmdf::base {

template <typename Signature>
class FunctionRef;

// A callable that outlives the call it is passed to: two words, no allocation. A parameter type;
// never a member.
template <typename Result, typename... Arguments>
class FunctionRef<Result(Arguments...)> {
public:
    template <typename Callable, typename = std::enable_if_t<
                                     !std::is_same_v<std::remove_cvref_t<Callable>, FunctionRef> &&
                                     std::is_invocable_r_v<Result, Callable &, Arguments...>>>
    FunctionRef(Callable &&callable)
    {
        using Target = std::remove_reference_t<Callable>;
        if constexpr (std::is_function_v<Target>) {
            target_.function = reinterpret_cast<void (*)()>(&callable);
            invoke_ = [](Storage target, Arguments... arguments) -> Result {
                return std::invoke_r<Result>(reinterpret_cast<Target *>(target.function),
                                             std::forward<Arguments>(arguments)...);
            };
        } else {
            target_.object =
                const_cast<void *>(static_cast<const void *>(std::addressof(callable)));
            invoke_ = [](Storage target, Arguments... arguments) -> Result {
                return std::invoke_r<Result>(*static_cast<Target *>(target.object),
                                             std::forward<Arguments>(arguments)...);
            };
        }
    }

    Result operator()(Arguments... arguments) const
    {
        return invoke_(target_, std::forward<Arguments>(arguments)...);
    }

private:
    union Storage {
        void *object;
        void (*function)();
    };
    Storage target_{};
    Result (*invoke_)(Storage, Arguments...) = nullptr;
};

}  // namespace openkmdf::base
