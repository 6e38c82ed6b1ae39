"""Section 1: base64 and canonical JSON."""

from crypto.vectors.generator.base import Book, b64, canonical, fill, fixed, join, text

BOM = b"\xef\xbb\xbf"


def make() -> Book:
    """encoding.json."""
    book = Book(
        "encoding",
        {
            "b64.encode": "bytes -> text",
            "b64.decode": "text, optional size -> bytes",
            "json.load": "bytes, limit -> the value",
            "json.dump": "value -> bytes",
        },
    )
    _base64(book)
    _good(book)
    _spelling(book)
    _values(book)
    _dump(book)
    return book


def _base64(book: Book) -> None:
    for size in (0, 1, 2, 3, 32):
        data = fixed(f"base64 {size}", size)
        book.ok("b64.encode", f"{size} bytes", b64(data), bytes=data)
        book.ok("b64.decode", f"{size} bytes", data, text=b64(data), size=size)
    book.ok("b64.encode", "characters 62 and 63 are - and _", "-_8", bytes=bytes.fromhex("fbff"))
    bad = {
        "padding": "AAA=",
        "double padding": "AA==",
        "a length of 1 modulo 4": "AAAAA",
        "the other alphabet": "+_8",
        "the other alphabet's slash": "-/8",
        "a space within": "AA AA",
        "a trailing newline, which $ would let pass": "AAAA\n",
        "a leading newline": "\nAAAA",
        "a trailing NUL": "AAAA\0",
        "unused bits, 4 of them, not zero": "AB",
        "unused bits, 2 of them, not zero": "AAB",
        "full-width letters, which normalisation would fold": "\uff21\uff21\uff21\uff21",
        "a letter outside ASCII": "AAA\u00e9",
        "a lone surrogate": "AAA\ud800",
        "a dot": "AAA.",
    }
    for comment, spelling in bad.items():
        book.error("b64.decode", comment, "malformed", text=spelling)
    book.error("b64.decode", "one byte too few", "malformed", text=b64(bytes(31)), size=32)
    book.error("b64.decode", "one byte too many", "malformed", text=b64(bytes(33)), size=32)
    book.error("b64.decode", "empty where 16 bytes are due", "malformed", text="", size=16)


def _load_ok(book: Book, comment: str, value: object) -> None:
    book.ok("json.load", comment, value, bytes=text(canonical(value).decode()), limit=65536)


def _good(book: Book) -> None:
    _load_ok(book, "an object with sorted keys", {"a": 1, "b": [True, False], "c_9": "x"})
    _load_ok(book, "keys sort by bytes: digits before _ before letters", {"a0": 1, "a_": 2, "aa": 3})
    _load_ok(book, "a key that begins another stands first", {"ab": 1, "abc": 2})
    _load_ok(book, "empty containers", {"a": [], "b": {}, "c": ""})
    _load_ok(book, "the largest integers", [2**53 - 1, -(2**53 - 1), 0, -1])
    _load_ok(book, "a string by itself", "text")
    _load_ok(book, "short escapes and lower-case long ones", '\b\f\n\r\t\0\x01\x0b\x1f"\\/\x7f')
    _load_ok(
        book, "emoji, four bytes each, and joined by U+200D", "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467"
    )
    _load_ok(
        book, "right-to-left text and marks", "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627"
    )
    _load_ok(book, "two spellings of one letter stay two", ["\u00e9", "e\u0301"])
    _load_ok(book, "line and paragraph separators are not escaped", "\u2028\u2029")
    _load_ok(book, "U+FEFF inside a string is a character like any other", "\ufeffa\ufeff")
    _load_ok(book, "noncharacters are characters", "\uffff\ufdd0\U0010ffff")
    _load_ok(book, "eight levels", [[[[[[[[1]]]]]]]])
    _load_ok(book, "a key of 32 characters", {"a" * 32: 1})
    book.ok("json.load", "exactly as long as the limit", [1], bytes=text("[1]"), limit=3)
    book.error("json.load", "one byte longer than the limit", "limit", bytes=text("[1]"), limit=2)
    book.error("json.load", "the limit counts bytes, not characters", "limit", bytes=text('"\U0001f600"'), limit=5)
    book.ok("json.load", "six bytes hold one emoji", "\U0001f600", bytes=text('"\U0001f600"'), limit=6)
    book.error("json.load", "too long comes before malformed", "limit", bytes=fill(0, 11), limit=10)


