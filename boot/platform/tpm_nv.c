/* SPDX-License-Identifier: BSD-2-Clause */
/* NV indices of a live TPM. */
#include "boot/platform/tpm_private.h"

/* An index, and by whom it is used, as tpm2-tss knows them. */
typedef struct used_index {
    ESYS_TR index, user;
} used_index;

static int set_password(assay_tpm *tpm, ESYS_TR object, assay_bytes password, assay_error *error)
{
    TPM2B_AUTH value = { .size = (uint16_t)password.size };

    if (password.size > sizeof value.buffer)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "a password has at most %zu bytes", sizeof value.buffer);
    if (password.size > 0)
        memcpy(value.buffer, password.data, password.size);
    return assay_tpm_check(tpm, Esys_TR_SetAuth(tpm->esys, object, &value), "setting the password",
                           error);
}

static ESYS_TR hierarchy_of(enum assay_tpm_right right)
{
    return right == ASSAY_TPM_BY_PLATFORM ? ESYS_TR_RH_PLATFORM : ESYS_TR_RH_OWNER;
}

static void close_index(assay_tpm *tpm, used_index *used)
{
    Esys_TR_Close(tpm->esys, &used->index);
}

/* Close after 0. */
static int open_index(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                      used_index *ret_used, assay_error *error)
{
    used_index used;
    int status = assay_tpm_check(tpm,
                                 Esys_TR_FromTPMPublic(tpm->esys, index, ESYS_TR_NONE, ESYS_TR_NONE,
                                                       ESYS_TR_NONE, &used.index),
                                 "TPM2_NV_ReadPublic", error);

    if (status < 0)
        return status;
    used.user = auth->right == ASSAY_TPM_BY_INDEX ? used.index : hierarchy_of(auth->right);
    status = set_password(tpm, used.user, auth->password, error);
    if (status < 0)
        close_index(tpm, &used);
    else
        *ret_used = used;
    return status;
}

/* Which are defined. */

static bool take_public(const TPMS_NV_PUBLIC *area, uint32_t index, assay_tpm_nv *ret_public)
{
    assay_tpm_nv taken = { .index = area->nvIndex,
                           .name_alg = area->nameAlg,
                           .attributes = area->attributes,
                           .policy_size = area->authPolicy.size,
                           .size = area->dataSize };

    if (taken.index != index || taken.policy_size > sizeof taken.policy)
        return false;
    memcpy(taken.policy, area->authPolicy.buffer, taken.policy_size);
    *ret_public = taken;
    return true;
}

static int read_public(assay_tpm *tpm, ESYS_TR object, uint32_t index, assay_tpm_nv *ret_public,
                       assay_error *error)
{
    TPM2B_NV_PUBLIC *area = NULL;
    TPM2B_NAME *name = NULL;
    int status = assay_tpm_check(tpm,
                                 Esys_NV_ReadPublic(tpm->esys, object, ESYS_TR_NONE, ESYS_TR_NONE,
                                                    ESYS_TR_NONE, &area, &name),
                                 "TPM2_NV_ReadPublic", error);

    if (status < 0)
        return status;
    if (!take_public(&area->nvPublic, index, ret_public))
        status = assay_tpm_nonsense("TPM2_NV_ReadPublic", error);
    Esys_Free(area);
    Esys_Free(name);
    return status < 0 ? status : 1;
}

