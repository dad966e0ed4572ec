"""What keeps the pages safe: cookies, CSRF, other sites, guessing, headers, TLS, and what is never written down."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Message,
    RejectConnection,
    Request,
    TextMessage,
)

from evenhand.adapters.web.access import COOKIE
from evenhand.adapters.web.accounts import Accounts, User
from evenhand.adapters.web.answers import KeptAnswers
from evenhand.adapters.web.app import PAGES
from evenhand.adapters.web.limits import Bucket
from evenhand.adapters.web.server import serving
from evenhand.errors import UsageFault
from evenhand.model.inputs import StatusSet
from tests.web.conftest import PASSWORD, Site


class Socket:
    """The live channel as a program speaks it, with these fields in the handshake."""

    def __init__(self, site: Site, **fields: str) -> None:
        self._wire = socket.create_connection(("127.0.0.1", site.port), timeout=20)
        self._state = WSConnection(ConnectionType.CLIENT)
        extra = [(name.encode(), value.encode()) for name, value in fields.items()]
        self._tell(Request(host=f"127.0.0.1:{site.port}", target="/live", extra_headers=extra))
        first = self.next()
        self.accepted = isinstance(first, AcceptConnection)

    def _tell(self, event: Event) -> None:
        self._wire.sendall(self._state.send(event))

    def say(self, **wish: Any) -> None:
        self._tell(TextMessage(json.dumps(wish)))

    def next(self) -> Event:
        """The next that comes; CloseConnection when the other end is gone."""
        while True:
            for event in self._state.events():
                return event
            part = self._wire.recv(65_536)
            self._state.receive_data(part or None)

    def frame(self) -> Any:
        event = self.next()
        assert isinstance(event, Message), event
        return json.loads(event.data)

    def closed_with(self) -> int:
        while not isinstance(event := self.next(), CloseConnection):
            continue
        return int(event.code)

    def close(self) -> None:
        self._wire.close()


# --- cookies, CSRF, other sites -----------------------------------------------------------------------------


def test_no_script_reads_the_cookie_and_no_other_sites_request_carries_it(shared_site: Site) -> None:
    reply = shared_site.visitor().ask("POST", "/session", {"name": "anna", "password": PASSWORD})
    parts = {part.strip() for part in reply.headers["set-cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= parts
    assert "Secure" not in parts, "a browser would not send it back without TLS"


def test_each_login_has_a_secret_of_its_own_and_ends_what_the_browser_was_before(shared_site: Site) -> None:
    """Whoever planted a session into a browser does not come in with the one that logs in there."""
    planted = "x" * 43
    visitor = shared_site.visitor()
    visitor.headers["cookie"] = f"{COOKIE}={planted}"
    visitor.log_in("anna", PASSWORD)
    assert planted not in visitor.headers["cookie"]
    stolen = dict(visitor.headers)
    visitor.log_in("ben", PASSWORD)
    assert visitor.get("/session")["name"] == "ben"
    visitor.headers = stolen
    assert visitor.get("/session")["role"] == "nobody"


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_a_change_needs_the_sessions_own_csrf_token(shared_site: Site, token: str | None) -> None:
    anna, ben = shared_site.visitor("anna"), shared_site.visitor("ben")
    anna.headers["x-csrf-token"] = ben.headers["x-csrf-token"] if token is None else token
    reply = anna.ask("PUT", "/agents/anna/status", {"status": "Lunch"})
    assert (reply.status, reply.json["code"]) == (403, "no_csrf_token")


@pytest.mark.parametrize(
    "fields", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec_fetch_site": "cross-site"}]
)
def test_another_sites_page_changes_nothing(shared_site: Site, fields: dict[str, str]) -> None:
    anna = shared_site.visitor("anna")
    for reply in (
        anna.ask("PUT", "/agents/anna/status", {"status": "Lunch"}, **fields),
        shared_site.visitor().ask("POST", "/session", {"name": "anna", "password": PASSWORD}, **fields),
        shared_site.visitor().ask("POST", "/phone", {"dialled": "+12025550101"}, **fields),
    ):
        assert (reply.status, reply.json["code"]) == (403, "foreign_origin")


def test_a_machine_with_a_key_needs_no_origin_and_no_csrf_token(shared_site: Site) -> None:
    machine = shared_site.visitor()
    secret = shared_site.web.accounts.add_key("status board", "supervisor")
    machine.headers["authorization"] = f"Bearer {secret}"
    body = {"status": "Offline", "reason": "closing time"}
    assert machine.ask("PUT", "/agents/ben/status", body, origin="https://elsewhere.example").status == 200


def test_no_other_site_is_told_that_it_may_read(shared_site: Site) -> None:
    reply = shared_site.visitor("anna").ask("GET", "/agents/anna", origin="https://evil.example")
    assert not [name for name in reply.headers if name.startswith("access-control-")]


# --- guessing -----------------------------------------------------------------------------------------------


def test_a_password_cannot_be_guessed_for_long(site: Site) -> None:
    visitor = site.visitor()
    site.web.limits.logins = Bucket(10, 3600.0)
    answers = [
        visitor.ask("POST", "/session", {"name": "root", "password": f"guess {number}"})
        for number in range(12)
    ]
    assert [reply.status for reply in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1
    right = visitor.ask("POST", "/session", {"name": "root", "password": PASSWORD})
    assert right.status == 429, "also the right one has to wait"
    assert visitor.ask("POST", "/session", {"name": "anna", "password": PASSWORD}).status == 200


def test_from_one_address_not_many_names_are_tried(site: Site) -> None:
    visitor = site.visitor()
    site.web.limits.logins_of_address = Bucket(5, 3600.0)
    statuses = [
        visitor.ask("POST", "/session", {"name": f"user {number}", "password": "guess"}).status
        for number in range(7)
    ]
    assert statuses == [401] * 5 + [429] * 2


def test_ones_own_password_is_not_guessed_either(site: Site) -> None:
    anna = site.visitor("anna")
    body = {"old": "a wrong password", "new": "quite another one"}
    site.web.limits.logins = Bucket(3, 3600.0)
    statuses = [anna.ask("PUT", "/session/password", body).status for _ in range(4)]
    assert statuses == [403] * 3 + [429]


def test_contacts_cannot_be_started_without_end(site: Site) -> None:
    visitor = site.visitor()
    site.web.limits.contacts = Bucket(3, 3600.0)
    statuses = [visitor.ask("POST", "/phone", {"dialled": "+12025550101"}).status for _ in range(5)]
    assert statuses == [201] * 3 + [429] * 2


def test_who_waits_may_again_and_the_names_kept_are_bounded() -> None:
    bucket = Bucket(2, 10.0)
    assert [bucket.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 5.0]
    assert bucket.take("b", 0.0) == 0.0
    assert bucket.take("a", 5.0) == 0.0
    for number in range(30_000):
        bucket.take(f"name {number}", 6.0)
    assert bucket.kept <= 10_000


def test_ones_own_password_is_changed_and_every_session_ends(site: Site) -> None:
    anna, elsewhere = site.visitor("anna"), site.visitor("anna")
    body = {"old": PASSWORD, "new": "correct horse battery"}
    assert anna.ask("PUT", "/session/password", body).status == 204
    assert elsewhere.get("/session")["role"] == "nobody"
    site.visitor().log_in("anna", "correct horse battery")


def test_nobody_removes_themselves_and_who_is_removed_is_out_at_once(site: Site) -> None:
    root, anna = site.visitor("root"), site.visitor("anna")
    assert root.ask("DELETE", "/users/root").status == 409
    assert root.ask("DELETE", "/users/anna").status == 204
    assert anna.get("/session")["role"] == "nobody"


def test_what_another_process_changes_holds_at_once(site: Site) -> None:
    """`evenhand users` works on the same file while the centre runs."""
    anna, ben = site.visitor("anna"), site.visitor("ben")
    assert anna.get("/session")["name"] == "anna"
    other = Accounts(site.folder / "data" / "accounts.db")
    other.remove_user("anna")
    other.set_password("ben", "another long one")
    secret = other.add_key("new", "supervisor")
    other.close()
    assert anna.get("/session")["role"] == "nobody"
    assert ben.get("/session")["role"] == "nobody"
    assert site.web.accounts.key(secret).role == "supervisor"


# --- the live channel -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_sites_page_gets_no_live_channel(shared_site: Site, origin: str) -> None:
    cookie = shared_site.visitor("eva").headers["cookie"]
    channel = Socket(shared_site, origin=origin, cookie=cookie)
    assert not channel.accepted
    channel.close()


def test_our_own_page_gets_it(shared_site: Site) -> None:
    cookie = shared_site.visitor("eva").headers["cookie"]
    channel = Socket(shared_site, origin=shared_site.url, cookie=cookie)
    channel.say(follow="board")
    assert "all" in channel.frame()
    channel.close()


def test_who_proved_nothing_follows_nothing(shared_site: Site) -> None:
    channel = Socket(shared_site)
    for topic in ("board", "targets", "desk/anna", "phone/x"):
        channel.say(follow=topic)
        assert channel.frame() == {"topic": topic, "refused": True}
    channel.close()


def test_who_logs_out_is_told_no_more(site: Site) -> None:
    """The page of a session that is over is closed, without anything said on it."""
    site.web.limits.check_seconds = 0.1
    eva = site.visitor("eva")
    channel = Socket(site, cookie=eva.headers["cookie"])
    channel.say(follow="board")
    assert channel.frame()["topic"] == "board"
    assert eva.ask("DELETE", "/session").status == 204
    assert channel.closed_with() == 4401
    channel.close()


@pytest.mark.parametrize("text", ["", "null", "[" * 50_000, '{"follow": 1}', "\x00", '{"more": "x"}'])
def test_nonsense_on_the_live_channel_closes_that_channel_alone(shared_site: Site, text: str) -> None:
    channel = Socket(shared_site)
    channel._tell(TextMessage(text))
    channel.say(follow="board")
    assert isinstance(channel.next(), CloseConnection | Message | RejectConnection)
    channel.close()
    assert shared_site.visitor().ask("GET", "/health").status == 200


def test_a_message_of_a_megabyte_is_not_taken(shared_site: Site) -> None:
    channel = Socket(shared_site)
    channel.say(follow="x" * 1_000_000)
    assert channel.closed_with() == 1009
    channel.close()


# --- headers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/assets/app.js", "/assets/style.css", "/nothing/here"])
def test_every_page_says_what_a_browser_may_do(shared_site: Site, path: str) -> None:
    reply = shared_site.plain(path)
    policy = dict(
        one.strip().partition(" ")[::2] for one in reply.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_no_page_has_a_script_or_a_style_of_its_own(shared_site: Site) -> None:
    text = shared_site.plain("/").text.decode()
    assert text.count("<script") == text.count('<script type="module" src="/assets/')
    assert " style=" not in text
    assert "onclick" not in text


@pytest.mark.parametrize(
    "path", ["/assets/../app.py", "/assets/%2e%2e/app.py", "/assets/..%2fapp.py", "/assets//etc/passwd"]
)
def test_assets_are_all_that_is_served_of_the_files(shared_site: Site, path: str) -> None:
    reply = shared_site.plain(path)
    assert reply.status == 404
    assert b"Starlette" not in reply.text


def test_answers_of_the_api_are_kept_by_nobody(shared_site: Site) -> None:
    for reply in (
        shared_site.visitor("anna").ask("GET", "/session"),
        shared_site.visitor().ask("GET", "/users"),
    ):
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "server" not in reply.headers


# --- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed one."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl on the PATH")
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    words = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [openssl, *words.split(), "-out", str(files[0]), "-keyout", str(files[1])],
        check=True,
        capture_output=True,
    )
    return files


def test_with_tls_files_it_speaks_tls_and_the_cookie_is_secure(
    folder: Path, certificate: tuple[Path, Path]
) -> None:
    data = folder / "data"
    data.mkdir()
    accounts = Accounts(data / "accounts.db")
    accounts.add_user(User("anna", "agent", "anna"), PASSWORD)
    accounts.close()
    command = [sys.executable, "-m", "evenhand", "up", str(folder), "--port", "0"]
    command += ["--certificate", str(certificate[0]), "--key", str(certificate[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as centre:
        try:
            assert centre.stdout is not None
            line = next(line for line in centre.stdout if "https://" in line)
            url = line.partition("https://")[2].split("/")[0]
            trusted = ssl.create_default_context(cafile=str(certificate[0]))
            body = json.dumps({"name": "anna", "password": PASSWORD}).encode()
            request = urllib.request.Request(f"https://{url}/api/v1/session", body)
            request.add_header("content-type", "application/json")
            with urllib.request.urlopen(request, context=trusted, timeout=20) as reply:
                cookie = reply.headers["set-cookie"]
        finally:
            centre.terminate()
    assert "; Secure" in cookie


def test_tls_needs_both_files_and_good_ones(certificate: tuple[Path, Path]) -> None:
    async def begin(*files: Path | None) -> None:
        async with serving(_nothing, port=0, certificate=files[0], key=files[1]):
            return

    for files in ((certificate[0], None), (certificate[1], certificate[0]), (Path("none.pem"), Path("none"))):
        with pytest.raises(UsageFault):
            asyncio.run(begin(*files))


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    return


# --- what is never written down -----------------------------------------------------------------------------------


def test_no_secret_and_no_number_is_in_what_the_server_says(
    folder: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Also when something fails in the middle of a request."""
    number, secret_word = "+12025550177", "open sesame 12345"
    with caplog.at_level(logging.DEBUG), Site(folder) as site:
        anna = site.visitor("anna")
        token = (
            site.visitor().ask("POST", "/phone", {"dialled": "+12025550101", "number": number}).json["token"]
        )
        key = site.web.accounts.add_key("k", "administrator")
        for secret in (token, key, anna.headers["cookie"].partition("=")[2]):
            site.visitor().ask("GET", f"/queues/{secret}", authorization=f"Bearer {secret}")
        site.visitor().ask("POST", "/session", {"name": "anna", "password": secret_word})
        site.web.tables.own_agent = broken  # type: ignore[method-assign]
        failed = site.visitor().ask("POST", "/phone", {"dialled": "+12025550101", "number": number})
        assert failed.status == 500
        assert number.encode() not in failed.text
        secrets = [token, key, anna.headers["cookie"].partition("=")[2], anna.headers["x-csrf-token"]]
    said = "".join(capfd.readouterr()) + caplog.text
    for secret in (*secrets, secret_word, PASSWORD, number):
        assert secret not in said
    assert "POST /phone failed: RuntimeError" in said


