"""Section 12: directory.json, from the cases beside this file."""

from crypto.vectors.generator import directory_file, directory_log
from crypto.vectors.generator.base import Book
from crypto.vectors.generator.directory import Cases


def make() -> Book:
    """directory.json."""
    verified = (
        "file, organisation, today, remembered (length, state; or null) -> the organisation, and each guardian in the "
        "order of the log: days whose epoch key is there, spans of fallbacks whose key is there (newest statement "
        "first), missing days, lost spans"
    )
    book = Book(
        "directory",
        {
            "directory.verify": verified,
            "directory.build": "log (envelopes), heads (envelopes), keys -> the file",
            "directory.key_for": "file, organisation, today, g, day -> SHA-256 of the key, kind",
            "directory.certificate": "file, organisation, today, g, day -> the certificate's entry hash",
        },
    )
    cases = Cases(book)
    directory_file.fill_book(cases)
    directory_log.fill_book(cases)
    return book
