/* SPDX-License-Identifier: BSD-2-Clause */
/* eventlog/finding.h: of each code so many are kept, and all are counted. */
#include <criterion/criterion.h>
#include <string.h>

#include "eventlog/finding.h"

enum { MANY = 3 * ASSAY_FINDINGS_PER_CODE };

static assay_findings list, more;

static void add(assay_findings *findings, enum assay_finding_code code, uint32_t event)
{
    assay_findings_add(findings, code, event, 10 * event, 7, "number %u", event);
}

Test(finding, of_each_code_the_first_are_kept_and_all_are_counted)
{
    for (uint32_t i = 0; i < MANY; i++)
        add(&list, ASSAY_FINDING_PCR_RANGE, i);
    add(&list, ASSAY_FINDING_TRUNCATED, MANY);
    cr_expect_eq(list.count, ASSAY_FINDINGS_PER_CODE + 1);
    cr_expect_eq(list.seen[ASSAY_FINDING_PCR_RANGE], MANY);
    cr_expect_eq(assay_findings_count(&list, ASSAY_NOTE), MANY + 1);
    cr_expect_eq(assay_findings_count(&list, ASSAY_ERROR), 1);
    const assay_finding *const last = &list.list[ASSAY_FINDINGS_PER_CODE];
    cr_expect_eq(last->code, ASSAY_FINDING_TRUNCATED);
    cr_expect_eq(last->event, MANY);
    cr_expect_eq(last->offset, 10 * MANY);
    cr_expect_eq(last->pcr, 7);
    cr_expect_str_eq(last->detail, "number 48");
    assay_findings_reset(&list);
    cr_expect_eq(assay_findings_count(&list, ASSAY_NOTE), 0);
    assay_findings_add(NULL, ASSAY_FINDING_TAIL, 0, 0, 0, "nobody asked");
}

Test(finding, two_lists_become_one_with_the_room_of_one)
{
    for (uint32_t i = 0; i < 10; i++) {
        add(&list, ASSAY_FINDING_PCR_RANGE, i);
        add(&more, ASSAY_FINDING_PCR_RANGE, 100 + i);
        add(&more, ASSAY_FINDING_TAIL, 200 + i);
    }
    assay_findings_append(&list, &more);
    cr_expect_eq(list.count, ASSAY_FINDINGS_PER_CODE + 10);
    cr_expect_eq(list.seen[ASSAY_FINDING_PCR_RANGE], 20);
    cr_expect_eq(list.seen[ASSAY_FINDING_TAIL], 10);
    cr_expect_eq(list.list[9].event, 9);
    cr_expect_eq(list.list[10].event, 100);
    /* The second list in its order: of the one code there is room for six. */
    cr_expect_eq(list.list[20].event, 105);
    cr_expect_eq(list.list[21].event, 205);
    cr_expect_eq(list.list[22].event, 206);
}

Test(finding, every_code_says_what_it_means_where_it_was_seen_and_what_to_do)
{
    for (int code = 0; code < ASSAY_FINDING_CODES; code++) {
        const assay_finding_info *const info =
            assay_finding_describe((enum assay_finding_code)code);

        cr_expect_gt(strlen(info->name), 0);
        cr_expect_eq(info->meaning[strlen(info->meaning) - 1], '.', "%s", info->name);
        cr_expect_eq(info->action[strlen(info->action) - 1], '.', "%s", info->name);
        cr_expect_eq(info->seen[0] == '\0' ? '\0' : info->seen[strlen(info->seen) - 1], '.',
                     "%s: where was it seen?", info->name);
        for (int other = 0; other < code; other++)
            cr_expect_str_neq(info->name,
                              assay_finding_describe((enum assay_finding_code)other)->name);
    }
}
