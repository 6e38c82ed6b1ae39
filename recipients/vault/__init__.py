"""The guardian's vault: one folder with all that a guardian must keep, sealed under a passphrase.

vault.json   how the passphrase becomes a key, and the vault's key sealed under it
vault.db     SQLCipher: identity, threads, messages, replies
epochs       the secrets of day keys, in places that are overwritten when a day is done (PROTOCOL section 13)
incoming/    segments on their way here: sealed cells, as the portal gave them
vault.lock   held while a process has the vault open

vault = create(folder, passphrase)
with open_vault(folder, passphrase) as vault: ...
"""

from recipients.vault.opening import Vault, create, open_vault
from recipients.vault.place import default_vault

__all__ = ["Vault", "create", "default_vault", "open_vault"]
