"""What the hub tells of itself: request ids, the access log, and metrics as Prometheus reads them."""
import json
import re
import signal

import httpx
from prometheus_client.parser import text_string_to_metric_families

from hub import Hub, root, running
from waiting import until


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_every_answer_has_an_id_and_a_good_one_of_the_client_is_kept(hub):
    made = hub.http.get("/health").headers["X-Request-Id"]
    assert re.fullmatch(r"req_[0-9A-Z]{26}", made)
    assert hub.http.get("/health").headers["X-Request-Id"] != made
    assert hub.http.get("/health", headers={"X-Request-Id": "trace-1"}).headers["X-Request-Id"] == "trace-1"
    problem = hub.http.get("/api/cards/none", headers={"X-Request-Id": "trace-2"})
    assert problem.status_code == 404 and problem.json()["requestId"] == "trace-2"


def test_the_access_log_has_a_line_for_each_request_and_each_streams_end_without_secrets(tmp_path):
    log = tmp_path / "access.log"
    hub = Hub(tmp_path / "hub", accessLog=str(log))
    try:
        hub.start()
        hub.http.get("/api/projects?token=sesame&limit=1", headers={"X-Request-Id": "a", "Authorization": "Bearer sesame"})
        live = hub.live()
        live.close()
        until(lambda: any(line.get("closeCode") for line in lines(log)), "the end of the stream is told")
        told = lines(log)
        request, = [line for line in told if line["requestId"] == "a"]
        assert request["method"] == "GET" and request["path"] == "/api/projects" and request["status"] == 422
        assert request["remote"] == "127.0.0.1" and request["bytes"] > 0 and request["durationMs"] >= 0
        begun, ended = [line for line in told if line["kind"] == "webSocket"]
        assert begun["status"] == 101 and ended["requestId"] == begun["requestId"] and ended["closeCode"] == 1000
        assert "sesame" not in log.read_text()

        # As logrotate does it: moved away, then SIGHUP.
        log.rename(tmp_path / "access.log.1")
        hub.process.send_signal(signal.SIGHUP)
        until(log.exists, "a new file")
        hub.http.get("/health", headers={"X-Request-Id": "b"})
        until(lambda: [line for line in lines(log) if line["requestId"] == "b"], "the new file is written to")
    finally:
        hub.remove()


def test_metrics_are_what_prometheus_reads_and_each_is_documented(tmp_path):
    with running(tmp_path) as hub:
        project, _ = hub.project()
        live = hub.live()
        live.follow(f"project:{project['id']}")
        hub.card(project, "counted")
        hub.http.get("/api/cards/none")
        answer = hub.http.get("/metrics")
        assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        families = {family.name: family for family in text_string_to_metric_families(answer.text)}

        def value(name, **labels):
            return next(sample.value for family in families.values() for sample in family.samples
                        if sample.name == name and sample.labels == labels)

        assert value("roost_http_requests_total", operation="cards.create") == 1
        assert value("roost_http_responses_total", **{"class": "4xx"}) == 1
        assert value("roost_streams_open") == 1 and value("roost_subscriptions") == 1
        assert value("roost_journal_commits_total") >= 2
        assert value("roost_http_request_duration_seconds_count") >= 3
        assert 1 << 20 < value("process_resident_memory_bytes") < 1 << 30
        assert value("process_open_fds") < value("process_max_fds")
        documented = (root / "protocol" / "metrics.md").read_text()
        for name, family in families.items():
            full = name + ("_total" if family.type == "counter" else "")
            assert f"| `{full}` | {family.type} |" in documented


def test_metrics_are_not_for_those_behind_a_proxy(tmp_path):
    with running(tmp_path, trustedProxies=["127.0.0.1"]) as hub:
        far = {"X-Forwarded-For": "192.0.2.7"}
        assert hub.http.get("/metrics", headers=far).status_code == 403
        assert httpx.get(hub.url + "/metrics", trust_env=False).status_code == 200
