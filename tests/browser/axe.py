"""axe-core on the page that is open: every rule of its own choice, contrast of 7 to 1, and targets that can be hit."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.databases import ROOT, missing

SOURCE = Path(ROOT) / "node_modules" / "axe-core" / "axe.min.js"
CONTRAST = ["color-contrast", "color-contrast-enhanced"]
RUN = """async (only) => {
  const rules = {'color-contrast-enhanced': {enabled: true}, 'target-size': {enabled: true}};
  const which = only.length ? {runOnly: {type: 'rule', values: only}} : {rules};
  const {violations} = await axe.run(document, {...which, resultTypes: ['violations']});
  return violations.flatMap(({id, nodes}) => nodes.map(({html, any, all, none}) =>
    `${id}: ${[...any, ...all, ...none][0]?.message ?? ''} ${html.slice(0, 120)}`));
}"""


def violations(page: Page, only: list[str] | None = None) -> list[str]:
    """A line for each, of all rules or of these `only`.

    axe is put beside the page's own scripts by the driver, which no policy of the page governs.
    """
    if not SOURCE.exists():
        missing("axe-core")
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, only or [])
    return found
