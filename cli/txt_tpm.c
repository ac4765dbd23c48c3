/* SPDX-License-Identifier: BSD-2-Clause */
/* assay txt: the NV indices that a TPM has now. */
#include "boot/platform/nvcontent.h"
#include "cli/tpm.h"
#include "cli/txt.h"

#include "base/cursor.h"

#include <stdlib.h>

static bool can_be_read(const assay_tpm_nv *area)
{
    /* The empty password is not tried where a wrong one counts. */
    const uint32_t wanted = ASSAY_TPMA_NV_AUTHREAD | ASSAY_TPMA_NV_WRITTEN | ASSAY_TPMA_NV_NO_DA;

    return (area->attributes & wanted) == wanted && area->size <= ASSAY_NV_CONTENT_MAX;
}

static void take_tboot_error(cli_txt_found *txt, assay_bytes data)
{
    assay_cursor c = assay_cursor_of(data);
    const uint32_t code = assay_take_u32le(&c);

    txt->has_tboot_error = !c.failed;
    txt->tboot_error = code;
}

static void take_data(cli_txt_found *txt, assay_tpm *tpm, const assay_tpm_nv *area,
                      enum assay_nv_role role)
{
    const assay_tpm_auth auth = { .right = ASSAY_TPM_BY_INDEX };
    uint8_t data[ASSAY_NV_CONTENT_MAX];

    if ((role != ASSAY_NV_PO && role != ASSAY_NV_TBOOT_ERROR) || !can_be_read(area) ||
        assay_tpm_nv_read(tpm, area->index, &auth, data, area->size, NULL) < 0)
        return;
    if (role == ASSAY_NV_TBOOT_ERROR)
        take_tboot_error(txt, assay_bytes_of(data, area->size));
    else
        txt->has_content =
            assay_lcp_policy_read(&txt->content, assay_bytes_of(data, area->size), NULL) == 0;
}

static int take_index(cli_txt_found *txt, assay_tpm *tpm, enum assay_nv_role role, uint32_t handle,
                      assay_error *error)
{
    assay_tpm_nv area;
    const int status = assay_tpm_nv_public(tpm, handle, &area, error);

    if (status <= 0)
        return status;
    cli_txt_keep_index(
        txt, &(assay_txt_nv_public){ true, area.index, area.name_alg, area.attributes,
                                     assay_bytes_of(area.policy, area.policy_size), area.size });
    take_data(txt, tpm, &area, role);
    return 0;
}

static int take_indices(cli_txt_found *txt, assay_tpm *tpm, assay_error *error)
{
    int status = 0;

    txt->nv_count = 0; /* what the TPM has now counts more than what the log saw */
    for (enum assay_nv_role role = 0; role < ASSAY_NV_ROLES && status == 0; role++)
        for (size_t range = 0; range < 2 && status == 0; range++)
            status =
                take_index(txt, tpm, role, assay_nv_role_describe(role)->handles[range], error);
    return status;
}

void cli_txt_gather_tpm(cli_txt_found *txt)
{
    const char *const tcti = txt->options->tcti;
    assay_tpm *tpm = NULL;
    assay_error error;

    if (tcti == NULL && !txt->live)
        return;
    if (tcti != NULL && cli_tpm_open(txt->call, tcti, &tpm) != CLI_YES)
        txt->trouble = true;
    if (tcti == NULL) {
        /* A machine whose TPM can't be asked has registers and a heap all the same. */
        setenv("TSS2_LOG", "all+none", 0);
        if (assay_tpm_open(&tpm, NULL, NULL) < 0)
            tpm = NULL;
    }
    if (tpm != NULL && take_indices(txt, tpm, &error) < 0) {
        cli_tpm_complain(txt->call, tcti, tpm, &error);
        txt->trouble = true;
    }
    assay_tpm_close(&tpm);
}
