/* SPDX-License-Identifier: BSD-2-Clause */
/* Where keys come from: files, URIs, engines. */
#include "base/file.h"
#include "policy/key/key_private.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    KEY_FILE_MAX = 256 * 1024, /* beyond any key, and most chains of certificates */
    OBJECTS_MAX = 1024,        /* of one store that are looked at */
};

int assay_key_answer(char *buffer, int size, int writing, void *key)
{
    assay_key *const k = key;

    (void)writing;
    k->asked = true;
    if (k->passphrase == NULL || size <= 0)
        return -1;
    const int length = k->passphrase(buffer, (size_t)size, k->passphrase_context);
    k->given = k->given || length >= 0;
    return length;
}

/* What a store held. */
typedef struct found {
    EVP_PKEY *private, *public;
    bool certificate; /* the public one is a certificate's */
    unsigned objects;
} found;

static void take_public(found *f, EVP_PKEY *pkey, bool certificate)
{
    if (pkey == NULL || f->public != NULL) {
        EVP_PKEY_free(pkey);
        return;
    }
    f->public = pkey;
    f->certificate = certificate;
}

static void take(found *f, OSSL_STORE_INFO *info)
{
    f->objects++;
    switch (OSSL_STORE_INFO_get_type(info)) {
    case OSSL_STORE_INFO_PKEY:
        if (f->private == NULL)
            f->private = OSSL_STORE_INFO_get1_PKEY(info);
        break;
    case OSSL_STORE_INFO_PUBKEY:
        take_public(f, OSSL_STORE_INFO_get1_PUBKEY(info), false);
        break;
    case OSSL_STORE_INFO_CERT:
        take_public(f, X509_get_pubkey(OSSL_STORE_INFO_get0_CERT(info)), true);
        break;
    default:
        break;
    }
}

static void load_all(found *f, OSSL_STORE_CTX *store)
{
    for (unsigned i = 0; i < OBJECTS_MAX && OSSL_STORE_eof(store) == 0; i++) {
        OSSL_STORE_INFO *const info = OSSL_STORE_load(store);

        if (info != NULL)
            take(f, info);
        else if (OSSL_STORE_error(store) != 0)
            break;
        OSSL_STORE_INFO_free(info);
    }
}

static int complain(assay_error *error, enum assay_kind kind, const char *what)
{
    return assay_fail(error, kind, ASSAY_NOWHERE, "%s", what);
}

static int complain_nothing(const assay_key *key, const found *f, assay_error *error)
{
    if (key->asked && !key->given)
        return complain(error, ASSAY_CRYPTO, "the key is encrypted, and there is no passphrase");
    if (key->asked)
        return complain(error, ASSAY_CRYPTO, "the passphrase is wrong, or the key is damaged");
    if (f->public != NULL)
        return assay_fail(error, ASSAY_UNKNOWN_FORMAT, ASSAY_NOWHERE,
                          "%s is here, and the private key is wanted",
                          f->certificate ? "a certificate" : "a public key");
    return complain(error, ASSAY_UNKNOWN_FORMAT,
                    f->objects > 0 ? "there is something here, but no key"
                                   : "there is no key here in a form known: PEM or DER of PKCS#8, "
                                     "PKCS#1, SEC1, a public key or a certificate");
}

/* The key that is wanted out of what was found. */
static int choose(assay_key *key, const assay_key_source *source, found *f, assay_error *error)
{
    if (f->private == NULL && (source->secret || f->public == NULL))
        return complain_nothing(key, f, error);
    key->is_private = f->private != NULL;
    EVP_PKEY **const chosen = key->is_private ? &f->private : &f->public;
    key->pkey = *chosen;
    *chosen = NULL;
    return 0;
}

static int load_from(assay_key *key, const assay_key_source *source, OSSL_STORE_CTX *store,
                     assay_error *error)
{
    found f = { 0 };

    load_all(&f, store);
    const int status = choose(key, source, &f, error);
    EVP_PKEY_free(f.private);
    EVP_PKEY_free(f.public);
    return status;
}

