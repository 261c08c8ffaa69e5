#!/usr/bin/env python3
"""Writes the tables behind status_name() and bugcheck_name() from the headers that define the values."""

import pathlib
import re
import sys


PREFERRED = {"STATUS_SUCCESS", "STATUS_PENDING", "STATUS_TIMEOUT", "STATUS_ABANDONED_WAIT_0"}


def values(header, pattern, name):
    text = pathlib.Path(header).read_text()
    seen = {}
    for match in re.finditer(pattern, text, re.MULTILINE):
        value = int(match.group(2), 16) & 0xFFFFFFFF
        # Several names for one value: the usual one.
        if match.group(1) in PREFERRED:
            seen[value] = match.group(1)
        seen.setdefault(value, match.group(1))
    if not seen:
        sys.exit(f"{header}: no {name} found")
    return sorted(seen.items())


def main():
    status_header, bugcheck_header, output = sys.argv[1:4]
    statuses = values(status_header, r"^#define\s+(STATUS_\w+)\s+\(?\(NTSTATUS\)\s*(0x[0-9A-Fa-f]+)", "status")
    bugchecks = values(bugcheck_header, r"^#define\s+(\w+)\s+\(?\(?(?:ULONG\))?\s*(0x[0-9A-Fa-f]+)", "bugcheck code")
    lines = ['#include "machine/names.h"', "", "namespace openkmdf::machine {", ""]
    for array, entries in (("kStatusNames", statuses), ("kBugcheckNames", bugchecks)):
        lines.append(f"extern const ValueName {array}[] = {{")
        lines += [f'    {{0x{value:08X}u, "{name}"}},' for value, name in entries]
        lines += ["};", f"extern const unsigned {array}Count = {len(entries)};", ""]
    lines.append("}  // namespace openkmdf::machine")
    pathlib.Path(output).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
