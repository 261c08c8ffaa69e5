#!/usr/bin/env python3
"""Compiles the driver headers where they are used: in the three worlds, as C and as C++.

  wdk_headers_test.py --source DIR --build DIR [--gcc g++-12] [--clang clang-19] [unittest options]
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import unittest

WARNINGS = ["-Wall", "-Wextra", "-Werror"]
# Parts of the header that includes them.
FRAGMENTS = re.compile(r"^nt/(strsafe_\w+|intsafe_core)\.h$")
PARTS_WORLDS = ("ELF driver, c", "host GCC, c++")
# These compile the same text as another world, except where a header asks which one it is in.
SIMILAR_WORLDS = ("PE driver, c", "PE driver, c++", "host Clang, c++")
ASKS_FOR_ITS_WORLD = re.compile(
    r"\b(OPENKMDF_DRIVER_(ELF|PE)|_MSC_VER|__clang__|__GNUC__|__ELF__)\b")
OPTIONS = None


def driver_world(target, language):
    standard = {"c": "-std=c11", "c++": "-std=c++17"}[language]
    wdk = os.path.join(OPTIONS.source, "include/wdk")
    flags = ["-fasync-exceptions"] if not target.endswith("-elf") else []
    return [OPTIONS.clang, f"--target={target}", "-ffreestanding", "-mcx16", "-nostdlibinc",
            "-I", wdk, "-I", os.path.join(wdk, "crt"), "-x", language, standard, *flags]


def host_world(compiler, language):
    standard = {"c": "-std=c11", "c++": "-std=c++23"}[language]
    return [compiler, "-I", os.path.join(OPTIONS.source, "include/wdk"), "-x", language, standard]


def worlds():
    for language in ("c", "c++"):
        yield f"ELF driver, {language}", driver_world("x86_64-pc-windows-msvc-elf", language)
        yield f"PE driver, {language}", driver_world("x86_64-pc-windows-msvc", language)
    yield "host GCC, c++", host_world(OPTIONS.gcc, "c++")
    yield "host Clang, c++", host_world(OPTIONS.clang, "c++")


def run(command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True)


def first_error(result):
    lines = [line for line in result.stderr.split("\n") if "error: " in line]
    return lines[0] if lines else result.stderr


def headers():
    root = os.path.join(OPTIONS.source, "include/wdk")
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if name.endswith(".h") and not FRAGMENTS.match(path):
                yield path


def source_of(names, world, repeat):
    """A source that includes these headers in this order."""
    text = "".join(f"#include <{name.removeprefix('crt/')}>\n" * repeat for name in names)
    # As in the WDK: a driver includes the kernel's headers before the framework's.
    if names[0].startswith("wdf") and not world.startswith("host"):
        text = "#include <ntddk.h>\n" + text
    return text


def packs(header):
    return header.startswith(("pshpack", "poppack", "packo"))


class SelfContained(unittest.TestCase):
    """Every header compiles alone, twice in a row, without a warning.

    The parts in nt/ and wdf/ do so in two worlds only; in the others their users compile them. Of
    a world that differs from another by its target only, those headers stand alone that ask for
    it; the others are compiled there together, from either end.
    """

    def headers_of(self, world):
        for header in headers():
            if header.startswith("crt/") and world.startswith("host"):
                continue
            if header.startswith(("nt/", "wdf/")) and world not in PARTS_WORLDS:
                continue
            yield header

    def sources(self, world):
        alone = list(self.headers_of(world))
        if world in SIMILAR_WORLDS:
            together = [header for header in alone if not packs(header)]
            yield "all headers", source_of(together, world, 1)
            yield "all headers from the last on", source_of(together[::-1], world, 1)
            alone = [header for header in alone if self.asks_for_its_world(header)]
        for header in alone:
            if header == "poppack.h":
                yield header, "#include <pshpack1.h>\n#include <poppack.h>\n"
            else:
                yield header, source_of([header], world, 1 if packs(header) else 2)

    @staticmethod
    def asks_for_its_world(header):
        with open(os.path.join(OPTIONS.source, "include/wdk", header), encoding="utf-8") as file:
            return ASKS_FOR_ITS_WORLD.search(file.read())

    def check(self, world, command):
        jobs = list(self.sources(world))
        self.assertGreater(len(jobs), 2)

        def compile_one(job):
            return job[0], run([*command, *WARNINGS, "-fsyntax-only", "-"], job[1])
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            failed = [f"  {header}: {first_error(result)}" for header, result
                      in pool.map(compile_one, jobs) if result.returncode != 0]
        if failed:
            self.fail(f"{world}: {len(failed)} of {len(jobs)} sources\n" + "\n".join(failed))


def add_worlds():
    for name, command in worlds():
        def test(self, name=name, command=command):
            self.check(name, command)
        setattr(SelfContained, "test_" + re.sub(r"\W+", "_", name.replace("++", "pp")), test)


class DriverSource(unittest.TestCase):
    def compile(self, source, target, language, *flags):
        folder = os.path.join(OPTIONS.build, "tests/headers")
        os.makedirs(folder, exist_ok=True)
        output = os.path.join(folder, f"{source}.{language}.{'_'.join(flags).strip('-')}.o")
        path = os.path.join(OPTIONS.source, "tests/headers/driver", source)
        return output, run([*driver_world(target, language), *WARNINGS, *flags, "-c", path,
                            "-o", output])

    def test_what_windows_drivers_write(self):
        # The pragmas that kmdf build silences.
        silent = ["-Wno-unknown-pragmas", "-Wno-ignored-pragma-intrinsic", "-Wno-pragma-pack",
                  "-Wno-ignored-pragma-optimize", "-Wno-microsoft"]
        for target in ("x86_64-pc-windows-msvc-elf", "x86_64-pc-windows-msvc"):
            for language in ("c", "c++"):
                for debug in ("-DDBG=1", "-DDBG=0"):
                    with self.subTest(target=target, language=language, debug=debug):
                        _, result = self.compile("tolerance.c", target, language, debug, *silent)
                        self.assertEqual(result.returncode, 0, result.stderr)

    def test_privileged_intrinsics_are_imports(self):
        expected = {"__rdtsc", "__readmsr", "__writemsr", "__readcr0", "__readcr3", "__readcr8",
                    "__writecr8", "__readgsqword", "__inbyte", "__indword", "__outbyte",
                    "__outwordstring", "__readpmc", "_disable", "_enable", "__wbinvd", "__invlpg",
                    "__int2c", "__fastfail", "__halt"}
        for language in ("c", "c++"):
            for flag in ("-DPLAIN", "-DCOMPILER_HEADERS_FIRST", "-DCOMPILER_HEADERS_LAST"):
                with self.subTest(language=language, flag=flag):
                    output, result = self.compile("intrinsics.c", "x86_64-pc-windows-msvc-elf",
                                                  language, flag, "-O2")
                    self.assertEqual(result.returncode, 0, result.stderr)
                    symbols = run([OPTIONS.nm, "--undefined-only", "-j", output]).stdout.split()
                    self.assertEqual(set(symbols), expected | {"__drv_choice_point",
                                                               "__drv_choice_points"})

    def test_exception_handlers_are_refused_in_native_modules(self):
        for language in ("c", "c++"):
            _, result = self.compile("exceptions.c", "x86_64-pc-windows-msvc-elf", language)
            self.assertNotEqual(result.returncode, 0)
            errors = re.findall(r"^.*error: .*$", result.stderr, re.M)
            self.assertEqual(len(errors), 2, result.stderr)
            for error in errors:
                self.assertIn("OpenKMDF: structured exception handling (__try) is not supported",
                              error)

    def test_exception_handlers_are_compiled_for_images(self):
        for language in ("c", "c++"):
            _, result = self.compile("exceptions.c", "x86_64-pc-windows-msvc", language)
            self.assertEqual(result.returncode, 0, result.stderr)


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--gcc", default="g++")
    parser.add_argument("--clang", default="clang-19")
    parser.add_argument("--nm", default="llvm-nm-19")
    OPTIONS, rest = parser.parse_known_args()
    add_worlds()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
