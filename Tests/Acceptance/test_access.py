"""Users, tokens and members: what each may do, and what happens to those who watch when that changes."""
import json

import httpx
import pytest
from httpx_sse import connect_sse

from problem import Problem
from hub import Hub
from test_cli import roost
from waiting import patience_seconds


class People:
    """The users of a hub that has been set up; `hub.http` speaks for its administrator from then on."""

    def __init__(self, hub):
        self.hub = hub
        made = hub.post("/api/auth/setup", name="root")
        self.secret, self.token = made["secret"], made["token"]
        hub.http.headers["Authorization"] = f"Bearer {self.secret}"

    def add(self, name, **token):
        """A user with a token: (user, its token, the secret)."""
        user = self.hub.post("/api/users", name=name)
        made = self.hub.post("/api/tokens", name="first", userId=user["id"], **token)
        return user, made["token"], made["secret"]

    def join(self, project, name, role="viewer"):
        return self.hub.post(f"/api/projects/{project['id']}/members", user=name, role=role)

    def rest(self, secret):
        return httpx.Client(
            base_url=self.hub.url, headers={"Authorization": f"Bearer {secret}"}, timeout=patience_seconds,
            trust_env=False)


@pytest.fixture
def people(hub):
    return People(hub)


def code(response):
    return response.status_code, response.json()["code"]


def test_a_hub_asks_nobody_until_it_has_a_user(hub):
    assert hub.get("/api/me")["actor"]["id"] == "local"
    project, _ = hub.project()
    early = hub.live()
    early.follow(f"project:{project['id']}")
    people = People(hub)
    assert early.wait_for_end()[0] == 4001, "who was let in without a token has none now"
    with httpx.Client(base_url=hub.url, trust_env=False) as stranger:
        assert code(stranger.get("/api/projects")) == (401, "UNAUTHENTICATED")
        assert stranger.get("/api/projects").headers["WWW-Authenticate"] == 'Bearer realm="roost"'
        assert stranger.get(f"/api/projects?token={people.secret}").status_code == 401, "only streams take it there"
        assert code(stranger.post("/api/auth/setup", json={"name": "mallory"})) == (409, "ALREADY_EXISTS")
        for path in ("/", "/health", "/ready"):
            assert stranger.get(path).status_code == 200
    assert hub.get("/api/me")["user"]["name"] == "root"
    live = hub.live(token=people.secret)
    assert "user" not in live.hello["data"]
    assert live.call("me")["user"]["name"] == "root"


def test_rights_survive_the_hub(hub, people):
    project, _ = hub.project()
    _, _, secret = people.add("ada")
    people.join(project, "ada", "editor")
    hub.restart()
    hub.http.headers["Authorization"] = f"Bearer {people.secret}"
    assert [seen["slug"] for seen in hub.get("/api/projects")] == ["sample"]
    with people.rest(secret) as ada:
        assert ada.post("/api/projects/sample/cards", json={"title": "Mine"}).status_code == 201
        assert code(ada.patch("/api/projects/sample", json={"name": "Other"})) == (403, "FORBIDDEN")
    for name in ("roost.sqlite", "roost.sqlite-wal"):
        assert secret.encode() not in (hub.data / name).read_bytes(), "a secret is kept nowhere"
    assert secret not in hub.log_tail()


def test_one_sees_what_one_is_a_member_of(hub, people):
    (mine, _), (other, _) = hub.project("mine"), hub.project("other")
    card = hub.card(other, "Secret")
    _, _, secret = people.add("ada")
    people.join(mine, "ada")
    with people.rest(secret) as ada:
        assert [project["name"] for project in ada.get("/api/projects").json()["data"]] == ["mine"]
        for path in ("/api/projects/other", f"/api/projects/{other['id']}/cards", "/api/search?q=Secret&project=other"):
            assert code(ada.get(path)) == (404, "PROJECT_NOT_FOUND"), path
        assert code(ada.get(f"/api/cards/{card['id']}")) == (404, "CARD_NOT_FOUND")
        assert ada.get("/api/search?q=Secret").json()["data"]["hits"] == []
        refused = ada.post("/api/projects/mine/cards", json={"title": "No"})
        assert (code(refused), refused.json()["ability"]) == ((403, "FORBIDDEN"), "board:write")
        assert code(ada.get("/api/users")) == (403, "FORBIDDEN")
    live = hub.live(token=secret)
    assert [thing["name"] for thing in live.follow("hub").of("prj")] == ["mine"]
    with pytest.raises(Problem) as hidden:
        live.follow(f"card:{card['id']}")
    assert hidden.value.code == "CARD_NOT_FOUND"


