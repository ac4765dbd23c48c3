/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies a manual page in scdoc's notation from standard input to standard output and
 * puts the library's own tables where the page has a line @FORMATS@, @TYPES@,
 * @FINDINGS@, @LOSSES@, @OBJECTIONS@, @EXPORTS@ or @PROPERTIES@: what the page says is what the program knows. With
 * --findings prints docs/findings.md, the table of findings for those who read it in a browser.
 */
#include "eventlog/convert.h"
#include "eventlog/finding.h"
#include "eventlog/log.h"
#include "eventlog/types.h"
#include "policy/export/export.h"
#include "policy/lcp/nv.h"
#include "policy/reference/describe.h"

#include <stdio.h>
#include <string.h>

static void print_formats(void)
{
    const assay_format_info *format;

    for (size_t i = 0; (format = assay_log_format_at(i)) != NULL; i++)
        printf("*%s*\n\t%s. %s. %s\n\n", format->name, format->title, format->clause,
               format->writable ? "Read and written." : "Read.");
}

static const char *const rules[] = {
    [ASSAY_RULES_NONE] = "the measured bytes are not in the log",
    [ASSAY_RULES_DATA] = "H(data), always",
    [ASSAY_RULES_ACTION] = "H(data), but for the names that coreboot logs",
    [ASSAY_RULES_MAYBE_DATA] = "H(data), or of bytes that are not in the log",
    [ASSAY_RULES_VERSION] = "H(data); some firmware hashes other bytes",
    [ASSAY_RULES_VARIABLE] = "H(UEFI_VARIABLE_DATA)",
    [ASSAY_RULES_BOOT_VARIABLE] = "H(UEFI_VARIABLE_DATA) or H(VariableData)",
    [ASSAY_RULES_AUTHORITY] = "H(UEFI_VARIABLE_DATA), or what shim hashes of its own entries",
    [ASSAY_RULES_TAGGED] = "H(data), H(taggedEventData), or of what the tag points to",
    [ASSAY_RULES_IPL] = "what the boot loader that wrote it hashes",
    [ASSAY_RULES_SEPARATOR] = "H(data)",
    [ASSAY_RULES_HCRTM] = "of the measured code",
    [ASSAY_RULES_TXT_DATA] = "H(data) where there is data",
    [ASSAY_RULES_HASH_START] = "H(data), or H(zeros | H(data)), which is PCR 17 itself",
};

static void print_types(void)
{
    const assay_event_type *type;

    for (unsigned i = 0; (type = assay_event_type_at(i)) != NULL; i++) {
        printf("*%s* (0x%08x)\n\t", type->name, type->value);
        if (type->extends)
            printf("Extended. Digest: %s. ", rules[type->rules]);
        else
            printf("Never extended. ");
        printf("%s.\n\n", type->clause);
    }
}

static void print_objections(void)
{
    static const char *const weights[] = { "Said, and done", "Refused", "Impossible" };

    for (unsigned i = 0; i < ASSAY_LCP_NV_OBJECTIONS; i++) {
        const assay_lcp_nv_objection_info *const info =
            assay_lcp_nv_objection_describe((enum assay_lcp_nv_objection)i);

        printf("*%s*\n\t%s: %s. %s.\n\n", info->name, weights[info->weight], info->meaning,
               info->action);
    }
}

static void print_losses(void)
{
    for (enum assay_loss loss = 0; loss < ASSAY_LOSSES; loss++)
        printf("*%s*\n\t%s\n\n", assay_loss_describe(loss)->name,
               assay_loss_describe(loss)->sentence);
}

/* scdoc's own characters, where a table's text has them. */
static void print_text(const char *text)
{
    for (; *text != '\0'; text++)
        printf(strchr("*_<\\#", *text) != NULL ? "\\%c" : "%c", *text);
}

static void print_settings(const assay_export_setting_info *info)
{
    for (; info != NULL && info->name != NULL; info++) {
        printf("\n\n\t*%s*=", info->name);
        print_text(info->value);
        printf(": ");
        print_text(info->help);
        putchar('.');
    }
}

