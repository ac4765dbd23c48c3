/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/keylime/keylime.h"

bool assay_keylime_knows(uint16_t alg)
{
    switch (alg) {
    case ASSAY_ALG_SHA1:
    case ASSAY_ALG_SHA256:
    case ASSAY_ALG_SHA384:
    case ASSAY_ALG_SHA512:
    case ASSAY_ALG_SM3_256:
        return true;
    default:
        return false;
    }
}

void assay_keylime_put_escaped(assay_writer *writer, assay_bytes text)
{
    static const char special[] = "()[]{}?*+-|^$\\.&~# \t\n\r\v\f";

    for (size_t i = 0; i < text.size; i++) {
        if (memchr(special, text.data[i], sizeof special - 1) != NULL)
            assay_put_char(writer, '\\');
        assay_put_u8(writer, text.data[i]);
    }
}

int assay_keylime_switch(const assay_export_job *job, const char *name, bool *ret_on,
                         assay_error *error)
{
    const char *const value = assay_export_setting_of(job, name);

    *ret_on = value != NULL && strcmp(value, "yes") == 0;
    if (value == NULL || *ret_on || strcmp(value, "no") == 0)
        return 0;
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE, "the setting %s is yes or no", name);
}
