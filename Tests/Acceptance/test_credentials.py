"""Secrets: who may see that they are there, who may set them, and that nobody sees what they are."""
from problem import Problem
from test_access import People, code

import pytest

SECRET = "correct-horse-battery"


def test_a_secret_reaches_the_process_and_nothing_else(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    made = hub.post("/api/credentials", scope="project", project=project["slug"], variable="TOKEN", value=SECRET)
    assert made["scope"] == "project" and "value" not in made
    script = "test ${#TOKEN} -eq 21 && echo begin $TOKEN; printf correct-horse; sleep 0.3; echo -battery end"
    run = hub.post(
        f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["sh", "-c", script]}, start=True)
    hub.wait_for_run(run, "completed")
    process = hub.get(f"/api/runs/{run['id']}/processes")[0]
    assert hub.get(f"/api/processes/{process['id']}/output")["text"] == "begin ***\n*** end\n"
    live.wait_for_run(copy, run, "completed")
    assert SECRET not in str(live.frames) and SECRET not in hub.log_tail()
    for file in hub.data.rglob("*"):
        if file.is_file() and not file.is_symlink():
            assert SECRET.encode() not in file.read_bytes(), file
    listed = hub.http.get("/api/credentials", params={"scope": "project", "project": project["id"]}).json()["data"]
    assert listed == [made] == [hub.get(f"/api/credentials/{made['id']}")]
    stale = hub.http.patch(f"/api/credentials/{made['id']}", json={"value": "another-secret", "version": 9})
    assert code(stale) == (412, "VERSION_STALE")
    assert hub.http.delete(f"/api/credentials/{made['id']}").status_code == 204
    with pytest.raises(Problem) as gone:
        hub.get(f"/api/credentials/{made['id']}")
    assert gone.value.code == "CREDENTIAL_NOT_FOUND"


def test_whose_it_is_decides_who_may(hub):
    people = People(hub)
    project, _ = hub.project()
    for name, role in (("vera", "viewer"), ("ed", "editor"), ("max", "maintainer")):
        setattr(people, name, people.add(name)[2])
        people.join(project, name, role)
    people.eve = people.add("eve")[2]
    kept = {"variable": "TOKEN", "value": SECRET}
    ofProject = kept | {"scope": "project", "project": project["id"]}
    made = hub.post("/api/credentials", **ofProject)
    with people.rest(people.vera) as vera, people.rest(people.ed) as ed, people.rest(people.max) as max, \
            people.rest(people.eve) as eve:
        assert vera.get(f"/api/credentials/{made['id']}").status_code == 200
        assert code(ed.patch(f"/api/credentials/{made['id']}", json={"value": SECRET})) == (403, "FORBIDDEN")
        assert max.patch(f"/api/credentials/{made['id']}", json={"value": SECRET}).status_code == 200
        assert code(eve.get(f"/api/credentials/{made['id']}")) == (404, "CREDENTIAL_NOT_FOUND")
        assert code(eve.post("/api/credentials", json=ofProject | {"variable": "B"})) == (404, "PROJECT_NOT_FOUND")
        assert code(max.post("/api/credentials", json=kept | {"scope": "hub"})) == (403, "FORBIDDEN")
        own = eve.post("/api/credentials", json=kept | {"scope": "user"}).json()["data"]
        assert own["userId"] and code(max.get(f"/api/credentials/{own['id']}")) == (404, "CREDENTIAL_NOT_FOUND")
    assert code(hub.http.get(f"/api/credentials/{own['id']}")) == (404, "CREDENTIAL_NOT_FOUND")
