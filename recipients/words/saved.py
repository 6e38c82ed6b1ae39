"""Files that leave the vault: a name that nobody made up elsewhere, and what to say about it."""

from recipients.attachments import File

# Endings for what browsers of reporters have looked into; anything else gets one that no program opens by itself.
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "text/plain": "txt"}
WARNING = (
    "This file is now outside the vault: whoever can use this computer can open it, and backups may copy it. "
    "It may hold something harmful, or something that shows who sent it. Open it on a computer without a network, "
    "never on the organisation's own, and do not pass it on. Delete it when you have seen it."
)

PICTURE = (
    "This PDF is a picture of the file, made in a sandbox. It should do no harm, but it shows what the file showed: "
    "names, places, perhaps who sent it. It is outside the vault now. Delete it when you have seen it."
)
# What a backup does not hold, and what that means after a disaster.
COST = (
    "Day keys are not in a backup, on purpose. What had come before the disaster and was not fetched cannot be opened "
    "after it; the next sync says so publicly, and people are asked to send again."
)
# Before something leaves a case that came when few others wrote.
ADVICE = (
    "It came in a quiet period: {cells} sealed pieces came to the portal that day, usual are {usual}. What leaves this "
    "case now may point at the person. Please wait until {until} before you act on it where others can see."
)
OUTSIDE = "This file is outside the vault now: whoever uses this computer can open it, and backups may copy it."


def harmless_name(thread: int, file: File) -> str:
    """A name that neither a person nor a program made up elsewhere: `concern-3-file-1.jpg`."""
    return f"concern-{thread}-file-{file.number}.{_ENDINGS.get(file.manifest.type, 'bin')}"
