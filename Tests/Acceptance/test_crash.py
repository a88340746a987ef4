"""The hub dies by `kill -9`; agents, journal and viewers go on as if it had not."""
import json
import pathlib

import processes
from waiting import until


def without_channel(event):
    return {name: value for name, value in event.items() if name != "channel"}


class Story:
    """A run of the demo agent that writes down itself what it says, and a client that sees it through all restarts."""

    def __init__(self, hub, options):
        self.hub = hub
        self.project, self.repository = hub.project()
        self.transcript = hub.folder / "transcript.jsonl"
        card = hub.card(self.project, "Tell a story", f"demo: {options} transcript={self.transcript}")
        self.live = hub.live()
        self.copy = self.live.follow(f"project:{self.project['id']}")
        self.run = self.live.call("runs.create", project=self.project["id"], cardId=card["id"], provider="demo")
        self.run_copy = self.live.follow(f"run:{self.run['id']}")
        self.live.call("runs.start", run=self.run["id"])

    def wait_for_words(self, more=10):
        """Until the agent has said some more."""
        enough = len(self.run_copy.passing) + more
        self.live.wait(lambda: len(self.run_copy.passing) >= enough, f"{more} more pieces of what the agent says")

    def agent(self):
        """The process as the hub knows it, and who it is to the system."""
        process, = self.hub.get(f"/api/runs/{self.run['id']}/processes")
        identity = processes.identity(process["pid"])
        assert identity, "the agent lives"
        return process["id"], process["pid"], identity

    def reconnect(self):
        """Goes on after the last event that was seen."""
        self.live = self.hub.live()
        for copy in (self.copy, self.run_copy):
            self.live.resume(copy)
            assert copy.joins[-1]["recovered"] is True and "snapshot" not in copy.joins[-1]

    def wrote(self):
        """The messages that the agent says it has said."""
        if not self.transcript.exists():
            return []
        return [json.loads(line)["text"] for line in self.transcript.read_text().splitlines()]

    def check_end(self):
        """Nothing is missing, nothing came twice, and the words are the agent's, byte for byte."""
        run = self.hub.wait_for_run(self.run, "completed")
        # What was done is summed up after the end.
        for copy in (self.copy, self.run_copy):
            self.live.wait(lambda: any(event["type"] == "run.summary" for event in copy.events), "the summary")
        self.live.wait_for_position(self.copy, self.hub.position(self.project["id"]))
        told = [without_channel(event) for event in self.copy.events]
        seqs, begun_at = [event["seq"] for event in told], self.copy.joins[0]["seq"]
        assert seqs == list(range(begun_at + 1, begun_at + 1 + len(seqs)))
        assert told == [event for event in self.hub.events(self.project["id"]) if event["seq"] > begun_at]

        self.live.wait(lambda: self.run_copy.things.get(run["id"]) == run, "the run's channel has the end")
        begun_at = self.run_copy.joins[0]["seq"]
        of_run = [event for event in told if event.get("runId") == run["id"] and event["seq"] > begun_at]
        assert [without_channel(event) for event in self.run_copy.events] == of_run

        entries = self.hub.list(f"/api/runs/{run['id']}/entries")
        assert [entry["index"] for entry in entries] == list(range(len(entries)))
        said = [entry["content"]["text"] for entry in entries if entry["content"]["kind"] == "assistant_message"]
        assert [text.encode() for text in said] == [text.encode() for text in self.wrote()]

        assert run["usage"]["outputTokens"] > 0
        assert len(self.hub.get(f"/api/runs/{run['id']}/processes")) == 1
        assert [file["path"] for file in self.hub.get(f"/api/runs/{run['id']}/diff")["files"]] == [
            "notes/tell-a-story.md", "src/tell-a-story.js"]
        until(lambda: not self.hub.children(), "agent and keeper are gone")
        return run, entries


def test_kill_in_the_middle_of_a_run(hub):
    story = Story(hub, "pace=20 paragraphs=40 approval=no")
    story.wait_for_words()
    agent = story.agent()
    hub.kill()

    assert processes.identity(agent[1]) == agent[2], "the agent has not noticed"
    written = processes.written_bytes(agent[1])
    until(lambda: processes.written_bytes(agent[1]) > written, "the agent goes on without the hub")

    hub.start()
    assert story.agent() == agent, "it is the same agent"
    story.reconnect()
    story.check_end()


