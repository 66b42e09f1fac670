"""A file is dropped: on its field, beside it, where there are two fields; by the pointer's own drag."""

import pytest
from playwright.sync_api import expect


def drag(page, file, *moves):
    """Drag a file of the computer: over which elements, and where it is let go, as a person does."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for kind, target in moves:
        page.locator(target).scroll_into_view_if_needed()
        box = page.locator(target).bounding_box()
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchDragEvent", {"type": kind, **where, "data": data})


def drop(page, file, target):
    drag(page, file, ("dragEnter", target), ("dragOver", target), ("drop", target))


def names(page, field):
    return page.locator(field).evaluate("field => [...field.files].map(file => file.name)")


@pytest.mark.parametrize("target", ["#fichier", "h1", "footer"])
@pytest.mark.parametrize("door", ["/verifier", "/deposer"])
def test_on_the_field_and_beside_it(window, files, door, target):
    page = window(door)
    drop(page, files.xml, target)
    assert names(page, "#fichier") == [files.xml.name]
    assert page.url.endswith(door), "the file did not replace the page"


def test_the_field_under_the_pointer_shows_that_it_takes_files(window, files):
    page = window("/verifier")
    drag(page, files.xml, ("dragEnter", "#fichier"), ("dragOver", "#fichier"))
    expect(page.locator("#fichier")).to_contain_class("is-over")
    drag(page, files.xml, ("dragOver", "h1"))
    expect(page.locator("#fichier")).not_to_contain_class("is-over")


def test_one_beside_goes_to_the_first_field_that_is_empty(window, files):
    page = window("/comprendre")
    drop(page, files.xml, "h1")
    drop(page, files.csv, "h1")
    assert names(page, "#accuse") == [files.xml.name]
    assert names(page, "#fichier") == [files.csv.name]


def test_one_dropped_is_checked(window, files):
    page = window("/verifier")
    drop(page, files.xml, "footer")
    page.keyboard.press("Tab")  # it has the focus: the rest follows from there
    page.get_by_role("button", name="Vérifier", exact=True).click()
    expect(page.locator(".site-bar")).to_be_visible()
    assert page.get_by_label("Résultat de").get_attribute("aria-label").endswith(files.xml.name)
