-- The manifest: what is live in which generation. Times are microseconds UTC unless said otherwise.

CREATE TABLE workspace (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE generation (
    number       INTEGER PRIMARY KEY,
    committed_at INTEGER NOT NULL,
    folded_under TEXT NOT NULL       -- hash of the calendars and the fold that made its facts
) STRICT;

CREATE TABLE mapping (
    source   TEXT NOT NULL,
    hash     TEXT NOT NULL,
    sequence INTEGER NOT NULL,       -- 1, 2, 3 in order of first use
    PRIMARY KEY (source, hash),
    UNIQUE (source, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE delivery (
    number       INTEGER PRIMARY KEY,
    source       TEXT NOT NULL,
    file         TEXT NOT NULL,
    file_hash    TEXT NOT NULL,
    mapping_hash TEXT NOT NULL,
    accepted     INTEGER NOT NULL,
    rejected     INTEGER NOT NULL,
    imported_at  INTEGER NOT NULL,
    added        INTEGER NOT NULL,   -- generation
    dropped      INTEGER,            -- generation; empty while live
    FOREIGN KEY (source, mapping_hash) REFERENCES mapping (source, hash)
) STRICT;

CREATE UNIQUE INDEX delivery_live ON delivery (source, file_hash) WHERE dropped IS NULL;

CREATE TABLE loaded_through (
    delivery INTEGER NOT NULL REFERENCES delivery (number),
    kind     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (delivery, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribute (
    delivery INTEGER NOT NULL REFERENCES delivery (number),
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    type     TEXT NOT NULL,
    PRIMARY KEY (delivery, kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
    file           TEXT PRIMARY KEY, -- relative to the data directory
    layer          TEXT NOT NULL CHECK (layer IN ('record', 'fact')),
    holds          TEXT NOT NULL,    -- record kind or fact table
    delivery       INTEGER REFERENCES delivery (number),
    rows           INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    min_time       INTEGER,
    max_time       INTEGER,
    blake3         TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    added          INTEGER NOT NULL, -- generation
    dropped        INTEGER,          -- generation; empty while live
    dropped_at     INTEGER,          -- seconds since 1970 by the machine's clock
    CHECK ((layer = 'record') = (delivery IS NOT NULL)),
    CHECK ((dropped IS NULL) = (dropped_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX segment_live ON segment (layer, holds) WHERE dropped IS NULL;

CREATE INDEX segment_delivery ON segment (delivery) WHERE delivery IS NOT NULL;

-- What the fold of the newest generation found; replaced by each fold.

CREATE TABLE conflict (
    number     INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    system     TEXT NOT NULL,
    id         TEXT NOT NULL,
    revision   INTEGER NOT NULL,
    rank       INTEGER NOT NULL,
    mapping    INTEGER NOT NULL,
    superseded INTEGER NOT NULL
) STRICT;

CREATE TABLE conflict_body (
    conflict INTEGER NOT NULL REFERENCES conflict (number) ON DELETE CASCADE,
    position INTEGER NOT NULL,       -- 0 wins
    hash     TEXT NOT NULL,
    delivery INTEGER NOT NULL,
    line     INTEGER NOT NULL,
    PRIMARY KEY (conflict, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE fold_count (
    name  TEXT PRIMARY KEY,          -- `conflict`, or a warning's name
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
