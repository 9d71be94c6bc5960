"""The headers of every answer: nothing foreign runs in, frames or remembers our pages.

Pages have no inline script and no inline style, so the policy needs neither nonce nor exception.
Evidence gets a stricter one of its own (`web.evidence`).
"""

from collections.abc import Mapping

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)

ALWAYS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not "no-referrer": with it a browser sends `Origin: null` with our own forms, and on a
    # plain LAN address Origin is all that tells them from a stranger's. No page leads elsewhere.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

KEEP_NOTHING = "no-store"
KEEP_FOR_EVER = "public, max-age=31536000, immutable"
HSTS = "max-age=63072000"
"""Two years. Not for subdomains: those are the school's, not ours to promise for."""


def standing_headers(*, is_https: bool) -> Mapping[str, str]:
    """What is added to every answer that does not say otherwise."""
    always = {**ALWAYS, "Cache-Control": KEEP_NOTHING}
    return {**always, "Strict-Transport-Security": HSTS} if is_https else always
