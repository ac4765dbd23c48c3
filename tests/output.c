/* SPDX-License-Identifier: BSD-2-Clause */
/* base/output.h: the same calls in three notations, and nothing in a value can do harm. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>

#include "base/output.h"

static char room[64 * 1024];

static const char *text_of(const assay_writer *writer)
{
    cr_assert_eq(writer->failure, 0);
    cr_assert_lt(writer->used, sizeof room);
    room[writer->used] = '\0';
    return room;
}

typedef assay_output (*notation)(assay_writer *writer);
static const notation notations[] = { assay_output_json, assay_output_json_line, assay_output_yaml,
                                      assay_output_text };
enum { NOTATIONS = sizeof notations / sizeof *notations };

static void emit_sample(assay_output *out)
{
    static const assay_guid guid =
        ASSAY_GUID(0x8be4df61, 0x93ca, 0x11d2, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "name", "no");
    assay_emit_array(out, "events");
    for (uint64_t i = 0; i < 2; i++) {
        assay_emit_object(out, NULL);
        assay_emit_u64(out, "number", i);
        assay_emit_array(out, "pcrs");
        assay_emit_u64(out, NULL, 7);
        assay_emit_array(out, NULL);
        assay_emit_bool(out, NULL, true);
        assay_emit_end(out);
        assay_emit_end(out);
        assay_emit_hex(out, "digest", assay_bytes_of("\x00\xff", 2));
        assay_emit_object(out, "decoded");
        assay_emit_end(out);
        assay_emit_end(out);
    }
    assay_emit_end(out);
    assay_emit_array(out, "findings");
    assay_emit_end(out);
    assay_emit_null(out, "nothing");
    assay_emit_address(out, "address", 0xFFFFFFFFFFFFFFFF);
    assay_emit_guid(out, "guid", &guid);
    assay_emit_end(out);
}

static const char *sample_in(notation make)
{
    assay_writer writer = assay_writer_lent(room, sizeof room);
    assay_output out = make(&writer);

    emit_sample(&out);
    return text_of(&writer);
}

Test(output, json_has_a_line_for_each_key_and_each_element_at_the_top)
{
    cr_expect_str_eq(sample_in(assay_output_json),
                     "{\n"
                     "\"name\":\"no\",\n"
                     "\"events\":[\n"
                     "{\"number\":0,\"pcrs\":[7,[true]],\"digest\":\"00ff\",\"decoded\":{}},\n"
                     "{\"number\":1,\"pcrs\":[7,[true]],\"digest\":\"00ff\",\"decoded\":{}}\n"
                     "],\n"
                     "\"findings\":[],\n"
                     "\"nothing\":null,\n"
                     "\"address\":\"0xffffffffffffffff\",\n"
                     "\"guid\":\"8be4df61-93ca-11d2-aa0d-00e098032b8c\"\n"
                     "}\n");
}

Test(output, a_json_line_is_one_line)
{
    cr_expect_str_eq(sample_in(assay_output_json_line),
                     "{\"name\":\"no\",\"events\":["
                     "{\"number\":0,\"pcrs\":[7,[true]],\"digest\":\"00ff\",\"decoded\":{}},"
                     "{\"number\":1,\"pcrs\":[7,[true]],\"digest\":\"00ff\",\"decoded\":{}}],"
                     "\"findings\":[],\"nothing\":null,\"address\":\"0xffffffffffffffff\","
                     "\"guid\":\"8be4df61-93ca-11d2-aa0d-00e098032b8c\"}\n");
}

Test(output, yaml_is_blocks_and_quoted_strings)
{
    cr_expect_str_eq(sample_in(assay_output_yaml),
                     "name: \"no\"\n"
                     "events:\n"
                     "  - number: 0\n"
                     "    pcrs:\n"
                     "      - 7\n"
                     "      - - true\n"
                     "    digest: \"00ff\"\n"
                     "    decoded: {}\n"
                     "  - number: 1\n"
                     "    pcrs:\n"
                     "      - 7\n"
                     "      - - true\n"
                     "    digest: \"00ff\"\n"
                     "    decoded: {}\n"
                     "findings: []\n"
                     "nothing: null\n"
                     "address: \"0xffffffffffffffff\"\n"
                     "guid: \"8be4df61-93ca-11d2-aa0d-00e098032b8c\"\n");
}

Test(output, text_is_keys_and_values)
{
    cr_expect_str_eq(sample_in(assay_output_text),
                     "name: no\n"
                     "events:\n"
                     "  - number: 0\n"
                     "    pcrs:\n"
                     "      - 7\n"
                     "      - - true\n"
                     "    digest: 00ff\n"
                     "    decoded: none\n"
                     "  - number: 1\n"
                     "    pcrs:\n"
                     "      - 7\n"
                     "      - - true\n"
                     "    digest: 00ff\n"
                     "    decoded: none\n"
                     "findings: none\n"
                     "nothing: -\n"
                     "address: 0xffffffffffffffff\n"
                     "guid: 8be4df61-93ca-11d2-aa0d-00e098032b8c\n");
}

Test(output, an_array_may_be_the_document)
{
    static const char *const documents[] = { "[\n1,\n[]\n]\n", "[1,[]]\n", "- 1\n- []\n",
                                             "- 1\n- none\n" };

    for (size_t i = 0; i < NOTATIONS; i++) {
        assay_writer writer = assay_writer_lent(room, sizeof room);
        assay_output out = notations[i](&writer);

        assay_emit_array(&out, NULL);
        assay_emit_u64(&out, NULL, 1);
        assay_emit_array(&out, NULL);
        assay_emit_end(&out);
        assay_emit_end(&out);
        cr_expect_str_eq(text_of(&writer), documents[i]);
    }
}

/* One way to write a value; each is tried with the others' notations too. */
static const char *with_text(notation make, assay_bytes value)
{
    assay_writer writer = assay_writer_lent(room, sizeof room);
    assay_output out = make(&writer);

    assay_emit_object(&out, NULL);
    assay_emit_text(&out, "v", value);
    assay_emit_end(&out);
    return text_of(&writer);
}

