"""The walk in a browser: its cells, its steps, and when it rests."""

from playwright.sync_api import Locator, Page

from tests.browser.conftest import READY


def settle(page: Page) -> None:
    """Wait until the server has answered and the walk rests."""
    page.wait_for_function("!window.serverOwes")
    page.wait_for_selector(READY)
    page.locator(".walk:not([data-moves=yes])").wait_for()


def cells(page: Page, matrix: str) -> Locator:
    """The cells of a matrix in the picture that is shown."""
    return page.locator(f".walk .picture:not([hidden]) .{matrix} [role=gridcell]")


def go_to(page: Page, step: int) -> None:
    """Choose a step by its dot and wait until it rests."""
    page.locator(".walk .dots button").nth(step - 1).click()
    page.locator(f".walk[data-step='{step}']").wait_for()
    settle(page)
