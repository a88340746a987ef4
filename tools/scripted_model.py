#!/usr/bin/env python3
"""A scripted language model on loopback, so that real coding-agent CLIs run with no internet and no account.

Speaks the streaming half of two model APIs: Anthropic Messages (Claude Code) and OpenAI Responses (Codex).
It binds 127.0.0.1 only and needs nothing but the standard library.

usage: scripted_model.py [--port N] [--script FILE] [--log FILE]      (port 0, the default, picks one and prints it)

A script is a JSON object {"conversations": [{"match": "text in the first user prompt", "turns": [TURN, ...]}, ...]};
the first conversation whose "match" occurs in the prompt answers ("" matches all). TURN i answers the i-th model
call of that conversation:
  {"text": "...", "tools": [{"name": "Write", "input": {...}}, ...],   what the model says, then calls
   "thinking": "...",                                                   what it thinks first (Anthropic only)
   "delay_ms": 5, "chunk": 12,                                         pace and size of streamed text deltas
   "usage": {"input": 1200, "output": 80},
   "error": {"status": 529, "type": "overloaded_error", "message": "...", "retry_after_s": 1, "times": 2},
   "hang_s": 30, "cut": true, "cut_times": 2}                          stall before answering; cut the stream half way (each time)
For Codex the tool {"name": "exec_command", "input": {"cmd": "..."}} (or shell) runs a command.
"{cwd}" inside an input is replaced by the working directory that the CLI announced, when it announced one, and "{plan}" by
the file in which Claude Code wants its plan.

Verified with Claude Code 2.1.329 and Codex 0.163.0:
  env -i PATH=$PATH HOME=$TMPHOME ANTHROPIC_BASE_URL=http://127.0.0.1:$PORT ANTHROPIC_API_KEY=x IS_SANDBOX=1 \\
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 \\
      claude -p "Create hello.txt" --output-format stream-json --verbose --permission-mode acceptEdits </dev/null
  CODEX_HOME/config.toml: model_provider = "scripted", [model_providers.scripted] name, base_url = "http://127.0.0.1:PORT/v1",
      wire_api = "responses", env_key = "SCRIPTED_KEY";  codex exec --json --sandbox danger-full-access "..." </dev/null
"""
import argparse
import itertools
import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DEFAULT_SCRIPT = {"conversations": [{"match": "", "turns": [
    {"text": "I will create the file.", "tools": [
        {"name": "Write", "input": {"file_path": "hello.txt", "content": "hello from a scripted model\n"}},
        {"name": "exec_command", "input": {"cmd": "echo hello from a scripted model > hello.txt && cat hello.txt"}}]},
    {"text": "Done: hello.txt is written."}]}]}
ids = itertools.count(1)
failures = {}                 # (conversation, turn) -> times its error was sent
lock = threading.Lock()


