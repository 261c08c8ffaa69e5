#!/usr/bin/env python3
"""Turns tables of binary facts into C static assertions.

    generate_assertions.py -o out.c [-i header.h ...] table.abi [table.abi ...]

The output compiles as C11 and as C++. A table has one fact per line; '#' starts a comment:

    struct NAME SIZE ALIGN            NAME: a typedef name, or 'struct TAG'/'union TAG' written struct:TAG
    field STRUCT PATH OFFSET SIZE     PATH: a.b[0].c; bit fields have no offset and are left out
    enum NAME VALUE                   an enumerator
    const NAME VALUE                  a macro that is an integer constant
    pointer NAME RETURN(TYPE, ...)    a typedef of a pointer to a function with NTAPI

Values may be decimal, hexadecimal or negative. A 32-bit value is the same whether the constant is
signed or not: 0xC0000001 and -1073741823 are equal.
"""

import argparse
import pathlib
import re
import sys

PROLOGUE = """\
#if defined(__cplusplus)
#define ABI_ASSERT(condition, message) static_assert(condition, message)
#define ABI_SAME(left, right) __is_same(left, right)
#define ABI_ALIGN(type) alignof(type)
#else
#define ABI_ASSERT(condition, message) _Static_assert(condition, message)
#define ABI_SAME(left, right) __builtin_types_compatible_p(left, right)
#define ABI_ALIGN(type) _Alignof(type)
#endif
#define ABI_VALUE(name, value)                                                                     \\
    ((long long)(name) == (long long)(value) ||                                                    \\
     ((unsigned long long)(value) <= 0xffffffffULL &&                                              \\
      (long long)(name) == (long long)(int)(unsigned)(value)))
"""


class TableError(Exception):
    """A line that is not a fact."""


def type_name(text):
    return text.replace(":", " ")


def literal(text):
    value = int(text, 0)
    return f"({text}LL)" if value < 2**63 else f"({text}ULL)"


def struct_lines(name, size, align):
    spelled = type_name(name)
    yield f'ABI_ASSERT(sizeof({spelled}) == {int(size, 0)}, "{name} is {size} bytes");'
    yield f'ABI_ASSERT(ABI_ALIGN({spelled}) == {int(align, 0)}, "{name} is aligned to {align}");'


def field_lines(name, path, offset, size):
    spelled = type_name(name)
    yield (f"ABI_ASSERT(__builtin_offsetof({spelled}, {path}) == {int(offset, 0)}, "
           f'"{name}.{path} is at {offset}");')
    yield (f"ABI_ASSERT(sizeof((({spelled} *)0)->{path}) == {int(size, 0)}, "
           f'"{name}.{path} is {size} bytes");')


def value_lines(name, value):
    yield f'ABI_ASSERT(ABI_VALUE({name}, {literal(value)}), "{name} is {value}");'


def pointer_lines(name, signature):
    match = re.fullmatch(r"(.+?)\((.*)\)", signature)
    if not match:
        raise TableError("expected RETURN(TYPE, ...)")
    yield f"typedef {match[1]}(NTAPI *abi_{name})({match[2]});"
    yield f'ABI_ASSERT(ABI_SAME({name}, abi_{name}), "{name} is {signature}");'


# Kind -> how many words follow it, and what they become. The last word takes the rest of the line.
KINDS = {
    "struct": (3, struct_lines),
    "field": (4, field_lines),
    "enum": (2, value_lines),
    "const": (2, value_lines),
    "pointer": (2, pointer_lines),
}


def assertions(table):
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        fact = line.split("#", 1)[0].strip()
        if not fact:
            continue
        kind, _, rest = fact.partition(" ")
        words, lines = KINDS.get(kind, (0, None))
        parts = rest.split(None, words - 1) if lines else []
        try:
            if len(parts) != words or not parts:
                raise TableError("unknown kind or missing words")
            for text in lines(*parts):
                yield f'#line {number} "{table.name}"'
                yield text
        except (TableError, ValueError) as error:
            raise TableError(f"{table}:{number}: {error}: {fact}") from error


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("-i", "--include", action="append", default=[], metavar="HEADER")
    parser.add_argument("tables", nargs="+", type=pathlib.Path)
    options = parser.parse_args()

    text = [f"#include <{header}>" for header in options.include] + ["", PROLOGUE]
    try:
        for table in options.tables:
            text += assertions(table)
    except (TableError, OSError) as error:
        sys.exit(f"generate_assertions: {error}")
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
