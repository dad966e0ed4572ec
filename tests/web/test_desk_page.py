"""The desk and the phone as their users see them, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.conftest import Opening, Site
from tests.web.test_desk_api import LEAST_LOADED


def available(page: Page) -> None:
    """Whoever is at this desk takes contacts from now on."""
    page.get_by_role("button", name="Available", exact=True).click()
    expect(page.get_by_text("You are available")).to_be_visible()


def dial(page: Page, number: str = "+12025550199", to: str = LEAST_LOADED, how: str = "Call") -> None:
    """Start a contact at the phone page."""
    page.get_by_label("Number of the centre").fill(to)
    page.get_by_label("Your number").fill(number)
    page.get_by_role("button", name=how).last.click()
    expect(page.get_by_role("heading", name=to)).to_be_visible()


def test_an_offer_is_told_takes_the_focus_and_is_accepted_by_a_key(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    dial(phone)
    offer = desk.get_by_role("region", name="Incoming call")
    expect(offer).to_contain_text("+12025550199")
    expect(offer).to_contain_text("ben has the least work: 5")
    expect(offer).to_be_focused()
    desk.wait_for_function("document.title.includes('Incoming')")
    desk.keyboard.press("a")
    expect(desk.get_by_role("button", name="End call")).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="With Ben")).to_be_attached()


def test_shortcuts_can_be_switched_off(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    desk.get_by_label("Keyboard shortcuts").uncheck()
    dial(phone)
    expect(desk.get_by_role("region", name="Incoming call")).to_be_visible()
    desk.keyboard.press("a")
    desk.get_by_role("button", name="Reject").click()
    expect(desk.get_by_role("heading", name="You rejected this contact")).to_be_visible()
    desk.reload()
    expect(desk.get_by_label("Keyboard shortcuts")).not_to_be_checked()


def test_two_people_chat_and_each_sees_who_speaks(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    dial(phone, to="+12025550100", how="Chat")
    desk.get_by_role("button", name="Accept").click()
    phone.get_by_label("Message").fill("Good morning")
    expect(desk.get_by_text("The customer is typing")).to_be_visible()
    phone.get_by_role("button", name="Send").click()
    expect(desk.get_by_role("log")).to_contain_text("Good morning")
    desk.get_by_label("Message").fill("Hello, how can I help?")
    desk.get_by_label("Message").press("Enter")
    expect(phone.get_by_role("log")).to_contain_text("Hello, how can I help?")
    expect(phone.get_by_role("heading", name="Chat with Ben")).to_be_visible()
    desk.get_by_role("button", name="End", exact=True).click()
    expect(phone.get_by_text("The agent ended it.")).to_be_visible()


def test_two_chats_stand_beside_each_other(opened: Opening) -> None:
    desk, one, other = opened("/desk", "ben"), opened("/phone"), opened("/phone")
    available(desk)
    for phone, number in ((one, "+12025550199"), (other, "+12025550198")):
        dial(phone, number, to="+12025550100", how="Chat")
        desk.get_by_role("button", name="Accept").click()
        expect(desk.get_by_role("heading", name=number)).to_be_visible()
    expect(desk.get_by_text("Chat: 2 of 2 used")).to_be_visible()
    one.get_by_label("Message").fill("from the first")
    one.get_by_label("Message").press("Enter")
    desk.get_by_role("navigation", name="My contacts").get_by_role("button", name="+12025550199").click()
    expect(desk.get_by_role("log")).to_contain_text("from the first")
    desk.get_by_label("Message").fill("hello, first")
    desk.get_by_label("Message").press("Enter")
    expect(one.get_by_role("log")).to_contain_text("hello, first")
    expect(other.get_by_role("log")).not_to_contain_text("hello, first")


def test_a_reloaded_page_is_where_it_was(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    dial(phone)
    desk.get_by_role("button", name="Accept").click()
    desk.get_by_label("Message").fill("Hello")
    desk.get_by_label("Message").press("Enter")
    phone.reload()
    desk.reload()
    expect(phone.get_by_role("log")).to_contain_text("Hello")
    expect(desk.get_by_role("log")).to_contain_text("Hello")
    desk.get_by_role("button", name="End call").click()
    expect(phone.get_by_text("The agent ended it.")).to_be_visible()


def test_hold_mute_notes_and_after_contact_work(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    dial(phone)
    desk.get_by_role("button", name="Accept").click()
    desk.get_by_role("button", name="Hold").click()
    expect(phone.get_by_text("You are on hold")).to_be_visible()
    desk.get_by_role("button", name="Back to the customer").click()
    desk.get_by_role("button", name="Mute").click()
    expect(desk.get_by_text("carries no sound yet")).to_be_visible()
    desk.get_by_label("Note", exact=True).fill("asked for the 15-year rate")
    desk.get_by_role("button", name="Keep note").click()
    expect(desk.get_by_role("listitem").filter(has_text="15-year")).to_be_visible()
    phone.get_by_role("button", name="Hang up").click()
    expect(desk.get_by_text("The customer hung up.")).to_be_visible()
    desk.get_by_label("Outcome").fill("Solved")
    desk.get_by_role("button", name="Set outcome").click()
    expect(desk.get_by_text("The outcome is kept.")).to_be_visible()
    desk.get_by_role("button", name="Clear contact").click()
    expect(desk.get_by_text("You are available")).to_be_visible()


def test_a_next_status_is_shown_and_can_be_taken_back(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    dial(phone)
    desk.get_by_role("button", name="Accept").click()
    desk.get_by_role("button", name="Lunch").click()
    expect(desk.get_by_text("Next status: Lunch")).to_be_visible()
    desk.get_by_role("button", name="Stay Available").click()
    expect(desk.get_by_text("Next status: Lunch")).to_be_hidden()


def test_a_transfer_shows_who_is_free(opened: Opening) -> None:
    ben, anna, phone = opened("/desk", "ben"), opened("/desk", "anna"), opened("/phone")
    available(ben)
    dial(phone)
    ben.get_by_role("button", name="Accept").click()
    available(anna)
    ben.get_by_role("button", name="Transfer", exact=True).click()
    expect(ben.get_by_role("listitem").filter(has_text="Anna Berg")).to_contain_text("Free")
    ben.get_by_role("button", name="Transfer to Anna Berg").click()
    expect(ben.get_by_text("You handed the customer over.")).to_be_visible()
    anna.get_by_role("button", name="Accept").click()
    expect(phone.get_by_role("status").filter(has_text="With Anna")).to_be_attached()


def test_a_waiting_page_rings_when_it_is_called(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    available(desk)
    phone.get_by_label("Your number").fill("+12025550177")
    phone.get_by_text("Wait here to be called").click()
    phone.get_by_role("button", name="Wait for a call").click()
    expect(phone.get_by_text("This page rings when somebody calls")).to_be_visible()
    desk.get_by_label("Number to call").fill("+12025550177")
    desk.get_by_role("button", name="Call", exact=True).click()
    phone.get_by_role("button", name="Answer").click()
    expect(desk.get_by_role("button", name="End call")).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="With Ben")).to_be_attached()


def test_an_agent_says_that_their_load_is_wrong(opened: Opening) -> None:
    desk = opened("/desk", "ben")
    desk.get_by_role("button", name="This is wrong").click()
    desk.get_by_role("textbox", name="What is wrong").fill("I closed four today")
    desk.get_by_role("button", name="Flag it").click()
    expect(desk.get_by_text("You said it is wrong")).to_contain_text("I closed four today")


def test_a_desk_that_is_open_twice_says_so(opened: Opening) -> None:
    desk = opened("/desk", "ben")
    opened("/desk", "ben")
    expect(desk.get_by_text("Your desk is open in 2 places")).to_be_visible()


def test_nothing_of_a_desk_is_wider_than_320_pixels(opened: Opening) -> None:
    desk, phone = opened("/desk", "ben"), opened("/phone")
    for page in (desk, phone):
        page.set_viewport_size({"width": 320, "height": 700})
    available(desk)
    dial(phone)
    desk.get_by_role("button", name="Accept").click()
    desk.get_by_label("Message").fill("W" * 60)
    desk.get_by_label("Message").press("Enter")
    expect(phone.get_by_role("log")).to_contain_text("WWW")
    for page in (desk, phone):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_home_leads_an_agent_to_the_desk(opened: Opening, site: Site) -> None:
    page = opened("/", "ben")
    page.get_by_role("link", name="Desk yours").click()
    expect(page).to_have_url(site.url + "/desk")