def test_agents_end_while_there_is_no_hub(hub):
    story = Story(hub, "pace=20 paragraphs=12 approval=no")
    story.wait_for_words()
    # A program that ends by itself; the demo agent has said its last word, and would wait for more.
    command = hub.post(
        f"/api/projects/{story.project['id']}/runs", provider="command", start=True,
        options={"argv": ["/bin/sh", "-c", "echo before; while ! [ -e gone ]; do sleep 0.1; done; echo after; exit 3"]})
    until(lambda: hub.get(f"/api/runs/{command['id']}/entries"), "the command has begun")
    process, = hub.get(f"/api/runs/{command['id']}/processes")
    hub.kill()
    (pathlib.Path(hub.data) / "worktrees" / command["id"] / "gone").touch()
    until(lambda: not processes.is_alive(process["pid"]), "the command is done")
    until(lambda: len(story.wrote()) == 2, "the agent has said all")
    hub.start()

    failed = hub.wait_for_run(command, "failed")
    assert failed["failure"]["class"] == "agent"
    entries = hub.list(f"/api/runs/{command['id']}/entries")
    lines = [entry["content"]["text"] for entry in entries if entry["content"]["kind"] == "output"]
    assert lines == ["before", "after"]
    assert hub.get(f"/api/runs/{command['id']}/processes")[0]["exitCode"] == 3
    story.reconnect()
    story.check_end()


def test_kill_while_an_approval_waits(hub):
    story = Story(hub, "pace=2 paragraphs=4")
    approval = story.live.wait_for_approval(story.copy, story.run)
    agent = story.agent()
    hub.kill()
    hub.start()
    assert story.agent() == agent
    assert hub.run(story.run)["status"] == "waiting"
    assert hub.get(f"/api/approvals/{approval['id']}") == approval
    # Whoever comes now sees the question too.
    snapshot = hub.live().follow(f"project:{story.project['id']}")
    assert snapshot.of("apr") == [approval]
    story.reconnect()
    answered = hub.post(f"/api/approvals/{approval['id']}/answer", decision="approve")
    assert answered["status"] == "approved"
    _, entries = story.check_end()
    tool, = [entry["content"]["tool"] for entry in entries
             if entry["content"].get("tool", {}).get("action") == "command_run"]
    assert tool["status"] == "success"


def test_kill_right_after_an_answer(hub):
    """An answer that the hub has acknowledged reaches the agent, whatever happens to the hub."""
    story = Story(hub, "pace=2 paragraphs=4")
    approval = story.live.wait_for_approval(story.copy, story.run)
    story.live.call("approvals.answer", approval=approval["id"], decision="deny", reason="Not today.")
    hub.kill()
    hub.start()
    story.reconnect()
    _, entries = story.check_end()
    tool, = [entry["content"]["tool"] for entry in entries
             if entry["content"].get("tool", {}).get("action") == "command_run"]
    assert tool["status"] == "denied"
    assert any("Not today." in (entry["content"].get("text") or "") for entry in entries), "the agent was told why"


def test_several_kills_in_a_row(hub):
    story = Story(hub, "pace=20 paragraphs=30 approval=no")
    for round in range(5):
        # The first one comes before the agent has said a word.
        if round:
            story.wait_for_words(5)
        hub.restart()
        story.reconnect()
    story.check_end()


def test_a_queue_survives_kills(hub):
    """Each command leaves a mark of its own: none is forgotten, none is started twice."""
    project, repository = hub.project()
    marks = hub.folder / "marks"
    marks.mkdir()
    runs = []
    for number in range(12):
        script = f"echo $$ >> {marks}/{number}; sleep 0.3; echo done {number}"
        runs.append(hub.post(
            f"/api/projects/{project['id']}/runs", provider="command", start=True,
            options={"argv": ["/bin/sh", "-c", script]}))
    for enough in (2, 6):
        until(lambda: len(list(marks.iterdir())) >= enough, f"{enough} commands have begun")
        hub.restart()
    for number, run in enumerate(runs):
        hub.wait_for_run(run, "completed")
        assert len((marks / str(number)).read_text().splitlines()) == 1, f"command {number} was started once"
        contents = [entry["content"] for entry in hub.list(f"/api/runs/{run['id']}/entries")]
        assert [content["text"] for content in contents if content["kind"] == "output"] == [f"done {number}"]
    until(lambda: not repository.worktrees(), "no worktree is left")
    until(lambda: not hub.children(), "no process is left")


def test_a_stopped_hub_says_so_and_agents_go_on(hub):
    story = Story(hub, "pace=20 paragraphs=20 approval=no")
    story.wait_for_words()
    agent = story.agent()
    assert hub.stop() == 0
    assert story.live.wait_for_end()[0] == 1001
    assert any(frame["type"] == "closing" for frame in story.live.frames)
    assert processes.identity(agent[1]) == agent[2]
    hub.start()
    story.reconnect()
    story.check_end()
