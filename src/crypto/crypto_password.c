/* Passwords of people: argon2id (S47) and the rules of S1 and S2. The refused ones stand in
 * data/passwords.txt: one a line in lower case; a line that begins with ~ is a word which may not
 * be all the letters of a password, whatever digits and signs are put around it. */
#include <pthread.h>
#include <sodium.h>

#include "base/check.h"
#include "base/embed.h"
#include "crypto/crypto.h"
#include "crypto/crypto_in.h"

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "size of an argon2id record");

bool password_hash(struct str password, char out[PASSWORD_HASH_SIZE])
{
    crypto_sodium();
    return password.n <= PASSWORD_MAX &&
           crypto_pwhash_str_alg(out, password.p, password.n, PASSES, MEMORY_BYTES,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_verify(struct str password, const char *hash)
{
    crypto_sodium();
    return password.n <= PASSWORD_MAX &&
           crypto_pwhash_str_verify(hash, password.p, password.n) == 0;
}

static char nobody[PASSWORD_HASH_SIZE];
static pthread_once_t nobody_once = PTHREAD_ONCE_INIT;

static void make_nobody(void)
{
    char token[SECRET_TOKEN_SIZE + 1];
    secret_token(token);
    CHECK(password_hash(str_of(token), nobody));
}

bool password_verify_nobody(struct str password)
{
    (void)pthread_once(&nobody_once, make_nobody);
    (void)password_verify(password, nobody); /* nobody knows the token */
    return false;
}

bool password_needs_rehash(const char *hash)
{
    crypto_sodium();
    return crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY_BYTES) != 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int classes_of(struct str s)
{
    bool has[4] = { false };
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        has[c >= 'a' && c <= 'z'   ? 0
            : c >= 'A' && c <= 'Z' ? 1
            : c >= '0' && c <= '9' ? 2
                                   : 3] = true;
    }
    return has[0] + has[1] + has[2] + has[3];
}

/* The account forwards or backwards, in any case of letters. */
static bool is_account(struct str password, struct str account)
{
    if (account.n == 0 || password.n != account.n)
        return false;
    bool same = true, mirrored = true;
    for (size_t i = 0; i < account.n; i++) {
        char c = lower(account.p[i]);
        same = same && lower(password.p[i]) == c;
        mirrored = mirrored && lower(password.p[account.n - 1 - i]) == c;
    }
    return same || mirrored;
}

/* One sign that stands for several, for the people it deceives. */
static char plain_letter(char c)
{
    switch (c) {
    case '@':
    case '4': return 'a';
    case '0': return 'o';
    case '1':
    case '!': return 'i';
    case '3': return 'e';
    case '$':
    case '5': return 's';
    default: return lower(c);
    }
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* The letters of a password in two readings, so that "P@ssw0rd#2026" and "Changde@gov2026" are both
 * known: between the first and the last letter, signs that look like letters are read as such
 * (looks) or left out (bare). Buffers of PASSWORD_MAX. */
static void letters_of(struct str s, struct str *looks, char *looks_p, struct str *bare,
                       char *bare_p)
{
    size_t from = 0, to = s.n, n_looks = 0, n_bare = 0;
    while (from < to && !is_letter(s.p[from]))
        from++;
    while (to > from && !is_letter(s.p[to - 1]))
        to--;
    for (size_t i = from; i < to; i++) {
        looks_p[n_looks++] = plain_letter(s.p[i]);
        if (is_letter(s.p[i]))
            bare_p[n_bare++] = lower(s.p[i]);
    }
    *looks = (struct str){ looks_p, n_looks };
    *bare = (struct str){ bare_p, n_bare };
}

static bool is_listed(struct str password)
{
    char folded[PASSWORD_MAX], looks_p[PASSWORD_MAX], bare_p[PASSWORD_MAX];
    for (size_t i = 0; i < password.n; i++)
        folded[i] = lower(password.p[i]);
    struct str whole = { folded, password.n }, looks, bare;
    letters_of(password, &looks, looks_p, &bare, bare_p);
    struct str all = embed_find("data/passwords.txt"), line;
    CHECK(all.n > 0);
    bool listed = false;
    while (!listed && str_cut(&all, '\n', &line)) {
        if (line.n > 0 && line.p[0] == '~') {
            struct str word = str_sub(line, 1, line.n);
            listed = str_eq(looks, word) || str_eq(bare, word);
        } else {
            listed = line.n > 0 && str_eq(whole, line);
        }
    }
    secret_wipe(folded, sizeof folded);
    secret_wipe(looks_p, sizeof looks_p);
    secret_wipe(bare_p, sizeof bare_p);
    return listed;
}

const char *password_refused(struct str password, struct str account, bool is_admin)
{
    if (password.n > PASSWORD_MAX)
        return "password.long";
    if (!utf8_valid(password) || utf8_length(password) < (is_admin ? 12 : 8))
        return is_admin ? "password.short_admin" : "password.short";
    if (classes_of(password) < 3)
        return "password.classes";
    if (is_account(password, account))
        return "password.account";
    return is_listed(password) ? "password.listed" : NULL;
}
