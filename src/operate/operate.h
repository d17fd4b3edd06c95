/* operate: what the operator does with a whole city: back it up, restore it, verify it.
 *
 * A backup is engine-neutral: a tar (zstd) with one read snapshot of every table as rows of JSON,
 * every file content by digest, the public halves of the keys that sign checkpoints, and at the
 * end a list of what must be in it. It is made while the city serves: the database is only read,
 * and no content is removed meanwhile. restore puts it into an empty folder on either engine, which
 * is also how a city moves from SQLite to PostgreSQL. verify recomputes what can be recomputed.
 *
 * All three run in a process of their own (the command line), on one thread. */
#ifndef TB_OPERATE_OPERATE_H
#define TB_OPERATE_OPERATE_H

/* The words after the program's name; the exit code: 0 good, 1 failed or faults found, 2 usage. */
int operate_backup_cli(int argc, char **argv);
int operate_restore_cli(int argc, char **argv);
int operate_verify_cli(int argc, char **argv);

#define OPERATE_BACKUP_USAGE \
    "backup --data DIR --to FILE [--db URL] [--blob WHERE] [--passphrase-file FILE]"
#define OPERATE_RESTORE_USAGE \
    "restore --from FILE --data DIR [--db URL] [--blob WHERE] [--passphrase-file FILE]"
#define OPERATE_VERIFY_USAGE \
    "verify --data DIR [--db URL] [--blob WHERE] [--key FILE] [--quick]"

#endif
