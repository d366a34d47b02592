"""Nothing that somebody types, imports or sends runs on any screen of either side; it stands there as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import xlsxwriter
from playwright.sync_api import Page, Request, expect

from tests import hostile
from tests.browser import hefeng, stage
from tests.browser.hands import Worker
from tests.browser.inside import inside
from tests.browser.screens import PHONE
from tests.live import LiveServer
from tests.wire.client import Phone

TRIPWIRE = (Path(__file__).parent / "tripwire.js").read_text(encoding="utf-8")
GRID = {"grid": "990102103201001", "group": "990102103201001"}
# One door has the worst of each kind in every field that a screen shows; the screens' table is drawn with it.
WORST = {
    "contact_name": '</h1><img src=x onerror="window.__ran=1">',
    "nickname": "<svg/onload=window.__ran=1>",
    "landmark": '" autofocus onfocus="window.__ran=1" x="',
    "lane": "</script><script>window.__ran=1</script>",
    "phone": "'><b onclick=window.__ran=1>",
}
_LOCAL = inside("localFetch")
# Each page is read by itself; then twenty of them are swapped in at once, as htmx swaps any answer.
WALK = f"""async (paths) => {{{_LOCAL}
  const found = [];
  const read = async (path) => (await localFetch(path, {{headers: {{'HX-Request': 'true'}}}})).text();
  const inside = (text) => text.slice(text.indexOf('>', text.indexOf('<main')) + 1, text.lastIndexOf('</main>'));
  for (let n = 0; n < paths.length; n += 20) {{
    const several = paths.slice(n, n + 20);
    const texts = await Promise.all(several.map(read));
    for (const [i, text] of texts.entries()) {{
      const page = new DOMParser().parseFromString(text, 'text/html');
      found.push(...foreign(page).map((each) => `${{several[i]}}: ${{each}}`));
    }}
    const text = texts.map((each) => `<section>${{inside(each)}}</section>`).join('');
    const target = document.getElementById('page');
    await htmx.swap({{text, target, swap: 'innerHTML', request: {{headers: {{}}}}}});
    const there = document.querySelectorAll('#page > section').length;
    if (there !== several.length) found.push(`${{several}}: only ${{there}} are there`);
    found.push(...foreign().map((each) => `${{several}}: ${{each}}`));
  }}
  return found;
}}"""
TYPE = f"""async (forms) => {{{_LOCAL}
  const refused = [];
  for (const [path, form] of forms) {{
    const answer = await localFetch(path, {{method: 'POST', body: new URLSearchParams(form)}});
    if (![200, 204].includes(answer.status)) refused.push(`${{path}}: ${{answer.status}}`);
  }}
  return refused;
}}"""
READ = """async (paths) => {
  const found = [];
  for (const path of paths) {
    const text = await (await fetch(path)).text();
    found.push(...foreign(new DOMParser().parseFromString(text, 'text/html')).map((each) => `${path}: ${each}`));
  }
  return found;
}"""


class Watch:
    """Everything by which a string that ran would be noticed."""

    def __init__(self, page: Page, home: str) -> None:
        self.home = urlsplit(home).netloc
        self.seen: list[str] = []
        page.add_init_script(TRIPWIRE)
        page.context.on("console", lambda line: self._listen(line.text))
        page.context.on("dialog", lambda dialog: self.seen.append(f"dialog {dialog.message}"))
        page.context.on("request", self._asked)

    def _listen(self, line: str) -> None:
        if "tripwire" in line or "Content Security Policy" in line:
            self.seen.append(line)

    def _asked(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.scheme not in ("data", "blob") and asked.netloc != self.home:
            self.seen.append(f"asked {request.url}")


def roster(folder: Path) -> str:
    """A workbook with a row for each string that a cell can hold, in every column of words."""
    path = folder / "坏户表.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("户表")
    sheet.write_row(0, 0, ("编号", "村组", "户主", "当地叫法", "备注", "巷道", "门牌"))
    cells = [said for said in hostile.strings() if hostile.is_text(said) and len(said) < 2_000]
    for row, said in enumerate(cells, 1):
        for column, cell in enumerate((str(2_000 + row), "一组", said, said, said, said, f"{row}号")):
            sheet.write_string(row, column, cell)
    book.close()
    return str(path)


def sent_by_a_phone(phone: Phone) -> list[str]:
    """A new door and a visit for each string, past every form; the ids of the doors."""
    ids = []
    for n, said in enumerate(filter(hostile.is_text, hostile.strings())):
        ids.append(f"01900000-0000-7000-8000-{n:012x}")
        names = {"contact_name": said[:60], "nickname": said[:40], "landmark": said[:40], "lane": said[:60]}
        phone.event("place_new", GRID | names | {"place_id": ids[-1], "address": {"door": said[:60]}})
        phone.event("visit", {"place_id": ids[-1], "outcome": "met_later", "note": said[:100]})
    phone.sync()
    return ids


def the_worst_door(server: LiveServer, door: str) -> None:
    """The door of the screens' table gets the worst names there are."""
    zhou = stage.rig(server, "zhou")
    zhou.event("place_edit", {"place_id": door, **WORST})
    zhou.event("visit", {"place_id": door, "outcome": "nobody_home", "note": WORST["contact_name"]})
    zhou.sync()


