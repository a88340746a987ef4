"""What /proc says of the processes on this machine."""
import contextlib
import os
import pathlib
import signal

from waiting import until


def _read(pid, name):
    """A file of a process as text; empty when the process is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/{name}").read_bytes().decode(errors="replace")
    except OSError:
        return ""


def _link(pid, name):
    try:
        return os.readlink(f"/proc/{pid}/{name}")
    except OSError:
        return ""


def below(folder):
    """Those that work below a folder or were started with its path: keepers, agents and what agents start."""
    folder = f"{folder}/"
    pids = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    return [pid for pid in pids if is_alive(pid) and (
        f"{_link(pid, 'cwd')}/".startswith(folder) or folder in _read(pid, "cmdline").replace("\0", "/\0"))]


def identity(pid):
    """Tells a process from a later one with the same number; None when it has ended."""
    # Behind the name in parentheses, which may hold anything: state, then 18 others, then the time of its start.
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return fields[19] if fields and fields[0] not in "ZX" else None


def is_stopped(pid):
    return _read(pid, "stat").rpartition(")")[2].split()[:1] == ["T"]


def is_alive(pid):
    return identity(pid) is not None


def name(pid):
    """What its program is called, the first 15 bytes of it."""
    return _read(pid, "comm").strip()


def written_bytes(pid):
    """How much it has written so far, to whatever."""
    return int(dict(line.split(": ") for line in _read(pid, "io").splitlines())["wchar"])


def resident_bytes(pid):
    fields = dict(line.split(":", 1) for line in _read(pid, "status").splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def environment(pid):
    return dict(entry.split("=", 1) for entry in _read(pid, "environ").split("\0") if "=" in entry)


def kill_below(folder):
    """Ends them all, those that they start meanwhile too."""
    def look():
        pids = below(folder)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not pids
    until(look, f"no process works below {folder}")