/* What terminals act on: C0 but the newline between lines, DEL, C1 in UTF-8. */
static void expect_harmless(const char *text)
{
    for (size_t i = 0; text[i] != '\0'; i++) {
        const unsigned char c = (unsigned char)text[i];

        cr_expect((c >= 0x20 && c != 0x7F) || c == '\n', "byte 0x%02x", c);
        cr_expect_not(c == 0xC2 && (unsigned char)text[i + 1] < 0xA0, "a C1 control");
    }
}

Test(output, every_byte_between_others_is_json_and_harmless)
{
    for (int byte = 0; byte < 256; byte++) {
        const uint8_t value[] = { 'a', (uint8_t)byte, 'z' };
        /* jansson refuses what is not UTF-8 and raw control characters. */
        json_t *const json = json_loads(with_text(assay_output_json, assay_bytes_of(value, 3)),
                                        JSON_ALLOW_NUL, NULL);

        cr_assert_not_null(json, "byte 0x%02x", byte);
        const json_t *const string = json_object_get(json, "v");
        if (byte < 0x80)
            cr_expect_arr_eq(json_string_value(string), value, 3);
        else
            cr_expect_str_eq(json_string_value(string), "a\xEF\xBF\xBDz");
        json_decref(json);
        for (size_t i = 0; i < NOTATIONS; i++)
            expect_harmless(with_text(notations[i], assay_bytes_of(value, 3)));
    }
}