def broken(customer_id: str) -> str:
    raise RuntimeError(f"no luck with {customer_id}")


def test_the_accounts_file_opens_nothing(site: Site) -> None:
    """Neither passwords nor what sessions, keys and tokens are shown with."""
    anna = site.visitor("anna")
    token = site.visitor().ask("POST", "/phone", {"dialled": "+12025550101"}).json["token"]
    key = site.web.accounts.add_key("k", "administrator")
    held = b"".join(file.read_bytes() for file in (site.folder / "data").glob("accounts.db*"))
    for secret in (PASSWORD, token, key, anna.headers["cookie"].partition("=")[2]):
        assert secret.encode() not in held
    assert b"$argon2id$" in held


def test_the_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    Accounts(tmp_path / "accounts.db").close()
    KeptAnswers(tmp_path / "answers.db").close()
    for file in tmp_path.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_an_agent_who_is_talked_about_is_not_told_to_the_customer(site: Site) -> None:
    """A customer's token opens no view of the centre."""
    reply = site.visitor().ask("POST", "/phone", {"dialled": "+12025550101"})
    customer = site.visitor()
    customer.headers["authorization"] = f"Bearer {reply.json['token']}"

    async def come(web: Any) -> None:
        await web.send(StatusSet("anna", "Available"))

    site.run(come)
    assert "anna" not in customer.ask("GET", "/phone").text.decode()
    assert customer.ask("GET", "/agents").status == 403
    began = time.time()
    assert site.web.accounts.token(reply.json["token"], began + 5 * 3600.0).role == "nobody"
