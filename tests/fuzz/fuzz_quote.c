/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a quote and its signature, two bytes of length (little-endian) before the quote:
 * never believed unless the key signed it, refused with a kind and a text; and what is believed
 * selects PCRs that there are.
 */
#include "policy/key/quote.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

/* fixtures/quotes/ecdsa.pem */
static const char pem[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEV4FEFDMIrrrtZyDW8TAcCqI0XehM\n"
    "wYNWtHJospxMMvKdt7tPA6xvw+14dZwGUyUXO8j3saqIA+W4qSru5X2SEw==\n"
    "-----END PUBLIC KEY-----\n";

static assay_key *open_key(void)
{
    const int fd = memfd_create("key", 0);
    char path[64];
    assay_key *key = NULL;
    assay_error error;

    demand(fd >= 0 && write(fd, pem, sizeof pem - 1) == (ssize_t)sizeof pem - 1,
           "a key is written");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const assay_key_source source = { .name = path };
    demand(assay_key_open(&key, &source, &error) == 0, "the key is read");
    close(fd);
    return key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static assay_key *key;
    static assay_hashes *hashes;
    assay_error error = { .kind = 0 };
    assay_quote quote;

    if (key == NULL) {
        key = open_key();
        hashes = assay_hashes_new();
    }
    if (size < 2)
        return 0;
    const size_t stated = (size_t)data[0] | (size_t)data[1] << 8;
    const size_t attest = stated < size - 2 ? stated : size - 2;
    const int status = assay_quote_check(assay_bytes_of(data + 2, attest),
                                         assay_bytes_of(data + 2 + attest, size - 2 - attest), key,
                                         ASSAY_NO_BYTES, hashes, &quote, &error);
    if (status < 0) {
        demand(error.kind == -status && error.what[0] != '\0', "what is wrong is said");
        return 0;
    }
    demand(quote.bank_count > 0 && quote.bank_count <= ASSAY_BANKS_MAX, "there are banks");
    for (size_t i = 0; i < quote.bank_count; i++)
        demand(quote.banks[i].pcrs != 0 && (quote.banks[i].pcrs & ~ASSAY_ALL_PCRS) == 0,
               "PCRs are selected that there are");
    return 0;
}
