/* Who asks. A proxy that ends TLS and passes requests on is believed when it says for whom: one on this
 * machine, and those named at the start. Of several addresses the last is what that proxy itself saw;
 * what stands before it came from the browser and may be invented. */
#include <arpa/inet.h>
#include <strings.h>

#include "http/http_in.h"

bool address_is_loopback(const struct sockaddr *sa)
{
    if (sa->sa_family == AF_INET)
        return (ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) >> 24) == 127;
    return sa->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)sa)->sin6_addr);
}

static bool is_address(struct arena *a, struct str s)
{
    unsigned char bytes[16];
    const char *text = str_copy(a, s).p;
    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

bool proxies_are_good(struct arena *a, struct str list)
{
    struct str part;
    while (str_cut(&list, ',', &part))
        if (!is_address(a, str_trim(part)))
            return false;
    return true;
}

static const struct sockaddr *peer_of(struct request *r)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}

/* An IPv4 peer of an IPv6 socket is written as IPv4. */
static struct str address_text(struct arena *a, const struct sockaddr *sa)
{
    char *text = arena_alloc(a, INET6_ADDRSTRLEN);
    if (sa->sa_family == AF_INET)
        return str_of(inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, text,
                                INET6_ADDRSTRLEN));
    const struct in6_addr *six = &((const struct sockaddr_in6 *)sa)->sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(six))
        return str_of(inet_ntop(AF_INET, six->s6_addr + 12, text, INET6_ADDRSTRLEN));
    return str_of(inet_ntop(AF_INET6, six, text, INET6_ADDRSTRLEN));
}

static bool is_believed(struct request *r, const struct sockaddr *sa)
{
    if (address_is_loopback(sa))
        return true;
    struct str rest = r->h->proxies, part;
    if (!rest.n)
        return false;
    struct str address = address_text(r->a, sa);
    while (str_cut(&rest, ',', &part))
        if (str_eq(str_trim(part), address))
            return true;
    return false;
}

/* The last part of the last header of that name: a proxy may add to the one it got, or one of its own. */
struct last {
    const char *name;
    struct str part;
};

static enum MHD_Result take_last(void *cls, enum MHD_ValueKind kind, const char *key, size_t key_n,
                                 const char *value, size_t value_n)
{
    struct last *l = cls;
    struct str rest = { value, value_n };
    (void)kind;
    if (value && key_n == strlen(l->name) && strncasecmp(key, l->name, key_n) == 0)
        while (str_cut(&rest, ',', &l->part))
            ;
    return MHD_YES;
}

static struct str said_by_proxy(struct request *r, const struct sockaddr *sa, const char *name)
{
    struct last l = { name, STR_NONE };
    if (!is_believed(r, sa))
        return STR_NONE;
    (void)MHD_get_connection_values_n(r->mhd, MHD_HEADER_KIND, take_last, &l);
    return l.part.p ? str_trim(l.part) : STR_NONE;
}

struct str peer_address(struct request *r)
{
    const struct sockaddr *sa = peer_of(r);
    if (!sa)
        return STR("");
    struct str via = said_by_proxy(r, sa, "X-Forwarded-For");
    return via.p && is_address(r->a, via) ? str_copy(r->a, via) : address_text(r->a, sa);
}

bool peer_is_secure(struct request *r)
{
    const struct sockaddr *sa = r->h->is_tls ? NULL : peer_of(r);
    return r->h->is_tls || (sa && str_is(said_by_proxy(r, sa, "X-Forwarded-Proto"), "https"));
}
