/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/reference/describe.h"

#include "base/guid.h"
#include "base/hex.h"
#include "base/number.h"
#include "base/utf8.h"

#include <stdlib.h>

enum kind { TEXT, MOMENT, SCOPE, REVISION, CLASS_ID, IDENTITY };

typedef struct row {
    assay_reference_property property;
    enum kind kind;
    size_t offset;
} row;

#define ROW(name, value, help, kind, field)                                                        \
    {                                                                                              \
        { name, value, help }, kind, offsetof(assay_reference, field)                              \
    }

static const row rows[] = {
    ROW("name", "TEXT", "what the reference is of: an image, a machine", TEXT, name),
    ROW("version", "TEXT", "the version of that", TEXT, version),
    ROW("revision", "N", "the reference's own, from 1", REVISION, revision),
    ROW("supersedes", "HEX", "the identity of the reference that it replaces", IDENTITY,
        supersedes),
    ROW("vendor", "TEXT", "who says so", TEXT, vendor),
    ROW("vendor.uri", "URI", "where that is", TEXT, vendor_uri),
    ROW("scope", "platform|os|image|host", "whom the values are good for", SCOPE, scope),
    ROW("platform.manufacturer", "TEXT", "who made the machine", TEXT,
        environment.platform_manufacturer),
    ROW("platform.model", "TEXT", "its model", TEXT, environment.platform_model),
    ROW("platform.version", "TEXT", "and version", TEXT, environment.platform_version),
    ROW("firmware.vendor", "TEXT", "who made its firmware", TEXT, environment.firmware_vendor),
    ROW("firmware.version", "TEXT", "and which it is", TEXT, environment.firmware_version),
    ROW("os.name", "TEXT", "the operating system", TEXT, environment.os_name),
    ROW("os.version", "TEXT", "and its version", TEXT, environment.os_version),
    ROW("class-id", "UUID|OID", "of the class of machines", CLASS_ID, environment.class_id),
    ROW("host", "TEXT", "of scope host: which", TEXT, environment.host),
    ROW("not-before", "MOMENT", "good from then, as 2026-01-02T03:04:05Z", MOMENT, not_before),
    ROW("not-after", "MOMENT", "and until then", MOMENT, not_after),
};

const assay_reference_property *assay_reference_property_at(size_t index)
{
    return index < sizeof rows / sizeof *rows ? &rows[index].property : NULL;
}

static bool digits_of(const char *text, const char *shape)
{
    for (; *shape != '\0'; shape++, text++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return *text == '\0';
}

static unsigned two(const char *digits)
{
    return (unsigned)(10 * (digits[0] - '0') + digits[1] - '0');
}

bool assay_is_moment(const char *text)
{
    static const uint8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    if (!digits_of(text, "0000-00-00T00:00:00Z"))
        return false;
    const unsigned year = 100 * two(text) + two(text + 2), month = two(text + 5),
                   day = two(text + 8);
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           !(month == 2 && day == 29 && !leap) && two(text + 11) < 24 && two(text + 14) < 60 &&
           two(text + 17) < 60;
}

/* Numbers with dots between: at least two, none with a zero before others. */
static bool is_oid(const char *text)
{
    size_t arcs = 0;

    do {
        const size_t length = strspn(text, "0123456789");

        if (length == 0 || length > 10 || (length > 1 && text[0] == '0'))
            return false;
        arcs++;
        text += length;
    } while (*text++ == '.');
    return text[-1] == '\0' && arcs >= 2;
}

static int wrong(assay_error *error, const row *which)
{
    return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE, "%s is %s", which->property.name,
                      which->property.value);
}

static int set_text(assay_reference *reference, const row *which, const char *value,
                    assay_error *error)
{
    const char **const field = (const char **)(void *)((uint8_t *)reference + which->offset);
    const char *const kept =
        assay_arena_text(&reference->arena, assay_bytes_of_string(value));

    if (kept == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the reference");
    *field = kept;
    return 0;
}

static int set_scope(assay_reference *reference, const row *which, const char *value,
                     assay_error *error)
{
    for (int scope = ASSAY_SCOPE_PLATFORM; scope < ASSAY_SCOPES; scope++)
        if (strcmp(assay_scope_name((enum assay_scope)scope), value) == 0) {
            reference->scope = (enum assay_scope)scope;
            return 0;
        }
    return wrong(error, which);
}

static int set_revision(assay_reference *reference, const row *which, const char *value,
                        assay_error *error)
{
    char *end;
    const uint64_t number = strtoull(value, &end, 10);

    if (*value < '1' || *value > '9' || *end != '\0' || number > INT64_MAX)
        return wrong(error, which);
    reference->revision = number;
    return 0;
}

static bool is_identity(const char *value)
{
    return strlen(value) == 64 && strspn(value, "0123456789abcdef") == 64;
}

static int set_row(assay_reference *reference, const row *which, const char *value,
                   assay_error *error)
{
    assay_guid guid;

    if (which->kind == SCOPE)
        return set_scope(reference, which, value, error);
    if (which->kind == REVISION)
        return set_revision(reference, which, value, error);
    if ((which->kind == MOMENT && !assay_is_moment(value)) ||
        (which->kind == IDENTITY && !is_identity(value)) ||
        (which->kind == CLASS_ID && !is_oid(value) &&
         !assay_guid_parse(assay_bytes_of_string(value), &guid)))
        return wrong(error, which);
    return set_text(reference, which, value, error);
}

/* "ROLE.FIELD" behind "component.". */
static int set_component(assay_reference *reference, const char *name, const char *value,
                         assay_error *error)
{
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {
        { "name", offsetof(assay_reference_component, name) },
        { "version", offsetof(assay_reference_component, version) },
        { "version-scheme", offsetof(assay_reference_component, version_scheme) },
        { "vendor", offsetof(assay_reference_component, vendor) },
    };
    const char *const dot = strrchr(name, '.');
    size_t field = 0, found = 0;

    while (dot != NULL && field < sizeof fields / sizeof *fields &&
           strcmp(fields[field].name, dot + 1) != 0)
        field++;
    if (dot == NULL || field == sizeof fields / sizeof *fields)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "of a component there are name, version, version-scheme and vendor");
    const assay_bytes role = assay_bytes_of(name, (size_t)(dot - name));
    const char *const kept =
        assay_arena_text(&reference->arena, assay_bytes_of_string(value));
    if (kept == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the reference");
    for (size_t i = 0; i < reference->component_count; i++) {
        assay_reference_component *const one = &reference->components[i];

        if (!assay_bytes_equal(role, assay_bytes_of_string(assay_part_name(one->role))))
            continue;
        *(const char **)(void *)((uint8_t *)one + fields[field].offset) = kept;
        found++;
    }
    return found > 0 ? 0
                     : assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                                  "the reference has no component of that role");
}

int assay_reference_set(assay_reference *reference, const char *name, const char *value,
                        assay_error *error)
{
    static const char component[] = "component.";

    if (!assay_utf8_is_printable(assay_bytes_of_string(value)))
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "the value has characters that can't be shown as they are");
    if (strncmp(name, component, sizeof component - 1) == 0)
        return set_component(reference, name + sizeof component - 1, value, error);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].property.name, name) == 0)
            return set_row(reference, &rows[i], value, error);
    return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                      "a reference has no property of that name");
}
