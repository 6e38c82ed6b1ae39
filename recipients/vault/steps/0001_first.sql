CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

-- Every certificate ever seen in the directory, so that a new one is announced once.
CREATE TABLE certificate (entry BLOB PRIMARY KEY, day INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE day_key (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('epoch', 'fallback')),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    public BLOB NOT NULL UNIQUE,
    -- 0 once a `lost` statement made the promise void; what was sealed to it before can still be opened
    counts INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL CHECK (state IN ('held', 'erased', 'lost'))
) STRICT;

-- What is to be published, and what was: an envelope in the directory's log is never made twice.
CREATE TABLE statement (
    id INTEGER PRIMARY KEY,
    entry BLOB NOT NULL UNIQUE,
    envelope BLOB NOT NULL,
    published INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE period (
    start INTEGER PRIMARY KEY,
    length INTEGER NOT NULL,
    cells INTEGER NOT NULL,
    digest BLOB NOT NULL,
    found INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE thread (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    secret BLOB NOT NULL UNIQUE,
    day INTEGER NOT NULL
) STRICT;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread BLOB NOT NULL REFERENCES thread (id),
    message BLOB NOT NULL,
    parts INTEGER NOT NULL,
    day INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('partial', 'whole', 'refused', 'conflict')),
    code TEXT,
    read INTEGER,
    UNIQUE (thread, message)
) STRICT;

-- The name of the cell is unique: a segment that is opened again after a crash adds nothing.
CREATE TABLE part (
    message INTEGER NOT NULL REFERENCES message (id),
    part INTEGER NOT NULL,
    payload BLOB NOT NULL,
    cell BLOB NOT NULL UNIQUE,
    period INTEGER NOT NULL,
    PRIMARY KEY (message, part)
) STRICT;

-- Cells that were for this guardian but not of the protocol's shape. They are counted and told, never shown.
CREATE TABLE refused (
    cell BLOB PRIMARY KEY, period INTEGER NOT NULL, code TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread BLOB NOT NULL REFERENCES thread (id),
    message BLOB NOT NULL UNIQUE,
    kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
    payload BLOB NOT NULL,
    parts INTEGER NOT NULL,
    day INTEGER NOT NULL,
    about BLOB,
    answered INTEGER
) STRICT;

-- Written before a place (day, i) of a thread is used and never removed, whatever became of the cell.
CREATE TABLE sealing (
    thread BLOB NOT NULL REFERENCES thread (id),
    day INTEGER NOT NULL,
    i INTEGER NOT NULL CHECK (i BETWEEN 0 AND 15),
    outgoing INTEGER NOT NULL REFERENCES outgoing (id),
    part INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    post INTEGER NOT NULL REFERENCES post (start),
    PRIMARY KEY (thread, day, i)
) STRICT;

CREATE TABLE post (
    start INTEGER PRIMARY KEY,
    length INTEGER NOT NULL,
    cells BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('sealed', 'posted', 'missed'))
) STRICT;

CREATE INDEX sealing_outgoing ON sealing (outgoing, turn);
