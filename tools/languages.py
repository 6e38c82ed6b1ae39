"""Brings the catalogues of other languages up to date with the English: `make languages`, then translate what is empty.

Each catalogue gets an entry for all wording there is, in the order of the keys. A translation stays as it is, under its
own key or under the key of the same English elsewhere. Where the English has changed since, the entry keeps the English
it was made from, so that the page shows English until somebody has looked at it: write the new English into its `msgid`
when the translation is right again. What each language lacks is printed.
"""

import sys

from portal.site import languages, wording
from portal.site.catalogue import Entry, write
from portal.site.content import FOLDER, load_source


def main() -> None:
    """Rewrite every catalogue; exits with 1 when a language lacks something it promises."""
    content = load_source()
    english = wording.strings(content)
    lacks = 0
    for language in languages.load([FOLDER], english, content["coach"]["lists"]):
        entries = merged(language, english)
        (FOLDER / language.tag / "catalogue.po").write_text(write(entries, language.tag), encoding="utf-8")
        faults = languages.lacking(language, english)
        lacks += len(faults)
        print(
            f"{language.tag}: {sum(1 for each in entries if each.text)} of {len(entries)} texts; {len(faults)} lacking"
        )
        for fault in faults:
            print(f"  {fault}")
    sys.exit(1 if lacks else 0)


def merged(language: languages.Language, english: dict[str, str]) -> list[Entry]:
    """The entries that a catalogue should have, with the translations that it has."""
    same: dict[str, set[str]] = {}
    for entry in language.entries.values():
        same.setdefault(entry.english, set()).add(entry.text)
    # "Yes" has several words in Welsh: what is translated in more than one way is left to a person.
    by_english = {english: next(iter(texts)) for english, texts in same.items() if len(texts) == 1 and "" not in texts}
    found: list[Entry] = []
    for key, source in wording.forms(english, language.tag).items():
        old = language.entries.get(key)
        if old and old.text and (old.english == source or source not in by_english):
            found.append(old)
        else:
            found.append(Entry(key=key, english=source, text=by_english.get(source, "")))
    return found


if __name__ == "__main__":
    main()
