"""The browser the other tests stand on."""

from __future__ import annotations

from playwright.sync_api import Page


def test_a_page_is_opened_and_its_script_runs(page: Page) -> None:
    page.set_content("<p id=here></p><script>here.textContent = '银行'</script>")
    assert page.text_content("#here") == "银行"
