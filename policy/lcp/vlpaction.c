/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/lcp/vlpaction.h"

static const struct {
    const char *name;
    const char *meaning;
} errors[ASSAY_TBOOT_ERRORS] = {
#define TBOOT_ERROR(token, number, name, meaning) [number] = { name, meaning },
#include "policy/lcp/tbooterrors.def"
#undef TBOOT_ERROR
};

static const char *const action_names[ASSAY_VLP_ACTIONS] = { "continue", "unmeasured", "halt" };

const char *assay_tboot_error_name(enum assay_tboot_error error)
{
    return errors[error].name;
}

const char *assay_tboot_error_meaning(enum assay_tboot_error error)
{
    return errors[error].meaning;
}

const char *assay_vlp_action_name(enum assay_vlp_action action)
{
    return action_names[action];
}

static enum assay_vlp_action after_nonfatal(enum assay_tboot_error error)
{
    switch (error) {
    case ASSAY_TBOOT_ERR_FATAL:
    case ASSAY_TBOOT_ERR_DMA_CORRUPTION:
        return ASSAY_VLP_STOP;
    case ASSAY_TBOOT_ERR_PREV_TXT_ERROR:
    case ASSAY_TBOOT_ERR_TPM_NOT_READY:
    case ASSAY_TBOOT_ERR_SMX_NOT_SUPPORTED:
    case ASSAY_TBOOT_ERR_VMX_NOT_SUPPORTED:
    case ASSAY_TBOOT_ERR_VTD_NOT_SUPPORTED:
    case ASSAY_TBOOT_ERR_TXT_NOT_SUPPORTED:
    case ASSAY_TBOOT_ERR_SINIT_NOT_PRESENT:
    case ASSAY_TBOOT_ERR_ACMOD_VERIFY_FAILED:
        return ASSAY_VLP_GO_ON_UNMEASURED;
    default:
        return ASSAY_VLP_GO_ON;
    }
}

/* A module without an entry is not among the errors that this type forgives. */
static enum assay_vlp_action after_continue(enum assay_tboot_error error)
{
    switch (error) {
    case ASSAY_TBOOT_ERR_MODULE_VERIFICATION_FAILED:
    case ASSAY_TBOOT_ERR_NV_VERIFICATION_FAILED:
    case ASSAY_TBOOT_ERR_POLICY_NOT_PRESENT:
    case ASSAY_TBOOT_ERR_POLICY_INVALID:
        return ASSAY_VLP_GO_ON;
    default:
        return ASSAY_VLP_STOP;
    }
}

enum assay_vlp_action assay_vlp_action_after(enum assay_vlp_type type, enum assay_tboot_error error)
{
    if (error == ASSAY_TBOOT_ERR_NONE)
        return ASSAY_VLP_GO_ON;
    return type == ASSAY_VLP_NONFATAL   ? after_nonfatal(error)
           : type == ASSAY_VLP_CONTINUE ? after_continue(error)
                                        : ASSAY_VLP_STOP;
}
