/* tongban incident: what brought the program down, for the operator: listed, acknowledged,
 * released. While the program serves, changes go to it over DIR/tongban.sock. */
#ifndef TB_INCIDENT_H
#define TB_INCIDENT_H

#define INCIDENT_USAGE "incident --data DIR [--acknowledge ID | --release ID] [--note TEXT]"

int incident_cli(int argc, char **argv);

#endif