int assay_tpm_nv_indices(assay_tpm *tpm, uint32_t *ret_indices, size_t room, size_t *ret_count,
                         assay_error *error)
{
    uint32_t next = TPM2_HR_NV_INDEX;
    size_t count = 0;
    bool more = true;

    while (more && count < room) {
        int status;
        TPMS_CAPABILITY_DATA *const data = assay_tpm_capability(
            tpm, TPM2_CAP_HANDLES, next, TPM2_MAX_CAP_HANDLES, &more, &status, error);

        if (data == NULL)
            return status;
        const TPML_HANDLE *const list = &data->data.handles;
        bool sound = list->count > 0 || !more;

        for (uint32_t i = 0; i < list->count && count < room && sound; i++) {
            sound = list->handle[i] >= next && list->handle[i] >> 24 == TPM2_HT_NV_INDEX;
            if (sound)
                ret_indices[count++] = list->handle[i];
            next = list->handle[i] + 1;
        }
        Esys_Free(data);
        if (!sound)
            return assay_tpm_nonsense("TPM2_GetCapability", error);
    }
    *ret_count = count;
    return 0;
}

/*
 * Asked of the list of handles first: to ask for the public area of an index that there is not
 * fails with a code that a resource manager may have changed.
 */
int assay_tpm_nv_public(assay_tpm *tpm, uint32_t index, assay_tpm_nv *ret_public,
                        assay_error *error)
{
    bool more, defined;
    int status;
    ESYS_TR object;
    TPMS_CAPABILITY_DATA *const data =
        assay_tpm_capability(tpm, TPM2_CAP_HANDLES, index, 1, &more, &status, error);

    if (data == NULL)
        return status;
    defined = data->data.handles.count > 0 && data->data.handles.handle[0] == index;
    Esys_Free(data);
    if (!defined)
        return 0;
    status = assay_tpm_check(
        tpm,
        Esys_TR_FromTPMPublic(tpm->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &object),
        "TPM2_NV_ReadPublic", error);
    if (status < 0)
        return status;
    status = read_public(tpm, object, index, ret_public, error);
    Esys_TR_Close(tpm->esys, &object);
    return status;
}

/* Making and removing. */

int assay_tpm_nv_define(assay_tpm *tpm, const assay_tpm_nv *area, const assay_tpm_auth *auth,
                        assay_bytes index_password, assay_error *error)
{
    TPM2B_NV_PUBLIC definition = { .nvPublic = { .nvIndex = area->index,
                                                 .nameAlg = area->name_alg,
                                                 .attributes = area->attributes,
                                                 .authPolicy.size = area->policy_size,
                                                 .dataSize = area->size } };
    TPM2B_AUTH password = { .size = (uint16_t)index_password.size };
    ESYS_TR object = ESYS_TR_NONE;

    if (index_password.size > sizeof password.buffer ||
        area->policy_size > sizeof definition.nvPublic.authPolicy.buffer)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "the password or policy of an index has at most %zu bytes",
                          sizeof password.buffer);
    if (index_password.size > 0)
        memcpy(password.buffer, index_password.data, index_password.size);
    memcpy(definition.nvPublic.authPolicy.buffer, area->policy, area->policy_size);
    int status = set_password(tpm, hierarchy_of(auth->right), auth->password, error);
    if (status == 0)
        status = assay_tpm_check(tpm,
                                 Esys_NV_DefineSpace(tpm->esys, hierarchy_of(auth->right),
                                                     ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                                                     &password, &definition, &object),
                                 "TPM2_NV_DefineSpace", error);
    if (status == 0)
        Esys_TR_Close(tpm->esys, &object);
    return status;
}

int assay_tpm_nv_undefine(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                          assay_error *error)
{
    const assay_tpm_auth by_hierarchy = {
        .right = auth->right == ASSAY_TPM_BY_PLATFORM ? ASSAY_TPM_BY_PLATFORM : ASSAY_TPM_BY_OWNER,
        .password = auth->password,
    };
    used_index used;
    int status = open_index(tpm, index, &by_hierarchy, &used, error);

    if (status < 0)
        return status;
    status = assay_tpm_check(tpm,
                             Esys_NV_UndefineSpace(tpm->esys, used.user, used.index,
                                                   ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE),
                             "TPM2_NV_UndefineSpace", error);
    /* tpm2-tss has closed the object of an index that is gone. */
    if (status < 0)
        close_index(tpm, &used);
    return status;
}