static void print_exports(void)
{
    const assay_export_format *format;

    for (size_t i = 0; (format = assay_export_format_at(i)) != NULL; i++) {
        printf("*%s*\n\t", format->name);
        print_text(format->title);
        printf("%s%s%s.\n\n\t_Read by_: ", format->folder ? "; a folder" : "",
               format->takes_key ? "; can be signed" : "",
               format->read != NULL ? "; can be imported" : "");
        print_text(format->reader);
        printf(".\n\n\t_Holds_: ");
        print_text(format->holds);
        printf(".\n\n\t_Loses_: ");
        print_text(format->loses);
        putchar('.');
        print_settings(format->settings);
        printf("\n\n");
    }
}

static void print_properties(void)
{
    const assay_reference_property *property;

    for (size_t i = 0; (property = assay_reference_property_at(i)) != NULL; i++) {
        printf("*%s*=", property->name);
        print_text(property->value);
        printf("\n\t");
        print_text(property->help);
        printf(".\n\n");
    }
}

/* The rows of findings.def, and before those of a group its title and the verbs that find them. */
static const struct finding_row {
    const char *title, *verbs;
    enum assay_finding_code code;
} finding_rows[] = {
#define FINDING_GROUP(title, verbs) { title, verbs, ASSAY_FINDING_CODES },
#define FINDING(token, name, severity, meaning, action, seen) { NULL, NULL, ASSAY_FINDING_##token },
#include "eventlog/findings.def"
#undef FINDING
};

enum { FINDING_ROWS = sizeof finding_rows / sizeof *finding_rows };

static void print_finding(enum assay_finding_code code)
{
    const assay_finding_info *const finding = assay_finding_describe(code);

    printf("*%s* (%s)\n\t%s\n\n\t_Seen_: %s\n\n\t_What to do_: %s\n\n", finding->name,
           assay_severity_name(finding->severity), finding->meaning, finding->seen,
           finding->action);
}

static void print_findings(void)
{
    for (const struct finding_row *row = finding_rows; row < finding_rows + FINDING_ROWS; row++)
        if (row->title != NULL)
            printf("## %s\n\nFound by %s.\n\n", row->title, row->verbs);
        else
            print_finding(row->code);
}

/* A cell of a Markdown table. */
static void print_cell(const char *text)
{
    for (; *text != '\0'; text++)
        printf(strchr("|*_<\\", *text) != NULL ? "\\%c" : "%c", *text);
    printf(" |");
}

static void print_findings_page(void)
{
    printf("# Findings\n\n"
           "What assay may find odd about an event log, from the table that the program itself "
           "uses\n(eventlog/findings.def); `make docs` writes this page. assay-findings(7) has the "
           "same, and says\nwhat the severities mean, how `--fail-on` takes codes, and what a finding "
           "is in JSON.\n");
    for (const struct finding_row *row = finding_rows; row < finding_rows + FINDING_ROWS; row++) {
        if (row->title != NULL) {
            printf("\n## %s\n\nFound by %s.\n\n"
                   "| code | severity | what it means | seen | what to do |\n|---|---|---|---|---|\n",
                   row->title, row->verbs);
            continue;
        }
        const assay_finding_info *const finding = assay_finding_describe(row->code);
        printf("| `%s` | %s | ", finding->name, assay_severity_name(finding->severity));
        print_cell(finding->meaning);
        putchar(' ');
        print_cell(finding->seen);
        putchar(' ');
        print_cell(finding->action);
        putchar('\n');
    }
}

static const struct {
    const char *line;
    void (*print)(void);
} tables[] = {
    { "@FORMATS@\n", print_formats },
    { "@TYPES@\n", print_types },
    { "@FINDINGS@\n", print_findings },
    { "@LOSSES@\n", print_losses },
    { "@OBJECTIONS@\n", print_objections },
    { "@EXPORTS@\n", print_exports },
    { "@PROPERTIES@\n", print_properties },
};

static int print_table(const char *line)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(line, tables[i].line) == 0) {
            tables[i].print();
            return 1;
        }
    return 0;
}

int main(int argc, char **argv)
{
    char line[1024];

    if (argc == 2 && strcmp(argv[1], "--findings") == 0)
        print_findings_page();
    else if (argc != 1)
        return 2;
    else
        while (fgets(line, sizeof line, stdin) != NULL)
            if (!print_table(line))
                fputs(line, stdout);
    return fflush(stdout) == 0 ? 0 : 1;
}
