"""What no page may do, whoever looks at it: complain, ask another host, open a dialog."""

from playwright.async_api import ConsoleMessage, Page, Request


def watch(page: Page, faults: list[str]) -> None:
    """Collect into `faults` from now on."""

    def on_console(message: ConsoleMessage) -> None:
        # Chromium also reports the page itself when it is a refusal in words, as 404 or 422.
        is_page = message.location.get("url") == page.url
        if message.type == "error" and not (is_page and "status of 4" in message.text):
            faults.append(f"console {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            faults.append(f"host {request.url}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: faults.append(f"error {error}"))
    page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
