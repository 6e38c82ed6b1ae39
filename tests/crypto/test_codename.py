"""The codename: slips are caught with certainty, and what was meant is found."""

import secrets
import unicodedata

import pytest
from argon2.low_level import Type, hash_secret_raw
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crypto import codename
from crypto.kdf import sha256
from crypto.words import WORDS
from tests.crypto.refusals import refused

P = 7759
INDEX = {word: index for index, word in enumerate(WORDS)}
indices = st.integers(0, P - 1)
positions = st.integers(0, 7)


@st.composite
def codenames(draw) -> list[str]:
    """Eight words that belong together, by the definition and not by the code."""
    chosen = draw(st.lists(indices, min_size=7, max_size=7))
    total = sum(k * index for k, index in enumerate(chosen, 1))
    return [WORDS[index] for index in [*chosen, next(x for x in range(P) if (total + 8 * x) % P == 1)]]


def spelled(words: list[str]) -> str:
    return " ".join(words)


def test_the_list_is_prime_and_sorted():
    assert len(WORDS) == P
    assert all(P % divisor for divisor in range(2, 89))
    assert list(WORDS) == sorted(set(WORDS))
    assert all(word.isascii() and word.islower() and word.isalpha() for word in WORDS)


def test_another_list_is_refused():
    text = "\n".join(WORDS) + "\n"
    assert codename.load_words(text) == WORDS
    for other in (text[:-1], text + "\n", text.replace("zoom", "zoon"), "", text.replace("\n", "\r\n")):
        with refused("malformed"):
            codename.load_words(other)


