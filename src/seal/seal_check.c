/* 验章: any signed-in person's look at a file's seals, step by step; and `tongban seal verify`. The work is a job's
 * (prepare); nothing is kept of an uploaded file. */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypto/pkcs11.h"
#include "desk/desk.h"
#include "seal/seal_in.h"
#include "seal/seal_verify.h"

/* --- over HTTP ---------------------------------------------------------------------------------------- */

struct seal_check_out {
    struct str report; /* JSON */
};
static const struct field seal_check_out_fields[] = {
    { FIELD_NAME(report), .type = F_JSON, .offset = offsetof(struct seal_check_out, report),
      .record = &seal_report_record, .zh = "验章结果", .en = "what was found" },
};
RECORD(seal_check_out);

static bool report_make(struct ctx *cx, struct str bytes, struct str *out)
{
    struct cert_trust trust;
    struct buf b = buf_in(cx->a);
    struct jw w = jw_to(&b);
    if (!seal_trust(cx, &trust))
        return false;
    struct seal_report r = seal_verify(cx->a, bytes, &trust, cx->now);
    seal_report_write(cx->a, &r, &w);
    *out = buf_done(&b);
    return true;
}

struct seal_check_upload_in {
    int64_t upload_id;
    struct str report; /* made by prepare */
};
static const struct field seal_check_upload_in_fields[] = {
    FIELD(seal_check_upload_in, upload_id, F_ID, .flags = FIELD_REQUIRED, .zh = "上传编号", .en = "upload"),
};
RECORD(seal_check_upload_in);

static bool prepare_upload(struct ctx *cx, void *input)
{
    struct seal_check_upload_in *in = input;
    struct str name, bytes;
    if (!desk_upload_read(cx, in->upload_id, FILE_MOST, &name, &bytes))
        return false;
    bool good = report_make(cx, bytes, &in->report);
    desk_upload_drop(cx, in->upload_id);
    return good;
}

static bool run_upload(struct ctx *cx, const void *input, void *output)
{
    (void)cx;
    ((struct seal_check_out *)output)->report = ((const struct seal_check_upload_in *)input)->report;
    return true;
}

struct seal_check_file_in {
    int64_t attachment_id;
    struct str report;
};
static const struct field seal_check_file_in_fields[] = {
    FIELD(seal_check_file_in, attachment_id, F_ID, .flags = FIELD_PATH, .zh = "附件", .en = "attachment"),
};
RECORD(seal_check_file_in);

static bool prepare_file(struct ctx *cx, void *input)
{
    struct seal_check_file_in *in = input;
    struct desk_paper p;
    struct str bytes;
    return desk_paper_load(cx, in->attachment_id, &p) && content_read(cx, p.digest, p.size, &bytes) &&
           report_make(cx, bytes, &in->report);
}

static bool run_file(struct ctx *cx, const void *input, void *output)
{
    (void)cx;
    ((struct seal_check_out *)output)->report = ((const struct seal_check_file_in *)input)->report;
    return true;
}

static const struct command commands[] = {
    { "seal.check_upload", POST, "/seal-check", PERM_LOGIN, &seal_check_upload_in_record, &seal_check_out_record,
      run_upload, "验章", "Verify the seals of an uploaded file", CMD_WORK_LANE | CMD_NO_TRACE | CMD_NO_KEY,
      prepare_upload },
    { "seal.check_file", POST, "/attachments/{attachment_id}/seal-check", PERM_LOGIN, &seal_check_file_in_record,
      &seal_check_out_record, run_file, "验附件的章", "Verify the seals of an attachment",
      CMD_WORK_LANE | CMD_NO_TRACE | CMD_NO_KEY, prepare_file },
};
const struct room seal_check_room = { "seal", ROOM_TABLE(commands), NULL, 0, NULL, 0, NULL, NULL };

/* --- command line ---------------------------------------------------------------------------------------- */

static bool file_read(struct arena *a, const char *path, struct str *out)
{
    FILE *f = fopen(path, "rbe");
    struct buf b = buf_in(a);
    char part[65536];
    if (!f)
        return false;
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0 && b.n <= (size_t)FILE_MOST;)
        buf_put(&b, part, n);
    bool good = !ferror(f) && b.n <= (size_t)FILE_MOST;
    (void)fclose(f); /* only read */
    *out = buf_done(&b);
    return good;
}

#define TRUST_MOST 32
struct cli {
    struct arena *a;
    struct str authorities[TRUST_MOST], crls[TRUST_MOST];
    struct cert_trust trust;
    struct err err;
};

static bool cli_add(struct cli *c, const char *path, struct str *list, size_t *n)
{
    struct str text;
    if (*n == TRUST_MOST || !file_read(c->a, path, &text))
        return false;
    list[*n] = cert_of_text(c->a, text);
    return list[(*n)++].p != NULL;
}

