"""Runs' pull requests, by a stand-in of GitHub's own command line: it notes what it is called with, and answers as the real one."""
import json

import pytest

from hub import running
from problem import Problem
from repository import Repository
from waiting import until

STAND_IN = """\
#!/usr/bin/env python3
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
with open(folder / "calls", "a") as calls:
    calls.write(json.dumps(arguments) + "\\n")
known = folder / "requests.json"
requests = json.loads(known.read_text()) if known.exists() else []
option = dict(zip(arguments[2:], arguments[3:]))
assert arguments[0] == "pr" and option["--repo"] == "acme/site", arguments
if (folder / "logged-out").exists():
    sys.exit(print("To get started with GitHub CLI, please run:  gh auth login", file=sys.stderr) or 4)
def shown(request):
    return {name: request[name] for name in option["--json"].split(",")}
if arguments[1] == "create":
    body = pathlib.Path(option["--body-file"]).read_text()
    number = len(requests) + 1
    requests.insert(0, {
        "number": number, "url": f"https://github.com/acme/site/pull/{number}", "title": option["--title"],
        "state": "OPEN", "isDraft": "--draft" in arguments, "baseRefName": option["--base"], "mergeCommit": None,
        "headRefName": option["--head"], "body": body})
    known.write_text(json.dumps(requests))
    print(f"\\nCreating pull request for {option['--head']} into {option['--base']} in acme/site\\n", file=sys.stderr)
    print(requests[0]["url"])
elif arguments[1] == "view":
    number = int(arguments[2].rpartition("/")[2])
    print(json.dumps(shown(next(request for request in requests if request["number"] == number))))
elif arguments[1] == "list":
    print(json.dumps([shown(request) for request in requests if request["headRefName"] == option["--head"]]))
"""


@pytest.fixture
def offered(tmp_path):
    """A hub with the stand-in, and a run of a card whose repository has GitHub's address: (hub, run, folder, bare)."""
    program = tmp_path / "gh"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    with running(tmp_path / "hub", githubProgram=str(program), limits={"pullRequestPollSeconds": 1}) as hub:
        run, folder = offer(hub, tmp_path)
        yield hub, run, folder, Repository(tmp_path / "bare.git")


def offer(hub, folder):
    """A run that has ended, of a repository that GitHub has, as its configuration says; what is pushed lies in the folder."""
    project, repository = hub.project("site")
    repository.git("clone", "--quiet", "--bare", ".", str(folder / "bare.git"))
    repository.git("remote", "add", "origin", "https://github.com/acme/site.git")
    repository.git("config", "remote.origin.pushurl", str(folder / "bare.git"))
    hub.http.patch(f"/api/projects/{project['id']}/policy", json={"autoGitPush": True}).raise_for_status()
    card = hub.card(project, "A dark theme")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-c", "echo dark > style.css"]})
    return hub.wait_for_run(run, "completed"), folder


def become(folder, **members):
    known = folder / "requests.json"
    requests = json.loads(known.read_text())
    requests[0] |= members
    known.write_text(json.dumps(requests))


def test_one_is_made_and_its_merge_finishes_the_card(offered):
    hub, run, folder, bare = offered
    made = hub.post(f"/api/runs/{run['id']}/pull-request", body="It is dark.", draft=True)
    assert made["merge"] == "pr_open"
    assert made["pullRequest"] == {
        "number": 1, "url": "https://github.com/acme/site/pull/1", "title": "A dark theme", "state": "open",
        "isDraft": True, "baseBranch": "main"}
    assert bare.show(run["branch"], "style.css") == "dark\n", "it was pushed first"
    assert json.loads((folder / "requests.json").read_text())[0]["body"] == "It is dark."
    calls = [json.loads(line) for line in (folder / "calls").read_text().splitlines()]
    assert ["pr", "create", "--repo", "acme/site", "--head", run["branch"], "--base", "main"] in [call[:8] for call in calls]
    become(folder, isDraft=False, title="A darker theme")
    until(lambda: hub.run(run)["pullRequest"]["title"] == "A darker theme", "a change is told")
    become(folder, state="MERGED", mergeCommit={"oid": "c" * 40})
    until(lambda: hub.run(run)["merge"] == "pr_merged", "the merge is told")
    assert hub.run(run)["mergeCommit"] == "c" * 40
    until(lambda: hub.get(f"/api/cards/{run['cardId']}")["status"] == "done", "the card is done")
    told = [event["type"] for event in hub.events(run["projectId"]) if event["type"].startswith("pr.")]
    assert told[0] == "pr.created" and set(told[1:]) == {"pr.updated"}
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/runs/{run['id']}/merge")
    assert refused.value.document["merge"] == "pr_merged"


def test_one_that_is_there_is_attached_and_a_new_hub_looks_after_it(offered):
    hub, run, folder, _ = offered
    with pytest.raises(Problem) as refused:
        hub.post(f"/api/runs/{run['id']}/pull-request/attach")
    assert refused.value.code == "PULL_REQUEST_NOT_FOUND"
    (folder / "requests.json").write_text(json.dumps([{
        "number": 5, "url": "https://github.com/acme/site/pull/5", "title": "By hand", "state": "OPEN",
        "isDraft": False, "baseRefName": "main", "mergeCommit": None, "headRefName": run["branch"]}]))
    assert hub.post(f"/api/runs/{run['id']}/pull-request/attach")["pullRequest"]["number"] == 5
    hub.restart()
    become(folder, state="CLOSED")
    until(lambda: hub.run(run)["merge"] == "pr_closed", "it is told as closed")
    assert hub.get(f"/api/cards/{run['cardId']}")["status"] != "done"


def test_gates_hold_and_errors_have_ghs_own_words(offered):
    hub, run, folder, _ = offered
    policy = f"/api/projects/{run['projectId']}/policy"

    def refused():
        with pytest.raises(Problem) as error:
            hub.post(f"/api/runs/{run['id']}/pull-request")
        return error.value
    (folder / "logged-out").touch()
    assert (refused().code, "gh auth login" in refused().document["detail"]) == ("PULL_REQUESTS_UNAVAILABLE", True)
    hub.http.patch(policy, json={"requireReview": True}).raise_for_status()
    assert refused().code == "REVIEW_REQUIRED"
    hub.http.patch(policy, json={"autoGitPush": False}).raise_for_status()
    assert refused().code == "DENIED_BY_POLICY"
    hub.http.patch(policy, json={"autoGitPush": True, "requireReview": False}).raise_for_status()
    (folder / "gh").unlink()
    assert (refused().code, refused().status) == ("PULL_REQUESTS_UNAVAILABLE", 422)
    assert hub.run(run)["merge"] == "none"