def test_a_new_codename_reads_and_is_new_each_time():
    made = [codename.generate(WORDS) for _ in range(300)]
    assert all(spelled(list(codename.read(text, WORDS))) == text for text in made)
    assert len(set(made)) == 300
    # Uniform draws: 300 x 7 words fall on both halves of the list, and rarely on the same word.
    first = [INDEX[word] for text in made for word in text.split()[:7]]
    assert 800 < sum(index < P // 2 for index in first) < 1300
    assert len(set(first)) > 1600


def test_draws_are_fair(monkeypatch):
    """A u16 at or above 8p is thrown away: taken modulo p it would favour the first 3,464 words."""
    drawn = iter([62072, 65535, 62071])
    monkeypatch.setattr(secrets, "token_bytes", lambda size: next(drawn).to_bytes(size, "big"))
    assert codename._draw() == 62071 % P


@given(codenames())
def test_a_codename_reads(words):
    assert codename.read(spelled(words), WORDS) == tuple(words)
    assert codename.suggest(spelled(words), WORDS) == []


@given(codenames(), positions, indices)
def test_any_single_wrong_word_is_caught(words, at, index):
    assume(words[at] != WORDS[index])
    wrong = [*words[:at], WORDS[index], *words[at + 1 :]]
    with refused("checksum"):
        codename.read(spelled(wrong), WORDS)


@given(codenames(), positions, positions)
def test_any_swap_of_two_different_words_is_caught(words, i, j):
    assume(words[i] != words[j])
    words[i], words[j] = words[j], words[i]
    with refused("checksum"):
        codename.read(spelled(words), WORDS)


def test_every_wrong_word_and_every_swap_is_caught_for_one_codename():
    """Not by chance: all 8 x 7,758 wrong words and all 28 swaps."""
    right = [INDEX[word] for word in codename.generate(WORDS).split()]
    for at in range(8):
        sums = {codename._sum([*right[:at], other, *right[at + 1 :]]) for other in range(P)}
        assert len(sums) == P
    for i in range(8):
        for j in range(i + 1, 8):
            swapped = list(right)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            assert (codename._sum(swapped) == 1) == (right[i] == right[j])


@given(codenames(), positions)
def test_a_missing_or_doubled_word_is_caught(words, at):
    with refused("words"):
        codename.read(spelled(words[:at] + words[at + 1 :]), WORDS)
    with refused("words"):
        codename.read(spelled([*words[: at + 1], *words[at:]]), WORDS)


@given(codenames(), positions, st.sampled_from(["xqx", "1", "é", "\u0430", "'", "\ud800", "\U0001f600"]))
def test_a_word_that_is_not_listed_is_named_by_its_place(words, at, extra):
    words[at] += extra
    with refused("word", str(at + 1)):
        codename.read(spelled(words), WORDS)


SEPARATORS = (
    "\t\n\v\f\r \x85\u1680\u2028\u2029\u205f\u3000-\u2010\u2011\u2012\u2013\u2014\u2015\u2212,.;\u00a0\u2003\uff0c"
)
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@given(codenames(), st.data())
def test_spelling_does_not_matter(words, data):
    between = [data.draw(st.text(SEPARATORS, min_size=1, max_size=4)) for _ in range(9)]
    typed = "".join(data.draw(st.sampled_from([word, word.upper(), word.title(), wide(word)])) for word in words[:1])
    typed = between[0] + typed + "".join(gap + word for gap, word in zip(between[1:], words[1:], strict=False))
    for sign in data.draw(st.lists(st.sampled_from(INVISIBLE), max_size=5)):
        at = data.draw(st.integers(0, len(typed)))
        typed = typed[:at] + sign + typed[at:]
    assert codename.read(typed, WORDS) == tuple(words)


def wide(word: str) -> str:
    """Full-width letters, as East Asian keyboards may give them."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in word)


def test_only_ascii_capitals_are_lowered():
    """U+0130 lowers to two characters, and differently in different languages; U+212A is K by NFKC, not by case."""
    assert codename.pieces("\u0130 \u00c9 \u212a") == [unicodedata.normalize("NFKC", "\u0130"), "\u00c9", "k"]


@pytest.mark.parametrize("text", ["", " - ", "abacus " * 147, "\u3000" * 342, "a" * 5000])
def test_not_eight_words(text):
    with refused("words"):
        codename.read(text, WORDS)


def test_1024_bytes_are_read_and_one_more_is_not():
    text = codename.generate(WORDS)
    assert codename.read(text + " " * (1024 - len(text)), WORDS)
    with refused("words", "too long"):
        codename.read(text + " " * (1025 - len(text)), WORDS)
    with refused("words", "too long"):
        codename.read(text + "\u3000" * 330, WORDS)


def osa(a: str, b: str) -> int:
    """The distance by its definition."""
    table = {(i, j): max(i, j) for i in range(len(a) + 1) for j in range(len(b) + 1) if not i * j}
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            options = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i - 1] != b[j - 1])]
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                options.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(options)
    return table[len(a), len(b)]


short = st.text("abc\u00e9\U0001f600", max_size=7)


@given(short, short)
def test_distances_are_as_defined_up_to_three(a, b):
    assert codename._distance(a, b) == min(osa(a, b), 3)


@settings(max_examples=6)
@given(st.sampled_from(WORDS), st.integers(0, 20), st.sampled_from("abcxyz\u00e9\U0001f600"))
def test_words_near_a_slip_are_offered(word, at, letter):
    piece = word[: at % len(word)] + letter + word[at % len(word) + 1 :]
    assume(piece not in WORDS)
    nearest = sorted((osa(piece, listed), listed) for listed in WORDS if abs(len(listed) - len(piece)) <= 2)
    expected = [listed for distance, listed in nearest if distance <= 2][:3]
    assert codename.suggest_word(piece, WORDS) == expected
    assert expected


@pytest.mark.parametrize("piece", ["abacus", "", "qqqqqqqq", "a" * 1000])
def test_no_word_is_offered_for_a_listed_or_a_far_one(piece):
    assert codename.suggest_word(piece, WORDS) == []


def every_mend(words: list[str]) -> list[str]:
    """What `suggest` must give, by trying everything."""
    found = []
    for at, word in enumerate(words):
        for other in (other for other in WORDS if abs(len(other) - len(word)) <= 2):
            changed = [*words[:at], other, *words[at + 1 :]]
            if codename._sum([INDEX[each] for each in changed]) == 1 and osa(word, other) <= 2:
                found.append(spelled(changed))
    for i in range(8):
        for j in range(i + 1, 8):
            swapped = list(words)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            if codename._sum([INDEX[each] for each in swapped]) == 1:
                found.append(spelled(swapped))
    return found[:5]


NEAR = [
    (word, WORDS[at + step])
    for step in (1, 2, 3)
    for at, word in enumerate(WORDS[:-3])
    if osa(word, WORDS[at + step]) <= 2
]


@given(codenames(), st.integers(0, 6), st.sampled_from(NEAR))
def test_a_near_word_in_place_of_another_is_mended(words, at, pair):
    words[at] = pair[0]
    right = [*words[:7], WORDS[(1 - sum(k * INDEX[word] for k, word in enumerate(words[:7], 1))) * 970 % P]]
    wrong = [*right[:at], pair[1], *right[at + 1 :]]
    assert spelled(right) in codename.suggest(spelled(wrong), WORDS)


@given(codenames(), positions, positions)
def test_swapped_words_are_mended(words, i, j):
    assume(words[i] != words[j])
    right = spelled(words)
    words[i], words[j] = words[j], words[i]
    assert right in codename.suggest(spelled(words), WORDS)


@pytest.mark.slow
@settings(max_examples=3)
@given(codenames(), positions, positions, st.sampled_from(NEAR))
def test_suggestions_are_all_there_are(words, i, j, pair):
    words[i] = pair[0]
    words[j] = pair[1]
    expected = every_mend(words) if codename._sum([INDEX[word] for word in words]) != 1 else []
    assert codename.suggest(spelled(words), WORDS) == expected


@pytest.mark.parametrize("text", ["", "abacus " * 7, "abacus " * 9, "abacus " * 7 + "nolistedword"])
def test_nothing_is_suggested_for_other_than_eight_listed_words(text):
    assert codename.suggest(text, WORDS) == []


@settings(max_examples=5)
@given(codenames(), st.binary(min_size=32, max_size=32))
def test_the_root_is_argon2id_of_seven_words(words, organisation):
    salt = sha256(b"candour/v1/codename" + organisation)
    expected = hash_secret_raw(spelled(words[:7]).encode(), salt, 2, 19 * 1024, 1, 32, Type.ID, 19)
    assert codename.root(spelled(words).upper(), organisation, WORDS) == expected


def test_no_root_for_a_slip_or_another_organisation_id():
    with refused("words"):
        codename.root("abacus", bytes(32), WORDS)
    with refused("size"):
        codename.root(codename.generate(WORDS), bytes(31), WORDS)


@given(st.binary())
def test_a_fingerprint_is_eight_words_of_a_hash(key):
    digest = sha256(b"candour/v1/fingerprint" + key)
    numbers = [int.from_bytes(digest[at : at + 2], "big") for at in range(0, 16, 2)]
    assert codename.fingerprint(key, WORDS).split() == [WORDS[number % P] for number in numbers]
