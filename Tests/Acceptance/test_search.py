"""What is said and planned can be found again, also after the hub was killed."""


def hits(hub, q, **more):
    return hub.http.get("/api/search", params={"q": q, **more}).json()["data"]["hits"]


def test_what_was_said_and_planned_is_found(hub):
    project, _ = hub.project("found")
    card = hub.card(project, "Repaint the gazebo", "demo: pace=0 paragraphs=1 approvals=0")
    run = hub.post(f"/api/cards/{card['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "completed", "waiting")
    assert [hit["cardId"] for hit in hits(hub, "GAZEB*", kinds="card")] == [card["id"]]
    entry = next(entry for entry in hub.get(f"/api/runs/{run['id']}/entries") if entry["content"]["kind"] == "assistant_message")
    word = max(entry["content"]["text"].split(), key=lambda word: (word.isalpha(), len(word)))
    found = hits(hub, word, kinds="entry", project=project["slug"])
    assert entry["id"] in [hit["id"] for hit in found]
    hit = next(hit for hit in found if hit["id"] == entry["id"])
    assert (hit["runId"], hit["index"]) == (run["id"], entry["index"])
    assert word.lower() in [part["text"].lower() for part in hit["snippet"] if part.get("match")]
    hub.kill()
    hub.start()
    assert [hit["cardId"] for hit in hits(hub, '"repaint the"', kinds="card")] == [card["id"]]