@pytest.fixture
def watch(live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Watch]:
    page = request.getfixturevalue("phone" if "phone" in request.fixturenames else "office")
    watching = Watch(page, live_server.url)
    yield watching
    assert watching.seen == []


def test_on_the_phone_every_string_stays_a_string(live_server: LiveServer, phone: Page, watch: Watch) -> None:
    hefeng.settle(live_server)
    live_server.flask("roster", "import", roster(live_server.folder), "--village", hefeng.VILLAGE)
    zhou = stage.rig(live_server, "zhou")
    ids = sent_by_a_phone(zhou)
    the_worst_door(live_server, stage.doors(zhou)["1002"])
    wang = Worker(phone)
    wang.enrol("一组")
    pages = [f"/field/places/{each}{page}" for each in ids for page in ("", "/edit")]
    found = phone.evaluate(WALK, [*pages, *(f"/field/list?group={GRID['group']}&after={each}" for each in ids[::40])])
    assert found == []
    assert watch.seen == []


def test_on_every_screen_the_worst_names_are_only_names(live_server: LiveServer, phone: Page, watch: Watch) -> None:
    names = stage.on_the_phone(live_server, phone, WORST)
    wang = Worker(phone)
    for screen in PHONE:
        wang.open(screen.path.format(**names))
        assert phone.evaluate("foreign()") == [], screen.name
        if screen.name == "这户":
            expect(phone.locator(".who h1")).to_have_text(WORST["contact_name"])
        stage.post(phone, "/field/unlock")
    assert watch.seen == []


def test_what_is_typed_at_the_phone_arrives_as_it_reads(live_server: LiveServer, phone: Page, watch: Watch) -> None:
    hefeng.settle(live_server)
    wang = Worker(phone)
    wang.enrol("一组")
    door = stage.doors(stage.rig(live_server, "zhou"))["1005"]
    forms: list[tuple[str, dict[str, str]]] = []
    for n, said in enumerate(hostile.strings()):
        if len(said) > 100:
            continue
        made = f"01900000-0000-7000-9000-{n:012x}"
        new = {"group": GRID["group"], "contact_name": said[:20] or "x", "door": f"{n}号", "landmark": said[:40]}
        changed = {"contact_name": said[:20], "nickname": said[:20], "landmark": said[:20]}
        forms += [
            (f"/field/new?id={made[:-12]}a{made[-11:]}&place={made}", new),
            (f"/field/places/{made}/visit?id={made[:-12]}b{made[-11:]}", {"outcome": "nobody_home", "note": said}),
            (f"/field/places/{door}/edit", changed),
        ]
    live_server.stop()  # or a round would follow each of a thousand forms
    assert phone.evaluate(TYPE, forms) == []
    live_server.start()
    wang.open("/field/sync")
    expect(phone.locator("#strip")).to_contain_text("手机里还有 0", timeout=120_000)
    expect(phone.locator("main")).not_to_contain_text("要您看一下")
    wang.open("/field/list")
    for said in hostile.of("html", "attribute", "htmx")[::7]:
        phone.get_by_label("找户").fill(said)
        expect(phone.locator("#hits")).not_to_be_empty()
        assert phone.evaluate("foreign()") == []
    assert watch.seen == []


def test_in_the_office_every_string_stays_a_string(
    live_server: LiveServer, office: Page, watch: Watch, tmp_path: Path
) -> None:
    names = stage.in_the_office(live_server, tmp_path)
    ids = sent_by_a_phone(stage.rig(live_server, "zhou"))
    the_worst_door(live_server, names["door"])
    names |= {"roster": roster(tmp_path), "search": '"><img src=x onerror=window.__ran=1>'}
    for desk in stage.desks(office, names):
        assert office.evaluate("foreign()") == [], desk.name
    stage.sign_in(office, "chen")
    pages = [f"/office/places/{hefeng.VILLAGE}?page={n}" for n in range(1, 12)]
    pages += [f"/office/places/one/{each}" for each in ids] + [f"/office/visits/of/{each}" for each in ids[::3]]
    assert office.evaluate(READ, pages) == []
    for page in pages[:5]:
        office.goto(page)
        assert office.evaluate("foreign()") == [], page
    assert watch.seen == []
