"""The ledger that somebody opens: hostile names from a phone to a file, reopened by LibreOffice as an office would."""

from __future__ import annotations

import csv
import http.client
import re
import shutil
import subprocess
from pathlib import Path

from openpyxl import load_workbook

from doorknock.tabular import unguarded, visible
from tests import hostile
from tests.drills.checklist import Checklist
from tests.drills.server import Office, Server, demo, token, wait_until

VILLAGE = "990102103201"
GUESSING = "--infilter=CSV:44,34,76,1,,0,false,true"
"""As a person opens a .csv who lets the program find numbers and days in it."""
NUMBERS = ("007", "3-5", "990102103201001234", "1e5", "12:30", "3月5日")
NAMES = [*NUMBERS, *(said for said in hostile.strings() if said.strip() and hostile.is_text(said) and len(said) <= 60)]


def ledgers(folder: Path, list_: Checklist) -> None:
    """Hostile names go through a ledger of visits; LibreOffice opens it, and no formula and no lost digit is there."""
    office = shutil.which("soffice")
    list_.check("这台机器上有 LibreOffice", office, "apt-get install libreoffice-calc-nogui")
    if not office:
        return
    with demo(folder) as server:
        sent = record(server)
        list_.check(f"手机送来 {len(sent)} 个古怪的名字", sent)
        files = {form: take(server, form, folder) for form in ("csv", "xlsx")}
    opened = convert(office, files["csv"], folder / "csv", GUESSING)
    look(list_, ".csv 由 LibreOffice 打开，猜数字、猜日期", opened, sent)
    look(list_, ".xlsx 由 LibreOffice 打开再存", convert(office, files["xlsx"], folder / "xlsx"), sent)
    look(list_, ".xlsx 由 openpyxl 打开", files["xlsx"], sent)
    bare = folder / "bare.csv"
    with bare.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["户主"], *([said] for said in ("007", "12:30", "=1+1"))])
    found = [cell for row in cells(convert(office, bare, folder / "bare", GUESSING)) for cell in row]
    changed = [value for kind, value in found[1:] if kind == "f" or not isinstance(value, str)]
    list_.check("没有保护的 .csv，同样打开就变了样：这次检查看得出来", len(changed) == 3, found)


def record(server: Server) -> list[str]:
    """A phone finds a new door under each name, and nobody there; the names as the server keeps them."""
    phone = server.phone("w1")
    grid = next(row.data["grid"] for row in phone.rows("place").values())
    for n, said in enumerate(NAMES):
        place = f"01900000-0000-7000-8000-{n:012x}"
        phone.event("place_new", {"place_id": place, "grid": grid, "contact_name": said})
        phone.event("visit", {"place_id": place, "outcome": "nobody_home"})
    phone.sync()
    kept = {row.data["contact_name"] for row in phone.rows("place").values()}
    return [said for said in NAMES if said in kept]


def take(server: Server, form: str, folder: Path) -> Path:
    """The village's ledger of visits, as its office downloads it."""
    office = Office(server, "hefeng")
    page = office.open("GET", f"/office/exports/{VILLAGE}")
    asked = {"ledger": "visits", "format": form, "purpose": "演练", "csrf_token": token(page)}
    asked["campaign"] = re.findall(r'<select name="campaign"><option value="([^"]+)"', page)[0]
    office.open("POST", f"/office/exports/{VILLAGE}", asked)
    found = re.findall(rf"/office/exports/{VILLAGE}/[0-9a-f-]{{36}}", office.open("GET", f"/office/exports/{VILLAGE}"))
    wait_until(lambda: "下载" in office.open("GET", found[0]))
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request(
        "GET", f"{found[0]}/file", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in office.cookies.items())}
    )
    file = folder / f"taken.{form}"
    file.write_bytes(connection.getresponse().read())
    connection.close()
    return file


def convert(program: str, file: Path, to: Path, *how: str) -> Path:
    """The file opened by LibreOffice, and saved by it as a workbook."""
    own = f"-env:UserInstallation={(file.parent / 'libreoffice').as_uri()}"
    said = [program, own, "--headless", "--norestore", *how, "--convert-to", "xlsx", "--outdir", str(to), str(file)]
    subprocess.run(said, check=True, capture_output=True, timeout=300)
    return to / f"{file.stem}.xlsx"


def cells(file: Path) -> list[list[tuple[str, object]]]:
    """The rows of the first sheet: of each cell its type and its value."""
    return [[(cell.data_type, cell.value) for cell in row] for row in load_workbook(file).worksheets[0].iter_rows()]


def look(list_: Checklist, where: str, file: Path, sent: list[str]) -> None:
    """Whether every name is there as it was sent, and nothing is a formula or a guess."""
    head, *rows = cells(file)
    at = [value for _kind, value in head].index("户主")
    formulas = [value for row in rows for kind, value in row if kind == "f"]
    list_.check(f"{where}：一个公式也没有", not formulas, formulas[:5])
    there = {unguarded(str(row[at][1])).removesuffix("\t") for row in rows}
    lost = [said for said in sent if visible(said).removesuffix("\t") not in there]
    list_.check(f"{where}：{len(sent)} 个名字一个不少、一字不差", not lost, lost[:5])
    phones = {str(row[at + 1][1]).strip() for row in rows if row[at + 1][1]}
    list_.check(f"{where}：电话一位不少", phones and all(re.fullmatch(r"\d{7,12}", each) for each in phones), phones)
