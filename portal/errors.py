"""What the portal refuses, and what it says then (PROTOCOL section 15).

    raise RefusalError("size")

Every code has one status and one plain sentence. Nothing of the request is ever repeated in an answer.
"""

from dataclasses import dataclass, field

_STATUS_AND_SENTENCE = {
    "size": (413, "This is not of the size that we take, so we did not store it."),
    "name": (400, "The name does not fit what was sent, so we did not store it."),
    "work": (428, "The proof of work does not fit the price of now. Nothing was stored; please solve it again."),
    "busy": (503, "We are busy. Nothing was stored; please try again in a moment."),
    "full": (503, "There is no room just now. Nothing was stored; please keep trying."),
    "signature": (401, "The signature of this request does not fit. Nothing was stored or given out."),
    "replay": (401, "This signed request was seen before. Please sign a new one."),
    "period": (409, "This period is not open. Nothing was stored."),
    "conflict": (409, "Something else was stored here before. What was there stays."),
    "malformed": (400, "This request does not have the form we know. Nothing was stored."),
    "refused": (422, "A statement was refused, so none of them was stored."),
    "none": (404, "There is nothing here."),
    "method": (405, "This address cannot be used in that way."),
    "broken": (500, "Something went wrong on our side. What we did not confirm may not be stored; please try again."),
}


@dataclass
class RefusalError(Exception):
    """A request that is not carried out. `extra` goes into the answer beside code and sentence."""

    code: str
    extra: dict[str, object] = field(default_factory=dict)
    status: int = 0

    def __post_init__(self) -> None:
        self.status = self.status or _STATUS_AND_SENTENCE[self.code][0]

    def body(self) -> dict[str, object]:
        """The JSON that is answered."""
        return {"v": 1, "error": self.code, "say": _STATUS_AND_SENTENCE[self.code][1], **self.extra}
