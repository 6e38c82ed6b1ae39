"""What can go wrong on a guardian's machine, as a closed list; refusals of the protocol stay `CandourError`.

The code says what is wrong and `detail` which of several; what a person reads stands in `recipients/words/say.py`.
Neither ever holds a secret or a person's text.
"""

CODES = (
    "exists",  # there is a vault, or something else, where a vault was to be made
    "absent",  # there is no vault
    "passphrase",  # it does not open this vault
    "weak",  # a new passphrase that is too short
    "damaged",  # a file of the vault; detail: header, database, epochs
    "newer",  # made by a later version of this program
    "busy",  # another process has the vault open
    "full",  # no room on the disk
    "forbidden",  # the disk may not be written to or read
    "disk",  # the disk answered with another error
    "file",  # a file given by the person cannot be read; detail: why
    "unready",  # a step of setting up is still to do; detail: organisation, certificate, portal, policy
    "other",  # the file belongs to another organisation or guardian; detail: organisation, g, keys
    "fingerprint",  # the words are not those of the organisation's root key
    "address",  # the portal's address cannot be used; detail: why
    "offline",  # the portal, or the proxy on the way to it, does not answer; detail: proxy, portal
    "refused",  # the portal answered with an error; detail: its code
    "workers",  # a helping process of this program ended
    "odd",  # the portal's answer is not what the protocol says; detail: of what
    "thread",  # there is no such thread
    "empty",  # a reply without words; detail: next, answer, reason
    "long",  # a reply that does not fit
    "answered",  # nothing to ask again: every piece has arrived
    "keys",  # day keys are gone that the portal still hands out; detail: missing, damaged, copy
    "attachment",  # a file that a reporter sent cannot be opened; detail: none, missing, tampered
    "sanitise",  # no safe picture of a file; detail: absent, late, failed, odd, mat2
    "date",  # a day that is not one, or that has passed
    "erased",  # the case's key is gone, and all that was in it
    "leaving",  # the case is another guardian's now; detail: handed, leaving
    "wrong",  # an answer that is not one of those there are; detail: to what
    "closing",  # it may not be concluded or reopened yet; detail: way, learning, reason, candour, second, open
    "factors",  # nothing about a person before factors of the system are recorded
    "second",  # a second guardian has to agree; detail: action, own
    "hold",  # under a legal hold, or asked to be: it is not erased
    "withdrawn",  # the reporter has not asked for it to be erased
    "excluded",  # the reporter does not want that guardian to see it; detail: unknown while that cannot be told
    "guardian",  # no such guardian, or not one who can be written to; detail: self, none, unready
    "waiting",  # something of this case has to leave first
    "rows",  # lines of a file that cannot be taken over; detail: how many
    "story",  # a story that may not be told like this; detail: few, date, long
    "template",  # there is no such template
    "quote",  # a reply that repeats what the reporter wrote
    "note",  # there is no such note
    "backup",  # a file that is no backup of a vault; detail: kind, damaged
    "shares",  # words of trustees; detail: absent (no split was made), word, few, others, mixed
    "bundle",  # a file that was carried here is not taken; detail: news, none, damaged, short, kind, other, …
    "pass",  # the courier's pass; detail: absent (no such file), damaged, away (the vault works through a courier)
    "clock",  # this computer's clock cannot be right; detail: behind, ahead
    "spoken",  # the case did not come through the portal, so nothing can be sent to the person there
)


class GuardianError(Exception):
    """A fault on this machine or on the way to the portal. `code` is one of CODES."""

    def __init__(self, code: str, detail: str = "") -> None:
        if code not in CODES:
            raise ValueError(f"not an error code: {code}")
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
