"""Organizations: who has a seat in one, what is its, and what happens to those who watch when a seat is taken away."""
import pytest

from problem import Problem
from test_access import People, code

SECRET = "correct-horse-battery"


@pytest.fixture
def people(hub):
    return People(hub)


@pytest.fixture
def acme(hub, people):
    """An organization with a project, owned by ada: (organization, project, ada's client, its seat)."""
    _, _, secret = people.add("ada")
    project, _ = hub.project()
    with people.rest(secret) as ada:
        organization = ada.post("/api/organizations", json={"name": "Acme"}).json()["data"]
        seat = ada.get(f"/api/organizations/{organization['id']}/members").json()["data"][0]
        hub.patch(f"/api/projects/{project['id']}", organizationId=organization["id"])
        yield organization, project, ada, seat


def test_who_makes_one_owns_it_and_sees_its_projects(hub, people, acme):
    organization, project, ada, seat = acme
    assert (seat["userName"], seat["role"]) == ("ada", "owner")
    assert ada.get(f"/api/projects/{project['id']}").json()["data"]["organizationId"] == organization["id"]
    listed = ada.get("/api/projects", params={"organizationId": organization["id"]}).json()["data"]
    assert [each["id"] for each in listed] == [project["id"]]
    assert [each["id"] for each in ada.get("/api/organizations").json()["data"]] == [organization["id"]]
    me = ada.get("/api/me").json()["data"]
    assert me["organizations"][0]["abilities"] == ["organization:own", "organization:read", "organization:write"]
    assert "git:merge" in me["projects"][0]["abilities"]
    assert ada.get(f"/api/seats/{seat['id']}").json()["data"] == seat
    path = f"/api/organizations/{organization['id']}"
    renamed = ada.patch(path, json={"name": "Acme & Sons", "version": 1})
    assert (renamed.status_code, renamed.json()["data"]["version"]) == (200, 2)
    assert code(ada.patch(path, json={"name": "Acme", "version": 1})) == (412, "VERSION_STALE")
    assert code(ada.delete(path)) == (409, "NOT_EMPTY")
    assert code(ada.delete(f"/api/seats/{seat['id']}")) == (409, "LAST_OWNER")
    assert ada.patch(f"/api/projects/{project['id']}", json={"organizationId": None}).status_code == 200
    assert code(ada.get(f"/api/projects/{project['id']}")) == (404, "PROJECT_NOT_FOUND"), "it was his by the organization"
    assert ada.delete(path).status_code == 204
    assert code(ada.get(path)) == (404, "ORGANIZATION_NOT_FOUND")
    assert ada.get("/api/me").json()["data"]["organizations"] == []


def test_a_seat_is_a_role_in_every_project_and_ends_at_once(hub, people, acme):
    organization, project, ada, _ = acme
    bob, _, secret = people.add("bob")
    path = f"/api/organizations/{organization['id']}/members"
    with people.rest(secret) as client:
        assert code(client.get(path)) == (404, "ORGANIZATION_NOT_FOUND")
        assert code(client.get(f"/api/projects/{project['id']}")) == (404, "PROJECT_NOT_FOUND")
        seat = ada.post(path, json={"user": "bob", "role": "viewer"}).json()["data"]
        cards = f"/api/projects/{project['id']}/cards"
        assert code(client.post(cards, json={"title": "No"})) == (403, "FORBIDDEN")
        assert ada.patch(f"/api/seats/{seat['id']}", json={"role": "member"}).json()["data"]["role"] == "member"
        assert client.post(cards, json={"title": "Yes"}).status_code == 201
        assert code(client.post(path, json={"user": "root"})) == (403, "FORBIDDEN")
        ada.patch(f"/api/seats/{seat['id']}", json={"role": "admin"})
        assert code(client.patch(f"/api/seats/{seat['id']}", json={"role": "owner"})) == (403, "FORBIDDEN")
        live = hub.live(token=secret)
        copy = live.follow(f"project:{project['id']}")
        live.follow("hub")
        assert ada.delete(f"/api/seats/{seat['id']}").status_code == 204
        hub.card(project, "Not for bob")
        live.wait(lambda: any(frame["type"] == "gap" for frame in live.frames), "the gap")
        gap = next(frame for frame in live.frames if frame["type"] == "gap")
        assert gap["channel"] == f"project:{project['id']}" and gap["data"]["reason"] == "access"
        live.wait(lambda: any(frame["type"] == "seat.deleted" for frame in live.frames), "that his seat is gone")
        live.call("ping")
        assert "Not for bob" not in str(live.frames)
        assert code(client.get(f"/api/projects/{project['id']}")) == (404, "PROJECT_NOT_FOUND")
    assert copy is not None


