/* SPDX-License-Identifier: BSD-2-Clause */
/* Reaching a TPM, what it says of itself, and its response codes in words. */
#include "boot/platform/tpm_private.h"

#include "base/cursor.h"

#include <stdlib.h>
#include <tss2/tss2_rc.h>
#include <tss2/tss2_tctildr.h>

enum { LAYER_SHIFT = 16, CHUNK_LEAST = 64, CHUNK_USUAL = 512 };

/* Response codes. */

uint32_t assay_tpm_rc(uint32_t response_code)
{
    const uint32_t layer = response_code >> LAYER_SHIFT;
    const uint32_t code = response_code & 0xFFFF;
    /* Resource managers pass the TPM's codes on: tpm2-tss's in layer 12, the kernel's in 11. */
    const bool tpm = layer == 0 || layer == TSS2_RESMGR_TPM_RC_LAYER >> LAYER_SHIFT ||
                     layer == TSS2_RESMGR_RC_LAYER >> LAYER_SHIFT;

    if (!tpm)
        return response_code;
    return (code & TPM2_RC_FMT1) != 0 ? code & 0xBF : code;
}

static const struct {
    uint32_t code;
    const char *advice;
} advices[] = {
    { TPM2_RC_INITIALIZE, "nobody has started it: the firmware does that, for swtpm the flag "
                          "startup-clear" },
    { TPM2_RC_FAILURE, "the TPM is in failure mode until it is reset; a swtpm daemon wants its "
                       "state folder as an absolute path" },
    { TPM2_RC_BAD_AUTH, "wrong password: the owner's is given with --owner-auth, the index's own "
                        "with --index-auth" },
    { TPM2_RC_AUTH_FAIL, "wrong password, which the TPM counts: after some it locks itself out" },
    { TPM2_RC_LOCKOUT,
      "too many wrong passwords: wait, or 'tpm2_dictionarylockout --clear-lockout'" },
    { TPM2_RC_LOCALITY, "the TPM refuses this locality for this PCR or index" },
    { TPM2_RC_HIERARCHY, "the firmware has closed this hierarchy; what it made, it must change" },
    { TPM2_RC_ATTRIBUTES, "the TPM does not take these attributes for such an index" },
    { TPM2_RC_NV_LOCKED, "the index is locked: until the next reset, or for good when it has "
                         "WRITEDEFINE" },
    { TPM2_RC_NV_AUTHORIZATION, "the attributes of the index don't give this right to whom asks" },
    { TPM2_RC_NV_UNINITIALIZED, "nothing was written to the index yet" },
    { TPM2_RC_NV_RANGE, "the index is smaller than that" },
    { TPM2_RC_NV_SPACE,
      "the TPM's memory is full: 'tpm2_getcap handles-nv-index' shows with what" },
    { TPM2_RC_NV_SIZE, "the TPM takes no index of this size" },
    { TPM2_RC_NV_DEFINED, "the index exists already" },
    { TPM2_RC_AUTH_UNAVAILABLE, "what would authorize this has no password or policy that is "
                                "allowed here" },
    { TPM2_RC_NV_RATE, "the TPM spares its memory: try again later" },
    { TPM2_RC_RETRY, "the TPM is busy: try again" },
    { TPM2_RC_REBOOT, "the TPM wants a reset of the machine" },
    { TPM2_RC_UPGRADE, "the TPM waits for the rest of a firmware update" },
    { TPM2_RC_COMMAND_CODE, "the TPM does not know this command" },
    { TPM2_RC_HASH, "the TPM does not know this hash algorithm" },
};

const char *assay_tpm_advice_on(uint32_t response_code)
{
    const uint32_t code = assay_tpm_rc(response_code);

    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++)
        if (advices[i].code == code)
            return advices[i].advice;
    return NULL;
}

uint32_t assay_tpm_last(const assay_tpm *tpm)
{
    return tpm->last;
}

int assay_tpm_check(assay_tpm *tpm, TSS2_RC rc, const char *command, assay_error *error)
{
    if (rc == TSS2_RC_SUCCESS)
        return 0;
    tpm->last = rc;
    return assay_fail(
        error,
        (rc & 0xFFFF) == TSS2_BASE_RC_MEMORY && rc >> LAYER_SHIFT != 0 ? ASSAY_NO_MEMORY : ASSAY_IO,
        ASSAY_NOWHERE, "%s: %s (0x%x)", command, Tss2_RC_Decode(rc), rc);
}

