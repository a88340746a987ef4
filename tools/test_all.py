#!/usr/bin/env python3
"""Runs tests for tools/test and adds them up: the last line is `N passed, N failed` (and `, N skipped` if any were).

Each runner writes a report; one that dies without a report, or does not end, counts as a failure.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

# 20 min: four times what the slowest runner takes on two cores.
runner_seconds_max = 20 * 60

root = pathlib.Path(__file__).resolve().parent.parent
cache = pathlib.Path(
    os.environ.get("ROOST_CACHE")
    or pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "roost")


def run(*command, **options):
    print("test:", " ".join(str(part) for part in command), flush=True)
    # A session of its own, so that a runner that hangs can be ended with all that it has started.
    process = subprocess.Popen(
        [str(part) for part in command], cwd=root, stdin=subprocess.DEVNULL, start_new_session=True, **options)
    try:
        output, _ = process.communicate(timeout=runner_seconds_max)
    except subprocess.TimeoutExpired:
        tell(command[0], f"has not ended within {runner_seconds_max} s")
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return subprocess.CompletedProcess(command, process.returncode, output)


# What failed, by name and with the beginning of its message: told again at the end, where it is looked for.
failures = []


def tell(name, message=""):
    failures.append(f"{name}: {message.strip()[:1_000]}" if message.strip() else name)


def from_junit(paths):
    """Counts of (passed, failed, skipped) over JUnit files; one that is cut short counts as a failure."""
    passed = failed = skipped = 0
    for path in paths:
        try:
            cases = list(xml.parse(path).iter("testcase"))
        except xml.ParseError as error:
            tell(path.name, str(error))
            cases, failed = [], failed + 1
        for case in cases:
            causes = case.findall("failure") + case.findall("error")
            if causes:
                name = f"{case.get('classname')} {case.get('name')}"
                tell(name, " ".join(cause.get("message") or cause.text or "" for cause in causes))
                failed += 1
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
    return passed, failed, skipped


def unit(_):
    if run("swift", "build", "--build-tests").returncode:
        tell("swift build --build-tests")
        return 0, 1, 0
    with tempfile.TemporaryDirectory() as folder:
        # Swift Testing's results go to a file of their own beside XCTest's, of which we have none.
        report = pathlib.Path(folder) / "report.xml"
        # Tests with real processes and sockets have deadlines: a few at a time meet them, hundreds at once need not.
        width = os.environ | {"SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH": str(4 * (os.cpu_count() or 1))}
        done = run("swift", "test", "--skip-build", "--parallel", "--xunit-output", report, env=width)
        reports = [path for path in pathlib.Path(folder).glob("*.xml") if path.stat().st_size]
        counts = from_junit(reports)
    return whole("swift test", done.returncode, counts)


def dashboard(_):
    node = shutil.which("node")
    if not node:
        tell("node is missing", "run tools/setup --tests")
        return 0, 1, 0
    files = sorted((root / "Tests" / "DashboardTests").glob("*.test.mjs"))
    done = run(node, "--test", "--test-reporter=tap", *files, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(done.stdout, flush=True)
    for name in re.findall(r"^ *not ok \d+ - (.*)$", done.stdout, re.M):
        tell(name)
    found = re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", done.stdout, re.M)
    totals = {name: int(count) for name, count in found}
    counts = (totals.get("pass", 0), totals.get("fail", 0) + totals.get("cancelled", 0),
              totals.get("skipped", 0) + totals.get("todo", 0))
    return whole("node --test", done.returncode, counts)


def acceptance(arguments):
    python = cache / "tests" / "bin" / "python"
    if not python.exists():
        tell(f"{python} is missing", "run tools/setup --tests")
        return 0, 1, 0
    if run("swift", "build", "-c", "release").returncode:
        tell("swift build -c release")
        return 0, 1, 0
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.xml"
        done = run(python, "-m", "pytest", f"--junitxml={report}",
                   "Tests/Acceptance", *arguments, env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"})
        counts = from_junit([report]) if report.exists() else (0, 0, 0)
    return whole("pytest", done.returncode, counts)


def whole(name, status, counts):
    """A runner that failed, or ran nothing, without a failed test in its report has itself failed."""
    passed, failed, skipped = counts
    if (status and not failed) or not (passed or failed or skipped):
        tell(name, f"ended with status {status} and reported {passed} passed, {failed} failed")
        failed += 1
    return passed, failed, skipped


def main():
    parts = {"unit": unit, "dashboard": dashboard, "acceptance": acceptance}
    arguments = sys.argv[1:]
    if arguments and arguments[0] not in parts:
        sys.exit(f"test: unknown part '{arguments[0]}'; allowed: {', '.join(parts)}")
    chosen = [parts[arguments[0]]] if arguments else list(parts.values())
    counts = [part(arguments[1:]) for part in chosen]
    passed, failed, skipped = (sum(column) for column in zip(*counts))
    for failure in failures:
        print(f"test: FAILED {failure}", flush=True)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    sys.exit(1 if failed else 0)


main()
