"""Coming in with a name and a password: what a login page needs, and what keeps strangers from guessing."""
import httpx
import pytest

from problem import Problem
from test_access import People, code

PASSWORD, OTHER = "correct horse battery staple", "another horse"


@pytest.fixture
def stranger(hub):
    with httpx.Client(base_url=hub.url, trust_env=False, timeout=60) as client:
        yield client


def test_a_login_page_learns_what_to_show(hub, stranger):
    status = stranger.get("/api/auth/status").json()["data"]
    assert status == {"needsSetup": True, "isAuthenticated": True}, "it is everybody's"
    people = People(hub)
    assert stranger.get("/api/auth/status").json()["data"] == {"needsSetup": False, "isAuthenticated": False}
    with people.rest(people.secret) as root:
        assert root.get("/api/auth/status").json()["data"]["user"]["name"] == "root"


def test_a_password_is_set_shown_and_changed(hub, stranger):
    people = People(hub)
    _, _, secret = people.add("ada")
    assert code(stranger.post("/api/auth/login", json={"name": "ada", "password": PASSWORD})) == (401, "WRONG_PASSWORD")
    with people.rest(secret) as ada:
        short = ada.post("/api/auth/change-password", json={"newPassword": "short"})
        assert code(short) == (422, "VALIDATION_FAILED") and "passwordCharactersMin" in short.text
        assert ada.post("/api/auth/change-password", json={"newPassword": PASSWORD}).status_code == 204
        without = ada.post("/api/auth/change-password", json={"newPassword": OTHER})
        assert code(without) == (401, "WRONG_PASSWORD"), "whoever has found a token has not found the password"
    answer = stranger.post("/api/auth/login", json={"name": "ada", "password": PASSWORD})
    assert answer.status_code == 201
    made = answer.json()["data"]
    assert made["user"]["name"] == "ada" and made["token"]["name"] == "login"
    with people.rest(made["secret"]) as ada:
        assert ada.get("/api/me").json()["data"]["user"]["name"] == "ada"
        changed = ada.post("/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": OTHER})
        assert changed.status_code == 204
    wrong = stranger.post("/api/auth/login", json={"name": "ada", "password": PASSWORD})
    unknown = stranger.post("/api/auth/login", json={"name": "nobody", "password": PASSWORD})
    assert code(wrong) == code(unknown) and wrong.json()["detail"] == unknown.json()["detail"]
    for file in hub.data.rglob("*"):
        if file.is_file() and not file.is_symlink():
            assert OTHER.encode() not in file.read_bytes() and PASSWORD.encode() not in file.read_bytes(), file
    assert PASSWORD not in hub.log_tail()


def test_a_login_for_less_and_for_a_while_is_an_elevation_taken_the_other_way(hub, stranger):
    people = People(hub)
    _, _, secret = people.add("ada")
    with people.rest(secret) as ada:
        ada.post("/api/auth/change-password", json={"newPassword": PASSWORD})
    asked = {"name": "ada", "password": PASSWORD, "abilities": ["hub:read", "token:write"],
             "expiresAt": "2099-01-01T00:00:00.000Z"}
    made = stranger.post("/api/auth/token", json=asked).json()["data"]
    assert made["token"]["abilities"] == ["hub:read", "token:write"] and made["token"]["expiresAt"] == asked["expiresAt"]
    with people.rest(made["secret"]) as narrow:
        assert code(narrow.post("/api/organizations", json={"name": "No"})) == (403, "FORBIDDEN")
        beyond = narrow.post("/api/auth/change-password", json={"currentPassword": PASSWORD, "newPassword": OTHER})
        assert code(beyond) == (403, "FORBIDDEN"), "a password would let in without limits"


def test_logins_pile_up_to_a_number_and_then_take_one_anothers_place(hub, stranger):
    people = People(hub)
    hub.http.post("/api/auth/change-password", json={"newPassword": PASSWORD})
    login = {"name": "root", "password": PASSWORD}
    first = stranger.post("/api/auth/login", json=login).json()["data"]
    for number in range(62):
        hub.post("/api/tokens", name=f"other {number}")
    second = stranger.post("/api/auth/login", json=login)
    assert second.status_code == 201
    known = {token["id"] for token in hub.list("/api/tokens")}
    assert len(known) == 64 and first["token"]["id"] not in known and people.token["id"] in known


