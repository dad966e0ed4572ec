"""What is created under an Idempotency-Key is created once, also after a restart."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from evenhand.adapters.web.answers import KEPT_SECONDS, Answered, KeptAnswers
from evenhand.adapters.web.identity import Identity
from evenhand.adapters.web.routes import Call
from tests.web.conftest import Reply, Site

KEY = "5e1f9c1e-7c35-4b8e-8f6a-0d1f"


def make_key(site: Site, name: str, key: str = KEY) -> Reply:
    return site.visitor("root").ask(
        "POST", "/keys", {"name": name, "role": "supervisor"}, idempotency_key=key
    )


def test_asked_again_it_answers_the_same_and_does_nothing(site: Site) -> None:
    first, second = make_key(site, "wallboard"), make_key(site, "wallboard")
    assert (first.status, second.status) == (201, 201)
    assert first.text == second.text
    assert second.headers["idempotent-replayed"] == "true"
    assert [name for name, _ in site.web.accounts.api_keys()] == ["wallboard"]


def test_without_a_key_it_is_done_again(site: Site) -> None:
    root = site.visitor("root")
    assert root.ask("POST", "/keys", {"name": "a", "role": "agent"}).status == 201
    assert root.ask("POST", "/keys", {"name": "a", "role": "agent"}).status == 409


def test_a_key_means_one_thing(site: Site) -> None:
    make_key(site, "one")
    reply = make_key(site, "another")
    assert (reply.status, reply.json["code"]) == (422, "key_reused")


def test_what_failed_may_be_tried_again_under_the_same_key(site: Site) -> None:
    assert make_key(site, "").status == 422
    assert make_key(site, "wallboard").status == 201


def test_a_key_is_of_whoever_sends_it(site: Site) -> None:
    first = make_key(site, "one")
    secret = site.web.accounts.add_key("machine", "administrator")
    machine = site.visitor()
    machine.headers["authorization"] = f"Bearer {secret}"
    second = machine.ask("POST", "/keys", {"name": "two", "role": "agent"}, idempotency_key=KEY)
    assert (first.status, second.status, second.json["name"]) == (201, 201, "two")


@pytest.mark.parametrize("key", ["", "short", "x" * 201, "ü" * 20])
def test_a_key_that_could_be_guessed_is_refused(site: Site, key: str) -> None:
    reply = make_key(site, "wallboard", key.encode().decode("latin-1"))
    assert (reply.status, reply.json["code"]) == (400, "bad_key")


def test_two_at_once_do_it_once(site: Site) -> None:
    root = site.visitor("root")
    replies: list[Reply] = []

    def ask() -> None:
        body = {"name": "wallboard", "role": "agent"}
        replies.append(root.ask("POST", "/keys", body, idempotency_key=KEY))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.status for reply in replies} == {201}
    assert len({reply.text for reply in replies}) == 1


def test_it_is_known_after_a_restart(folder: Path) -> None:
    with Site(folder) as site:
        first = make_key(site, "wallboard")
    with Site(folder) as site:
        second = make_key(site, "wallboard")
    assert first.text == second.text
    assert second.headers["idempotent-replayed"] == "true"


def test_what_is_kept_shows_no_secret(site: Site) -> None:
    secret = make_key(site, "wallboard").json["secret"]
    for file in (site.folder / "data").glob("answers.db*"):
        assert secret.encode() not in file.read_bytes()
        assert KEY.encode() not in file.read_bytes()


def test_answers_are_forgotten_after_a_day(tmp_path: Path) -> None:
    answers = KeptAnswers(tmp_path / "answers.db")
    answer = Answered("asked", 201, b"\x00body\xff")
    answers.keep("key", answer, 1_000.0)
    assert answers.find("key", 1_000.0 + KEPT_SECONDS - 1.0) == answer
    assert answers.find("key", 1_000.0 + KEPT_SECONDS) is None
    assert answers.find("other", 1_000.0) is None
    answers.close()


def test_of_too_many_answers_the_oldest_are_forgotten(tmp_path: Path) -> None:
    answers = KeptAnswers(tmp_path / "answers.db", most=3)
    for number in range(9):
        answers.keep(f"key {number}", Answered("", 201, b"x"), 1_000.0 + number)
    kept = [number for number in range(9) if answers.find(f"key {number}", 1_010.0) is not None]
    assert kept == [6, 7, 8]
    answers.close()


def test_an_id_comes_from_the_key(shared_site: Site) -> None:
    """So that what was begun before a crash is not begun again beside it."""
    call = Call(shared_site.web, Identity(), {}, {}, None, "")
    assert call.new_id() != call.new_id()
    call.once = "startContact session anna  some key"
    again = Call(shared_site.web, Identity(), {}, {}, None, "", once=call.once)
    assert call.new_id() == again.new_id()
