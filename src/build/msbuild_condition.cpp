#include "build/files.h"
#include "build/msbuild.h"

#include <cctype>

namespace openkmdf::build {
namespace {

class Condition {
public:
    Condition(std::string_view text, const std::function<bool(std::string_view)> &exists)
        : rest_(text), exists_(exists)
    {
    }

    bool parse()
    {
        bool value = any();
        return value;
    }

private:
    bool any()
    {
        bool value = all();
        while (word("or")) {
            bool right = all();
            value = value || right;
        }
        return value;
    }

    bool all()
    {
        bool value = one();
        while (word("and")) {
            bool right = one();
            value = value && right;
        }
        return value;
    }

    bool one()
    {
        if (symbol("!")) {
            return !one();
        }
        if (symbol("(")) {
            bool value = any();
            symbol(")");
            return value;
        }
        auto left = operand();
        if (symbol("(")) {
            return call(left);
        }
        if (symbol("==")) {
            return equal_ignoring_case(left, operand());
        }
        if (symbol("!=")) {
            return !equal_ignoring_case(left, operand());
        }
        for (auto [sign, low, same, high] :
             {Order{"<=", true, true, false}, Order{">=", false, true, true},
              Order{"<", true, false, false}, Order{">", false, false, true}}) {
            if (symbol(sign)) {
                auto right = operand();
                double difference = number(left) - number(right);
                return difference < 0 ? low : difference > 0 ? high : same;
            }
        }
        return equal_ignoring_case(left, "true");
    }

    struct Order {
        std::string_view sign;
        bool low, same, high;
    };

    bool call(std::string_view function)
    {
        auto argument = operand();
        symbol(")");
        if (equal_ignoring_case(function, "exists")) {
            return exists_(argument);
        }
        if (equal_ignoring_case(function, "hastrailingslash")) {
            return !argument.empty() && (argument.back() == '/' || argument.back() == '\\');
        }
        return false;
    }

    std::string operand()
    {
        skip_blanks();
        if (!rest_.empty() && rest_[0] == '\'') {
            auto end = rest_.find('\'', 1);
            auto text = rest_.substr(1, end == std::string_view::npos ? end : end - 1);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            return std::string(text);
        }
        std::size_t length = 0;
        while (length < rest_.size() && !std::isspace(static_cast<unsigned char>(rest_[length])) &&
               std::string_view("()=!<>'").find(rest_[length]) == std::string_view::npos) {
            ++length;
        }
        auto text = rest_.substr(0, length);
        rest_.remove_prefix(length);
        return std::string(text);
    }

    static double number(const std::string &text) { return std::strtod(text.c_str(), nullptr); }

    bool symbol(std::string_view sign)
    {
        skip_blanks();
        if (!rest_.starts_with(sign)) {
            return false;
        }
        rest_.remove_prefix(sign.size());
        return true;
    }

    bool word(std::string_view text)
    {
        skip_blanks();
        if (!equal_ignoring_case(rest_.substr(0, text.size()), text) ||
            (rest_.size() > text.size() &&
             std::isalnum(static_cast<unsigned char>(rest_[text.size()])))) {
            return false;
        }
        rest_.remove_prefix(text.size());
        return true;
    }

    void skip_blanks()
    {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_[0]))) {
            rest_.remove_prefix(1);
        }
    }

    std::string_view rest_;
    const std::function<bool(std::string_view)> &exists_;
};

}  // namespace

bool evaluate_condition(std::string_view condition,
                        const std::function<bool(std::string_view)> &exists)
{
    return Condition(condition, exists).parse();
}

}  // namespace openkmdf::build
