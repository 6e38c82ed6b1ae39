"""The `guardian` program on cases: every act as a command, with --json, and hostile words that stay words."""

import csv
import io
import json
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from recipients.casework import manual, sharing
from recipients.cli import main
from tests.recipients.desk import Desk
from tests.recipients.world import Reporter, Town

pytestmark = pytest.mark.slow

HOSTILE = '=HYPERLINK("http://x")\x1b[2J\u202e<b>'


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A guardian with one concern about safety, in which somebody looks for the person."""
    vault = town.vault()
    town.sync(vault)
    choices = {"about": "safety", "hunt": "yes"}
    Reporter(town).send([town.organisation.guardians[0]], f"The rota {HOSTILE}", choices=choices)
    town.next_day()
    town.sync(vault)
    vault.close()
    monkeypatch.setattr(time, "time", town.clock)
    return Desk(town.folder, vault.path)


def test_a_case_from_first_look_to_the_end(desk: Desk, tmp_path: Path):
    assert desk.json("due")["open"] == 1
    assert desk.json("cases", "--flag", "hunt", "--category", "patient-safety")["cases"][0]["number"] == 1
    assert desk.json("cases", "--state", "concluded")["cases"] == []
    assert desk.json("state", "1", "assessed")["state"] == "assessed"
    assert desk.json("urgency", "1", "soon")["urgency"] == "soon"
    assert desk.json("category", "1", "bullying", "patient-safety")["categories"] == ["patient-safety", "bullying"]
    noted = desk.json("note", "1", "--file", "-", text=HOSTILE)["entry"]
    desk.json("note", "1", "--private", "--file", "-", text="For me")
    shown = desk.run("case", "1")
    assert not {"\x1b", "\u202e"} & set(shown.output)
    assert "do not ask who" in shown.output.lower()
    assert "wait until" in shown.output
    desk.json("note-delete", "1", noted[:8])
    assert "(struck)" in desk.run("case", "1").output
    desk.json("note-delete", "1", noted[:8], "--undo")
    desk.json("note-delete", "1", "1")
    assert desk.json("case", "1")["notes"] == []
    desk.json("note-delete", "1", "1", "--undo")
    assert [one["kind"] for one in desk.json("find", "1", "hyperlink")["hits"]] == ["message", "note"]
    desk.json("told", "1", "acknowledged")
    desk.json("factors", "1", "yorkshire", "staffing", "individual")
    person = desk.json("action", "1", "individual", "--file", "-", text="Talk with them")["entry"]
    refused = desk.run("approve", "1", person[:8], text="")
    assert (refused.exit_code, "another guardian has to approve" in refused.stderr) == (7, True)
    assert desk.json("case", "1")["second"] == [person]
    assert json.loads(desk.run("conclude", "1", "changed", "--json").stdout)["detail"] == "learning"
    desk.json("learn", "1", "--file", "-", text="It happened\n---\nIt made sense\n---\nWe changed it")
    assert json.loads(desk.run("conclude", "1", "changed", "--json").stdout)["detail"] == "candour"
    assert set(desk.json("duty", "1", "harm", "no")["duty"].values()) == {"no", None}
    assert json.loads(desk.run("conclude", "1", "changed", "--json").stdout)["detail"] == "second"
    desk.json("draft", "1", "--file", "-", text="Thank you for")
    assert desk.json("draft", "1")["draft"] == "Thank you for"
    assert desk.json("draft", "1", "--drop")["draft"] is None
    assert desk.json("draft", "1", "--recover")["draft"] == "Thank you for"
    answered = desk.run("reply", "1", "--file", "-", text="Thank you for that.")
    assert "By your calendar it leaves" in answered.output
    assert "wait until" in answered.stderr
    assert desk.json("mode", "1", "confidential")["number"] == 1
    assert desk.json("hunt", "1", "no")["flags"] == []
    assert desk.json("again", "1", "maybe")["number"] == 1
    out = tmp_path / "case.pdf"
    answer = desk.run("pdf", "1", "-o", str(out))
    assert (answer.exit_code, out.stat().st_mode & 0o077) == (0, 0)
    assert "outside the vault" in answer.stderr
    assert desk.run("pdf", "1", "-o", str(out)).exit_code == 6
    assert desk.run("erase", "1", "--withdrawn", "--yes").exit_code == 7
    assert desk.json("erase", "1", "--yes")["state"] == "erased"
    assert desk.json("retention", "--backup-days", "10")["erased"][0]["gone"] is False
    assert desk.run("note", "1", text="x").exit_code == 7


def test_a_case_by_hand_and_from_a_file(desk: Desk, tmp_path: Path):
    made = desk.json("open", "telephone", "confidential", "--file", "-", text="She rang")
    assert (made["number"], made["origin"], made["role"]) == (2, "telephone", "ours")
    reply = desk.run("reply", "2", "--status", "received")
    assert (reply.exit_code, "did not come through the portal" in reply.stderr) == (7, True)
    file = tmp_path / "old.csv"
    file.write_text("received,origin,mode,category\n1999-02-03,letter,open,bullying;detriment\n")
    assert desk.json("import", str(file))["numbers"] == [3]
    assert desk.json("cases", "--opened", "1999-01-01..1999-12-31")["cases"][0]["origin"] == "letter"
    file.write_text("received,origin,mode\n1999-02-03,letter,open\n1999-02-30,pigeon,\n")
    result = desk.run("import", str(file))
    assert result.exit_code == 7
    for said in ("Line 3, column mode: is empty", "Line 3, column received", "Line 3, column origin: is not one"):
        assert said in result.stderr
    assert len(desk.json("cases")["cases"]) == 3


def test_what_leaves_for_the_collection(desk: Desk, tmp_path: Path):
    file = tmp_path / "old.csv"
    lines = ["received,origin,mode,category", *["1999-02-03,letter,open,bullying"] * 9]
    file.write_text("\n".join(lines))
    desk.json("import", str(file))
    out = tmp_path / "return.csv"
    desk.json("return", "1999Q1", "-o", str(out))
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8"))))
    assert rows[1] == ["1999Q1", "total", "Cases", "9"]
    assert ["1999Q1", "category", "Bullying or harassment", "9"] in rows
    assert desk.run("return", "2999Q1", "-o", str(tmp_path / "later.csv")).exit_code == 7
    chart = tmp_path / "chart.svg"
    desk.json("chart", "yorkshire", "1999Q1", "-o", str(chart))
    assert chart.read_text("utf-8").startswith("<svg")
    asked = desk.json("statistics", "1999Q1", "--second", desk.json("guardians")["guardians"][1]["g"][:12])
    assert ["Concerns", "10"] in asked["rows"]
    assert ["Bullying or harassment", "under 8"] not in asked["rows"]
    assert desk.json("cosign")["requests"][0]["state"] == "waiting"


def test_who_the_others_are_what_goes_to_them_and_what_they_ask(desk: Desk, town: Town):
    g = town.organisation.guardians[1].g.hex()
    desk.json("copy", "1", "--to", g)
    (other,) = [one for one in desk.json("guardians", "--case", "1")["guardians"] if one["g"] == g]
    assert (other["with"], other["excluded"], other["away_until"]) == ("copy", False, None)
    (leaving,) = desk.json("departing")["departing"]
    assert (leaving["case"], leaving["to"], leaving["pieces"] > 0) == (1, g, True)
    assert "Concern 1, to A. Guardian" in desk.run("departing").output
    with town.vault(1) as theirs:
        town.sync(theirs)
        case = manual.enter(theirs, "person", "open", "x", town.today)
        sharing.ask(theirs, case, town.organisation.guardians[0].g, HOSTILE, town.today)
        town.next_day()
        town.sync(theirs)
    town.next_day()
    with town.vault(0) as ours:
        town.sync(ours)
    (asked,) = desk.json("asked")["asked"]
    assert (asked["kind"], asked["text"]) == ("question", HOSTILE)
    shown = desk.run("asked").output
    assert not {"\x1b", "\u202e"} & set(shown)
    desk.json("opinion", str(asked["case"]), asked["entry"][:8], "--file", "-", text="I would wait")
    assert desk.run("asked").output.strip() == "Nobody asks anything of you."


def test_the_pdf_holds_every_script_and_no_letter_is_lost(desk: Desk, tmp_path: Path):
    words = "Zażółć gęślą – قالت الممرضة – שלום – हमने – നഴ്സ് – ਨਰਸ"
    desk.json("note", "1", "--file", "-", text=words)
    out = tmp_path / "case.pdf"
    desk.json("pdf", "1", "-o", str(out))
    document = pdfium.PdfDocument(str(out))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    assert "Zażółć gęślą" in text
    assert "U+001B" in text
    assert "\x1b" not in text
    assert document.get_metadata_dict().get("Producer", "") == ""


def test_templates_and_lists(desk: Desk):
    assert len(desk.json("templates", "--language", "en")["templates"]) >= 8
    desk.json("template", "cy", "first", "--next", "Ateb", "--file", "-", text="Diolch")
    assert desk.json("templates", "--language", "cy")["templates"][0]["text"] == "Diolch"
    assert "Yorkshire" not in desk.run("lists").output
    assert "staffing" in desk.json("lists")["yorkshire"]


def test_no_words_of_a_case_in_arguments():
    """Other people on the computer can see arguments: what is said in a case comes from files or is typed."""
    for name in ("note", "ask", "opinion", "learn", "action", "open", "hold", "decline", "story", "told", "draft"):
        options = {option for one in main.commands[name].params for option in one.opts}
        assert "--file" in options
        assert not {"--text", "--words"} & options
