-- Days for which the fold of the newest generation found no exchange rate; replaced by each fold.

CREATE TABLE missing_rate (
    currency TEXT PRIMARY KEY,
    first    TEXT NOT NULL,          -- date in the reporting zone
    last     TEXT NOT NULL,
    amounts  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