static const struct {
    const char *about, *utf8, *json, *yaml, *text;
} characters[] = {
    { "a quote", "\"", "\\\"", "\\\"", "\"" },
    { "a backslash of a path", "\\EFI", "\\\\EFI", "\\\\EFI", "\\EFI" },
    { "a new line", "\n", "\\n", "\\n", "\\n" },
    { "escape", "\x1b[2J", "\\u001b[2J", "\\u001b[2J", "\\x1b[2J" },
    { "DEL", "\x7f", "\\u007f", "\\u007f", "\\x7f" },
    { "CSI of C1", "\xC2\x9B", "\\u009b", "\\u009b", "\\u009b" },
    { "NEL, a line break of YAML 1.1", "\xC2\x85", "\\u0085", "\\u0085", "\\u0085" },
    { "the first after C1", "\xC2\xA0", "\xC2\xA0", "\xC2\xA0", "\xC2\xA0" },
    { "an umlaut", "\xC3\xA4", "\xC3\xA4", "\xC3\xA4", "\xC3\xA4" },
    { "soft hyphen", "\xC2\xAD", "\\u00ad", "\\u00ad", "\\u00ad" },
    { "right-to-left override", "\xE2\x80\xAE", "\\u202e", "\\u202e", "\\u202e" },
    { "right-to-left isolate", "\xE2\x81\xA7", "\\u2067", "\\u2067", "\\u2067" },
    { "zero width space", "\xE2\x80\x8B", "\\u200b", "\\u200b", "\\u200b" },
    { "line separator", "\xE2\x80\xA8", "\\u2028", "\\u2028", "\\u2028" },
    { "byte order mark", "\xEF\xBB\xBF", "\\ufeff", "\\ufeff", "\\ufeff" },
    { "noncharacter U+FFFE", "\xEF\xBF\xBE", "\\ufffe", "\\ufffe", "\\ufffe" },
    { "U+FFFD itself", "\xEF\xBF\xBD", "\xEF\xBF\xBD", "\xEF\xBF\xBD", "\xEF\xBF\xBD" },
    { "beyond the first plane", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80",
      "\xF0\x9F\x98\x80" },
    { "a tag character, U+E0041", "\xF3\xA0\x81\x81", "\\udb40\\udc41", "\\U000e0041", "\\ue0041" },
    { "the last noncharacter", "\xF4\x8F\xBF\xBF", "\\udbff\\udfff", "\\U0010ffff", "\\u10ffff" },
    /* What is not UTF-8, RFC 3629 section 10. */
    { "a continuation byte alone", "\x80", "\\ufffd", "\\uFFFD", "\\x80" },
    { "overlong NUL", "\xC0\x80", "\\ufffd\\ufffd", "\\uFFFD\\uFFFD", "\\xc0\\x80" },
    { "overlong slash", "\xE0\x80\xAF", "\\ufffd\\ufffd\\ufffd", "\\uFFFD\\uFFFD\\uFFFD",
      "\\xe0\\x80\\xaf" },
    { "a surrogate", "\xED\xA0\x80", "\\ufffd\\ufffd\\ufffd", "\\uFFFD\\uFFFD\\uFFFD",
      "\\xed\\xa0\\x80" },
    { "beyond U+10FFFF", "\xF4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd",
      "\\uFFFD\\uFFFD\\uFFFD\\uFFFD", "\\xf4\\x90\\x80\\x80" },
    { "cut after two bytes of three", "\xE2\x82", "\\ufffd\\ufffd", "\\uFFFD\\uFFFD",
      "\\xe2\\x82" },
    { "a first byte, then a letter", "\xC3" "A", "\\ufffdA", "\\uFFFDA", "\\xc3A" },
};

Test(output, what_is_odd_is_escaped_and_what_is_not_stays)
{
    char expected[256];

    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++) {
        const assay_bytes value = assay_bytes_of_string(characters[i].utf8);

        snprintf(expected, sizeof expected, "{\n\"v\":\"%s\"\n}\n", characters[i].json);
        cr_expect_str_eq(with_text(assay_output_json, value), expected, "%s", characters[i].about);
        snprintf(expected, sizeof expected, "v: \"%s\"\n", characters[i].yaml);
        cr_expect_str_eq(with_text(assay_output_yaml, value), expected, "%s", characters[i].about);
        snprintf(expected, sizeof expected, "v: %s\n", characters[i].text);
        cr_expect_str_eq(with_text(assay_output_text, value), expected, "%s", characters[i].about);
    }
}

/* Text is looked at eight bytes at a time: an odd byte is seen in each of the places. */
Test(output, an_odd_byte_is_seen_wherever_it_stands)
{
    static const uint8_t odd[] = { 0x00, 0x1F, 0x22, 0x5C, 0x7F, 0x80, 0xFF };

    for (size_t size = 1; size <= 25; size++)
        for (size_t at = 0; at < size; at++)
            for (size_t i = 0; i < sizeof odd; i++) {
                uint8_t value[25];

                memset(value, '~', sizeof value);
                value[at] = odd[i];
                json_t *const json =
                    json_loads(with_text(assay_output_json, assay_bytes_of(value, size)),
                               JSON_ALLOW_NUL, NULL);
                cr_assert_not_null(json);
                const json_t *const string = json_object_get(json, "v");
                cr_expect_eq(json_string_length(string), size + (odd[i] < 0x80 ? 0 : 2));
                cr_expect_arr_eq(json_string_value(string), value, at);
                json_decref(json);
            }
}

