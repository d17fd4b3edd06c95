/* serve: the verbs that make a data folder and run the program on it. Each takes the words after
 * the program's name and returns the exit code. */
#ifndef TB_SERVE_H
#define TB_SERVE_H

int init_cli(int argc, char **argv);
int serve_cli(int argc, char **argv);
int openapi_cli(int argc, char **argv);

#endif
