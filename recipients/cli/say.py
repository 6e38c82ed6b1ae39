"""What the `guardian` program says when something goes wrong: what is safe, what is not, and one next step.

Texts stand here and nowhere else; the core has codes only. `code_of` gives the exit code: 2 usage, 3 the vault or its disk,
4 the portal or the way to it, 5 something that looks like an attack, 6 a step of setting up, 7 what was asked for.
"""

from crypto.errors import CandourError
from recipients.errors import GuardianError

_EXIT = {
    **dict.fromkeys(("passphrase", "damaged", "newer", "busy", "full", "forbidden", "disk", "keys", "absent"), 3),
    **dict.fromkeys(("offline", "refused", "odd", "workers"), 4),
    **dict.fromkeys(("fingerprint", "other"), 5),
    **dict.fromkeys(("unready", "exists", "weak", "address"), 6),
}

_SAY = {
    "exists": "There is a vault, or another file, in that place already. Nothing was changed. Choose another place with --vault.",
    "absent": "There is no vault in that place. Give the right folder with --vault, or make a vault with `guardian init`.",
    "passphrase": "That passphrase does not open this vault. Nothing was changed. Check the keyboard's language and try again.",
    "weak": "That passphrase is too short: it needs at least 12 characters. Six words drawn at random from a list make a good one.",
    "newer": "A later version of this program made this vault. Nothing was changed. Please update this program, then try again.",
    "busy": "Another guardian program has this vault open. Nothing was changed. Wait until it has finished, then try again.",
    "full": "There is no room left on the disk. What was stored before is safe. Make room, then run the same command again.",
    "forbidden": "This program may not write to the vault's folder. Nothing was changed. Check who owns it and that the disk is not "
    "read-only.",
    "disk": "The disk answered with an error. What was stored before should be safe. Check the disk, then try again.",
    "fingerprint": "These are not the words of the organisation's key in this file. Nothing was installed. Do not go on: "
    "ask your steward, by telephone, to read the words to you.",
    "workers": "A helping process ended too early. Nothing is lost. Run `guardian sync` again.",
    "thread": "There is no such concern in this vault. `guardian list` shows their numbers.",
    "empty": "A reply needs some words, or a status. Nothing was queued.",
    "long": "This reply is too long: at most 24,000 bytes, which is about 24,000 English letters. Nothing was queued. Please send it "
    "in two parts.",
    "answered": "Every piece of this concern has arrived: there is nothing to ask for again. Leave --ask-again out.",
    "date": "That day has passed, or is not a day like 2026-01-31. Nothing was queued.",
}

