-- What the fold of the newest generation noted, by what it is about; replaced by each fold.

CREATE TABLE fold_note (
    warning  TEXT NOT NULL,
    kind     TEXT NOT NULL,          -- record kind; empty where it is not known
    field    TEXT NOT NULL,          -- empty where it is about no field
    count    INTEGER NOT NULL,
    example  TEXT,
    delivery INTEGER,                -- of the example
    line     INTEGER,
    PRIMARY KEY (warning, kind, field)
) STRICT, WITHOUT ROWID;

-- Times of a delivery that were read as UTC, since neither they nor its source name a zone.

ALTER TABLE delivery ADD COLUMN unzoned INTEGER NOT NULL DEFAULT 0;
