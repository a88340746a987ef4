"""The dashboard in a real browser: what a newcomer sees, clicks and gets."""
import json
import pathlib
import re

import pytest
from playwright.sync_api import expect

from hub import running
from repository import Repository
from scripted import picture
from test_https import SecureHub
from waiting import patience_seconds, until

# What a browser logs by itself while there is no hub to talk to, where one is killed in the middle of an answer, and of
# an answer that asks for a token.
LOGGED_BY_ITSELF = re.compile(
    r"WebSocket connection to .* failed|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|status of 401")


@pytest.fixture
def page(browser, tmp_path):
    """A page that complains of nothing by itself."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    context.set_default_timeout(patience_seconds * 1000)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    yield page
    page.screenshot(path=tmp_path / "end.png")
    context.close()
    assert not [text for text in complaints if not LOGGED_BY_ITSELF.search(text)]


def column(page, type):
    return page.locator(f'[data-testid="column"][data-type="{type}"]')


def card(place, title):
    return place.get_by_test_id("card").filter(has_text=title)


def has_status(locator, status):
    expect(locator).to_have_attribute("data-status", status)


def connection(page):
    return page.get_by_test_id("connection-state")


def test_the_demonstration(tmp_path, page):
    with running(tmp_path, arguments=["--demo"]) as hub:
        title = "Greet in three languages"
        page.goto(hub.url)
        has_status(connection(page), "online")
        expect(page.get_by_test_id("project-item")).to_have_text("Hello, Roost")
        expect(page.get_by_test_id("column")).to_have_count(3)
        expect(page.get_by_test_id("card")).to_have_count(3)

        # It is worked on, and has moved by itself.
        working = card(column(page, "active"), title)
        expect(working).to_be_visible()
        expect(card(column(page, "backlog"), "Say goodbye as well")).to_be_visible()
        has_status(working.get_by_test_id("run-status"), "waiting")
        page.screenshot(path=tmp_path / "board.png")

        working.get_by_test_id("card-title").click()
        drawer = page.locator("#drawer")
        expect(drawer.get_by_test_id("entry").filter(has_text="Greet in three languages").first).to_be_visible()
        has_status(drawer.get_by_test_id("run-status"), "waiting")
        expect(drawer.get_by_test_id("approval")).to_contain_text("git status --short")
        page.screenshot(path=tmp_path / "approval.png")
        drawer.get_by_test_id("approve").click()
        expect(drawer.get_by_test_id("approval")).to_have_count(0)
        has_status(drawer.get_by_test_id("run-status"), "completed")

        drawer.get_by_test_id("diff-tab").click()
        note = drawer.locator('[data-testid="diff-file"][data-path="notes/greet-in-three-languages.md"]')
        expect(note).to_contain_text("# Greet in three languages")
        expect(drawer.get_by_test_id("diff-file")).to_have_count(2)
        page.screenshot(path=tmp_path / "diff.png")

        drawer.get_by_test_id("merge").click()
        expect(card(column(page, "done"), title)).to_be_visible()
        has_status(card(page, title), "done")
        path = hub.get("/api/projects/demo")["path"]
        assert "# Greet in three languages" in Repository(path).show("main", "notes/greet-in-three-languages.md")


@pytest.fixture
def board(hub, page):
    """The page, showing an empty project."""
    hub.project("board")
    page.goto(f"{hub.url}/#/project/board")
    has_status(connection(page), "online")
    return page


def test_a_card_from_its_making_to_a_follow_up(hub, board):
    page = board
    page.get_by_test_id("new-card").click()
    page.get_by_test_id("card-title-input").fill("Written in the page")
    page.get_by_test_id("card-prompt-input").fill("demo: pace=5 paragraphs=3")
    page.get_by_role("button", name="Create card").click()
    waiting = card(column(page, "backlog"), "Written in the page")
    waiting.get_by_test_id("card-title").click()

    drawer = page.locator("#drawer")
    drawer.get_by_test_id("provider").select_option("demo")
    drawer.get_by_test_id("start-run").click()
    # Nobody moves it but the hub.
    expect(card(column(page, "active"), "Written in the page")).to_be_visible()
    expect(waiting).to_have_count(0)
    drawer.get_by_test_id("deny-reason").fill("Not now.")
    drawer.get_by_test_id("deny").click()
    has_status(drawer.get_by_test_id("run-status"), "completed")
    expect(drawer.get_by_test_id("entry").filter(has_text="Not now.").first).to_be_visible()

    drawer.get_by_test_id("message-input").fill("Once more\n\ndemo: approval=no pace=0")
    drawer.get_by_test_id("send").click()
    expect(drawer.locator('[data-testid="entry"][data-kind="user_message"]')).to_have_count(2)
    has_status(drawer.get_by_test_id("run-status"), "completed")


def test_two_pages_show_the_same(hub, board, browser):
    other = browser.new_context().new_page()
    other.goto(board.url)
    has_status(connection(other), "online")
    hub.card(hub.get("/api/projects/board"), "Seen by both")
    for page in (board, other):
        expect(card(column(page, "backlog"), "Seen by both")).to_be_visible()
    moved = hub.list("/api/projects/board/cards")[0]
    hub.post(f"/api/cards/{moved['id']}/move", columnId=hub.columns(hub.get("/api/projects/board"))["done"]["id"])
    for page in (board, other):
        expect(card(column(page, "done"), "Seen by both")).to_be_visible()
    expect(board.get_by_test_id("viewers")).to_contain_text("2")
    other.context.close()


def test_the_page_outlives_a_restart_of_the_hub(hub, board):
    project = hub.get("/api/projects/board")
    hub.card(project, "Before")
    expect(card(board, "Before")).to_be_visible()
    board.evaluate("window.notReloaded = true")

    hub.kill()
    has_status(connection(board), "reconnecting")
    expect(connection(board)).to_contain_text("Reconnecting")
    expect(card(board, "Before")).to_be_visible()

    hub.start()
    has_status(connection(board), "online")
    hub.card(project, "After")
    expect(card(board, "After")).to_be_visible()
    expect(card(board, "Before")).to_have_count(1)
    assert board.evaluate("window.notReloaded"), "it went on without being loaded again"


def test_over_https(browser, tmp_path):
    hub = SecureHub(tmp_path)
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(patience_seconds * 1000)
    try:
        hub.start().project("board")
        page = context.new_page()
        page.goto(f"{hub.url}/#/project/board")
        # Its WebSocket is wss, and its Origin the hub's own.
        has_status(connection(page), "online")
        expect(page.get_by_test_id("column")).to_have_count(3)
    finally:
        context.close()
        hub.remove()


def test_a_hub_with_users_asks_who_looks(hub, page):
    hub.project("board")
    token = hub.post("/api/auth/setup", name="ada")["secret"]
    page.goto(hub.url)
    dialog = page.get_by_test_id("sign-in-dialog")
    dialog.get_by_test_id("token").fill("rst_wrong")
    expect(page.get_by_test_id("toast")).to_have_count(0)
    dialog.get_by_test_id("sign-in").click()
    expect(dialog.get_by_test_id("sign-in-problem")).to_contain_text("token")
    dialog.get_by_test_id("token").fill(token)
    dialog.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("project-item")).to_have_text("board")
    expect(page.get_by_test_id("sign-out")).to_have_text("Sign out ada")

    # It is remembered until it is told to be forgotten.
    page.reload()
    expect(page.get_by_test_id("project-item")).to_have_text("board")
    page.get_by_test_id("sign-out").click()
    expect(page.get_by_test_id("sign-in-dialog")).to_be_visible()

    # Whose password was made for him chooses another.
    bob = hub.http.post("/api/users", json={"name": "bob"}, headers={"Authorization": f"Bearer {token}"}).json()["data"]
    made = hub.http.post(f"/api/users/{bob['id']}/reset-password", headers={"Authorization": f"Bearer {token}"}).json()
    dialog = page.get_by_test_id("sign-in-dialog")
    dialog.get_by_test_id("user-name").fill("bob")
    dialog.get_by_test_id("token").fill("not the password")
    dialog.get_by_test_id("sign-in").click()
    expect(dialog.get_by_test_id("sign-in-problem")).to_contain_text("password")
    dialog.get_by_test_id("token").fill(made["data"]["generatedPassword"])
    dialog.get_by_test_id("sign-in").click()
    dialog.get_by_test_id("new-password").fill("correct horse battery")
    dialog.get_by_test_id("sign-in").click()
    expect(page.get_by_test_id("sign-out")).to_have_text("Sign out bob")
    # And so does one who has a token already.
    made = hub.http.post(f"/api/users/{bob['id']}/reset-password", headers={"Authorization": f"Bearer {token}"}).json()
    page.reload()
    expect(dialog).to_contain_text("Choose a password")
    dialog.get_by_test_id("token").fill(made["data"]["generatedPassword"])
    dialog.get_by_test_id("new-password").fill("another horse battery")
    dialog.get_by_test_id("sign-in").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("sign-out")).to_have_text("Sign out bob")

    # A link with a token works once, and does not stay in the address.
    page.goto(f"{hub.url}/?token={token}#/board")
    expect(page.get_by_test_id("sign-out")).to_be_visible()
    assert token not in page.url


def test_cards_among_cards(tmp_path, page):
    """What waits and what is put off is seen on the board, and changed in the card; a long column is drawn bit by bit."""
    with running(tmp_path) as hub:
        project, _ = hub.project("linked")
        first = hub.card(project, "First")
        hub.post(
            f"/api/projects/{project['id']}/cards", title="Second", blockedBy=[first["id"]], parentId=first["id"],
            deferred={})
        page.goto(hub.url)
        second = card(page, "Second")
        expect(second.get_by_test_id("card-ties")).to_contain_text("Put off")
        expect(second.get_by_test_id("card-ties")).to_contain_text("Waits for First")
        expect(card(page, "First").first.get_by_test_id("card-ties")).to_contain_text("0/1 parts")
        page.screenshot(path=tmp_path / "ties.png")
        second.get_by_test_id("card-title").click()
        drawer = page.locator("#drawer")
        expect(drawer.get_by_test_id("task-ties")).to_contain_text("Waits for First")
        drawer.get_by_test_id("activate-card").click()
        expect(second.get_by_test_id("card-ties")).not_to_contain_text("Put off")
        drawer.get_by_test_id("edit-card").click()
        dialog = page.get_by_role("dialog")
        dialog.locator('[name="parent"]').select_option("")
        dialog.locator('[name="blockedBy"]').select_option([])
        dialog.locator('[name="deferred"]').select_option("hand")
        page.screenshot(path=tmp_path / "edit.png")
        dialog.get_by_role("button", name="Save").click()
        expect(second.get_by_test_id("card-ties")).to_have_text("Put off")

        hub.patch(f"/api/cards/{first['id']}", status="done")
        page.get_by_test_id("clean-board").click()
        expect(page.get_by_test_id("clean-count")).to_have_text("1 card is done or given up.")
        page.get_by_role("dialog").locator('[name="action"]').select_option("delete")
        page.get_by_role("dialog").get_by_role("button", name="Clean up").click()
        expect(page.get_by_test_id("card")).to_have_count(1)

        for number in range(120):
            hub.card(project, f"Card {number}")
        expect(page.get_by_test_id("more-cards").filter(has_text="21 more")).to_be_visible()
        expect(page.get_by_test_id("card")).to_have_count(100)
        page.get_by_test_id("more-cards").filter(has_text="21 more").click()
        expect(page.get_by_test_id("card")).to_have_count(121)


def test_commands_of_the_repository_are_offered(hub, page):
    project, repository = hub.project("board")
    repository.write({".claude/commands/review.md": "---\ndescription: Looks at it\n---\nReview."})
    made = hub.card(project, "Card")
    page.goto(f"{hub.url}/#/project/board")
    card(page, "Card").get_by_test_id("card-title").click()
    drawer = page.locator("#drawer")
    drawer.get_by_text("Say something else to the agent").click()
    prompt = drawer.locator('textarea[name="prompt"]')
    prompt.press_sequentially("/re")
    expect(drawer.get_by_test_id("slash-command")).to_have_text("/review Looks at it")
    prompt.press("Tab")
    expect(prompt).to_have_value("/review ")
    expect(drawer.get_by_test_id("slash-command")).to_have_count(0)
    assert hub.get(f"/api/cards/{made['id']}")["title"] == "Card"


def test_another_board(hub, board):
    board.get_by_test_id("new-board").click()
    dialog = board.get_by_role("dialog")
    dialog.locator('[name="name"]').fill("Release")
    dialog.locator('[name="layout"]').select_option("pipeline")
    dialog.get_by_role("button", name="Create board").click()
    expect(board.get_by_test_id("column")).to_have_count(6)
    expect(board.get_by_role("button", name="Release")).to_have_attribute("aria-pressed", "true")


def test_a_run_by_a_profile_with_a_budget(hub, board):
    page = board
    hub.post("/api/profiles", name="quick", provider="command", options={"argv": ["echo", "by the profile"]})
    page.get_by_test_id("new-card").click()
    page.get_by_test_id("card-title-input").fill("By a profile")
    page.get_by_role("button", name="Create card").click()
    card(column(page, "backlog"), "By a profile").get_by_test_id("card-title").click()
    drawer = page.locator("#drawer")
    drawer.get_by_test_id("profile").select_option("quick")
    expect(drawer.get_by_test_id("provider")).to_be_hidden()
    drawer.get_by_test_id("run-limits").locator("summary").click()
    drawer.get_by_test_id("budgetCost").fill("1.5")
    drawer.get_by_test_id("start-run").click()
    has_status(drawer.get_by_test_id("run-status"), "completed")
    expect(drawer.get_by_test_id("entry").filter(has_text="by the profile").first).to_be_visible()
    run, = hub.get("/api/projects/board/runs")
    assert (run["profile"], run["provider"], run["budget"]) == ("quick", "command", {"costUsd": 1.5})


def test_what_is_written_waits_for_the_turns_end(hub, board):
    page = board
    hub.post("/api/tags", type="snippet", name="quickly", content="\ndemo: approval=no pace=0 paragraphs=1")
    project = hub.get("/api/projects/board")
    made = hub.card(project, "Slow", "demo: pace=0 paragraphs=1")
    run = hub.post(f"/api/cards/{made['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "waiting")
    page.goto(f"{hub.url}/#/project/board/card/{made['id']}/run/{run['id']}")
    drawer = page.locator("#drawer")
    drawer.get_by_test_id("message-input").fill("And then @quick")
    drawer.get_by_test_id("slash-command").first.click()
    text = "And then \ndemo: approval=no pace=0 paragraphs=1"
    path = f"/api/runs/{run['id']}/draft"
    until(lambda: [row["text"] for row in hub.list("/api/projects/board/drafts")] == [text], "it is kept")
    page.reload()
    expect(drawer.get_by_test_id("message-input")).to_have_value(text)
    drawer.get_by_test_id("queue-draft").click()
    expect(drawer.get_by_test_id("draft-note")).to_contain_text("when the turn ends")
    assert hub.get(path)["queued"]
    hub.post(f"/api/runs/{run['id']}/approve", decision="approve")
    until(lambda: len(hub.get(f"/api/runs/{run['id']}/processes")) == 2, "it is sent")
    hub.wait_for_run(run, "completed")
    expect(drawer.get_by_test_id("message-input")).to_have_value("")
    expect(drawer.get_by_test_id("draft-note")).to_be_hidden()


def test_a_column_is_changed(hub, board):
    first = board.get_by_test_id("column").first
    # What the limit counts are runs, and those are in active columns.
    for limit, shown in (("2", "0"), ("", "0")):
        first.get_by_test_id("edit-column").click()
        dialog = board.get_by_role("dialog")
        dialog.locator('[name="wipLimit"]').fill(limit)
        dialog.locator('[name="name"]').fill("Ideas")
        dialog.get_by_role("button", name="Save").click()
        expect(first.locator(".column-count")).to_have_text(shown)
    hub.patch(f"/api/columns/{board.get_by_test_id('column').nth(1).get_attribute('data-id')}", wipLimit=2)
    expect(board.get_by_test_id("column").nth(1).locator(".column-count")).to_have_text("0, 0/2 at work")
    expect(first.get_by_role("heading")).to_have_text("Ideas")
    first.get_by_test_id("edit-column").click()
    board.get_by_role("dialog").locator('[name="place"]').select_option(label="3")
    board.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(board.get_by_test_id("column").last.get_by_role("heading")).to_have_text("Ideas")


def test_a_repository_is_found_by_browsing(tmp_path, page):
    with running(tmp_path) as hub:
        repository = Repository.create(hub.roots / "group" / "sample")
        page.goto(hub.url)
        page.get_by_test_id("new-project").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Browse folders").click()
        for name in (str(hub.roots), "group", "sample"):
            dialog.get_by_role("button", name=name).click()
        expect(dialog.get_by_test_id("project-path")).to_have_value(str(repository.path))
        dialog.get_by_role("button", name="Create project").click()
        expect(page.get_by_test_id("project-item")).to_have_text("sample")


def test_the_changes_follow_the_worktree(tmp_path, page):
    with running(tmp_path) as hub:
        project, _ = hub.project("followed")
        card_there = hub.card(project, "Follow me")
        run = hub.post(
            f"/api/cards/{card_there['id']}/runs", provider="command", start=True,
            options={"argv": ["sh", "-c", "echo one > first.txt; while [ ! -e more ]; do sleep 0.1; done; echo two > second.txt; sleep 600"]})
        run = hub.wait_for_run(run, "running")
        page.goto(f"{hub.url}/#/project/{project['slug']}/card/{card_there['id']}/run/{run['id']}")
        expect(page.get_by_test_id("run-standing")).to_have_text("1 new")
        page.get_by_test_id("diff-tab").click()
        expect(page.get_by_test_id("diff-file")).to_have_count(1)
        hub.post(f"/api/runs/{run['id']}/content", path="more", text="")
        expect(page.get_by_test_id("diff-file")).to_have_count(3)
        expect(page.get_by_test_id("run-standing")).to_have_text("3 new")
        page.evaluate("HTMLAnchorElement.prototype.click = function () { window.opened = this.href }")
        page.get_by_test_id("open-editor").click()
        page.get_by_role("button", name="Zed").click()
        page.wait_for_function("window.opened")
        assert page.evaluate("window.opened") == f"zed://file{hub.get('/api/runs/' + run['id'])['worktreePath']}"


def test_a_branch_is_committed_reviewed_and_taken_back(tmp_path, hub, page):
    project, _ = hub.project("board")
    run = hub.post(f"/api/projects/{project['id']}/runs", provider="command", start=True,
                   options={"argv": ["sh", "-c", "echo one > note.txt; echo two > other.txt"]})
    run = hub.wait_for_run(run, "completed")
    (pathlib.Path(run["worktreePath"]) / "note.txt").write_text("three\n")
    page.goto(f"{hub.url}/#/project/board/run/{run['id']}")
    drawer = page.locator("#drawer")
    drawer.get_by_test_id("diff-tab").click()
    note = drawer.locator('[data-testid="diff-file"][data-path="note.txt"]')
    expect(note).to_contain_text("three")

    drawer.get_by_test_id("branch-menu").click()
    page.get_by_role("button", name="Commit…").click()
    page.locator("dialog").get_by_label("Message").fill("Three")
    page.get_by_role("button", name="Commit", exact=True).click()
    expect(page.locator("dialog")).to_have_count(0)
    assert hub.get(f"/api/runs/{run['id']}/commits/HEAD")["subject"] == "Three"

    note.locator(".patch-row.add .line-number").last.click()
    page.get_by_label("What should be different").fill("Say four.")
    page.get_by_role("button", name="Keep it for the review").click()
    drawer.get_by_test_id("review").click()
    page.get_by_label("Verdict").select_option("rejected")
    expect(page.locator("dialog .remarks")).to_contain_text("note.txt, line 1 Say four.")
    page.screenshot(path=tmp_path / "review.png")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("dialog")).to_have_count(0)
    [review] = hub.get(f"/api/runs/{run['id']}/reviews")
    assert (review["verdict"], review["comments"][0]["line"]) == ("rejected", 1)
    # The agent, which is a plain command, is told and runs again.
    until(lambda: hub.get(f"/api/runs/{run['id']}")["status"] == "completed", "the agent has been told")

    other = drawer.locator('[data-testid="diff-file"][data-path="other.txt"]')
    other.get_by_test_id("take-back").click()
    page.get_by_role("button", name="Take back", exact=True).last.click()
    expect(other).to_have_count(0)
    assert not (pathlib.Path(run["worktreePath"]) / "other.txt").exists()


def test_a_task_is_refined_with_an_agent_and_the_assistant_is_asked(tmp_path, hub, page):
    project, _ = hub.project("board")
    made = hub.card(project, "Dark theme", "As the designers said.")
    page.goto(f"{hub.url}/#/project/board")
    card(page, "Dark theme").get_by_test_id("card-title").click()
    drawer = page.locator("#drawer")
    drawer.get_by_test_id("refine-card").click()
    page.get_by_test_id("session-provider").select_option("demo")
    page.get_by_test_id("session-text").fill("Make it short.\ndemo: pace=0 paragraphs=1")
    page.get_by_role("dialog").get_by_role("button", name="Begin").click()
    expect(drawer.get_by_test_id("proposal")).to_have_text("Refined: Make it short.")
    has_status(drawer.get_by_test_id("run-status"), "completed")
    drawer.get_by_test_id("message-input").fill("<prompt>, please\nFor phones too.\ndemo: pace=0 paragraphs=1")
    drawer.get_by_test_id("send").click()
    expect(drawer.get_by_test_id("proposal")).to_have_text("Refined: For phones too.")
    has_status(drawer.get_by_test_id("run-status"), "completed")
    page.screenshot(path=tmp_path / "refine.png")
    drawer.get_by_test_id("accept-session").click()
    page.get_by_role("dialog").get_by_role("button", name="Give it to the card").click()
    expect(drawer.get_by_text("The card has the refined task.")).to_be_visible()
    assert hub.get(f"/api/cards/{made['id']}")["prompt"] == "Refined: For phones too."
    expect(drawer.get_by_test_id("message-input")).to_be_disabled()

    drawer.get_by_test_id("close-drawer").click()
    page.get_by_test_id("assistant").click()
    page.get_by_test_id("session-provider").select_option("demo")
    page.get_by_test_id("session-text").fill("What is here?\ndemo: pace=0 paragraphs=1")
    page.get_by_role("dialog").get_by_role("button", name="Ask").click()
    has_status(drawer.get_by_test_id("run-status"), "completed")
    expect(drawer.locator("#drawer-title")).to_have_text("Assistant")
    drawer.get_by_test_id("cancel-session").click()
    expect(drawer.get_by_text("This conversation has ended.")).to_be_visible()


def test_what_a_run_came_to(tmp_path, hub, page):
    project, _ = hub.project("board")
    made = hub.card(project, "Note", "demo: pace=0 paragraphs=1 approval=no")
    run = hub.post(f"/api/cards/{made['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "completed")
    page.goto(f"{hub.url}/#/project/board/card/{made['id']}/run/{run['id']}")
    page.get_by_test_id("open-summary").click()
    summary = page.get_by_test_id("run-summary")
    expect(summary).to_contain_text("2 files changed")
    expect(summary).to_contain_text("notes/note.md")
    page.screenshot(path=tmp_path / "summary.png")


def test_a_file_goes_with_a_message_and_a_conversation_is_taken_in(hub, board):
    page = board
    folder = hub.home / ".claude" / "projects" / "-elsewhere"
    folder.mkdir(parents=True)
    lines = [{"type": "user", "message": {"role": "user", "content": "Said elsewhere"}},
             {"type": "assistant", "message": {"role": "assistant", "content": [{"type": "text", "text": "And answered."}]}}]
    (folder / "s-elsewhere.jsonl").write_text("".join(
        json.dumps(line | {"sessionId": "s-elsewhere", "cwd": "/elsewhere", "timestamp": "2026-11-01T10:00:00.000Z"}) + "\n"
        for line in lines))
    project, = [each for each in hub.get("/api/projects") if each["slug"] == "board"]
    made = hub.card(project, "With files", "demo: approval=no pace=0 paragraphs=1")
    card(column(page, "backlog"), "With files").get_by_test_id("card-title").click()
    drawer = page.locator("#drawer")
    drawer.get_by_test_id("open-transcripts").click()
    page.get_by_test_id("transcripts").get_by_text("Said elsewhere").click()
    page.get_by_role("button", name="Take it in").click()
    expect(drawer.get_by_test_id("entry").filter(has_text="And answered.").first).to_be_visible()
    run, = hub.get("/api/projects/board/runs")
    assert (run["kind"], run["cardId"]) == ("imported", made["id"])

    run = hub.post(f"/api/cards/{made['id']}/runs", provider="demo", start=True)
    hub.wait_for_run(run, "completed")
    page.goto(f"{hub.url}/#/project/board/card/{made['id']}/run/{run['id']}")
    has_status(drawer.get_by_test_id("run-status"), "completed")
    drawer.get_by_test_id("message-files").set_input_files(
        {"name": "sketch.png", "mimeType": "image/png", "buffer": picture()})
    expect(drawer.locator(".composer .given-file")).to_have_text("sketch.png")
    drawer.get_by_test_id("message-input").fill("Like this\n\ndemo: approval=no pace=0 paragraphs=1")
    drawer.get_by_test_id("send").click()
    expect(drawer.get_by_test_id("given-files")).to_have_text("sketch.png")
    expect(drawer.locator(".composer .given-file")).to_have_count(0)
