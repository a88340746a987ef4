"""The C programs beside this file, built when they are first needed."""
import hashlib
import os
import pathlib
import shutil
import subprocess

here = pathlib.Path(__file__).resolve().parent


def built(name, *libraries):
    """The C program, built into the cache once for each version of its source."""
    source, header = here / f"{name}.c", here / "handshake.h"
    cache = pathlib.Path(os.environ.get("ROOST_CACHE") or
                         pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "roost") / "bench"
    binary = cache / f"{name}-{hashlib.sha256(source.read_bytes() + header.read_bytes()).hexdigest()[:16]}"
    if not binary.exists():
        cache.mkdir(parents=True, exist_ok=True)
        compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("clang") or "cc"
        subprocess.run([compiler, "-O2", "-Wall", "-o", f"{binary}.new", source, *libraries], check=True)
        os.replace(f"{binary}.new", binary)
    return str(binary)
