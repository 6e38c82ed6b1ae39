"""The protocol of Candour, version 1 (docs/PROTOCOL.md): pure functions without files, network or clock.

Each concept is one file and has a twin in browser JavaScript beside it (`cell.py`, `cell.js`), with the same functions
in the same order; both must agree on every byte and every refusal. Nothing here knows the portal or the guardian's
tool: they know this, and not each other.

* foundations: `errors`, `encoding`, `fields`, `kdf`, `signing`, `hpke`
* the reporter: `codename` (with `words`), `thread`, `work`
* what travels: `cell` and `board` (with `parts`), `message`, `reply` and `receipt` (with `signed`), `attachment`
* who is who: `statement` (with `statement_bodies`), `directory` (with `chain`, `rules`, `guardians`), `request`

    >>> from crypto import cell, hpke
    >>> seed, organisation = hpke.generate_seed(), bytes(32)
    >>> [plain] = cell.split(bytes(32), bytes(16), b'{"v":1}', b"")
    >>> sealed = cell.seal(plain, hpke.public_key(seed), organisation)
    >>> cell.open_(sealed, [hpke.PrivateKey(seed)], organisation).payload
    b'{"v":1}'
"""