int assay_tpm_nonsense(const char *command, assay_error *error)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                      "%s: the TPM answered something else than it was asked", command);
}

/* What it says of itself. */

TPMS_CAPABILITY_DATA *assay_tpm_capability(assay_tpm *tpm, TPM2_CAP capability, uint32_t property,
                                           uint32_t count, bool *ret_more, int *ret_status,
                                           assay_error *error)
{
    TPMI_YES_NO more = 0;
    TPMS_CAPABILITY_DATA *data = NULL;
    const TSS2_RC rc = Esys_GetCapability(tpm->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE,
                                          capability, property, count, &more, &data);

    *ret_status = assay_tpm_check(tpm, rc, "TPM2_GetCapability", error);
    if (*ret_status == 0 && data->capability != capability) {
        Esys_Free(data);
        data = NULL;
        *ret_status = assay_tpm_nonsense("TPM2_GetCapability", error);
    }
    *ret_more = more != 0;
    return *ret_status == 0 ? data : NULL;
}

static void take_name(char name[static 5], uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        const uint8_t c = (uint8_t)(value >> (24 - 8 * i));

        name[i] = c == 0 ? '\0' : c > 0x20 && c < 0x7F ? (char)c : '?';
    }
    name[4] = '\0';
}

static uint16_t to_u16(uint32_t value)
{
    return value > UINT16_MAX ? UINT16_MAX : (uint16_t)value;
}

static uint16_t chunk_of(uint32_t value)
{
    if (value < CHUNK_LEAST)
        return CHUNK_USUAL;
    return value > TPM2_MAX_NV_BUFFER_SIZE ? TPM2_MAX_NV_BUFFER_SIZE : (uint16_t)value;
}

static void take_property(assay_tpm_info *info, TPMS_TAGGED_PROPERTY property)
{
    switch (property.property) {
    case TPM2_PT_FAMILY_INDICATOR:
        take_name(info->family, property.value);
        break;
    case TPM2_PT_REVISION:
        info->revision = property.value;
        break;
    case TPM2_PT_MANUFACTURER:
        take_name(info->manufacturer, property.value);
        break;
    case TPM2_PT_FIRMWARE_VERSION_1:
        info->firmware[0] = property.value;
        break;
    case TPM2_PT_FIRMWARE_VERSION_2:
        info->firmware[1] = property.value;
        break;
    case TPM2_PT_NV_INDEX_MAX:
        info->nv_index_max = to_u16(property.value);
        break;
    case TPM2_PT_NV_BUFFER_MAX:
        info->nv_chunk = chunk_of(property.value);
        break;
    case TPM2_PT_PERMANENT:
        info->owner_auth_set = (property.value & TPMA_PERMANENT_OWNERAUTHSET) != 0;
        info->locked_out = (property.value & TPMA_PERMANENT_INLOCKOUT) != 0;
        break;
    default:
        break;
    }
}

/* A TPM gives as many at a time as it likes, and must come to an end. */
static int read_properties(assay_tpm *tpm, uint32_t first, assay_error *error)
{
    uint32_t next = first;
    bool more = true;

    while (more && next - first < TPM2_PT_GROUP) {
        int status;
        TPMS_CAPABILITY_DATA *const data = assay_tpm_capability(
            tpm, TPM2_CAP_TPM_PROPERTIES, next, TPM2_MAX_TPM_PROPERTIES, &more, &status, error);

        if (data == NULL)
            return status;
        const TPML_TAGGED_TPM_PROPERTY *const list = &data->data.tpmProperties;
        const uint32_t last = list->count > 0 ? list->tpmProperty[list->count - 1].property : 0;

        for (uint32_t i = 0; i < list->count; i++)
            take_property(&tpm->info, list->tpmProperty[i]);
        Esys_Free(data);
        if (last < next)
            return 0;
        next = last + 1;
    }
    return 0;
}

const assay_tpm_info *assay_tpm_get_info(const assay_tpm *tpm)
{
    return &tpm->info;
}

/* A TPM 1.2 answers a command of TPM 2.0 with a tag of its own, which tpm2-tss can make nothing of.
 */
