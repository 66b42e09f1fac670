-- What the portal remembers: keys of passages and outcomes; files stand beside. No identity stands here but in the
-- receipt of a deposit that control 1 refused, which quotes what it refuses and is forgotten with the file.
PRAGMA user_version = 1;

CREATE TABLE deposit (
    number       INTEGER PRIMARY KEY AUTOINCREMENT,  -- of the receipts; never given twice
    file_name    TEXT NOT NULL,                      -- as the client called it; never a path
    stored       TEXT,                               -- name of the file kept here; null once it is deleted
    digest       TEXT NOT NULL,
    bytes        INTEGER NOT NULL,
    received     TEXT NOT NULL,                      -- ISO 8601, UTC
    issuer       TEXT,                               -- null when the file is no XML
    certifier    TEXT,
    contract     TEXT,
    action       TEXT,
    status       TEXT NOT NULL DEFAULT 'in_progress',
    settled      TEXT,                               -- ISO 8601, UTC; null while in progress
    passages     INTEGER,                            -- null unless control 1 is OK
    ok           INTEGER,
    receipt_name TEXT,
    receipt      BLOB                                -- XML, compressed (zlib); of control 1: null once forgotten
);
CREATE INDEX deposit_waiting ON deposit (number) WHERE status = 'in_progress';
CREATE INDEX deposit_stored ON deposit (received) WHERE stored IS NOT NULL;

-- One row per passage of a deposit that went through control 1.
CREATE TABLE passage (
    deposit      INTEGER NOT NULL REFERENCES deposit (number),
    passage      INTEGER NOT NULL,                   -- rank in the file, from 0
    id_technique TEXT NOT NULL,
    outcome      TEXT,                               -- of the strategy; null in a SUPPRESSION
    message      INTEGER,                            -- null = OK; 0 = a sentence of ours, not one of the seven
    PRIMARY KEY (deposit, passage)
) WITHOUT ROWID;

-- Acquired for good, unless a SUPPRESSION removes it: this key is why no passage is ever accepted twice.
CREATE TABLE accepted (
    issuer       TEXT NOT NULL,
    id_technique TEXT NOT NULL,
    deposit      INTEGER NOT NULL REFERENCES deposit (number),
    PRIMARY KEY (issuer, id_technique)
) WITHOUT ROWID;
