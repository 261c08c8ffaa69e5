"""The command line from outside: what each command says, how it ends and what it leaves behind."""

import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest

import drivers

GOOD, DRIVER_FAILED, BAD_INPUT, BUGCHECK = 0, 1, 2, 3
KMDF = os.environ["KMDF"]
SOURCE = os.environ["OPENKMDF_SOURCE"]
SANITIZER = os.environ.get("OPENKMDF_SANITIZER", "")


class CommandLineTest(unittest.TestCase):
    """Each test has a folder of its own with separate places for temporary files and the cache."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="kmdf-test-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name in ("work", "tmp", "cache"):
            os.mkdir(os.path.join(self.folder, name))
        self.work = os.path.join(self.folder, "work")
        self.environment = dict(os.environ, TMPDIR=os.path.join(self.folder, "tmp"),
                                XDG_CACHE_HOME=os.path.join(self.folder, "cache"), DEBUGINFOD_URLS="",
                                OPENKMDF_NO_CCACHE="1", TERM="xterm")
        self.environment.pop("OPENKMDF_DEFAULT_DRIVER", None)
        self.addCleanup(self.nothing_is_left)

    def nothing_is_left(self):
        self.assertEqual(os.listdir(os.path.join(self.folder, "tmp")), [])

    def write(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    def kmdf(self, *words, expect=GOOD, **more):
        result = subprocess.run([KMDF, *words], cwd=self.work, env={**self.environment, **more},
                                capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, expect, f"kmdf {' '.join(words)}\n{result.stdout}\n{result.stderr}")
        return result

    def refused(self, *words, says, expect=BAD_INPUT):
        """It ends with one sentence of ours, and that says this."""
        result = self.kmdf(*words, expect=expect)
        sentences = [line for line in (result.stdout + result.stderr).splitlines() if line.startswith("kmdf")]
        self.assertEqual(len(sentences), 1, result.stdout + result.stderr)
        self.assertRegex(sentences[0], says)
        self.assertRegex(sentences[0], r"[.!?]$")
        return result

    def run_driver(self, text, *words, **more):
        return self.kmdf("run", self.write("driver.c", text), *words, **more)

    def run_refused(self, text, *words, **more):
        return self.refused("run", self.write("driver.c", text), *words, **more)

    def steps(self, result):
        return json.loads(result.stdout)["steps"]


class Usage(CommandLineTest):
    def test_every_command_has_help_with_examples(self):
        commands = ["build", "run", "debug", "new", "support", "version"]
        help_text = self.kmdf("--help").stdout
        for command in commands:
            self.assertIn(command, help_text)
            text = self.kmdf(command, "--help").stdout
            self.assertIn("Examples:\n  kmdf " + command, text)
        self.assertIn("Exit codes: 0 good", help_text)

    def test_wrong_usage_is_one_sentence(self):
        self.refused(says="There is no command.*build, run.*see kmdf --help")
        self.refused("dance", says="no command 'dance'.*see kmdf --help")
        self.refused("--json", says="--json is no option of kmdf itself")
        self.refused("run", "--sideways", says="--sideways.*See kmdf run --help")
        self.refused("run", says="no driver")
        self.refused("run", "x.c", "--processors", "many", says="many")
        self.refused("run", "x.c", "--seed", "-1", says="a seed is 0, 1, 2")
        self.refused("version", "now", says="See kmdf version --help")

    def test_version(self):
        self.assertRegex(self.kmdf("version").stdout, r"^kmdf \d+\.\d+\.\d+, for drivers of KMDF 1\.0 to 1\.33\n")
        self.assertEqual(json.loads(self.kmdf("version", "--json").stdout)["kmdf"], "1.0 to 1.33")
        self.assertRegex(self.kmdf("--version").stdout, r"^kmdf \d+\.\d+\.\d+\n$")


class Json(CommandLineTest):
    """With --json, standard output is one document, however the command ends."""

    def document(self, *words, expect, says):
        result = self.refused(*words, "--json", expect=expect, says=says)
        document = json.loads(result.stdout)
        self.assertEqual(document["exit_code"], expect)
        self.assertRegex(document["error"], says)
        return document

    def test_wrong_usage_and_input(self):
        self.document("run", "--sideways", expect=BAD_INPUT, says="--sideways")
        self.document("dance", expect=BAD_INPUT, says="dance")
        self.document("run", "missing.c", expect=BAD_INPUT, says="missing.c")
        self.document("build", "missing.c", expect=BAD_INPUT, says="missing.c")
        self.document("support", "WdfDanceCreate", expect=BAD_INPUT, says="WdfDanceCreate")
        self.document("version", "now", expect=BAD_INPUT, says="now")
        self.document("run", self.write("x.so", "no module"), expect=BAD_INPUT, says="not a driver module")
        document = self.document("build", self.write("wrong.c", drivers.COMPILE_ERROR), expect=BAD_INPUT,
                                 says="wrong.c does not compile")
        self.assertIn("undeclared identifier 'oops'", document["compiler_output"])

    def test_failing_drivers(self):
        self.document("run", self.write("driver.c", drivers.FAILING_ENTRY), expect=DRIVER_FAILED,
                      says="STATUS_NO_SUCH_DEVICE")
        self.document("run", self.write("driver.c", drivers.LEAK), expect=DRIVER_FAILED, says="left 1 kind")
        document = self.document("run", self.write("driver.c", drivers.NULL_POINTER), expect=BUGCHECK, says="bugcheck")
        self.assertRegex(document["bugcheck"]["report"], r"driver Control")
        self.assertRegex(document["debug"], r"^kmdf debug \S*driver\.c$")


class Output(CommandLineTest):
    def shell(self, line):
        source = self.write("driver.c", drivers.BARE)
        return subprocess.run(["bash", "-c", line.format(kmdf=KMDF, source=source)], cwd=self.work,
                              env=self.environment, capture_output=True, text=True, timeout=120)

    def test_reader_that_has_enough(self):
        # No cache: the folder that it builds in must go too, which setUp's clean-up looks at.
        result = self.shell("XDG_CACHE_HOME=/dev/null {kmdf} run {source} -v --write $(printf '%1000s' | tr ' ' x)"
                            " | head -1; echo ${{PIPESTATUS[0]}}")
        self.assertEqual(len(result.stdout.splitlines()), 2, result.stdout)
        self.assertIn(result.stdout.splitlines()[1], ("0", "2"))
        self.assertEqual(result.stderr, "")

    def test_no_standard_output(self):
        result = self.shell("{kmdf} run {source} >&-")
        self.assertEqual((result.returncode, result.stderr), (GOOD, ""))

    def test_full_disk(self):
        for command in ("run {source}", "run {source} --json", "version", "support --json", "build {source}"):
            result = self.shell("{kmdf} " + command + " > /dev/full")
            self.assertEqual(result.returncode, BAD_INPUT, result.stderr)
            self.assertEqual(result.stderr, "kmdf: The output cannot be written: No space left on device. "
                                            "Send it elsewhere; it is not complete.\n")


class Support(CommandLineTest):
    XML = """<testsuites><testsuite name="S">
      <testcase name="A" status="run" result="completed"><properties>
        <property name="tests_3" value="WdfDeviceCreate, WdfObjectDelete"/></properties></testcase>
      <testcase name="B" status="run" result="completed"><failure message="no"/><properties>
        <property name="tests_9" value="WdfObjectDelete"/></properties></testcase>
      <testcase name="C" status="notrun" result="suppressed"><properties>
        <property name="tests_9" value="WdfDriverCreate"/></properties></testcase>
    </testsuite></testsuites>"""

    def test_counts(self):
        empty = os.path.join(self.work, "empty")
        os.mkdir(empty)
        counts = json.loads(self.kmdf("support", "--json", "--results", empty).stdout)
        self.assertEqual(counts["kmdf"]["total"], 458)
        self.assertEqual(counts["kmdf"]["tested"], 0)
        self.assertGreater(counts["executive"]["total"], counts["executive"]["implemented"])
        self.assertGreater(counts["executive"]["implemented"], 100)

    def test_tested_means_that_it_ran_and_passed(self):
        self.write("a.xml", self.XML)
        counts = json.loads(self.kmdf("support", "--json", "--results", self.work).stdout)
        self.assertEqual(counts["kmdf"]["tested"], 1)
        text = self.kmdf("support", "WdfDeviceCreate", "WdfObjectDelete", "--results", self.work).stdout
        self.assertIn("WdfDeviceCreate: implemented, tested, at most PASSIVE_LEVEL", text)
        self.assertIn("WdfObjectDelete: implemented, at most DISPATCH_LEVEL", text)

    def test_results_of_a_part_leave_the_others(self):
        builds = os.path.join(self.work, "build")
        program = os.path.join(builds, "dev", "src", "cli", "kmdf")
        os.makedirs(os.path.dirname(program))
        shutil.copy2(KMDF, program)
        case = ('<testsuites><testsuite><testcase name="A" status="run" result="completed"><properties>'
                '<property name="tests_1" value="{}"/></properties>{}</testcase></testsuite></testsuites>')
        for age, (preset, test, function, outcome) in enumerate([
                ("dev", "whole_test", "WdfDeviceCreate", ""),
                ("tsan", "some_test", "WdfDriverCreate", ""),
                ("dev", "some_test", "WdfDriverCreate", "<failure/>"),
                ("asan", "other_test", "WdfObjectDelete", "<skipped/>")]):
            folder = os.path.join(builds, preset, "test-results")
            os.makedirs(folder, exist_ok=True)
            path = os.path.join(folder, test + ".xml")
            with open(path, "w", encoding="ascii") as results:
                results.write(case.format(function, outcome))
            os.utime(path, (1000000000 - age, 1000000000 - age))
        counts = json.loads(subprocess.run([program, "support", "--json"], env=self.environment,
                                           stdout=subprocess.PIPE, check=True).stdout)
        self.assertEqual(counts["kmdf"]["tested"], 2)  # the newer run of some_test passed

    def test_unknown_function(self):
        self.refused("support", "WdfDanceCreate", says="WdfDanceCreate")

    def test_document_is_current(self):
        with open(os.path.join(SOURCE, "docs/support.md")) as file:
            self.assertEqual(file.read(), self.kmdf("support", "--markdown").stdout,
                             "make it again: ./kmdf support --markdown > docs/support.md")


class Build(CommandLineTest):
    def test_builds_and_says_what(self):
        source = self.write("bare.c", drivers.BARE)
        built = json.loads(self.kmdf("build", source, "-o", "out.so", "--kmdf-version", "1.15", "--json").stdout)
        self.assertEqual((built["framework"], built["kmdf_version"]), ("KMDF", "1.15"))
        self.assertTrue(os.path.exists(os.path.join(self.work, "out.so")))
        self.assertIn("up to date", self.kmdf("build", source, "-o", "out.so", "--kmdf-version", "1.15").stdout)

    def test_bad_input(self):
        self.refused("build", "missing.c", says="missing.c")
        self.refused("build", self.write("no.c", drivers.NO_ENTRY), says="DriverEntry")
        self.refused("build", self.write("bare.c", drivers.BARE), "--kmdf-version", "1.99", says="1.99")
        self.refused("build", self.write("flux.c", drivers.UNRESOLVED), says="FluxCapacitorStart")
        self.refused("build", self.write("text.txt", "hello"), says="text.txt")
        self.refused("build", self.write("bare.c", drivers.BARE), "--asan", "--tsan", says="cannot work together")
        bare = self.write("bare.c", drivers.BARE)
        self.refused("build", bare, bare, says="bare.c is named twice")
        self.refused("build", bare, "-I", "nowhere", says="no folder 'nowhere'")
        self.refused("build", bare, "-D", "A B", says="'A B' is no macro")
        self.refused("build", bare, "-D", "=1", says="'=1' is no macro")
        self.refused("build", bare, "-o", self.work, says="is a folder.*out/driver.so")
        self.refused("build", bare, "--name", "a/b", says="'a/b' cannot be a driver's name")
        self.refused("build", bare, "-o", "/proc/no.so", says="cannot be written")
        self.refused("build", "", says="no file ''")
        self.assertEqual([name for name in os.listdir(self.work) if ".so" in name], [])

    def test_compile_error_shows_the_compilers_words_first(self):
        result = self.refused("build", self.write("wrong.c", drivers.COMPILE_ERROR), says="wrong.c")
        self.assertIn("use of undeclared identifier 'oops'", result.stderr)


class Run(CommandLineTest):
    def test_sample_lives_its_whole_life(self):
        text = self.kmdf("run", os.path.join(SOURCE, "samples/echo")).stdout
        self.assertNotIn("\033", text)
        order = ["load echo.so", "> DriverEntry", "plug in ROOT\\ECHO", "> EvtDriverDeviceAdd",
                 "> EvtDevicePrepareHardware", "> EvtDeviceD0Entry", "open \\\\?\\ROOT#ECHO#0000#{6d3ac3c7-",
                 "open \\\\.\\Echo", 'write "hello"', "> EvtIoWrite", '" Echo: write of 5 bytes', "write: 5 bytes",
                 "read 5 bytes", "> EvtIoRead", "> EvtTimerFunc", 'read: 5 bytes, "hello"', "ioctl 0x00222000",
                 "> EvtIoDeviceControl", "ioctl: 20 bytes", "surprise removal of ROOT\\ECHO\\0000",
                 "> EvtDeviceSurpriseRemoval", "> EvtDeviceD0Exit", "> EvtDeviceReleaseHardware", "unload echo",
                 "> EvtDriverUnload", "unload: nothing left behind", "echo: good."]
        at = 0
        for step in order:
            found = text.find(step, at)
            self.assertGreaterEqual(found, 0, f"{step} is missing after\n{text[:at]}\nin\n{text[at:]}")
            at = found + len(step)
        columns = {match.start(1) for match in re.finditer(r"^.{20,130}  (STATUS_\w+)$", text, re.M)
                   for match in [re.search(r"  (STATUS_\w+)$", match.group(0))]}
        self.assertEqual(len(columns), 1, columns)

    def test_same_run_twice_is_the_same_text(self):
        words = ("run", os.path.join(SOURCE, "samples/echo"), "--seed", "3", "-v")
        self.assertEqual(self.kmdf(*words).stdout, self.kmdf(*words).stdout)

    def test_colors_only_where_wanted(self):
        path = self.module(drivers.BARE)
        self.assertIn("\033[", self.kmdf("run", path, "--color", "always").stdout)
        self.assertNotIn("\033[", self.kmdf("run", path, "--color", "never").stdout)

    def module(self, text):
        self.kmdf("build", self.write("driver.c", text), "-o", "driver.so", "-q")
        return os.path.join(self.work, "driver.so")

    def test_tutorial_opens_its_link(self):
        text = self.kmdf("run", os.path.join(SOURCE, "samples/tutorial/tutorial.c")).stdout
        self.assertIn("open \\\\.\\Tutorial", text)
        self.assertRegex(text, r"write: 0 bytes +STATUS_INVALID_DEVICE_REQUEST")

    def test_device_without_link_is_opened_by_its_name(self):
        for words in ((), ("--fast",), ("--threaded",), ("--random", "--seed", "9"), ("--no-remove",)):
            text = self.run_driver(drivers.BARE, *words).stdout
            self.assertRegex(text, r"open \\Device\\\w+")
            self.assertRegex(text, r"read: 0 bytes +STATUS_INVALID_DEVICE_REQUEST")

    def test_filter_alone(self):
        text = self.run_driver(drivers.FILTER).stdout
        self.assertRegex(text, r" open +STATUS_INVALID_DEVICE_REQUEST\n")
        self.assertIn("driver was not asked: STATUS_INVALID_DEVICE_REQUEST comes from the device below it", text)

    def test_control_device_needs_no_plug(self):
        text = self.run_driver(drivers.CONTROL_DEVICE).stdout
        self.assertNotIn("plug in", text)
        self.assertIn("open \\\\.\\Alone", text)
        self.run_refused(drivers.CONTROL_DEVICE, "--hardware-id", "ROOT\\X", says="no plug and play")

    def test_json(self):
        result = self.run_driver(drivers.PENDING, "--ioctl", "0x222004:01ff", "--json")
        document = json.loads(result.stdout)
        self.assertEqual((document["exit_code"], document["driver"]), (GOOD, "driver"))
        names = [step["name"] for step in document["steps"]]
        self.assertIn("ioctl 0x00222004 with 01 FF", names)
        pending = [step["status"] for step in document["steps"] if step["name"].startswith("ioctl:")]
        self.assertEqual(pending, ["STATUS_PENDING", "STATUS_CANCELLED"])

    def test_failing_driver(self):
        self.run_refused(drivers.FAILING_ENTRY, expect=DRIVER_FAILED,
                         says="DriverEntry.*STATUS_NO_SUCH_DEVICE.*no hardware here")
        self.run_refused(drivers.FAILING_ADD, expect=DRIVER_FAILED, says="STATUS_DEVICE_CONFIGURATION_ERROR")
        result = self.run_refused(drivers.LEAK, expect=DRIVER_FAILED, says="left 1 kind of things behind")
        self.assertIn("pool 'Leak', 100 bytes", result.stdout)
        self.assertRegex(result.stdout, r"DeviceAdd \(.*driver\.c:\d+\)")

    def test_bugcheck(self):
        for words in ((), ("--threaded",)):
            result = self.run_refused(drivers.NULL_POINTER, *words, expect=BUGCHECK, says="bugcheck")
            self.assertRegex(result.stdout, r"\*\*\* BUGCHECK 0x\w+ [A-Z_]+ \(")
            self.assertRegex(result.stdout, r"driver Control \(.*driver\.c:\d+\)")
            self.assertNotIn("Segmentation fault", result.stdout + result.stderr)
            self.assertRegex(result.stdout, r"See it happen in gdb: `kmdf debug \S*driver\.c.*`\.")
            self.assertNotRegex(result.stdout, r"\n  #\d+ .*[<>]")

    def test_request_that_nobody_completes(self):
        result = self.run_refused(drivers.NEVER_COMPLETES, expect=BUGCHECK, says="bugcheck")
        self.assertIn("Deadlock", result.stdout)

    def test_bad_input(self):
        self.refused("run", "missing.so", says="missing.so does not exist")
        self.refused("run", self.write("x.so", "no module"), says="x.so is not a driver module")
        self.refused("run", self.write("x.sys", "MZ" + "x" * 100), says="Windows image")
        self.refused("run", self.work, says="vcxproj")
        bare = self.write("bare.c", drivers.BARE)
        self.refused("run", bare, "--ioctl", "0x222000:1g", says="'1g' is not hexadecimal")
        self.refused("run", bare, "--ioctl", "tea", says="'tea' is no control code")
        self.refused("run", bare, "--ioctl", "0x1234567890", says="32 bits")
        self.refused("run", bare, "--hardware-id", "ECHO", says="no hardware id")
        self.refused("run", bare, "--replay", bare, says="no replay file")
        self.refused("run", bare, "--open", "\\\\.\\Nowhere", says="no device .*Nowhere.*STATUS_OBJECT_NAME_NOT_FOUND")
        self.refused("run", self.write("flux.c", drivers.UNRESOLVED), says="FluxCapacitorStart")
        self.refused("run", self.write("wrong.c", drivers.COMPILE_ERROR), says="wrong.c")
        self.refused("run", self.write("none.c", drivers.NO_ENTRY), says="DriverEntry")

    def test_unresolved_import_of_a_module(self):
        source = self.write("flux.c", drivers.UNRESOLVED)
        self.kmdf("build", source, "-o", "flux.so", "--allow-unknown-imports", "-q")
        self.refused("run", "flux.so", says="FluxCapacitorStart")

    def test_replay(self):
        path = self.module(drivers.BARE)
        first = self.kmdf("run", path, "--seed", "5", "--save-replay", "choices").stdout
        self.assertEqual(self.kmdf("run", path, "--replay", "choices").stdout, first)

    def test_replay_of_a_longer_run(self):
        path = self.module(drivers.BARE)
        self.kmdf("run", path, "--seed", "5", "--save-replay", "choices")
        with open(os.path.join(self.work, "choices"), "a", encoding="ascii") as choices:
            choices.write("1 2 0\n")
        self.refused("run", path, "--replay", "choices", says="1 choice more than the run asked for")

    def test_builds_where_there_is_no_cache(self):
        cache = self.write("file", "")
        text = self.run_driver(drivers.BARE, XDG_CACHE_HOME=cache).stdout
        self.assertIn("good", text)

    def test_default_driver(self):
        text = self.kmdf("run", OPENKMDF_DEFAULT_DRIVER=os.path.join(SOURCE, "samples/echo")).stdout
        self.assertIn("echo: good", text)


class Sanitizers(CommandLineTest):
    def has_flavor(self, preset):
        folder = os.path.dirname(KMDF)
        return SANITIZER == {"asan": "address", "tsan": "thread"}[preset] or os.path.exists(
            os.path.join(folder, "../../..", preset, "src/cli/kmdf"))

    def test_missing_flavor_is_a_sentence(self):
        if self.has_flavor("tsan"):
            self.skipTest("there is one")
        self.run_refused(drivers.BARE, "--tsan", says="kmdf-tsan")

    def test_address(self):
        if not self.has_flavor("asan"):
            self.skipTest("no kmdf with AddressSanitizer")
        self.run_driver(drivers.BARE, "--asan")
        result = self.run_driver(drivers.OVERFLOW, "--asan", expect=DRIVER_FAILED)
        self.assertRegex(result.stderr, r"AddressSanitizer: \S+ on address")
        self.assertRegex(result.stderr, r"#0 \S+ in Control .*driver\.c:\d+")

    def test_thread(self):
        if not self.has_flavor("tsan"):
            self.skipTest("no kmdf with ThreadSanitizer")
        self.run_driver(drivers.BARE, "--tsan")

    def test_undefined_behavior(self):
        if SANITIZER == "thread":
            self.skipTest("another sanitizer's host")
        result = self.run_refused(drivers.UNDEFINED, "--ubsan", expect=DRIVER_FAILED,
                                  says="undefined behavior, met 1 time;")
        self.assertRegex(result.stderr, r"driver\.c:\d+:\d+: runtime error: shift exponent 40 is too large")

    def test_coverage(self):
        text = self.run_driver(drivers.BARE, "--coverage", OPENKMDF_COVERAGE_DIR=self.work).stdout
        profiles = [name for name in os.listdir(self.work) if name.endswith(".profraw")]
        self.assertEqual(len(profiles), 1, profiles)
        self.assertRegex(profiles[0], r"^driver-\d+-\d+\.profraw$")
        commands = re.search(r"^Coverage: (llvm-profdata-19 .*)$", text, re.M).group(1)
        if shutil.which("llvm-profdata-19") and shutil.which("llvm-cov-19"):
            shown = subprocess.run(commands, shell=True, cwd=self.work, capture_output=True, text=True)
            self.assertRegex(shown.stdout, r"\|\s+1\|.*WdfDriverCreate", shown.stderr)


class Interrupt(CommandLineTest):
    def start(self, *words, **more):
        return subprocess.Popen([KMDF, *words], cwd=self.work, env={**self.environment, **more},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stop(self, process, number=signal.SIGINT):
        process.send_signal(number)
        text = process.communicate(timeout=30)
        self.assertEqual(process.returncode, BAD_INPUT, text)
        self.assertRegex(text[1], r"kmdf \w+: stopped by (Ctrl-C|a signal); nothing is left behind\.")

    def test_endless_driver(self):
        self.kmdf("build", self.write("driver.c", drivers.ENDLESS), "-o", "driver.so", "-q")
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.start("run", "driver.so")
            for line in process.stdout:
                if "EvtIoDeviceControl" in line or "ioctl" in line:
                    break
            self.stop(process, number)

    def test_build(self):
        # A source that is never complete: the compiler waits for it.
        source = os.path.join(self.work, "pipe.c")
        os.mkfifo(source)
        process = self.start("build", source, "-o", "out.so")
        with open(source, "w"):
            self.stop(process)
        self.assertEqual(sorted(os.listdir(self.work)), ["pipe.c"])

    def test_what_a_killed_run_left_goes_with_the_next(self):
        without_cache = {"XDG_CACHE_HOME": self.write("file", "")}
        temporary = os.path.join(self.folder, "tmp")
        source = os.path.join(self.work, "pipe.c")
        os.mkfifo(source)

        def start():
            process = self.start("run", source, **without_cache)
            # Open for writing as soon as the compiler reads: the folder is there then.
            return process, open(source, "w")

        killed, pipe = start()
        killed.kill()
        killed.communicate(timeout=30)
        pipe.close()
        left = os.listdir(temporary)
        self.assertEqual(len(left), 1)
        alive, pipe = start()
        mine = os.listdir(temporary)
        self.assertEqual(len(mine), 1)
        self.assertNotEqual(mine, left)
        self.run_driver(drivers.BARE, **without_cache)
        self.assertEqual(os.listdir(temporary), mine)
        self.stop(alive)
        pipe.close()


class New(CommandLineTest):
    def test_bad_names_and_places(self):
        for name in ("7up", "my-driver", "a b", "test", "x" * 40, "../up", "", "return", "Class", "con"):
            self.refused("new", name, says="cannot be a driver's name|required|Excess|name")
        os.mkdir(os.path.join(self.work, "there"))
        self.refused("new", "there", says="exists already")
        self.refused("new", "fresh", "--dir", "no/such/folder", says="does not exist")
        self.assertEqual(os.listdir(self.work), ["there"])

    def test_driver_runs(self):
        self.kmdf("new", "fresh")
        self.assertEqual(sorted(os.listdir(os.path.join(self.work, "fresh"))),
                         ["CMakeLists.txt", "README.md", "fresh.c", "fresh.inf", "fresh_public.h", "fresh_test.cpp"])
        text = self.kmdf("run", "fresh/fresh.c", "--ioctl", "0x222000:2800000002000000").stdout
        self.assertIn("ioctl: 4 bytes, 2A 00 00 00", text)


class NewProject(CommandLineTest):
    """The whole project that `kmdf new` writes, built against the installed package."""

    def test_builds_and_passes(self):
        prefix = os.environ["OPENKMDF_PREFIX"]
        subprocess.run([os.environ["CMAKE"], "--install", os.environ["OPENKMDF_BUILD"], "--prefix", prefix],
                       check=True, capture_output=True)
        installed = os.path.join(prefix, "bin/kmdf")
        said = subprocess.run([installed, "new", "fresh"], cwd=self.work, env=self.environment, check=True,
                              capture_output=True, text=True).stdout
        commands = re.findall(r"^  (cmake .*|ctest .*)$", said, re.M)
        self.assertEqual(len(commands), 3, said)
        commands[0] += f" -G Ninja -DCMAKE_CXX_COMPILER={os.environ['CXX']} -DCMAKE_C_COMPILER={os.environ['CC']}"
        for command in commands:
            result = subprocess.run(command, shell=True, cwd=os.path.join(self.work, "fresh"), env=self.environment,
                                    capture_output=True, text=True)
            self.assertEqual(result.returncode, 0, f"{command}\n{result.stdout}{result.stderr}")


class Debug(CommandLineTest):
    def test_stops_in_the_driver_and_shows_the_whole_stack(self):
        source = os.path.join(SOURCE, "samples/echo/queue.c")
        with open(source) as file:
            lines = file.read().splitlines()
        line = 1 + next(i for i, text in enumerate(lines) if "write of %Iu bytes" in text)
        result = self.kmdf("debug", os.path.join(SOURCE, "samples/echo"), "--break", f"queue.c:{line}",
                           "--command", "bt", "--command", "print Length", "--command", "print *echo", "--batch")
        text = result.stdout + result.stderr
        self.assertRegex(text, rf"Breakpoint 1, .*EchoEvtIoWrite .*queue\.c:{line}")
        self.assertRegex(text, r"#0 +(0x\w+ in )?EchoEvtIoWrite .*queue\.c:")
        self.assertRegex(text, r"\n#\d+ (.* )?main \(")
        self.assertIn("= 5", text)
        self.assertIn("MessageSize = 5", text)

    def test_stops_at_a_breakpoint_of_the_driver(self):
        source = self.write("driver.c", drivers.BREAKPOINT)
        result = self.kmdf("debug", source, "--command", "bt", "--command", "continue", "--batch")
        text = result.stdout + result.stderr
        self.assertIn("SIGTRAP", text)
        self.assertRegex(text, r"#\d+ .*DeviceAdd .*driver\.c:")
        self.assertIn("driver: good.", text)
        self.assertNotIn("BUGCHECK", text)

    def test_prints_the_command(self):
        source = self.write("driver.c", drivers.BARE)
        text = self.kmdf("debug", source, "--break", "DeviceAdd", "--seed", "4", "--print").stdout
        self.assertRegex(text, r"^gdb -q .*-ex 'break DeviceAdd' .*--args .*kmdf run .*driver\.so --seed 4")

    def test_missing_debugger(self):
        self.refused("debug", self.write("driver.c", drivers.BARE), "--gdb", "no-such-gdb", says="no-such-gdb")


if __name__ == "__main__":
    unittest.main()