static int complain_uri(const assay_key_source *source, assay_error *error)
{
    if (ERR_GET_REASON(ERR_peek_last_error()) == OSSL_STORE_R_UNREGISTERED_SCHEME ||
        ERR_GET_REASON(ERR_peek_error()) == OSSL_STORE_R_UNREGISTERED_SCHEME)
        return complain(error, ASSAY_UNSUPPORTED,
                        source->provider == NULL
                            ? "there is no such file, and for URIs like this no provider is loaded"
                            : "there is no such file, and the provider knows no URIs like this");
    const char *const reason = ERR_reason_error_string(ERR_peek_error());
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "the key can't be opened%s%s",
                      reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

static int open_uri(assay_key *key, const assay_key_source *source, assay_error *error)
{
    OSSL_STORE_CTX *const store =
        OSSL_STORE_open_ex(source->name, key->context, NULL, key->ui, key, NULL, NULL, NULL);

    if (store == NULL)
        return complain_uri(source, error);
    const int status = load_from(key, source, store, error);
    OSSL_STORE_close(store);
    return status;
}

static int open_bytes(assay_key *key, const assay_key_source *source, assay_bytes bytes,
                      assay_error *error)
{
    BIO *const bio = BIO_new_mem_buf(bytes.data, (int)bytes.size);
    OSSL_STORE_CTX *const store = bio == NULL ? NULL
                                              : OSSL_STORE_attach(bio, "file", key->context, NULL,
                                                                  key->ui, key, NULL, NULL, NULL);
    int status;

    if (store == NULL)
        status = complain(error, ASSAY_CRYPTO, "libcrypto can't read keys");
    else
        status = load_from(key, source, store, error);
    OSSL_STORE_close(store);
    BIO_free(bio);
    return status;
}

static int open_file(assay_key *key, const assay_key_source *source, assay_error *error)
{
    assay_file file;
    int status = assay_file_read(&file, source->name, KEY_FILE_MAX, error);

    if (status < 0)
        return status;
    if (file.bytes.size == 0)
        status = complain(error, ASSAY_UNKNOWN_FORMAT, "the file is empty");
    else
        status = open_bytes(key, source, file.bytes, error);
    if (!file.mapped && file.owned != NULL)
        OPENSSL_cleanse(file.owned, file.bytes.size);
    assay_file_close(&file);
    return status;
}

/* "pkcs11:token=x" is a URI where no file has that name. */
static bool is_uri(const char *name)
{
    const size_t scheme = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+-.");

    return scheme > 1 && name[scheme] == ':' && access(name, F_OK) != 0;
}

/* What openssl.cnf says of a provider, such as where its PKCS#11 module is, is for it. */
static void load_configuration(OSSL_LIB_CTX *context)
{
    char *const file = CONF_get1_default_config_file();

    if (file != NULL)
        (void)OSSL_LIB_CTX_load_config(context, file);
    OPENSSL_free(file);
}

static int load_providers(assay_key *key, const assay_key_source *source, assay_error *error)
{
    key->context = OSSL_LIB_CTX_new();
    if (key->context == NULL)
        return complain(error, ASSAY_NO_MEMORY, "no memory for a provider");
    load_configuration(key->context);
    if (source->provider_path != NULL &&
        OSSL_PROVIDER_set_default_search_path(key->context, source->provider_path) != 1)
        return complain(error, ASSAY_NO_MEMORY, "no memory for a provider's folder");
    key->base = OSSL_PROVIDER_load(key->context, "default");
    key->provider = OSSL_PROVIDER_load(key->context, source->provider);
    if (key->base == NULL || key->provider == NULL)
        return complain(error, ASSAY_UNSUPPORTED, "the provider can't be loaded");
    return 0;
}

static int open_stored(assay_key *key, const assay_key_source *source, assay_error *error)
{
    const int status = source->provider != NULL ? load_providers(key, source, error) : 0;

    if (status < 0)
        return status;
    return is_uri(source->name) ? open_uri(key, source, error) : open_file(key, source, error);
}

int assay_key_open(assay_key **ret_key, const assay_key_source *source, assay_error *error)
{
    assay_key *key = calloc(1, sizeof *key);
    int status;

    if (key == NULL)
        return complain(error, ASSAY_NO_MEMORY, "no memory for a key");
    key->passphrase = source->passphrase;
    key->passphrase_context = source->passphrase_context;
    key->ui = UI_UTIL_wrap_read_pem_callback(assay_key_answer, 0);
    ERR_set_mark();
    if (key->ui == NULL)
        status = complain(error, ASSAY_NO_MEMORY, "no memory for a key");
    else
        status = source->engine != NULL ? assay_key_open_engine(key, source, error)
                                        : open_stored(key, source, error);
    if (status == 0)
        status = assay_key_describe(key, error);
    ERR_pop_to_mark();
    if (status < 0)
        assay_key_free(&key);
    else
        *ret_key = key;
    return status;
}
