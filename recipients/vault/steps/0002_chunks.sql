-- Chunks of all reporters' files, in one file for each period beside this one. `wanted`: 0 not looked at yet,
-- 1 a message here names some of them, 2 none did and the file is deleted.
CREATE TABLE chunk_period (
    start INTEGER PRIMARY KEY,
    chunks INTEGER NOT NULL,
    wanted INTEGER NOT NULL DEFAULT 0 CHECK (wanted IN (0, 1, 2))
) STRICT;

CREATE TABLE chunk (
    name BLOB PRIMARY KEY, period INTEGER NOT NULL, place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