_DETAIL = {
    (
        "damaged",
        "header",
    ): "The file vault.json is damaged or missing. Without it the vault cannot be opened. Change nothing in the "
    "folder, and put vault.json back from your backup.",
    (
        "damaged",
        "database",
    ): "The file vault.db is damaged or missing. Change nothing in the folder, and put vault.db back from your "
    "backup. Keep the damaged file too: parts of it may still be readable.",
    (
        "keys",
        "missing",
    ): "The file with the day keys (epochs) is missing. Everything read so far is safe. If you have moved it, put it "
    "back. If it is gone for good, run `guardian sync --keys-are-lost`: reports that nobody has opened yet are then lost, and "
    "the portal tells people to send again.",
    (
        "keys",
        "damaged",
    ): "The file with the day keys (epochs) is damaged. Everything read so far is safe. If you have a good copy of "
    "this disk, use it. Otherwise run `guardian sync --keys-are-lost`: reports of the days concerned are then lost, and "
    "the portal tells people to send again.",
    ("unready", "keys"): "This vault has no keys yet. Make them with `guardian init` in a new place.",
    (
        "unready",
        "organisation",
    ): "This vault does not know its organisation yet. Ask your steward for the organisation's file, then run "
    "`guardian install FILE --portal ADDRESS`.",
    ("unready", "sync"): "This vault has not seen the portal yet. Run `guardian sync` first.",
    (
        "unready",
        "certificate unknown",
    ): "The portal has no certificate for you yet. Your keys are safe. Send your steward the file that "
    "`guardian request` makes, and sync again when they have published your certificate.",
    (
        "unready",
        "certificate early",
    ): "Your certificate is published but not valid yet: new ones start after seven days, so that a "
    "false guardian would be seen in time. Sync again from its first day.",
    (
        "unready",
        "certificate expired",
    ): "Your certificate has ended. What you have read is safe, but nobody can write to you. Ask your "
    "steward to renew it, today.",
    (
        "unready",
        "certificate revoked",
    ): "Your certificate was revoked. What you have read is safe. If you did not expect this, call your steward.",
    (
        "other",
        "organisation",
    ): "This vault belongs to another organisation. Nothing was changed. Make a vault of its own for each "
    "organisation with --vault.",
    ("other", "g"): "That certificate is for another guardian. Nothing was changed. Ask your steward for yours.",
    (
        "other",
        "keys",
    ): "ALARM: the portal shows a certificate in your name with keys that are not in this vault. Somebody could be "
    "reading what is meant for you. Do not go on. Call your steward by telephone, now.",
    (
        "address",
        "plain",
    ): "That address is not protected: it must start with https://, or end with .onion. Nothing was changed.",
    ("address", "path"): "Give the portal's address without a path, like https://speakup.example. Nothing was changed.",
    ("address", "shape"): "That is not an address. It should look like https://speakup.example. Nothing was changed.",
    (
        "offline",
        "proxy",
    ): "The proxy on the way to the portal does not answer, or cannot reach the portal. Nothing is lost. Is Tor "
    "running? Then try again.",
    (
        "offline",
        "portal",
    ): "The portal does not answer. Nothing is lost: what was fetched is kept. Check the network, then try again.",
    (
        "refused",
        "signature",
    ): "The portal did not accept this machine's signature. Nothing is lost. Usually this computer's clock is "
    "wrong by more than five minutes: set it, then sync again. If it is right, ask your steward whether your certificate is still valid.",
    ("refused", "busy"): "The portal is busy. Nothing is lost. Try again in some minutes.",
    (
        "odd",
        "segment",
    ): "What the portal sent is not what it had announced. It was not opened, and nothing is lost. Sync again; if this "
    "stays, tell your steward that the portal's files may be damaged.",
    (
        "odd",
        "directory",
    ): "ALARM: the portal took your keys but does not show them to visitors. People may not be able to write to "
    "you. Call your steward.",
    ("file", "unreadable"): "That file cannot be read. Check its name and who owns it.",
}

_PROTOCOL = {
    "rollback": "ALARM: the portal shows an older or different list of guardians than before. This happens when its data were "
    "restored from an old backup, or when somebody is cheating. Nothing was changed. Call your steward before you go on.",
    "signature": "ALARM: a signature in the portal's list of guardians is not right. Nothing was changed. Call your steward.",
    "organisation": "ALARM: the portal belongs to another organisation than the one you confirmed. Nothing was changed. Check the address, "
    "and call your steward.",
    "early": "The portal's list of guardians is dated in the future. Most likely this computer's clock is slow. Set it, and try again.",
}


def sentence(error: GuardianError | CandourError) -> str:
    """What a person reads."""
    if isinstance(error, CandourError):
        unknown = (
            f"The portal's list of guardians breaks a rule ({error.code}). Nothing was changed. Tell your steward."
        )
        return _PROTOCOL.get(error.code, unknown)
    found = _DETAIL.get((error.code, error.detail)) or _SAY.get(error.code)
    if found is None and error.code == "file":
        return f"That file is not one that a steward's program makes ({error.detail}). Nothing was changed. Ask for it again."
    if found is None and error.code == "refused":
        return f"The portal refused a request ({error.detail}). Nothing is lost. Sync again; if this stays, tell your steward."
    return (
        found
        or "The portal's answer does not follow the protocol. Nothing is lost. Tell your steward, and try again later."
    )


def code_of(error: GuardianError | CandourError) -> int:
    """The exit code."""
    if isinstance(error, CandourError):
        return 5
    return _EXIT.get(error.code, 7)
