-- Cases. What is in a case is sealed under a key of its own (`case_key`), so that 32 bytes are erased to erase all of it.
-- The payload of a part: 0 as it came, 1 sealed under the key of its thread's case.
ALTER TABLE part ADD COLUMN sealed INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1));

-- `role`: ours; copy (read, and add to the log); asked (one question only); handed (another guardian answers, what
-- comes is passed on); leaving (the same, and hidden here until it has arrived there, then erased).
-- `board` answers a thread that another guardian handed over, from the day `board_from` on.
-- Everything from `state` on is worked out anew from messages, replies and the log: for lists and filters.
CREATE TABLE casefile (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    thread BLOB UNIQUE REFERENCES thread (id),
    origin TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('ours', 'copy', 'asked', 'handed', 'leaving')),
    opened INTEGER NOT NULL,
    board BLOB,
    board_from INTEGER,
    state TEXT NOT NULL DEFAULT 'received',
    urgency TEXT NOT NULL DEFAULT 'normal',
    categories TEXT NOT NULL DEFAULT ',',
    flags TEXT NOT NULL DEFAULT ',',
    touched INTEGER NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0,
    partial INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    unread INTEGER NOT NULL DEFAULT 0,
    answer_due INTEGER NOT NULL DEFAULT 0,
    acknowledged INTEGER,
    informed INTEGER,
    concluded INTEGER,
    due INTEGER,
    due_what TEXT,
    stale INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE INDEX casefile_touched ON casefile (touched);
CREATE INDEX casefile_due ON casefile (due) WHERE due IS NOT NULL;
CREATE INDEX casefile_stale ON casefile (stale) WHERE stale = 1;

CREATE TABLE case_key (
    id BLOB PRIMARY KEY, key BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The append-only log of each case. `document` is signed and stays when the case is erased; `body` is sealed.
CREATE TABLE case_entry (
    hash BLOB PRIMARY KEY,
    id BLOB NOT NULL,
    n INTEGER NOT NULL,
    g BLOB NOT NULL,
    day INTEGER NOT NULL,
    kind TEXT NOT NULL,
    document BLOB NOT NULL,
    signature BLOB NOT NULL,
    body BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX case_entry_case ON case_entry (id, n, hash);

-- Private notes: never in the log, never copied. `gone` is the day of deleting; they can be brought back for a while.
CREATE TABLE case_note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL,
    day INTEGER NOT NULL,
    body BLOB NOT NULL,
    gone INTEGER
) STRICT;

CREATE INDEX case_note_case ON case_note (id);

CREATE TABLE case_draft (
    id BLOB PRIMARY KEY,
    day INTEGER NOT NULL,
    body BLOB NOT NULL,
    gone INTEGER
) STRICT, WITHOUT ROWID;

-- Whatever comes or leaves in a thread, what is kept for lists is worked out anew.
CREATE TRIGGER message_new AFTER INSERT ON message BEGIN
    UPDATE casefile SET stale = 1 WHERE thread = NEW.thread;
END;

CREATE TRIGGER message_changed AFTER UPDATE ON message BEGIN
    UPDATE casefile SET stale = 1 WHERE thread = NEW.thread;
END;

CREATE TRIGGER outgoing_new AFTER INSERT ON outgoing BEGIN
    UPDATE casefile SET stale = 1 WHERE thread = NEW.thread;
END;
