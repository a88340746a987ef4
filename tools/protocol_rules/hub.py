"""The hub that is asked: over plain HTTP, with what the rules make there and take away again."""
import http.client
import itertools
import json
import secrets
import ssl
from urllib.parse import urlencode, urlsplit

from .rule import Skipped, expect
from .websocket import Socket

# Far more than any answer takes.
PATIENCE_SECONDS = 20


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def data(self):
        return self.json["data"]

    def refused(self, status, code):
        """The problem document, which must be one."""
        expect(self.status == status, f"status {self.status} instead of {status}: {self.body[:500]!r}")
        kind = self.headers.get("Content-Type", "")
        expect(kind.startswith("application/problem+json"), f"a problem's Content-Type is {kind!r}")
        document = self.json
        expect(document["code"] == code, f"code {document['code']} instead of {code}")
        expect(document["status"] == status and document["type"].endswith(code) and document["title"], document)
        return document


class Hub:
    def __init__(self, url, token=None, project=None):
        self.url, self.token, self.wanted_project = url.rstrip("/"), token, project
        self.parts = urlsplit(self.url)
        self.port = self.parts.port or (443 if self.parts.scheme == "https" else 80)
        # Certificates are not what is asked about.
        self.tls = ssl._create_unverified_context() if self.parts.scheme == "https" else None
        self.sockets = []
        self._project = None
        self._numbers = itertools.count(1)
        self._cards, self._users = [], []

    # HTTP.

    def connection(self):
        if self.tls:
            return http.client.HTTPSConnection(
                self.parts.hostname, self.port, timeout=PATIENCE_SECONDS, context=self.tls)
        return http.client.HTTPConnection(self.parts.hostname, self.port, timeout=PATIENCE_SECONDS)

    def fields(self, token=...):
        token = self.token if token is ... else token
        return {"Authorization": f"Bearer {token}"} if token else {}

    def request(self, method, path, body=None, *, headers=None, token=..., query=None):
        """body: bytes as they are, or what is JSON."""
        fields = self.fields(token)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields["Content-Type"] = "application/json"
        path = self.parts.path + path + (f"?{urlencode(query)}" if query else "")
        connection = self.connection()
        try:
            connection.request(method, path, body, fields | (headers or {}))
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.done(self.request("GET", path, **options))

    def post(self, path, /, **body):
        return self.done(self.request("POST", path, body)).data

    @staticmethod
    def done(answer):
        expect(answer.status < 300, f"status {answer.status}: {answer.body[:500]!r}")
        return answer

    # WebSocket.

    def socket(self, *, token=..., batch=False, greets=True, query=None, headers=None):
        """A connection that has been greeted."""
        one = Socket(self, (query or {}) | ({"batch": "1"} if batch else {}), self.fields(token) | (headers or {}),
                     batch)
        self.sockets.append(one)
        if greets:
            one.hello = one.take()
            expect(one.hello["type"] == "hello", f"the first frame is {one.hello}")
        return one

    # What rules work on.

    @property
    def project(self):
        if self._project is None:
            if self.wanted_project:
                self._project = self.get(f"/api/projects/{self.wanted_project}").data
            else:
                seen = [each for each in self.get("/api/projects").data if each.get("status") != "archived"]
                if not seen:
                    raise Skipped("there is no project to make cards in: name one with --project")
                self._project = seen[0]
        return self._project

    @property
    def channel(self):
        return f"project:{self.project['id']}"

    def position(self):
        """Where the project's journal stands."""
        epoch, _, seq = self.get(f"/api/projects/{self.project['id']}").headers["Roost-Position"].rpartition("-")
        return epoch, int(seq)

    def card(self, title="conformance"):
        card = self.post(f"/api/projects/{self.project['id']}/cards", title=f"{title} {next(self._numbers)}")
        self._cards.append(card["id"])
        return card

    def stranger(self, role=None):
        """A user of this hub with a token, who is no more when the rules are through: (user, secret)."""
        if self.get("/api/me").data.get("user", {}).get("role") != "admin":
            raise Skipped("this needs a hub with users, and an administrator's --token")
        user = self.post("/api/users", name=f"conformance-{secrets.token_hex(4)}", type="bot")
        self._users.append(user["id"])
        secret = self.post("/api/tokens", name="conformance", userId=user["id"])["secret"]
        member = None
        if role:
            member = self.post(f"/api/projects/{self.project['id']}/members", user=user["id"], role=role)
        return user, secret, member

    def tidy(self):
        for socket in self.sockets:
            socket.end()
        for card in self._cards:
            self.request("DELETE", f"/api/cards/{card}")
        for user in self._users:
            self.request("PATCH", f"/api/users/{user}", {"status": "disabled"})