def test_its_secrets_and_profiles_are_for_its_projects(hub, people, acme):
    organization, project, ada, _ = acme
    own = {"organizationId": organization["id"]}
    made = ada.post("/api/credentials", json=own | {"scope": "organization", "variable": "TOKEN", "value": SECRET})
    assert made.status_code == 201, made.text
    hub.post("/api/credentials", scope="hub", variable="TOKEN", value="of-the-hub-itself")
    profile = ada.post("/api/profiles", json=own | {"name": "careful", "provider": "demo"}).json()["data"]
    assert (profile["scope"], profile["organizationId"]) == ("organization", organization["id"])
    hub.post("/api/profiles", name="careful", provider="codex")
    listed = ada.get("/api/profiles", params={"project": project["id"]}).json()["data"]
    assert [each["scope"] for each in listed] == ["organization", "hub"]
    _, _, stranger = people.add("mallory")
    with people.rest(stranger) as mallory:
        hidden = mallory.get("/api/credentials", params=own | {"scope": "organization"})
        assert code(hidden) == (404, "ORGANIZATION_NOT_FOUND")
        assert code(mallory.get(f"/api/credentials/{made.json()['data']['id']}")) == (404, "CREDENTIAL_NOT_FOUND")
        assert code(mallory.get(f"/api/profiles/{profile['id']}")) == (404, "PROFILE_NOT_FOUND")
        assert code(mallory.post("/api/profiles", json=own | {"name": "x", "provider": "demo"})) == (
            404, "ORGANIZATION_NOT_FOUND")

    def told():
        run = hub.post(
            f"/api/projects/{project['id']}/runs", provider="command", start=True,
            options={"argv": ["sh", "-c", "printf %s \"$TOKEN\" | rev"]})
        hub.wait_for_run(run, "completed")
        process = hub.get(f"/api/runs/{run['id']}/processes")[0]
        return hub.get(f"/api/processes/{process['id']}/output")["text"]

    assert told() == SECRET[::-1]
    hub.patch(f"/api/projects/{project['id']}", organizationId=None)
    assert told() == "of-the-hub-itself"[::-1]


def test_a_project_comes_to_an_organization_of_ones_own_only(hub, people, acme):
    organization, project, ada, _ = acme
    _, _, secret = people.add("max")
    people.join(project, "max", "maintainer")
    with people.rest(secret) as max:
        own = max.post("/api/organizations", json={"name": "Max"}).json()["data"]
        taken = max.patch(f"/api/projects/{project['id']}", json={"organizationId": own["id"]})
        assert code(taken) == (404, "ORGANIZATION_NOT_FOUND"), "it is Acme's, where he has no seat"
        assert code(max.patch(f"/api/projects/{project['id']}", json={"organizationId": None})) == (
            404, "ORGANIZATION_NOT_FOUND")
    with pytest.raises(Problem) as missing:
        hub.patch(f"/api/projects/{project['id']}", organizationId="org_01JD6Z5Z0A0000000000000000")
    assert missing.value.code == "ORGANIZATION_NOT_FOUND"
