"""nginx in front of a hub, with the very file that operators are given."""
import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess

from hub import root
from waiting import patience_seconds, until

name = "hub.example"
example = root / "tools" / "nginx" / "roost.conf"

frame = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
{user}
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/roost.conf;
}}
"""


def program():
    return shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")


def replaced(text, old, new, count=1):
    """Every replacement must find what it is for: otherwise the test would be of another file."""
    assert text.count(old) == count, f"{example.name} has {text.count(old)} times '{old}'"
    return text.replace(old, new)


class Proxy:
    def __init__(self, folder, hub):
        self.folder = folder
        self.folder.mkdir()
        self.hub = hub
        self.port, self.plain_port = free_ports(2)
        self.certificate = folder / "certificate.pem"
        self.process = None

    @property
    def authority(self):
        return f"{name}:{self.port}"

    @property
    def url(self):
        return f"https://{self.authority}"

    @property
    def tls(self):
        return ssl.create_default_context(cafile=self.certificate)

    def start(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
             "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", self.folder / "key.pem",
             "-out", self.certificate],
            check=True, capture_output=True)
        text = example.read_text()
        text = replaced(text, "server 127.0.0.1:37100;", f"server 127.0.0.1:{self.hub.port};")
        text = replaced(text, "/etc/ssl/roost/certificate.pem", str(self.certificate))
        text = replaced(text, "/etc/ssl/roost/key.pem", str(self.folder / "key.pem"))
        # Loopback alone, without IPv6, which not every machine has.
        text = re.sub(r"(?m)^ *listen \[::\]:.*\n", "", text)
        text = replaced(text, "listen 443 ", f"listen 127.0.0.1:{self.port} ")
        text = replaced(text, "listen 80;", f"listen 127.0.0.1:{self.plain_port};")
        (self.folder / "roost.conf").write_text(text)
        main = self.folder / "nginx.conf"
        # Root's workers would else be of a user that may not see the folder.
        main.write_text(frame.format(folder=self.folder, user="user root;" if os.geteuid() == 0 else ""))
        self.process = subprocess.Popen(
            [program(), "-e", self.folder / "nginx.log", "-p", self.folder, "-c", main], stdin=subprocess.DEVNULL)

        def serves():
            assert self.process.poll() is None, (self.folder / "nginx.log").read_text()
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                return True
            return False

        until(serves, "nginx serves")
        return self

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(patience_seconds)

    def curl_command(self, path, *arguments):
        return [
            "curl", "--silent", "--show-error", "--http2", "--noproxy", "*", "--cacert", str(self.certificate),
            "--resolve", f"{self.authority}:127.0.0.1", "--max-time", str(patience_seconds), *arguments, self.url + path]

    def curl(self, path, *arguments):
        """(version, status, headers, body) of a request; headers by their names in small letters."""
        done = subprocess.run(
            self.curl_command(path, "--include", *arguments), check=True, capture_output=True, text=True)
        head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
        first, *lines = head.splitlines()
        version, status = first.split()[:2]
        headers = {key.lower(): value for key, value in (line.split(": ", 1) for line in lines)}
        return version, int(status), headers, body


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]