static bool is_tpm12(TSS2_TCTI_CONTEXT *connection)
{
    enum { TAG_RSP_COMMAND = 0x00C4, PATIENCE = 5000 };
    static const uint8_t get_capability[] = { 0x80, 0x01, 0, 0, 0, 22, 0, 0, 0x01, 0x7A, 0,
                                              0,    0,    6, 0, 0, 1,  0, 0, 0,    0,    1 };
    uint8_t answer[TPM2_MAX_RESPONSE_SIZE];
    size_t size = sizeof answer;

    if (Tss2_Tcti_Transmit(connection, sizeof get_capability, get_capability) != TSS2_RC_SUCCESS ||
        Tss2_Tcti_Receive(connection, &size, answer, PATIENCE) != TSS2_RC_SUCCESS)
        return false;
    assay_cursor c = assay_cursor_of(assay_bytes_of(answer, size));
    return assay_take_u16be(&c) == TAG_RSP_COMMAND;
}

static int read_info(assay_tpm *tpm, assay_error *error)
{
    tpm->info.nv_chunk = CHUNK_USUAL;
    int status = read_properties(tpm, TPM2_PT_FIXED, error);
    if (status == 0)
        status = read_properties(tpm, TPM2_PT_VAR, error);
    if (status < 0 && tpm->last == TSS2_SYS_RC_GENERAL_FAILURE && is_tpm12(tpm->connection))
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "this is a TPM 1.2");
    return status;
}

/* Reaching it. */

static int begin(assay_tpm **ret_tpm, TSS2_TCTI_CONTEXT *connection, bool owned, assay_error *error)
{
    assay_tpm *tpm = calloc(1, sizeof *tpm);

    if (tpm == NULL) {
        if (owned)
            Tss2_TctiLdr_Finalize(&connection);
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the TPM");
    }
    tpm->connection = connection;
    tpm->owns_connection = owned;
    int status = assay_tpm_check(tpm, Esys_Initialize(&tpm->esys, connection, NULL),
                                 "beginning to talk to the TPM", error);
    if (status == 0)
        status = read_info(tpm, error);
    if (status < 0) {
        assay_tpm_close(&tpm);
        return status;
    }
    *ret_tpm = tpm;
    return 0;
}

int assay_tpm_open_on(assay_tpm **ret_tpm, struct TSS2_TCTI_OPAQUE_CONTEXT_BLOB *connection,
                      assay_error *error)
{
    return begin(ret_tpm, connection, false, error);
}

const char *assay_tpm_tcti(const char *tcti)
{
    static const char *const variables[] = { "TPM2TOOLS_TCTI", "TCTI" };

    for (size_t i = 0; tcti == NULL && i < sizeof variables / sizeof *variables; i++) {
        tcti = getenv(variables[i]);
        if (tcti != NULL && *tcti == '\0')
            tcti = NULL;
    }
    return tcti;
}

static TSS2_RC connect_to(const char *tcti, TSS2_TCTI_CONTEXT **ret_connection)
{
    static const char *const usual[] = { "device:/dev/tpmrm0", "device:/dev/tpm0" };
    TSS2_RC rc = TSS2_BASE_RC_IO_ERROR;

    if (tcti != NULL)
        return Tss2_TctiLdr_Initialize(tcti, ret_connection);
    for (size_t i = 0; rc != TSS2_RC_SUCCESS && i < sizeof usual / sizeof *usual; i++)
        rc = Tss2_TctiLdr_Initialize(usual[i], ret_connection);
    return rc;
}

int assay_tpm_open(assay_tpm **ret_tpm, const char *tcti, assay_error *error)
{
    TSS2_TCTI_CONTEXT *connection = NULL;
    const TSS2_RC rc = connect_to(assay_tpm_tcti(tcti), &connection);

    if (rc == TSS2_RC_SUCCESS)
        return begin(ret_tpm, connection, true, error);
    return assay_fail(error, ASSAY_IO, ASSAY_NOWHERE, "no TPM is to be reached: %s (0x%x)",
                      Tss2_RC_Decode(rc), rc);
}

void assay_tpm_close(assay_tpm **tpm)
{
    if (*tpm == NULL)
        return;
    if ((*tpm)->esys != NULL)
        Esys_Finalize(&(*tpm)->esys);
    if ((*tpm)->owns_connection)
        Tss2_TctiLdr_Finalize(&(*tpm)->connection);
    free(*tpm);
    *tpm = NULL;
}

int assay_tpm_set_locality(assay_tpm *tpm, uint8_t locality, assay_error *error)
{
    return assay_tpm_check(tpm, Tss2_Tcti_SetLocality(tpm->connection, locality),
                           "choosing the locality", error);
}
