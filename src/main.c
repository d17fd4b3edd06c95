/* The command line (DESIGN §8): finds the verb, hands over; owns nothing. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "feel/feel.h"
#include "flow/flow.h"
#include "import.h"
#include "incident.h"
#include "module/module.h"
#include "ofd/ofd.h"
#include "operate/operate.h"
#include "page/page.h"
#include "seal/seal.h"
#include "serve.h"

static const struct {
    const char *verb;
    int (*run)(int argc, char **argv);
    const char *usage;
} verbs[] = {
    { "init", init_cli, "init --data DIR [--demo small|city] [--db URL] [--blob WHERE]" },
    { "serve", serve_cli,
      "serve --data DIR [--db URL] [--blob WHERE] [--listen HOST:PORT] [--tls-cert F --tls-key F] [--proxy ADDRESS,…]" },
    { "import", import_cli, IMPORT_USAGE },
    { "backup", operate_backup_cli, OPERATE_BACKUP_USAGE },
    { "restore", operate_restore_cli, OPERATE_RESTORE_USAGE },
    { "verify", operate_verify_cli, OPERATE_VERIFY_USAGE },
    { "incident", incident_cli, INCIDENT_USAGE },
    { "openapi", openapi_cli, "openapi" },
    { "feel", feel_cli, "feel < FILE" },
    { "flow", flow_cli, "flow check|run FILE.bpmn" },
    { "module", module_cli, MODULE_USAGE },
    { "page", page_cli, PAGE_USAGE },
    { "ofd", ofd_cli, OFD_USAGE },
    { "seal", seal_cli, SEAL_USAGE },
    { NULL, NULL, NULL },
};

static int usage(void)
{
    fputs("usage: tongban VERB …\n", stderr);
    for (size_t i = 0; verbs[i].verb; i++)
        fprintf(stderr, "  tongban %s\n", verbs[i].usage);
    return 2;
}

int main(int argc, char **argv)
{
    (void)umask(077); /* whatever is written is the owner's alone; always succeeds */
    for (size_t i = 0; argc > 1 && verbs[i].verb; i++)
        if (strcmp(argv[1], verbs[i].verb) == 0)
            return verbs[i].run(argc - 1, argv + 1);
    return usage();
}
