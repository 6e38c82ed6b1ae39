"""The list of codes is closed, and it is the one in the protocol."""

import re
from pathlib import Path

import pytest

from crypto.errors import CODES, CandourError

PROTOCOL = Path(__file__).parents[2] / "docs" / "PROTOCOL.md"


def test_codes_are_those_of_the_protocol():
    section = PROTOCOL.read_text("utf-8").split("\n## 2. ")[1].split("\n## 3. ")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == CODES


def test_an_error_has_a_code_and_a_detail():
    error = CandourError("word", "3")
    assert (error.code, error.detail, str(error)) == ("word", "3", "word: 3")
    assert str(CandourError("checksum")) == "checksum"


def test_no_other_code_can_be_raised():
    with pytest.raises(ValueError, match="not an error code"):
        CandourError("oops")
