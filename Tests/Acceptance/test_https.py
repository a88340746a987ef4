"""The hub over TLS and on a Unix socket, with certificates made for the test."""
import json
import signal
import ssl
import subprocess

import httpx
import pytest

from hub import Hub, binary
from waiting import patience_seconds, until


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=patience_seconds)


def certify(folder, name, authority=None):
    """NAME.pem and NAME.key for this machine, or for a client; its own authority where none is given."""
    signed = ["-CA", f"{authority}.pem", "-CAkey", f"{authority}.key"] if authority else []
    openssl(
        folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}",
        *([] if not authority else ["-addext", "basicConstraints=critical,CA:FALSE"]),
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", *signed)


class SecureHub(Hub):
    scheme = "https"

    def __init__(self, folder, **settings):
        super().__init__(folder, tlsCertificate=str(folder / "hub.pem"), tlsKey=str(folder / "hub.key"), **settings)
        certify(self.folder, "hub")
        self.trust()

    def trust(self):
        """The certificate that is there now, and no other."""
        self.verify = ssl.create_default_context(cafile=str(self.folder / "hub.pem"))


@pytest.fixture
def secure(tmp_path):
    hub = SecureHub(tmp_path)
    try:
        yield hub.start()
    finally:
        hub.remove()


def test_https_and_wss(secure):
    project, _ = secure.project()
    live = secure.live(ssl=secure.verify)
    assert live.hello["type"] == "hello"
    origin = {"Origin": secure.url}
    made = secure.http.post(f"/api/projects/{project['id']}/cards", json={"title": "Safely"}, headers=origin)
    assert made.status_code == 201
    refused = secure.http.post(
        f"/api/projects/{project['id']}/cards", json={"title": "No"}, headers={"Origin": "https://elsewhere.example"})
    assert refused.json()["code"] == "ORIGIN_FORBIDDEN"


def test_the_command_line_believes_the_authorities_that_it_is_given(secure):
    def info(*arguments, **environment):
        command = [str(binary), "call", "info", "--url", secure.url, *arguments]
        return subprocess.run(
            command, env=secure.environment | environment, capture_output=True, text=True, timeout=patience_seconds)

    own = str(secure.folder / "hub.pem")
    for done in [info("--ca-file", own), info(ROOST_CA_FILE=own), info("--ca-file", own, ROOST_CA_FILE="/nowhere")]:
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["node"]
    certify(secure.folder, "stranger")
    for stranger in [info(), info("--ca-file", str(secure.folder / "stranger.pem"))]:
        assert stranger.returncode == 1 and f"no hub at {secure.url}" in stranger.stderr
    missing = info("--ca-file", "/nowhere")
    assert missing.returncode != 0 and "--ca-file: /nowhere" in missing.stderr

    project, _ = secure.project("watched")
    watch = subprocess.Popen(
        [str(binary), "watch", project["slug"], "--json", "--url", secure.url, "--ca-file", own],
        env=secure.environment, stdout=subprocess.PIPE, text=True)
    try:
        assert json.loads(watch.stdout.readline())["type"]
    finally:
        watch.kill()
        watch.communicate(timeout=patience_seconds)


def test_plain_text_is_told_to_use_tls(secure):
    answer = httpx.get(f"http://127.0.0.1:{secure.port}/health", timeout=patience_seconds, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["code"] == "TLS_REQUIRED"


def test_a_reload_changes_the_certificate_and_drops_nobody(secure):
    live = secure.live(ssl=secure.verify)
    certify(secure.folder, "hub")
    secure.process.send_signal(signal.SIGHUP)
    secure.trust()

    def is_new():
        try:
            return httpx.get(f"{secure.url}/health", verify=secure.verify, timeout=patience_seconds, trust_env=False)
        except httpx.ConnectError:
            return None

    assert until(is_new, "the new certificate is shown").status_code == 200
    # Who was there before stays, over what it began with.
    assert live.end is None

    # What cannot be read changes nothing.
    (secure.folder / "hub.pem").write_text("no certificate")
    secure.process.send_signal(signal.SIGHUP)
    until(lambda: "could not be read anew" in secure.log_tail(), "the log says so")
    assert is_new().status_code == 200


def test_clients_show_certificates(tmp_path):
    certify(tmp_path, "authority")
    certify(tmp_path, "bot", authority="authority")
    hub = SecureHub(tmp_path, tlsClientCA=str(tmp_path / "authority.pem"), tlsClientAuth="required")
    try:
        hub.verify.load_cert_chain(tmp_path / "bot.pem", tmp_path / "bot.key")
        assert hub.start().http.get("/health").status_code == 200
        hub.trust()
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{hub.url}/health", verify=hub.verify, timeout=patience_seconds, trust_env=False)
    finally:
        hub.remove()


def test_a_unix_socket(tmp_path):
    path = tmp_path / "roost.sock"
    hub = Hub(tmp_path)
    hub.listens += [f"unix:{path}"]
    try:
        hub.start()
        assert path.stat().st_mode & 0o777 == 0o600
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(path)), timeout=patience_seconds) as client:
            assert client.get("http://localhost/health").status_code == 200
            assert client.get("http://elsewhere.example/health").json()["code"] == "HOST_FORBIDDEN"
        assert hub.http.get("/health").status_code == 200
        assert hub.stop() == 0
        assert not path.exists()
    finally:
        hub.remove()