/* Reading, writing, locking. */

static int read_chunk(assay_tpm *tpm, const used_index *used, uint8_t *ret_data, size_t offset,
                      uint16_t size, assay_error *error)
{
    TPM2B_MAX_NV_BUFFER *data = NULL;
    int status =
        assay_tpm_check(tpm,
                        Esys_NV_Read(tpm->esys, used->user, used->index, ESYS_TR_PASSWORD,
                                     ESYS_TR_NONE, ESYS_TR_NONE, size, (uint16_t)offset, &data),
                        "TPM2_NV_Read", error);

    if (status < 0)
        return status;
    if (data->size == size)
        memcpy(ret_data + offset, data->buffer, size);
    else
        status = assay_tpm_nonsense("TPM2_NV_Read", error);
    Esys_Free(data);
    return status;
}

static int write_chunk(assay_tpm *tpm, const used_index *used, const uint8_t *data, size_t offset,
                       uint16_t size, assay_error *error)
{
    TPM2B_MAX_NV_BUFFER chunk = { .size = size };

    memcpy(chunk.buffer, data + offset, size);
    return assay_tpm_check(tpm,
                           Esys_NV_Write(tpm->esys, used->user, used->index, ESYS_TR_PASSWORD,
                                         ESYS_TR_NONE, ESYS_TR_NONE, &chunk, (uint16_t)offset),
                           "TPM2_NV_Write", error);
}

static uint16_t next_size(const assay_tpm *tpm, size_t left)
{
    return left < tpm->info.nv_chunk ? (uint16_t)left : tpm->info.nv_chunk;
}

static int too_large(assay_error *error)
{
    return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE, "an NV index has at most 65535 bytes");
}

int assay_tpm_nv_read(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth, uint8_t *ret_data,
                      size_t size, assay_error *error)
{
    used_index used;
    uint16_t chunk;

    if (size > UINT16_MAX)
        return too_large(error);
    int status = open_index(tpm, index, auth, &used, error);
    if (status < 0)
        return status;
    for (size_t offset = 0; status == 0 && offset < size; offset += chunk) {
        chunk = next_size(tpm, size - offset);
        status = read_chunk(tpm, &used, ret_data, offset, chunk, error);
    }
    close_index(tpm, &used);
    return status;
}

int assay_tpm_nv_write(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth, assay_bytes data,
                       assay_error *error)
{
    used_index used;
    uint16_t chunk;

    if (data.size > UINT16_MAX)
        return too_large(error);
    int status = open_index(tpm, index, auth, &used, error);
    if (status < 0)
        return status;
    for (size_t offset = 0; status == 0 && offset < data.size; offset += chunk) {
        chunk = next_size(tpm, data.size - offset);
        status = write_chunk(tpm, &used, data.data, offset, chunk, error);
    }
    close_index(tpm, &used);
    return status;
}

typedef TSS2_RC lock_command(ESYS_CONTEXT *esys, ESYS_TR user, ESYS_TR index, ESYS_TR session1,
                             ESYS_TR session2, ESYS_TR session3);

static int lock(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth, lock_command *command,
                const char *name, assay_error *error)
{
    used_index used;
    int status = open_index(tpm, index, auth, &used, error);

    if (status < 0)
        return status;
    status = assay_tpm_check(
        tpm,
        command(tpm->esys, used.user, used.index, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE),
        name, error);
    close_index(tpm, &used);
    return status;
}

int assay_tpm_nv_lock_write(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                            assay_error *error)
{
    return lock(tpm, index, auth, Esys_NV_WriteLock, "TPM2_NV_WriteLock", error);
}

int assay_tpm_nv_lock_read(assay_tpm *tpm, uint32_t index, const assay_tpm_auth *auth,
                           assay_error *error)
{
    return lock(tpm, index, auth, Esys_NV_ReadLock, "TPM2_NV_ReadLock", error);
}
