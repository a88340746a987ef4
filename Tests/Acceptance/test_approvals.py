"""Questions of agents: whoever answers first, over whichever door, decides; the project's policy comes before everybody."""
import json

import httpx
import pytest

from problem import Problem
from test_bots import bot_run, held
from test_consumers import receiver     # noqa: F401  a fixture
from waiting import patience_seconds, until


def asking(hub, project, title="Card"):
    """A run that waits for an answer: (run, its question)."""
    card = hub.card(project, title, "demo: pace=0 paragraphs=1")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "waiting")
    return run, hub.get(f"/api/projects/{project['id']}/approvals?status=pending&runId={run['id']}")[0]


def test_the_first_answer_wins_over_any_door(hub):
    project, _ = hub.project()
    live = hub.live()
    for first, second in (("socket", "rest"), ("rest", "socket")):
        run, question = asking(hub, project, first)
        answers = {
            "socket": lambda: live.call("approvals.answer", approval=question["id"], decision="approve"),
            "rest": lambda: hub.post(f"/api/approvals/{question['id']}/answer", decision="deny", reason="no")}
        won = answers[first]()
        assert won["decidedBy"]["id"] == "local" and won["resolvedAt"]
        with pytest.raises(Problem) as lost:
            answers[second]()
        assert lost.value.code == "ALREADY_RESOLVED"
        assert hub.get(f"/api/approvals/{question['id']}") == won
        hub.wait_for_run(run, "completed")


def test_a_bot_answers_what_its_consumer_brings(hub):
    project, _ = hub.project()
    bot = hub.post(f"/api/projects/{project['id']}/consumers", name="bot", filter={"types": ["approval.requested"]})
    run, question = asking(hub, project)
    delivery = hub.post(f"/api/consumers/{bot['consumer']['id']}/pull", max=1, waitMs=20_000)[0]
    assert delivery["event"]["data"]["id"] == question["id"]
    hub.post(f"/api/approvals/{delivery['event']['data']['id']}/answer", decision="approve")
    hub.post(f"/api/consumers/{bot['consumer']['id']}/acknowledge", positions=[delivery["position"]])
    hub.wait_for_run(run, "completed")


def test_who_subscribes_later_is_told_what_is_open_also_after_a_restart(hub):
    project, _ = hub.project()
    run, question = asking(hub, project)
    hub.restart()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    assert copy.of("apr") == [question], "without a word about it since"
    live.call("approvals.answer", approval=question["id"], decision="approve")
    hub.wait_for_run(run, "completed")


def test_the_policy_is_asked_first_and_told_of(hub):
    project, _ = hub.project()
    path = f"/api/projects/{project['id']}/policy"
    fresh = hub.get(path)
    assert (fresh["allow"], fresh["deny"], fresh["autoApprove"], fresh["version"]) == ([], [], False, 1)
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    changed = hub.patch(path, deny=["edit_file*", "run_command*"], version=1)
    told = live.wait(lambda: copy.events_of("policy.updated"), "the policy is told of")
    assert [event["data"] for event in told] == [changed] and changed["version"] == 2
    stale = hub.http.patch(path, json={"deny": [], "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (412, "VERSION_STALE")
    asked = {"type": "command", "tool": "run_command", "text": "ls"}
    assert hub.http.get(path + "/ruling", params=asked).json()["data"] == {
        "decision": "deny", "rule": "deny: run_command*"}
    assert hub.http.get(path + "/ruling", params=asked | {"tool": "Bash"}).json()["data"] == {}
    card = hub.card(project, "Card", "demo: pace=0 paragraphs=1")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "completed")
    question = hub.get(f"/api/projects/{project['id']}/approvals?runId={run['id']}")[0]
    assert question["status"] == "denied" and question["rule"].startswith("deny: ")
    assert question["decidedBy"] == {"type": "system"}


def test_a_rule_for_always_needs_the_right_to_change_the_project(hub):
    project, _ = hub.project()
    run, question = asking(hub, project)
    root = hub.post("/api/auth/setup", name="root")["secret"]
    hub.http.headers["Authorization"] = f"Bearer {root}"
    user = hub.post("/api/users", name="ada")
    secret = hub.post("/api/tokens", name="first", userId=user["id"])["secret"]
    hub.post(f"/api/projects/{project['id']}/members", user="ada", role="editor")
    with httpx.Client(base_url=hub.url, headers={"Authorization": f"Bearer {secret}"}, timeout=patience_seconds,
                      trust_env=False) as ada:
        for path in (f"/api/approvals/{question['id']}/answer", f"/api/runs/{run['id']}/approve"):
            refused = ada.post(path, json={"decision": "approve", "scope": "always"})
            assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        once = ada.post(f"/api/approvals/{question['id']}/answer", json={"decision": "approve", "scope": "once"})
        assert once.status_code == 200 and once.json()["data"]["decidedBy"]["name"] == "ada"
    hub.wait_for_run(run, "completed")


def test_a_question_with_options_is_answered_over_every_door(hub, receiver):      # noqa: F811
    project, _ = hub.project()
    hub.post(f"/api/projects/{project['id']}/consumers", name="hook", webhookUrl=receiver.url,
             filter={"types": ["approval.requested"]})
    options = {"question": "Which colour?", "header": "Colour", "multiSelect": False,
               "options": [{"label": "Red", "description": "warm"}, {"label": "Blue", "description": "cold"}]}
    live = hub.live()

    def over_socket(question):
        live.call("approvals.answer", approval=question["id"], decision="approve", answers={"Which colour?": "Blue"})

    def over_rest(question):
        hub.post(f"/api/approvals/{question['id']}/answer", decision="approve", answers={"Which colour?": "Blue"})

    def by_webhook(question):
        told = until(lambda: [event for event in (json.loads(body) for _, body in receiver.got)
                              if event["data"]["id"] == question["id"]], "it was brought")[0]
        label = told["data"]["questions"][0]["options"][1]["label"]
        hub.post(f"/api/approvals/{told['data']['id']}/answer", decision="approve", answers={"Which colour?": label})

    for answer in (over_socket, over_rest, by_webhook):
        run = bot_run(hub, project, answer.__name__)
        bot = held(hub, project)
        bot.report({"type": "ask", "key": "q", "kind": "question", "title": "Which colour?", "tool": "Ask",
                    "input": {"questions": [options]}})
        hub.wait_for_run(run, "waiting")
        question, = hub.get(f"/api/projects/{project['id']}/approvals?status=pending&runId={run['id']}")
        assert [choice["label"] for choice in question["questions"][0]["options"]] == ["Red", "Blue"]
        answer(question)
        order = bot.heartbeat(waitMs=10_000)["messages"][0]
        assert (order["decision"], order["answers"]) == ("approve", {"Which colour?": "Blue"})
        bot.finish()
        hub.wait_for_run(run, "completed")