def test_who_loses_a_project_hears_nothing_more_of_it(hub, people):
    project, _ = hub.project()
    channel = f"project:{project['id']}"
    (_, _, ada), (_, _, bob) = people.add("ada"), people.add("bob")
    membership = people.join(project, "ada")
    people.join(project, "bob")
    leaving, staying = hub.live(token=ada), hub.live(token=bob)
    lost, kept = leaving.follow(channel), staying.follow(channel)
    hub.card(project, "Before")
    leaving.wait(lambda: lost.of("crd", title="Before"), "the card")
    hub.delete(f"/api/members/{membership['id']}")
    (gap,) = leaving.wait(lambda: lost.gaps, "the gap")
    assert (gap["reason"], gap["resubscribe"]) == ("access", False)
    for number in range(50):
        hub.card(project, f"After {number}")
    staying.wait(lambda: kept.of("crd", title="After 49"), "the last card")
    assert leaving.call("me")["projects"] == [], "the connection goes on"
    assert not [frame for frame in leaving.frames if "After" in json.dumps(frame)]
    with pytest.raises(Problem) as refused:
        leaving.follow(channel)
    assert refused.value.code == "PROJECT_NOT_FOUND"


@pytest.mark.parametrize("how", ["revoked", "disabled", "narrowed"])
def test_a_token_that_is_good_no_more_ends_what_it_opened(hub, people, how):
    project, _ = hub.project()
    user, token, secret = people.add("ada")
    people.join(project, "ada")
    live = hub.live(token=secret)
    copy = live.follow(f"project:{project['id']}")
    with people.rest(secret) as rest, rest.stream("GET", f"/api/projects/{project['id']}/events/stream") as stream:
        lines = stream.iter_lines()
        assert next(line for line in lines if line.startswith("event: ")) == "event: subscribed"
        if how == "revoked":
            hub.delete(f"/api/tokens/{token['id']}")
        elif how == "disabled":
            hub.patch(f"/api/users/{user['id']}", status="disabled")
        else:
            hub.patch(f"/api/tokens/{token['id']}", abilities=["board:write"])
        hub.card(project, "After")
        told = [line for line in lines if line.startswith("event: ")]
        assert [event for event in told if "presence" not in event] == ["event: gap"], "and the stream has ended"
    (gap,) = live.wait(lambda: copy.gaps, "the gap")
    assert gap["reason"] == "access"
    assert copy.events_of("card.created") == []
    if how == "narrowed":
        assert live.call("me")["projects"] == [{"projectId": project["id"], "abilities": []}]
    else:
        assert live.wait_for_end()[0] == 4001
        with people.rest(secret) as rest:
            assert code(rest.get("/api/me")) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("first", ["auth", "projects.list"])
def test_a_socket_that_does_not_say_who_it_is_is_closed(hub, people, first):
    live = hub.live()
    with pytest.raises(Problem) as refused:
        live.call(first, token="rst_wrong")
    assert refused.value.code == "UNAUTHENTICATED"
    assert live.wait_for_end()[0] == 4001


def test_the_command_line_shows_a_token(hub, people):
    status, _, said = roost("call", "projects.list", "--url", hub.url)
    assert status == 1 and "token" in said
    status, said, _ = roost("call", "me", "--url", hub.url, ROOST_TOKEN=people.secret)
    assert (status, json.loads(said)["user"]["name"]) == (0, "root")
    status, said, _ = roost("call", "me", "--url", hub.url, "--token", people.secret)
    assert (status, json.loads(said)["user"]["name"]) == (0, "root")


