"""What a refusal looks like to a test: the code, not just any error."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from crypto.errors import CandourError


@contextmanager
def refused(code: str, detail: str | None = None) -> Iterator[None]:
    """The block must raise a CandourError with this code, and this detail if it is given."""
    with pytest.raises(CandourError) as caught:
        yield
    assert caught.value.code == code
    if detail is not None:
        assert caught.value.detail == detail
