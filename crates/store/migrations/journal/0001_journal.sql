-- What people did, in the order they did it. Each row carries the hash of the one before, so that none can be changed,
-- put in or taken out without those after it telling.
CREATE TABLE entry (
    number   INTEGER PRIMARY KEY,  -- 1, 2, 3 … without gaps
    at       INTEGER NOT NULL,     -- microseconds since 1970
    actor    TEXT NOT NULL,        -- who it was, as said
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    body     TEXT NOT NULL,        -- JSON
    previous TEXT NOT NULL,        -- hash of the row before; empty in the first
    hash     TEXT NOT NULL         -- BLAKE3 over all the above
) STRICT;

CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'the journal is only appended to'); END;

CREATE TRIGGER entry_is_not_removed BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'the journal is only appended to'); END;

-- The last row, so that taking away from the end tells too.
CREATE TABLE head (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL,
    hash   TEXT NOT NULL
) STRICT;
INSERT INTO head VALUES (1, 0, '');