Test(output, utf16_comes_out_whole_wherever_a_pair_of_surrogates_lies)
{
    /* U+1F600 is D83D DE00 in UTF-16 and F0 9F 98 80 in UTF-8. */
    for (size_t before = 0; before < 200; before++) {
        uint8_t utf16[2 * 201 + 2];
        char utf8[201 + 4];

        for (size_t i = 0; i < before; i++)
            memcpy(utf16 + 2 * i, "a", 2);
        memcpy(utf16 + 2 * before, "\x3D\xD8\x00\xDE", 4);
        memset(utf8, 'a', before);
        memcpy(utf8 + before, "\xF0\x9F\x98\x80", 5);

        assay_writer writer = assay_writer_lent(room, sizeof room);
        assay_output out = assay_output_json(&writer);
        assay_emit_object(&out, NULL);
        assay_emit_text16(&out, "v", assay_bytes_of(utf16, 2 * before + 4));
        assay_emit_end(&out);
        json_t *const json = json_loads(text_of(&writer), 0, NULL);
        cr_assert_not_null(json);
        cr_expect_str_eq(json_string_value(json_object_get(json, "v")), utf8);
        json_decref(json);
    }
}

Test(output, broken_utf16_comes_out_as_replacement_characters)
{
    static const struct {
        const char *about, *utf16;
        size_t size;
        const char *text;
    } cases[] = {
        { "a high surrogate at the end", "a\0\x3D\xD8", 4, "v: a\xEF\xBF\xBD\n" },
        { "a low surrogate first", "\x00\xDE" "a\0", 4, "v: \xEF\xBF\xBD" "a\n" },
        { "two high surrogates, then a low one", "\x3D\xD8\x3D\xD8\x00\xDE", 6,
          "v: \xEF\xBF\xBD\xF0\x9F\x98\x80\n" },
        { "an odd byte at the end", "a\0b", 3, "v: a\xEF\xBF\xBD\n" },
        { "a NUL inside", "a\0\0\0b\0", 6, "v: a\\x00b\n" },
        { "right-to-left override", "\x2E\x20", 2, "v: \\u202e\n" },
        { "nothing", "", 0, "v: \n" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assay_writer writer = assay_writer_lent(room, sizeof room);
        assay_output out = assay_output_text(&writer);

        assay_emit_object(&out, NULL);
        assay_emit_text16(&out, "v", assay_bytes_of(cases[i].utf16, cases[i].size));
        assay_emit_end(&out);
        cr_expect_str_eq(text_of(&writer), cases[i].text, "%s", cases[i].about);
    }
}

Test(output, parts_written_apart_join_to_the_same_document)
{
    for (size_t i = 0; i < NOTATIONS; i++) {
        char apart[256];
        char whole[256];

        for (int forked = 0; forked < 2; forked++) {
            assay_writer writer = assay_writer_lent(room, sizeof room);
            assay_output out = notations[i](&writer);

            assay_emit_object(&out, NULL);
            assay_emit_array(&out, "events");
            for (uint64_t part = 0; part < 3; part++) {
                assay_writer part_writer = assay_writer_lent(apart, sizeof apart);
                assay_output fork = assay_output_fork(&out, &part_writer);

                for (uint64_t n = 0; n < part; n++)
                    assay_emit_u64(forked ? &fork : &out, NULL, 10 * part + n);
                assay_output_join(&out, assay_written(&part_writer));
            }
            assay_emit_end(&out);
            assay_emit_end(&out);
            if (forked)
                cr_expect_str_eq(text_of(&writer), whole);
            else
                strcpy(whole, text_of(&writer));
        }
    }
}

Test(output, objects_nest_as_deep_as_the_header_says)
{
    assay_writer writer = assay_writer_lent(room, sizeof room);
    assay_output out = assay_output_json_line(&writer);

    assay_emit_array(&out, NULL);
    for (int i = 1; i < ASSAY_OUTPUT_DEPTH; i++)
        assay_emit_array(&out, NULL);
    for (int i = 0; i < ASSAY_OUTPUT_DEPTH; i++)
        assay_emit_end(&out);
    cr_expect_str_eq(text_of(&writer), "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]\n");
}
