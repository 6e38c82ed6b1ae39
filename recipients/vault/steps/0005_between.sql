-- What guardians send one another, in report cells (PROTOCOL section 21).
-- Who else works on a case. `what`: copy (all of it, both ways), asked (their answer comes back), asker (ours goes there),
-- handed (what comes for us is passed on), from (whom a case was taken over from).
CREATE TABLE case_peer (
    id BLOB NOT NULL,
    g BLOB NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('copy', 'asked', 'asker', 'handed', 'from')),
    PRIMARY KEY (id, g)
) STRICT, WITHOUT ROWID;

-- Entries and parts of messages that a peer has, because they were sent there or came from there.
CREATE TABLE peer_has (
    g BLOB NOT NULL, item BLOB NOT NULL, PRIMARY KEY (g, item)
) STRICT, WITHOUT ROWID;

-- Signed bundles on their way out: kept until the other vault says that it has them.
CREATE TABLE bundle_out (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    g BLOB NOT NULL,
    id BLOB,
    message BLOB NOT NULL UNIQUE,
    payload BLOB NOT NULL,
    parts INTEGER NOT NULL,
    day INTEGER NOT NULL,
    turn INTEGER NOT NULL DEFAULT 0,
    quiet INTEGER NOT NULL DEFAULT 0,
    acked INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE bundle_sent (
    bundle INTEGER NOT NULL REFERENCES bundle_out (number) ON DELETE CASCADE,
    part INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    post INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (bundle, part, turn, post)
) STRICT, WITHOUT ROWID;

-- The report cells of one board period: the same number every time, real and cover, stored before the first is sent.
CREATE TABLE cell_post (
    start INTEGER PRIMARY KEY,
    cells BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'posted'))
) STRICT;

-- Parts of bundles that came in, until they are whole; then only the id stays, so that a repeat adds nothing.
CREATE TABLE bundle_in (
    message BLOB NOT NULL,
    part INTEGER NOT NULL,
    parts INTEGER NOT NULL,
    payload BLOB NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (message, part)
) STRICT;

CREATE TABLE bundle_done (
    message BLOB PRIMARY KEY,
    g BLOB,
    day INTEGER NOT NULL,
    code TEXT NOT NULL,
    told INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Stories and statistics that need two signatures. `role`: asked (ours, waits for the second), asking (another's).
CREATE TABLE cosign (
    digest BLOB PRIMARY KEY,
    g BLOB NOT NULL,
    name TEXT NOT NULL,
    payload BLOB NOT NULL,
    day INTEGER NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('asked', 'asking')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'signed', 'declined'))
) STRICT, WITHOUT ROWID;

-- Numbers that were published stay as they were, whatever is found or erased later.
CREATE TABLE frozen (
    quarter TEXT PRIMARY KEY, rows BLOB NOT NULL, day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
