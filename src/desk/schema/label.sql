-- Words by which a matter is marked 内部 or 敏感 (OFFICE D9). Empty: the built-in list.
CREATE TABLE label_word (
    word text PRIMARY KEY,
    label text NOT NULL,         -- internal, sensitive
    added_at bigint NOT NULL
) WITHOUT ROWID;