/* What the city trusts, read from its database. */
static bool cli_city(struct cli *c, const char *dir)
{
    struct db_config config;
    struct cert_trust trust;
    struct ctx cx = { .a = c->a };
    if (!core_conf(dir, NULL, c->a, &config, &c->err))
        return false;
    cx.db = db_open(&config, DB_READ, c->a, &c->err);
    if (!cx.db)
        return false;
    db_errors_to(cx.db, c->a, &c->err);
    bool good = seal_trust(&cx, &trust);
    for (size_t i = 0; good && i < trust.n_roots && c->trust.n_roots < TRUST_MOST; i++)
        c->authorities[c->trust.n_roots++] = trust.authorities[i];
    for (size_t i = 0; good && i < trust.n_crls && c->trust.n_crls < TRUST_MOST; i++)
        c->crls[c->trust.n_crls++] = trust.crls[i];
    db_close(&cx.db);
    return good;
}

static bool cli_options(struct cli *c, int argc, char **argv)
{
    for (int i = 0; i < argc; i += 2) {
        if (i + 1 == argc)
            return false;
        bool good = strcmp(argv[i], "--trust") == 0
                        ? cli_add(c, argv[i + 1], c->authorities, &c->trust.n_roots)
                    : strcmp(argv[i], "--crl") == 0  ? cli_add(c, argv[i + 1], c->crls, &c->trust.n_crls)
                    : strcmp(argv[i], "--data") == 0 ? cli_city(c, argv[i + 1])
                                                     : false;
        if (!good) {
            fprintf(stderr, "tongban: 无法读取 %s %s (cannot be read)\n", argv[i], argv[i + 1]);
            return false;
        }
    }
    c->trust.authorities = c->authorities;
    c->trust.crls = c->crls;
    c->trust.n_authorities = c->trust.n_roots;
    return true;
}

static int cli_verify(struct cli *c, const char *path)
{
    struct str bytes;
    struct buf b = buf_in(c->a);
    struct jw w = jw_to(&b);
    if (!file_read(c->a, path, &bytes)) {
        fprintf(stderr, "tongban: 无法读取 %s (cannot be read)\n", path);
        return 2;
    }
    struct seal_report r = seal_verify(c->a, bytes, &c->trust, clock_now_ms());
    seal_report_write(c->a, &r, &w);
    puts(buf_done(&b).p);
    return strcmp(r.verdict, "valid") == 0 || strcmp(r.verdict, "warned") == 0 ? 0 : 1;
}

/* --- a key in a device ------------------------------------------------------------------------------------- */

static const char *option(int argc, char **argv, const char *name)
{
    for (int i = 0; i + 1 < argc; i += 2)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return NULL;
}

static bool request_print(struct cli *c, struct pkcs11 *p, int argc, char **argv)
{
    const char *key = option(argc, argv, "--key"), *number = option(argc, argv, "--mechanism");
    struct signer by;
    if (!pkcs11_signer(p, str_of(key), number ? strtoul(number, NULL, 0) : 0, c->a, &by, &c->err))
        return false;
    struct str name = str_of(option(argc, argv, "--name")), unit = str_of(option(argc, argv, "--unit"));
    const struct cert_request r = { name, unit, STR_NONE, by.spki };
    struct cert_request back;
    struct str der = cert_request_make(c->a, &r, &by);
    if (!cert_request_read(c->a, der, &back)) /* what the device signed is looked at */
        return err_set(&c->err, c->a, ERR_STATE, "pkcs11.key", NULL, NULL, NULL, NULL);
    fputs(cert_pem(c->a, "CERTIFICATE REQUEST", der).p, stdout);
    return true;
}

static int cli_request(struct cli *c, int argc, char **argv)
{
    const char *module = option(argc, argv, "--module"), *token = option(argc, argv, "--token");
    char pin[128];
    if (!module || !token || !option(argc, argv, "--key") || !option(argc, argv, "--name") ||
        !fgets(pin, sizeof pin, stdin)) {
        fputs("usage: tongban " SEAL_USAGE "\n", stderr);
        return 2;
    }
    pin[strcspn(pin, "\r\n")] = 0;
    struct pkcs11 *p = pkcs11_open(module, str_of(token), str_of(pin), c->a, &c->err);
    secret_wipe(pin, sizeof pin);
    bool good = p && request_print(c, p, argc, argv);
    pkcs11_close(&p);
    if (!good)
        fprintf(stderr, "tongban: %s\n         %s\n", err_message(c->a, &c->err, LANG_ZH),
                err_message(c->a, &c->err, LANG_EN));
    return good ? 0 : 1;
}

int seal_cli(int argc, char **argv)
{
    struct cli c = { .a = arena_new() };
    int code = 2;
    if (argc >= 2 && strcmp(argv[1], "request") == 0) {
        code = cli_request(&c, argc - 2, argv + 2);
        arena_free(&c.a);
        return code;
    }
    if (argc >= 3 && strcmp(argv[1], "verify") == 0) {
        if (cli_options(&c, argc - 3, argv + 3))
            code = cli_verify(&c, argv[2]);
    } else {
        fputs("usage: tongban " SEAL_USAGE "\n", stderr);
    }
    arena_free(&c.a);
    return code;
}
