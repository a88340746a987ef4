"""An agent that speaks the Agent Client Protocol, written with its Python SDK. What it does is in the prompt."""
import asyncio
import base64
import pathlib
import sys

import acp
from acp import schema


def content(text):
    return schema.ContentToolCallContent(type="content", content=acp.text_block(text))


class Agent(acp.Agent):
    def __init__(self):
        self.client, self.cwd, self.mode, self.cancelled = None, None, "ask", asyncio.Event()

    def on_connect(self, client):
        self.client = client

    async def initialize(self, protocol_version, client_capabilities=None, client_info=None, **_):
        assert client_capabilities.fs.read_text_file and client_capabilities.fs.write_text_file
        assert client_capabilities.terminal and client_info.name == "roost"
        return acp.InitializeResponse(
            protocol_version=1, agent_capabilities=schema.AgentCapabilities(
                load_session=True, prompt_capabilities=schema.PromptCapabilities(image="--blind" not in sys.argv)),
            agent_info=schema.Implementation(name="toy", version="0.1"))

    @staticmethod
    def modes():
        modes = [schema.SessionMode(id=mode, name=mode) for mode in ("ask", "code", "plan")]
        return schema.SessionModeState(current_mode_id="ask", available_modes=modes)

    async def new_session(self, cwd, **_):
        self.cwd = pathlib.Path(cwd)
        assert self.cwd.is_absolute() and self.cwd == pathlib.Path.cwd()
        return acp.NewSessionResponse(session_id="session-1", modes=self.modes())

    async def load_session(self, cwd, session_id, **_):
        self.cwd = pathlib.Path(cwd)
        await self.say(session_id, "What was said before.")
        return acp.LoadSessionResponse(modes=self.modes())

    async def set_session_mode(self, mode_id, session_id, **_):
        self.mode = mode_id
        return acp.SetSessionModeResponse()

    async def cancel(self, session_id, **_):
        self.cancelled.set()

    async def update(self, session, update):
        await self.client.session_update(session_id=session, update=update)

    async def say(self, session, text):
        await self.update(session, acp.update_agent_message_text(text))

    async def prompt(self, prompt, session_id, **_):
        text = "\n".join(block.text for block in prompt if block.type == "text")
        for image in (block for block in prompt if block.type == "image"):
            text += f" [{image.mime_type} of {len(base64.b64decode(image.data))} bytes]"
        job = next((job for name, job in JOBS.items() if name in text), None)
        stop = await job(self, session_id) if job else await self.say(session_id, f"You said: {text}")
        return acp.PromptResponse(
            stop_reason=stop or "end_turn", usage=schema.Usage(input_tokens=100, output_tokens=20, total_tokens=120))


async def work(agent, session):
    """Thinks, plans, edits with a permission, tells what it cost."""
    await agent.update(session, acp.update_agent_thought_text("Hm. "))
    await agent.update(session, acp.update_agent_thought_text("Yes."))
    entries = [("look", "completed"), ("write", "in_progress"), ("check", "pending")]
    await agent.update(session, acp.update_plan([acp.plan_entry(text, status=status) for text, status in entries]))
    path = str(agent.cwd / "done.txt")
    await agent.update(session, acp.start_tool_call(
        "t1", "Write done.txt", kind="edit", status="pending", raw_input={"path": path, "content": "done\n"}))
    answer = await agent.client.request_permission(
        session_id=session, tool_call=schema.ToolCallUpdate(tool_call_id="t1"), options=[
            schema.PermissionOption(option_id="a", name="Always", kind="allow_always"),
            schema.PermissionOption(option_id="y", name="Once", kind="allow_once"),
            schema.PermissionOption(option_id="n", name="No", kind="reject_once")])
    if answer.outcome.outcome != "selected" or answer.outcome.option_id != "y":
        await agent.say(session, "It was not allowed.")
        return
    await agent.client.write_text_file(session_id=session, path=path, content="done\n")
    await agent.update(session, acp.update_tool_call(
        "t1", status="completed", content=[acp.tool_diff_content(path, "done\n")]))
    await agent.update(session, schema.UsageUpdate(
        session_update="usage_update", used=500, size=1000, cost=schema.Cost(amount=0.25, currency="USD")))
    await agent.say(session, f"Done in mode {agent.mode}.")