def test_a_token_is_made_without_the_hub_and_opens_it_to_other_machines(tmp_path):
    data = tmp_path / "data"
    status, _, error = roost("serve", "--data", data, "--listen", "0.0.0.0:0")
    assert status == 64 and "0.0.0.0:0" in error and "roost token" in error
    status, first, _ = roost("token", "--user", "ada", "--data", data)
    assert status == 0 and first.startswith("rst_")

    hub = Hub(tmp_path)
    hub.listens = ["0.0.0.0:0"]
    try:
        hub.start()
        assert hub.http.get("/api/me").status_code == 401
        hub.http.headers["Authorization"] = f"Bearer {first.strip()}"
        assert hub.get("/api/me")["user"]["name"] == "ada"
        hub.post("/api/users", name="bob")
        status, _, error = roost("token", "--user", "ada", "--data", data)
        assert status == 1 and "in use" in error
    finally:
        hub.remove()

    # Lost, it is made anew; for nobody but administrators.
    status, second, _ = roost("token", "--user", "ada", "--data", data)
    assert status == 0 and second.startswith("rst_") and second != first
    status, _, error = roost("token", "--user", "bob", "--data", data)
    assert status == 1 and "bob" in error and "member" in error
    status, _, error = roost("token", "--user", "", "--data", data)
    assert status == 1 and "user" in error


def test_the_stream_of_a_one_shot_says_that_it_may_be_seen_no_more(hub, people):
    project, _ = hub.project()
    _, token, secret = people.add("ada")
    people.join(project, "ada", role="editor")
    asked = {"project": project["slug"], "provider": "command", "prompt": "x", "stream": True,
             "options": {"argv": ["sh", "-c", "while :; do echo x; sleep .1; done"]}}
    with people.rest(secret) as rest, connect_sse(rest, "POST", "/api/agent", json=asked) as source:
        told = []
        for event in source.iter_sse():
            told.append(event)
            if event.event == "run.started":
                hub.delete(f"/api/tokens/{token['id']}")
    assert told[-1].event == "gap" and told[-1].json()["reason"] == "access"
    assert "done" not in [event.event for event in told]


def test_a_token_gives_no_more_than_it_has(hub, people):
    first, _ = hub.project("first")
    second, _ = hub.project("second")
    _, _, _ = people.add("eve")
    own = hub.post("/api/tokens", name="narrow", abilities=["token:write", "project:read"])
    other = hub.post("/api/tokens", name="wide", projects=[first["id"]])
    with people.rest(own["secret"]) as narrow:
        assert code(narrow.patch(f"/api/tokens/{other['token']['id']}", json={"projects": [second["id"]]})) \
            == (403, "FORBIDDEN"), "the other one would do there what this one may not"
        assert narrow.patch(f"/api/tokens/{other['token']['id']}", json={"name": "renamed"}).status_code == 200
        assert code(narrow.post("/api/credentials", json={
            "scope": "user", "name": "x", "variable": "BASH_ENV", "value": "/tmp/x"})) == (403, "FORBIDDEN")
        live = hub.live(token=own["secret"])
        assert "tokens" in live.call("subscribe", channel="user:me", snapshot=True)["snapshot"]
    admin = hub.post("/api/tokens", name="users", abilities=["user:admin", "member:write", "me:read"])
    with people.rest(admin["secret"]) as limited:
        assert code(limited.post("/api/users", json={"name": "mallory", "role": "admin"})) == (403, "FORBIDDEN")
        assert limited.post("/api/users", json={"name": "mallory"}).status_code == 201
        eve = next(user for user in hub.get("/api/users") if user["name"] == "eve")
        assert code(limited.patch(f"/api/users/{eve['id']}", json={"role": "admin"})) == (403, "FORBIDDEN")
        assert code(limited.post(f"/api/projects/{first['id']}/members", json={"user": "eve", "role": "viewer"})) \
            == (403, "FORBIDDEN")
        live = hub.live(token=admin["secret"])
        assert "tokens" not in live.call("subscribe", channel="user:me", snapshot=True)["snapshot"]
