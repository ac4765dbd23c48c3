/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys that an engine of libcrypto has. Engines are of the whole process, and deprecated. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "policy/key/key_private.h"

#include <stdlib.h>

#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>

static ENGINE *start(const char *id)
{
    ENGINE_load_builtin_engines();
    ENGINE *const engine = ENGINE_by_id(id);

    if (engine != NULL && ENGINE_init(engine) == 1)
        return engine;
    ENGINE_free(engine);
    return NULL;
}

static void stop(ENGINE *engine)
{
    if (engine == NULL)
        return;
    ENGINE_finish(engine);
    ENGINE_free(engine);
}

static int load(assay_key *key, const assay_key_source *source, assay_error *error)
{
    key->pkey = source->secret ? ENGINE_load_private_key(key->engine, source->name, key->ui, key)
                               : ENGINE_load_public_key(key->engine, source->name, key->ui, key);
    key->is_private = source->secret;
    if (key->pkey != NULL)
        return 0;
    return assay_fail(error, key->asked ? ASSAY_CRYPTO : ASSAY_IO, ASSAY_NOWHERE,
                      "the engine gives no such key%s",
                      !key->asked  ? ""
                      : key->given ? ": is the PIN right?"
                                   : ": it wants a PIN");
}

int assay_key_open_engine(assay_key *key, const assay_key_source *source, assay_error *error)
{
    key->engine = start(source->engine);
    if (key->engine == NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "the engine can't be loaded");
    return load(key, source, error);
}

#else

static void stop(void *engine)
{
    (void)engine;
}

int assay_key_open_engine(assay_key *key, const assay_key_source *source, assay_error *error)
{
    (void)key;
    (void)source;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this libcrypto has no engines");
}

#endif

void assay_key_free(assay_key **key)
{
    if (*key == NULL)
        return;
    EVP_PKEY_free((*key)->pkey);
    stop((*key)->engine);
    UI_destroy_method((*key)->ui);
    if ((*key)->provider != NULL)
        OSSL_PROVIDER_unload((*key)->provider);
    if ((*key)->base != NULL)
        OSSL_PROVIDER_unload((*key)->base);
    OSSL_LIB_CTX_free((*key)->context);
    free(*key);
    *key = NULL;
}