def texts(node):
    """Every text inside a message's content, whatever its shape."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)
    elif isinstance(node, dict):
        yield from texts(node.get("text") or node.get("content") or "")


class Model(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass              # the CLI was interrupted

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self):
        self.send_json(200, {"data": [], "has_more": False})

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = json.loads(raw)
        except ValueError:
            return self.send_json(400, {"error": {"message": "not JSON"}})
        if self.server.record:
            with lock, open(self.server.record, "a") as out:
                out.write(json.dumps({"path": self.path, "at": time.time(), "body": body}) + "\n")
        if "/count_tokens" in self.path:
            return self.send_json(200, {"input_tokens": len(raw) // 4})
        if self.path.startswith("/v1/messages"):
            return self.answer(body, body.get("messages", []), self.anthropic)
        if self.path.endswith("/responses"):
            return self.answer(body, body.get("input", []), self.openai)
        self.send_json(404, {"error": {"message": "no such route: " + self.path}})

    # -- choosing the turn ----------------------------------------------------------------------------------------

    def answer(self, body, messages, speak):
        if isinstance(messages, str):
            messages = [{"role": "user", "content": messages}]
        prompt = "\n".join(t for m in messages if m.get("role") == "user" for t in texts(m.get("content")))
        everything = prompt + json.dumps(body.get("system") or body.get("instructions") or "")
        found = re.search(r"(?:working directory|cwd)[^/\n]{0,20}(/[^\s<\"\\]+)", everything, re.I)
        cwd = found.group(1) if found else "."
        planned = re.search(r"/[^\s<\"\\]+/plans/[^\s<\"\\]+\.md", json.dumps(messages))
        places = {"{cwd}": cwd, "{plan}": planned.group() if planned else "plan.md"}
        conversation = next((c for c in self.server.script["conversations"] if c["match"] in prompt), None)
        done = sum(1 for m in messages if m.get("role") == "assistant" or m.get("type") in ("function_call", "local_shell_call"))
        if speak == self.openai:
            done = sum(1 for m in messages if str(m.get("type", "")).endswith("_output"))
        turns = conversation["turns"] if conversation else []
        turn = turns[done] if done < len(turns) else {"text": "Nothing more to do."}
        if turn.get("hang_s"):
            time.sleep(turn["hang_s"])
        error = turn.get("error")
        if error:
            key = (conversation["match"], done)
            with lock:
                failures[key] = failures.get(key, 0) + 1
                fail = failures[key] <= error.get("times", 1)
            if fail:
                headers = {"retry-after": str(error["retry_after_s"])} if "retry_after_s" in error else {}
                detail = {"type": error.get("type", "api_error"), "message": error.get("message", "scripted failure")}
                return self.send_json(error.get("status", 500), {"type": "error", "error": detail}, headers)
        if turn.get("cut") and "cut_times" in turn:
            key = ("cut", conversation["match"], done)
            with lock:
                failures[key] = failures.get(key, 0) + 1
                turn = {**turn, "cut": failures[key] <= turn["cut_times"]}
        offered = {t.get("name") or t.get("type") for t in body.get("tools", [])}
        # Codex has the tools of a server in a namespace: `mcp__SERVER.TOOL` here.
        offered |= {f"{t.get('name')}.{inner.get('name')}" for t in body.get("tools", []) for inner in t.get("tools", [])}
        calls = [json.loads(re.sub("|".join(map(re.escape, places)), lambda found: places[found.group()], json.dumps(tool)))
                 for tool in turn.get("tools", []) if tool["name"] in offered]
        speak(body, turn, calls)

    # -- the two dialects -----------------------------------------------------------------------------------------

    def anthropic(self, body, turn, calls):
        usage = turn.get("usage", {"input": 10, "output": 20})
        base = {"id": f"msg_{next(ids)}", "type": "message", "role": "assistant", "model": body.get("model"), "stop_sequence": None}
        stop = "tool_use" if calls else "end_turn"
        blocks = ([{"type": "thinking", "thinking": turn["thinking"], "signature": "c2NyaXB0"}] if turn.get("thinking") else [])
        blocks += ([{"type": "text", "text": turn["text"]}] if turn.get("text") else []) + [
            {"type": "tool_use", "id": f"toolu_{next(ids)}", "name": c["name"], "input": c["input"]} for c in calls]
        counts = {"input_tokens": usage["input"], "output_tokens": usage["output"]}
        if not body.get("stream"):
            return self.send_json(200, {**base, "content": blocks, "stop_reason": stop, "usage": counts})
        send = self.stream()
        send({"type": "message_start", "message": {**base, "content": [], "stop_reason": None, "usage": {**counts, "output_tokens": 1}}})
        for index, block in enumerate(blocks):
            is_cut = turn.get("cut") and index == len(blocks) - 1
            if is_cut and block["type"] != "text":
                return self.cut()
            if block["type"] == "text":
                send({"type": "content_block_start", "index": index, "content_block": {"type": "text", "text": ""}})
                for number, piece in enumerate(self.pieces(turn, "text")):
                    if is_cut and number == 1:
                        return self.cut()
                    send({"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": piece}})
            elif block["type"] == "thinking":
                send({"type": "content_block_start", "index": index, "content_block": {**block, "thinking": "", "signature": ""}})
                for piece in self.pieces(turn, "thinking"):
                    send({"type": "content_block_delta", "index": index, "delta": {"type": "thinking_delta", "thinking": piece}})
                send({"type": "content_block_delta", "index": index,
                      "delta": {"type": "signature_delta", "signature": block["signature"]}})
            else:
                send({"type": "content_block_start", "index": index, "content_block": {**block, "input": {}}})
                send({"type": "content_block_delta", "index": index,
                      "delta": {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}})
            send({"type": "content_block_stop", "index": index})
        send({"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": counts})
        send({"type": "message_stop"})
        self.finish_stream()

    def openai(self, _body, turn, calls):
        usage = turn.get("usage", {"input": 10, "output": 20})
        response = {"id": f"resp_{next(ids)}", "object": "response", "status": "in_progress", "output": []}
        send = self.stream()
        send({"type": "response.created", "response": response})
        items = []
        if turn.get("text"):
            items.append({"type": "message", "id": f"msg_{next(ids)}", "role": "assistant",
                          "content": [{"type": "output_text", "text": turn["text"], "annotations": []}]})
        for call in calls:
            space, _, name = call["name"].rpartition(".")
            items.append({"type": "function_call", "id": f"fc_{next(ids)}", "call_id": f"call_{next(ids)}", "name": name,
                          **({"namespace": space} if space else {}), "arguments": json.dumps(call["input"])})
        for index, item in enumerate(items):
            send({"type": "response.output_item.added", "output_index": index, "item": item})
            if item["type"] == "message":
                for piece in self.pieces(turn, "text"):
                    send({"type": "response.output_text.delta", "output_index": index, "content_index": 0, "item_id": item["id"], "delta": piece})
            if turn.get("cut"):
                return self.cut()
            send({"type": "response.output_item.done", "output_index": index, "item": item})
        total = {"input_tokens": usage["input"], "input_tokens_details": {"cached_tokens": 0}, "output_tokens": usage["output"],
                 "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": usage["input"] + usage["output"]}
        send({"type": "response.completed", "response": {**response, "status": "completed", "output": items, "usage": total}})
        self.finish_stream()

    # -- HTTP -----------------------------------------------------------------------------------------------------

    def pieces(self, turn, member):
        text, size = turn[member], turn.get("chunk", 12)
        for start in range(0, len(text), size):
            yield text[start:start + size]
            time.sleep(turn.get("delay_ms", 0) / 1000)

    def send_json(self, status, value, headers=()):
        data = json.dumps(value).encode()
        self.send_response(status)
        for name, field in dict(headers).items():
            self.send_header(name, field)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

        def send(event):
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()
        return send

    def finish_stream(self):
        self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def cut(self):
        self.close_connection = True
        self.connection.close()


def main():
    options = argparse.ArgumentParser(description="A scripted language model on loopback.")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--script")
    options.add_argument("--log", help="append every request to this file, one JSON object a line")
    given = options.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", given.port), Model)
    server.script = json.load(open(given.script)) if given.script else DEFAULT_SCRIPT
    server.record = given.log
    print(server.server_address[1], flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
