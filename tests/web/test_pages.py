"""The pages in a real browser: who is led where."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.web.conftest import PASSWORD, Opening, Site


def test_an_agent_who_logs_in_stands_at_their_desk(opened: Opening, site: Site) -> None:
    page = opened("/desk")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page).to_have_url(site.url + "/desk")
    expect(page.get_by_role("main")).to_contain_text("Anna Berg")


def test_a_wrong_password_is_told_on_the_page(opened: Opening) -> None:
    page = opened("/login")
    page.get_by_label("Name").fill("anna")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("name or password is wrong")