def test_an_administrator_makes_a_password_and_disables(hub, stranger):
    people = People(hub)
    bob, _, secret = people.add("bob")
    made = hub.post(f"/api/users/{bob['id']}/reset-password")
    assert made["user"]["mustChangePassword"] is True
    login = {"name": "bob", "password": made["generatedPassword"]}
    assert stranger.post("/api/auth/login", json=login).json()["data"]["user"]["mustChangePassword"] is True
    with people.rest(secret) as client:
        assert code(client.post(f"/api/users/{bob['id']}/reset-password")) == (403, "PASSWORD_CHANGE_REQUIRED")
        client.post("/api/auth/change-password",
                    json={"currentPassword": made["generatedPassword"], "newPassword": PASSWORD})
        assert "mustChangePassword" not in client.get("/api/me").json()["data"]["user"]
    hub.patch(f"/api/users/{bob['id']}", status="disabled")
    assert code(stranger.post("/api/auth/login", json=login | {"password": PASSWORD})) == (401, "WRONG_PASSWORD")
    with pytest.raises(Problem) as missing:
        hub.post("/api/users/usr_01JD6Z5Z0A0000000000000000/reset-password")
    assert missing.value.code == "USER_NOT_FOUND"


@pytest.mark.parametrize("role", ["member", "admin"])
def test_who_has_a_password_that_was_made_for_him_first_chooses_another(hub, stranger, role):
    people = People(hub)
    project, _ = hub.project()
    bob, _, secret = people.add("bob")
    hub.patch(f"/api/users/{bob['id']}", role=role)
    people.join(project, "bob", "maintainer")
    live = hub.live(token=secret)
    followed = live.follow(f"project:{project['id']}")
    made = hub.post(f"/api/users/{bob['id']}/reset-password")
    live.wait(lambda: followed.gaps, "what he follows ends")
    required = (403, "PASSWORD_CHANGE_REQUIRED")
    with people.rest(secret) as client:
        me = client.get("/api/me").json()["data"]
        assert me["user"]["mustChangePassword"] is True and not me["projects"]
        for method, path, body in [
                ("GET", "/api/projects", None), ("GET", f"/api/projects/{project['id']}", None), ("GET", "/api/users", None),
                ("GET", "/api/search?q=a", None), ("GET", "/api/info", None), ("GET", "/api/events", None),
                ("POST", f"/api/projects/{project['id']}/cards", {"title": "No"}),
                ("POST", "/api/organizations", {"name": "No"}), ("GET", f"/api/projects/{project['id']}/events/stream", None)]:
            assert code(client.request(method, path, json=body)) == required, path
        with pytest.raises(Problem) as refused:
            live.call("subscribe", channel=f"project:{project['id']}")
        assert refused.value.code == required[1]
        other = client.post("/api/tokens", json={"name": "other"}).json()["data"]
        with people.rest(other["secret"]) as second:
            assert code(second.get("/api/projects")) == required, "another token is no way round"
        assert client.delete(f"/api/tokens/{other['token']['id']}").status_code == 204
        assert client.post("/api/auth/change-password", json={
            "currentPassword": made["generatedPassword"], "newPassword": PASSWORD}).status_code == 204
        assert [row["id"] for row in client.get("/api/projects").json()["data"]] == [project["id"]]
        assert "mustChangePassword" not in client.get("/api/me").json()["data"]["user"]


def test_users_are_found_by_a_part_of_their_names(hub):
    people = People(hub)
    for name in ("Adam", "madam", "eve", "a_b"):
        hub.post("/api/users", name=name)
    gone = hub.post("/api/users", name="adams")
    hub.patch(f"/api/users/{gone['id']}", status="disabled")
    _, _, secret = people.add("zoe")
    with people.rest(secret) as zoe:
        found = zoe.get("/api/users/search", params={"q": "ada"}).json()["data"]
        assert [user["name"] for user in found] == ["Adam", "madam"]
        assert set(found[0]) == {"id", "name", "type"}
        assert [user["name"] for user in zoe.get("/api/users/search", params={"q": "_"}).json()["data"]] == ["a_b"]
