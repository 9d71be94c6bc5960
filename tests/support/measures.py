"""Measures of a page in the browser: numbers and names to assert on, never pictures."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

_DESCRIBE = """
const describe = e => {
  const words = (e.innerText || e.value || e.name || '').trim().slice(0, 20);
  return e.tagName.toLowerCase() + (e.id ? '#' + e.id : '') + (words ? ' ' + words : '');
};
const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
"""


async def sideways_overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than the screen; 0 is right."""
    script = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(script))


async def small_targets(page: Page, pixels: int = 48) -> tuple[str, ...]:
    """Things to touch that are less than `pixels` high or wide; links inside a sentence excepted.

    A box or a dot counts with its label.
    """
    script = f"""least => {{ {_DESCRIBE}
      const area = e => (e.matches('input[type=checkbox],input[type=radio],input[type=file]')
        && (e.closest('label') || (e.labels && e.labels[0]))) || e;
      const inside = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline';
      const all = 'a[href],button,select,textarea,summary,input:not([type=hidden])';
      return [...document.querySelectorAll(all)]
        .filter(e => shown(area(e)) && !inside(e))
        .filter(e => {{ const r = area(e).getBoundingClientRect();
                        return r.height < least - 0.5 || r.width < least - 0.5; }})
        .map(describe);
    }}"""
    return tuple(await page.evaluate(script, pixels))


async def clipped_texts(page: Page) -> tuple[str, ...]:
    """Elements that hide a part of their own words."""
    script = f"""() => {{ {_DESCRIBE}
      const hides = v => v === 'hidden' || v === 'clip';
      return [...document.body.querySelectorAll('*')]
        .filter(e => shown(e) && e.innerText && e.clientWidth > 1 && e.clientHeight > 1)
        .filter(e => {{ const s = getComputedStyle(e);
          return (hides(s.overflowX) && e.scrollWidth > e.clientWidth + 1)
              || (hides(s.overflowY) && e.scrollHeight > e.clientHeight + 1); }})
        .map(describe);
    }}"""
    return tuple(await page.evaluate(script))


async def axe_violations(page: Page) -> tuple[str, ...]:
    """What axe finds against accessibility: rule, impact and the elements."""
    found = await Axe().run(page)
    return tuple(
        f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']]}"
        for one in found.response["violations"]
    )
