"""Templates of replies, quiet periods and the days on which an answer leaves; and the lists that come with them."""

import tomllib
from pathlib import Path

from recipients import keys, outgoing, publishing, replies
from recipients.casework import leaving, measures, quiet, templates
from recipients.vault import Vault
from tests.recipients.test_casework import arrive, refuses, vault, ward
from tests.recipients.ward import ORGANISATION, TODAY, Ward

__all__ = ["vault", "ward"]


def test_every_template_ends_in_a_dated_next_step(vault: Vault):
    found = templates.all_of(vault)
    assert len(found) >= 8
    for one in found:
        filled = templates.fill(one, TODAY)
        assert filled.next is not None
        assert filled.next.day > TODAY
        assert filled.next.what
        assert replies._check(filled, TODAY) == one.language


def test_own_templates_come_first_and_can_be_forgotten(vault: Vault):
    own = templates.Template(language="cy", id="first", title="Diolch", text="Diolch i chi", next="Ateb", days=7)
    templates.save(vault, own)
    templates.save(vault, templates.Template(**{**vars(own), "language": "en", "text": "Ours"}))
    assert templates.find(vault, "cy", "first").own
    assert templates.find(vault, "en", "first").text == "Ours"
    templates.remove(vault, "en", "first")
    assert not templates.find(vault, "en", "first").own
    for name, value in (
        ("next", " "),
        ("days", 0),
        ("language", "Welsh!"),
        ("text", ""),
        ("id", "a b"),
        ("status", "x"),
    ):
        with refuses("wrong", f"template {name}"):
            templates.save(vault, templates.Template(**{**vars(own), name: value}))
    with refuses("template"):
        templates.remove(vault, "cy", "second")
    with refuses("template"):
        templates.find(vault, "cy", "second")


def test_a_quiet_period_is_said_with_advice_to_wait(ward: Ward, vault: Vault):
    case = arrive(ward)
    found = quiet.of(vault, case, TODAY)
    assert found is not None
    assert (found.cells, found.quiet, found.wait_until) == (1, True, TODAY + quiet.WAIT_DAYS)
    later = quiet.of(vault, case, TODAY + quiet.WAIT_DAYS)
    assert later is not None
    assert later.wait_until is None
    vault.database.run("UPDATE period SET cells = 5000")
    loud = quiet.of(vault, case, TODAY)
    assert loud is not None
    assert (loud.quiet, loud.wait_until) == (False, None)
    # A usual number of cells is quiet where there are mostly more.
    for day in range(1, 9):
        vault.database.run("INSERT INTO period VALUES (?, 86400, 12000, x'00', 0)", (TODAY - day) * 86_400)
    busy = quiet.of(vault, case, TODAY)
    assert busy is not None
    assert busy.quiet


def test_when_it_leaves_is_told_by_the_calendar(ward: Ward, vault: Vault):
    # Day 20,000 is a Friday.
    assert leaving.next_day((4,), (), TODAY) == TODAY
    assert leaving.next_day((3,), (), TODAY) == TODAY + 6
    assert leaving.next_day((3,), ((TODAY, TODAY + 6),), TODAY) == TODAY + 13
    assert leaving.next_day((), (), TODAY) is None
    publishing.set_calendar(vault, keys.load(vault), ORGANISATION, TODAY, (3, 4), ())
    noon = TODAY * 86_400 + 43_200
    assert leaving.day(vault, TODAY, noon) == TODAY
    # Once the day's cells have been posted, nothing written now leaves today.
    outgoing.seal_period(vault, TODAY * 86_400, 86_400, 4, TODAY)
    outgoing.posted(vault, TODAY * 86_400)
    assert leaving.day(vault, TODAY, noon) == TODAY + 6


def test_the_lists_name_what_they_hold():
    folder = Path(measures.__file__).parent
    for name in ("factors", "taxonomy", "templates"):
        tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
    assert set(measures.PERSONAL) <= {name for one in measures.FACTORS.values() for name in one}
