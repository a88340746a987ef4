"""The hub when the system gives it no more descriptors."""
import contextlib
import os
import resource
import select
import socket
import time

from waiting import patience_seconds, until

# Of what the hub may open, a quarter is kept for its database, git and agents.
limit = 160
reserved = limit // 4
client_count = 250
watch_seconds = 1
# A loop that spins takes all of a second; a pause that looks again ten times, and the hub's own ticks, next to nothing.
busy_share_max = 0.25
request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
shortage = "new connections wait until there is room for them"


def descriptor_count(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def has_answer(client):
    return bool(select.select([client], [], [], 0)[0])


def test_new_connections_wait_for_descriptors(hub):
    project, _ = hub.project()
    live = hub.live()
    copy = live.follow(f"project:{project['id']}")
    assert descriptor_count(hub.pid) < limit - reserved
    _, hard = resource.prlimit(hub.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(hub.pid, resource.RLIMIT_NOFILE, (limit, hard))
    with contextlib.ExitStack() as stack:
        # The kernel lets them in, the hub has no room for all.
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", hub.port), patience_seconds))
            for _ in range(client_count)]
        for client in clients:
            client.sendall(request)
        until(lambda: shortage in hub.log_tail(), "the log says that descriptors are short")

        # Nothing spins.
        before = processor_seconds(hub.pid)
        time.sleep(watch_seconds)
        used = processor_seconds(hub.pid) - before
        assert used < watch_seconds * busy_share_max, f"{used} s of the processor in {watch_seconds} s"
        waiting = [client for client in clients if not has_answer(client)]
        assert len(waiting) >= client_count - (limit - reserved), "more were let in than there is room for"

        # Who is there is served: requests, events, and agents with all that they need.
        assert hub.http.get("/health").status_code == 200
        draft = hub.post(
            f"/api/projects/{project['id']}/runs", provider="command", options={"argv": ["/bin/echo", "in the shortage"]})
        hub.post(f"/api/runs/{draft['id']}/start")
        hub.wait_for_run(draft, "completed")
        live.wait(lambda: copy.events_of("run.completed"), "the event of the run")
        assert [client for client in waiting if has_answer(client)] == []

        # Each that leaves lets another in, until all have been served; nobody was turned away.
        waiting = list(clients)
        while waiting:
            ready, _, _ = select.select(waiting, [], [], patience_seconds)
            assert ready, f"{len(waiting)} of {client_count} were never served"
            for client in ready:
                assert client.recv(12) == b"HTTP/1.1 200"
                client.close()
                waiting.remove(client)
    lines = [line for line in hub.log_tail().splitlines() if shortage in line]
    assert "limit=RLIMIT_NOFILE" in lines[0]
    # It goes to and fro while they leave; the log has one line in ten seconds.
    assert len(lines) < 10
