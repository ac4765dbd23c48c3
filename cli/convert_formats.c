/* SPDX-License-Identifier: BSD-2-Clause */
/* assay convert --to list: the formats, and what each has room for. */
#include "cli/convert.h"
#include "cli/document.h"
#include "cli/style.h"

#include <stdio.h>

enum { NAME_COLUMN = 16 };

static const char *banks_in_words(enum assay_room_banks banks)
{
    static const char *const words[] = {
        [ASSAY_ROOM_ANY_BANKS] = "any banks",
        [ASSAY_ROOM_ONE_BANK] = "one bank",
        [ASSAY_ROOM_SHA1_ONLY] = "SHA-1",
        [ASSAY_ROOM_BANK_BY_BANK] = "any banks, one a record",
    };

    return words[banks];
}

typedef struct trait {
    const char *key, *words;
    bool there;
} trait;

enum { TRAITS = 7 };

static void traits_of(const assay_format_room *room, trait ret_traits[static TRAITS])
{
    const trait traits[TRAITS] = {
        { "types", "event types", room->types },
        { "data", "data", room->data },
        { "labels", "labels", room->labels },
        { "spec_id", "Spec ID", room->spec_id },
        { "nv_indices", "NV indices", room->nv_indices },
        { "registers", "measurement registers", room->registers },
        { "only_bank", "records of one bank", room->only_bank },
    };

    memcpy(ret_traits, traits, sizeof traits);
}

static void put_room(assay_writer *out, const assay_format_room *room)
{
    trait traits[TRAITS];

    assay_put_string(out, banks_in_words(room->banks));
    traits_of(room, traits);
    for (size_t i = 0; i < TRAITS; i++)
        if (traits[i].there)
            assay_put_format(out, ", %s", traits[i].words);
    for (enum assay_content content = 0; content < ASSAY_CONTENTS; content++)
        if ((room->contents >> content & 1) != 0)
            assay_put_format(out, "%s%s",
                             (room->contents & ((1u << content) - 1)) == 0 ? "; contents " : " ",
                             assay_content_name(content));
}

static void put_format(const cli_call *call, const assay_format_info *info)
{
    const assay_format_room *const room = assay_format_room_of(info->name);
    char line[512];
    assay_writer words = assay_writer_lent(line, sizeof line - 1);

    assay_put_string(&words, info->title);
    assay_put_string(&words, room == NULL ? ". Read, not written" : ". ");
    if (room != NULL)
        put_room(&words, room);
    line[assay_written(&words).size] = '\0';
    cli_put_toned(call, CLI_STRONG, info->name);
    assay_put_format(call->out, "%*s", (int)(NAME_COLUMN - strlen(info->name)), "");
    cli_put_wrapped(call->out, line, NAME_COLUMN, NAME_COLUMN, call->width);
}

static void emit_format(assay_output *out, const assay_format_info *info)
{
    const assay_format_room *const room = assay_format_room_of(info->name);
    trait traits[TRAITS];

    assay_emit_object(out, NULL);
    assay_emit_string(out, "name", info->name);
    assay_emit_string(out, "title", info->title);
    assay_emit_bool(out, "writable", room != NULL);
    if (room != NULL) {
        assay_emit_object(out, "room");
        assay_emit_string(out, "banks", banks_in_words(room->banks));
        traits_of(room, traits);
        for (size_t i = 0; i < TRAITS; i++)
            assay_emit_bool(out, traits[i].key, traits[i].there);
        assay_emit_array(out, "contents");
        for (enum assay_content content = 0; content < ASSAY_CONTENTS; content++)
            if ((room->contents >> content & 1) != 0)
                assay_emit_string(out, NULL, assay_content_name(content));
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

void cli_convert_put_formats(const cli_call *call)
{
    const assay_format_info *info;

    if (call->common->notation == CLI_TEXT) {
        for (size_t i = 0; (info = assay_log_format_at(i)) != NULL; i++)
            put_format(call, info);
        return;
    }
    assay_output out = cli_document_begin(call);
    assay_emit_array(&out, "formats");
    for (size_t i = 0; (info = assay_log_format_at(i)) != NULL; i++)
        emit_format(&out, info);
    assay_emit_end(&out);
    assay_emit_end(&out);
}