def _spelling(book: Book) -> None:
    bad = {
        "nothing": "",
        "a space after a colon": '{"a": 1}',
        "a space after a comma": "[1, 2]",
        "a leading space": " 1",
        "a trailing newline": "1\n",
        "text after the value": "1 2",
        "a second value": "{}{}",
        "an unfinished object": '{"a":1',
        "a trailing comma": "[1,]",
        "the same key twice": '{"a":1,"a":2}',
        "the same key twice, with the same value": '{"a":1,"a":1}',
        "the same key twice, once escaped": '{"a":1,"\\u0061":1}',
        "keys out of order": '{"b":1,"a":2}',
        "an empty key": '{"":1}',
        "a key with a capital": '{"payloadType":1}',
        "a key that begins with a digit": '{"0a":1}',
        "a key that begins with _": '{"_a":1}',
        "a key with a hyphen": '{"a-b":1}',
        "a key outside ASCII": '{"\u00e9":1}',
        "a key of 33 characters": '{"' + "a" * 33 + '":1}',
        "a key with an escaped newline at its end": '{"a\\n":1}',
        "a key that JavaScript treats apart": '{"__proto__":1}',
        "an escaped slash": '"\\/"',
        "an escape where none is due": '"\\u0061"',
        "an upper-case escape": '"\\u001F"',
        "a long escape where a short one exists": '"\\u000a"',
        "an escaped letter outside ASCII": '"\\u00e9"',
        "an escaped emoji": '"\\ud83d\\ude00"',
        "an escaped lone surrogate": '"\\ud800"',
        "an escaped lone low surrogate": '"\\udc00"',
        "escaped surrogates in the wrong order": '"\\ude00\\ud83d"',
        "an unescaped control character": '"\x01"',
        "an unescaped tab": '"\t"',
        "an escaped delete character": '"\\u007f"',
        "a number with a fraction": "1.5",
        "a whole number written with a fraction": "1.0",
        "an exponent": "1e2",
        "an upper-case exponent": "1E2",
        "minus zero": "-0",
        "a leading zero": "01",
        "a leading plus": "+1",
        "an exponent that overflows": "1e999",
        "NaN": "NaN",
        "Infinity": "-Infinity",
        "2^53": "9007199254740992",
        "2^53 + 1, which reads as 2^53 in a float": "9007199254740993",
        "-2^53": "-9007199254740992",
        "an integer of 400 digits": "1" + "0" * 399,
        "null": "null",
        "null as a value": '{"a":null}',
        "single quotes": "'a'",
        "a comment": "1/**/",
        "nine levels": "[[[[[[[[[1]]]]]]]]]",
        "nine levels, the ninth empty": "[[[[[[[[[]]]]]]]]]",
        "nine levels of objects": '{"a":' * 9 + "1" + "}" * 9,
    }
    for comment, spelling in bad.items():
        book.error("json.load", comment, "malformed", bytes=text(spelling), limit=65536)
    nest = join(fill(0x5B, 20_000), fill(0x5D, 20_000))
    book.error("json.load", "twenty thousand levels", "malformed", bytes=nest, limit=65536)


def _values(book: Book) -> None:
    bad = {
        "a byte order mark before the value": BOM + b"1",
        "two byte order marks": BOM + BOM + b"1",
        "a byte order mark after the value": b"1" + BOM,
        "UTF-16": '"a"'.encode("utf-16-le"),
        "a continuation byte by itself": b'"\x80"',
        "an overlong slash": b'"\xc0\xaf"',
        "an overlong NUL": b'"\xc0\x80"',
        "a surrogate in UTF-8": b'"\xed\xa0\x80"',
        "a pair of surrogates in UTF-8 (CESU-8)": b'"\xed\xa0\xbd\xed\xb8\x80"',
        "beyond U+10FFFF": b'"\xf4\x90\x80\x80"',
        "an emoji cut short": b'"\xf0\x9f\x98"',
        "a byte that UTF-8 never has": b'"\xff"',
        "a NUL after the value": b"1\0",
    }
    for comment, data in bad.items():
        book.error("json.load", comment, "malformed", bytes=data, limit=65536)


def _dump(book: Book) -> None:
    value = {"z": [1, "\u00e9\n\x1f/\x7f"], "a0": True, "a_": -5, "aa": {"k": "\U0001f600"}}
    book.ok("json.dump", "keys are sorted, text stays as it is", canonical(value), value=value)
    bad: dict[str, object] = {
        "a lone high surrogate": "\ud800",
        "a lone low surrogate in a value": {"a": "x\udfff"},
        "a lone surrogate before a letter": ["\ud83da"],
        "a fraction": [1.5],
        "2^53": 2**53,
        "null": [None],
        "a key with a capital": {"A": 1},
        "an empty key": {"": 1},
        "a key that ends with a newline": {"a\n": 1},
        "a key of 33 characters": {"a" * 33: 1},
        "nine levels": [[[[[[[[[1]]]]]]]]],
    }
    for comment, each in bad.items():
        book.error("json.dump", comment, "malformed", value=each)
