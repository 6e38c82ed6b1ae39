"""What is said when a guardian has handed her cases to a successor."""

from recipients.casework.succession import Given


def left(done: Given) -> list[str]:
    """Which cases are not in the file, and what to do about them."""
    said = []
    if done.excluded:
        said.append(
            f"{_numbers(done.excluded)}: the reporter excluded your successor. Hand them to another guardian instead."
        )
    if done.waiting:
        said.append(
            f"{_numbers(done.waiting)}: replies of yours have not left yet. Sync, and give again, into another file."
        )
    return said


def given(done: Given, where: str) -> str:
    """What is in the file."""
    return f"{len(done.given)} case(s) are in {where}. Only your successor can open it. They answer from tomorrow on."


def refused(codes: list[str]) -> list[str]:
    """What a successor did not take."""
    return [f"A part of the file was not taken ({code}). Everything else was." for code in codes]


def _numbers(cases: tuple[int, ...]) -> str:
    return ", ".join(f"#{one}" for one in cases)
