/* import: the verb that brings files of docs/import.md into a data folder. */
#ifndef TB_IMPORT_H
#define TB_IMPORT_H

#define IMPORT_USAGE "import org|people|agencies|… FILE.csv --data DIR"
int import_cli(int argc, char **argv);

#endif
