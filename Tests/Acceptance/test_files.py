"""Files and large answers as clients that know HTTP get them: conditions, ranges, codings; httpx and curl."""
import subprocess

import pytest

PLAIN = {"Accept-Encoding": "identity"}


def curl(*arguments):
    return subprocess.run(["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", "30", *arguments],
                          check=True, capture_output=True).stdout


def test_a_file_comes_in_two_codings_with_a_tag_each(shared_hub):
    plain = shared_hub.http.get("/roost.js", headers=PLAIN)
    gzipped = shared_hub.http.get("/roost.js", headers={"Accept-Encoding": "br, gzip;q=0.8"})
    assert "Content-Encoding" not in plain.headers
    assert gzipped.headers["Content-Encoding"] == "gzip"
    assert int(gzipped.headers["Content-Length"]) < int(plain.headers["Content-Length"])
    assert gzipped.content == plain.content            # httpx has decoded it
    assert gzipped.headers["ETag"] != plain.headers["ETag"]
    for response in (plain, gzipped):
        assert "Accept-Encoding" in response.headers["Vary"]
    assert shared_hub.http.get("/roost.js", headers={"Accept-Encoding": "*;q=0"}).status_code == 406


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_what_a_client_has_is_not_sent_again(shared_hub, coding):
    first = shared_hub.http.get("/", headers={"Accept-Encoding": coding})
    for condition in ({"If-None-Match": first.headers["ETag"]}, {"If-Modified-Since": first.headers["Last-Modified"]}):
        for method in ("GET", "HEAD"):
            again = shared_hub.http.request(method, "/", headers={"Accept-Encoding": coding} | condition)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == first.headers["ETag"]
    assert shared_hub.http.get("/", headers={"If-Match": '"another"'}).status_code == 412


def test_curl_resumes_a_download(shared_hub, tmp_path):
    url = f"{shared_hub.url}/roost.js"
    whole = curl(url)
    assert curl("--range", "10-19", url) == whole[10:20]
    assert curl("--range", "-5", url) == whole[-5:]
    assert curl("--range", "0-1,4-5", url) == whole
    part = tmp_path / "part"
    part.write_bytes(whole[:100])
    curl("--continue-at", "-", "--output", str(part), url)
    assert part.read_bytes() == whole
    beyond = shared_hub.http.get("/roost.js", headers=PLAIN | {"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert beyond.json()["code"] == "RANGE_NOT_SATISFIABLE"


def test_curl_decodes_what_it_asked_for(shared_hub):
    url = f"{shared_hub.url}/roost.js"
    assert curl("--compressed", url) == curl(url)


def test_a_large_answer_is_gzipped_and_its_tag_serves_an_edit(shared_hub):
    project, _ = shared_hub.project("large")
    card = shared_hub.card(project, "Card", "x" * 20_000)
    path = f"/api/cards/{card['id']}"
    gzipped, plain = shared_hub.http.get(path), shared_hub.http.get(path, headers=PLAIN)
    assert (gzipped.headers["Content-Encoding"], gzipped.headers["ETag"]) == ("gzip", '"1-gzip"')
    assert plain.headers["ETag"] == '"1"'
    assert gzipped.json() == plain.json()
    for tag in ('"1"', '"1-gzip"'):
        assert shared_hub.http.get(path, headers={"If-None-Match": tag}).status_code == 304
    edited = shared_hub.http.patch(path, json={"title": "Edited"}, headers={"If-Match": gzipped.headers["ETag"]})
    assert edited.status_code == 200
    late = shared_hub.http.patch(path, json={"title": "Late"}, headers={"If-Match": gzipped.headers["ETag"]})
    assert late.json()["code"] == "VERSION_STALE"