async def files(agent, session):
    """Reads and writes through its client, inside and outside."""
    async def attempt(call):
        try:
            return await call
        except acp.RequestError as error:
            return f"refused: {error.data or error}"

    def read(path, **lines):
        return attempt(agent.client.read_text_file(session_id=session, path=str(path), **lines))

    def write(path, text):
        return attempt(agent.client.write_text_file(session_id=session, path=str(path), content=text))

    here = agent.cwd
    await write(here / "new" / "folder" / "lines.txt", "one\ntwo\nthree\nfour\n")
    part = await read(here / "new" / "folder" / "lines.txt", line=2, limit=2)
    (here / "out").symlink_to("/etc")
    (here / "in").symlink_to("new/folder")
    through = await read(here / "in" / "lines.txt")
    refused = [
        await read("/etc/passwd"), await read(here / "out" / "passwd"), await read(here / ".." / ".." / "roost.sqlite"),
        await write("/tmp/roost-escaped", "x"), await write(here / "out" / "roost-escaped", "x"),
        await write(here / ".git", "gitdir: /tmp"), await read(here / "none.txt"), await read(here / "new")]
    for link in ("out", "in"):
        (here / link).unlink()
    assert through.content.startswith("one\n")
    assert all(isinstance(answer, str) for answer in refused), refused
    await agent.say(session, f"read {part.content!r}, refused {len(refused)}")


async def terminals(agent, session):
    """Runs commands through its client."""
    first = await agent.client.create_terminal(
        session_id=session, command="sh", args=["-c", "pwd; echo \"$GREETING\" >&2; exit 3"],
        env=[schema.EnvVariable(name="GREETING", value="hello")])
    exit = await agent.client.wait_for_terminal_exit(session_id=session, terminal_id=first.terminal_id)
    output = await agent.client.terminal_output(session_id=session, terminal_id=first.terminal_id)
    assert exit.exit_code == 3 and output.exit_status.exit_code == 3, (exit, output)
    assert output.output == f"{agent.cwd}\nhello\n" and not output.truncated, output
    line = await agent.client.create_terminal(
        session_id=session, command="printf '%s\\n' one two three", output_byte_limit=10)
    await agent.client.wait_for_terminal_exit(session_id=session, terminal_id=line.terminal_id)
    output = await agent.client.terminal_output(session_id=session, terminal_id=line.terminal_id)
    assert output.truncated and output.output.endswith("three\n") and len(output.output) <= 10, output
    long = await agent.client.create_terminal(session_id=session, command="sleep", args=["1000"])
    await agent.client.kill_terminal(session_id=session, terminal_id=long.terminal_id)
    killed = await agent.client.wait_for_terminal_exit(session_id=session, terminal_id=long.terminal_id)
    assert killed.signal, killed
    for terminal in (first, line, long):
        await agent.client.release_terminal(session_id=session, terminal_id=terminal.terminal_id)
    try:
        await agent.client.terminal_output(session_id=session, terminal_id=first.terminal_id)
        assert False, "it is released"
    except acp.RequestError:
        pass
    await agent.say(session, "Terminals work.")


async def leave(agent, session):
    """Leaves a command behind, and waits for it."""
    terminal = await agent.client.create_terminal(session_id=session, command="echo left; exec sleep 1000")
    await agent.say(session, "Waiting.")
    await agent.client.wait_for_terminal_exit(session_id=session, terminal_id=terminal.terminal_id)


async def wait(agent, session):
    await agent.say(session, "Waiting.")
    await agent.cancelled.wait()
    return "cancelled"


JOBS = {"Do the work": work, "Use files": files, "Use terminals": terminals, "Leave a command": leave, "Wait": wait}

if __name__ == "__main__":
    asyncio.run(acp.run_agent(Agent()))
