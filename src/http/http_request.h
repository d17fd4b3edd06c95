/* http: MHD's two callbacks for a request. */
#ifndef TB_HTTP_HTTP_REQUEST_H
#define TB_HTTP_HTTP_REQUEST_H

#include "http/http_in.h"

enum MHD_Result request_step(void *cls, struct MHD_Connection *mhd, const char *url,
                             const char *method, const char *version, const char *data, size_t *n,
                             void **request);
void request_done(void *cls, struct MHD_Connection *mhd, void **request,
                  enum MHD_RequestTerminationCode how);

#endif
