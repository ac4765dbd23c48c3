/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCR 7 before its separator: the variables of Secure Boot (PFP 1.06 section 3.3.4.8; EDK2
 * SecurityPkg/Tcg/Tcg2Dxe/Tcg2Dxe.c, MeasureAllSecureVariables).
 */
#include "base/utf16.h"
#include "boot/rebase/policy.h"
#include "eventlog/payload/variable.h"

#include <stddef.h>

static const struct {
    const char *name;
    size_t field; /* of assay_rebase */
} variables[] = {
    { "PK", offsetof(assay_rebase, pk) },   { "KEK", offsetof(assay_rebase, kek) },
    { "db", offsetof(assay_rebase, db) },   { "dbx", offsetof(assay_rebase, dbx) },
    { "dbt", offsetof(assay_rebase, dbt) },
};

/* The last one of the name: some firmware measures a variable anew when it changed. */
size_t assay_rebase_find_policy(const assay_rebase_work *work, const char *name)
{
    size_t found = work->count;

    for (size_t i = 0; i < work->count; i++) {
        assay_variable variable;

        if (work->items[i].is.role == ASSAY_ROLE_POLICY && !work->items[i].removed &&
            assay_variable_decode(assay_work_event(work, i)->data, &variable) &&
            assay_utf16_is(variable.name, name))
            found = i;
    }
    return found;
}

assay_bytes assay_rebase_policy(const assay_rebase_work *work, const char *name)
{
    const size_t at = assay_rebase_find_policy(work, name);
    assay_variable variable;

    if (at == work->count || !assay_variable_decode(assay_work_event(work, at)->data, &variable))
        return ASSAY_NO_BYTES;
    return variable.data;
}

void assay_rebase_measure_variable(assay_rebase_work *work, size_t at, assay_bytes data)
{
    const assay_event *const was = assay_work_was(work, at);
    const assay_bytes event = assay_work_variable_like(work, assay_work_event(work, at), data);
    assay_variable variable;

    if (work->status < 0 || was == NULL || !assay_variable_decode(was->data, &variable))
        return;
    if (assay_bytes_equal(variable.data, data) && !assay_variable_is_cut(&variable))
        return;
    if (assay_work_explains(work, at, &was->data, 1))
        assay_work_measure(work, at, &event, 1, event);
    else if (assay_work_explains(work, at, &variable.data, 1))
        assay_work_measure(work, at, &data, 1, event);
    else
        assay_work_unknown(work, at, event,
                           "what of this variable the machine hashes isn't known: its log's "
                           "digest isn't that of the logged data");
}

/* dbt has an event of its own only while it exists; it comes after dbx. */
static void add_dbt(assay_rebase_work *work)
{
    const size_t dbx = assay_rebase_find_policy(work, "dbx");
    assay_variable variable;

    if (dbx == work->count || !assay_variable_decode(assay_work_event(work, dbx)->data, &variable))
        return;
    const assay_bytes data = assay_work_variable(work, &variable.vendor, "dbt", work->what->dbt);
    if (assay_work_insert(work, dbx + 1, 7, EV_EFI_VARIABLE_DRIVER_CONFIG, ASSAY_ROLE_POLICY))
        assay_work_measure(work, dbx + 1, &data, 1, data);
}

static void replace(assay_rebase_work *work, const char *name, assay_bytes data)
{
    const size_t at = assay_rebase_find_policy(work, name);

    if (at < work->count && strcmp(name, "dbt") == 0 && data.size == 0)
        assay_work_remove(work, at);
    else if (at < work->count)
        assay_rebase_measure_variable(work, at, data);
    else if (strcmp(name, "dbt") == 0 && data.size > 0)
        add_dbt(work);
    else
        assay_work_remark(work, ASSAY_PART_SECURE_BOOT, false,
                          "the log has no event of the variable %s, so that replacing it changes "
                          "nothing",
                          name);
}

static bool was_on(const assay_rebase_work *work)
{
    return assay_rebase_find_policy(work, "SecureBoot") == work->count ||
           assay_rebase_is_secure(work);
}

void assay_rebase_secure_boot(assay_rebase_work *work)
{
    const enum assay_rebase_switch wanted = work->what->secure_boot;
    static const uint8_t states[] = { 0, 1 };

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const assay_bytes data =
            *(const assay_bytes *)(const void *)((const char *)work->what + variables[i].field);

        if (data.data != NULL)
            replace(work, variables[i].name, data);
    }
    /* It may be off by a value of 0, or by none. */
    if (wanted == ASSAY_REBASE_ON || (wanted == ASSAY_REBASE_OFF && was_on(work)))
        replace(work, "SecureBoot",
                assay_bytes_of(&states[wanted == ASSAY_REBASE_ON ? 1 : 0], 1));
}
