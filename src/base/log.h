/* base/log: one line an event on standard error: time, level, room, sentence, key=value pairs.
 *
 * error wakes somebody, warn is looked at in the morning, info tells an operator what changed,
 * debug is off. Never a password, token, opinion or document text (S39); newlines and control
 * characters are escaped (S40). Any thread; a line is written whole. */
#ifndef TB_BASE_LOG_H
#define TB_BASE_LOG_H

#include <stdint.h>

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };

void log_set_level(enum log_level least);
/* pairs: key, value, key, value, …, NULL; all text. */
void log_line(enum log_level level, const char *room, const char *sentence, ...)
    __attribute__((sentinel));
/* Span of the request this thread works on: added to every line until log_span_end. Text is copied. */
void log_span(int64_t request_id, int64_t person_id, const char *command);
void log_span_end(void);

#define log_error(room, ...) log_line(LOG_ERROR_, room, __VA_ARGS__, NULL)
#define log_warn(room, ...) log_line(LOG_WARN_, room, __VA_ARGS__, NULL)
#define log_info(room, ...) log_line(LOG_INFO_, room, __VA_ARGS__, NULL)
#define log_debug(room, ...) log_line(LOG_DEBUG_, room, __VA_ARGS__, NULL)

#endif
