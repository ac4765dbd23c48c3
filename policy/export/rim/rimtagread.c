/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a base RIM: what the schema of ISO/IEC 19770-2:2015 demands of the elements that matter
 * here, and what a verifier would stumble over.
 */
#include "policy/export/rim/rimdsig.h"

#include "base/hex.h"

/* The tag being read. */
typedef struct reading {
    assay_arena *arena;
    assay_error *error;
    assay_rim_tag *tag;
    const xmlNode *root, *payload;
    size_t entities;
    bool creator; /* an Entity is the tagCreator */
    bool failed;  /* no memory */
} reading;

/* Without memory an attribute looks as if it weren't there. */
static int refuse(const reading *r, const xmlNode *node, const char *what)
{
    if (r->failed)
        return assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag");
    return assay_rim_xml_refuse(node, ASSAY_MALFORMED, r->error, "%s", what);
}

static const char *get(reading *r, const xmlNode *node, const char *name)
{
    return assay_rim_xml_get(node, NULL, name, r->arena, &r->failed);
}

/* The attributes of the table that an element has, unless another one had them before. */
static void take_texts(reading *r, const xmlNode *node, enum assay_rim_element which)
{
    for (size_t i = 0; i < ASSAY_RIM_TEXTS; i++) {
        const assay_rim_text_info *const row = assay_rim_text_at((enum assay_rim_text)i);

        if (row->element != which || r->tag->texts[i] != NULL)
            continue;
        r->tag->texts[i] = assay_rim_xml_get(node, assay_rim_space_uri(row->space), row->attribute,
                                             r->arena, &r->failed);
        /* The standard has the attributes of NIST IR 8060 as Meta's own, too. */
        if (r->tag->texts[i] == NULL && row->space == ASSAY_RIM_NIST)
            r->tag->texts[i] = get(r, node, row->attribute);
    }
}

static bool is_boolean(const char *text)
{
    return text == NULL || strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

/* Decimal digits alone, below 2^63; false for anything else. */
static bool read_number(const char *text, uint64_t *ret_number)
{
    uint64_t number = 0;

    if (text == NULL || *text == '\0' || strlen(text) > 18 ||
        text[strspn(text, "0123456789")] != '\0')
        return false;
    for (const char *at = text; *at != '\0'; at++)
        number = number * 10 + (uint64_t)(*at - '0');
    *ret_number = number;
    return true;
}

static int read_identity(reading *r)
{
    const char *const *const texts = r->tag->texts;
    uint64_t version;

    if (!assay_rim_xml_is(r->root, ASSAY_RIM_SWID, "SoftwareIdentity"))
        return refuse(r, r->root, "the root is no SoftwareIdentity of ISO/IEC 19770-2:2015");
    take_texts(r, r->root, ASSAY_RIM_IN_IDENTITY);
    if (texts[ASSAY_RIM_NAME] == NULL || texts[ASSAY_RIM_TAG_ID] == NULL)
        return refuse(r, r->root, "SoftwareIdentity has no name, or no tagId");
    if (texts[ASSAY_RIM_TAG_VERSION] != NULL &&
        !read_number(texts[ASSAY_RIM_TAG_VERSION], &version))
        return refuse(r, r->root, "tagVersion is no number");
    if (!is_boolean(texts[ASSAY_RIM_CORPUS]) || !is_boolean(texts[ASSAY_RIM_PATCH]) ||
        !is_boolean(texts[ASSAY_RIM_SUPPLEMENTAL]))
        return refuse(r, r->root, "corpus, patch and supplemental are true or false");
    return 0;
}

static int read_entity(reading *r, const xmlNode *node)
{
    const char *const role = get(r, node, "role");

    if (get(r, node, "name") == NULL || role == NULL)
        return refuse(r, node, "Entity has no name, or no role");
    if (r->entities++ == 0 || (!r->creator && assay_rim_has_word(role, "tagCreator"))) {
        r->tag->texts[ASSAY_RIM_ENTITY_NAME] = NULL;
        r->tag->texts[ASSAY_RIM_REGID] = NULL;
        r->tag->texts[ASSAY_RIM_ROLE] = NULL;
        take_texts(r, node, ASSAY_RIM_IN_ENTITY);
    }
    r->creator = r->creator || assay_rim_has_word(role, "tagCreator");
    return 0;
}

static int read_link(reading *r, const xmlNode *node)
{
    const char *const rel = get(r, node, "rel");

    if (rel == NULL || get(r, node, "href") == NULL)
        return refuse(r, node, "Link has no href, or no rel");
    if (strcmp(rel, "installationmedia") == 0)
        take_texts(r, node, ASSAY_RIM_IN_LINK_MEDIA);
    else if (strcmp(rel, "supersedes") == 0)
        take_texts(r, node, ASSAY_RIM_IN_LINK_SUPERSEDES);
    return 0;
}

static int read_hash(reading *r, const xmlNode *node, const xmlAttr *attribute,
                     assay_rim_file *file)
{
    const xmlNs *const space = attribute->ns;
    const char *const uri = space == NULL || space->href == NULL ? "" : (const char *)space->href;
    const uint16_t alg = assay_rim_hash_of_uri(uri);

    if (alg == 0 || strcmp((const char *)attribute->name, "hash") != 0)
        return 0;
    if (file->hash_count == ASSAY_RIM_HASHES)
        return refuse(r, node, "File has two hashes of one algorithm");
    assay_rim_hash *const hash = &file->hashes[file->hash_count++];
    const char *const text = assay_rim_xml_get(node, uri, "hash", r->arena, &r->failed);
    hash->alg = alg;
    if (text == NULL ||
        !assay_hex_decode(assay_bytes_of_string(text), hash->value, assay_alg_find(alg)->size))
        return refuse(r, node, "a hash has not as many hexadecimal digits as its algorithm");
    return 0;
}

static int read_file(reading *r, const xmlNode *node)
{
    const char *const name = get(r, node, "name");
    assay_rim_file *const file =
        r->tag->file_count == ASSAY_RIM_FILES_MAX
            ? NULL
            : assay_arena_more(r->arena, &r->tag->files, r->tag->file_count, sizeof *file);

    if (r->tag->file_count == ASSAY_RIM_FILES_MAX)
        return refuse(r, node, "more support RIMs than one base RIM can have here");
    if (file == NULL) {
        r->failed = true;
        return 0;
    }
    r->tag->file_count++;
    if (name == NULL || *assay_rim_base_name(name) == '\0')
        return refuse(r, node, "File has no name");
    if (!assay_rim_xml_is(node->parent, ASSAY_RIM_SWID, "Directory"))
        return refuse(r, node, "File is in no Directory");
    file->name = assay_rim_base_name(name);
    file->line = (unsigned)xmlGetLineNo(node);
    if (!read_number(get(r, node, "size"), &file->size))
        return refuse(r, node, "File has no size that is a number");
    for (const xmlAttr *at = node->properties; at != NULL; at = at->next) {
        const int status = read_hash(r, node, at, file);

        if (status < 0)
            return status;
    }
    if (file->hash_count == 0)
        return refuse(r, node, "File has no hash of SHA-256, SHA-384 or SHA-512");
    take_texts(r, node, ASSAY_RIM_IN_FILE);
    return 0;
}

/*
 * Elements of the same names in no namespace, or another one, are what readers that don't look at
 * namespaces find: the tag would be two things.
 */
static int read_payload(reading *r)
{
    int status = 0;

    for (const xmlNode *at = assay_rim_xml_walk(r->payload, r->payload); at != NULL && status == 0;
         at = assay_rim_xml_walk(r->payload, at)) {
        const char *const name = (const char *)at->name;

        if (assay_rim_xml_is(at, ASSAY_RIM_SWID, "Directory")) {
            if (get(r, at, "name") == NULL)
                status = refuse(r, at, "Directory has no name");
            take_texts(r, at, ASSAY_RIM_IN_DIRECTORY);
        } else if (assay_rim_xml_is(at, ASSAY_RIM_SWID, "File")) {
            status = read_file(r, at);
        } else if (strcmp(name, "Directory") == 0 || strcmp(name, "File") == 0) {
            status = refuse(r, at, "a Directory or File is not in the namespace of SWID tags");
        }
    }
    if (status == 0 && r->tag->file_count == 0)
        status = refuse(r, r->payload, "Payload has no File");
    return status;
}

static int read_child(reading *r, const xmlNode *node)
{
    if (assay_rim_xml_is(node, ASSAY_RIM_SWID, "Entity"))
        return read_entity(r, node);
    if (assay_rim_xml_is(node, ASSAY_RIM_SWID, "Link"))
        return read_link(r, node);
    if (assay_rim_xml_is(node, ASSAY_RIM_SWID, "Meta")) {
        take_texts(r, node, ASSAY_RIM_IN_META);
        return 0;
    }
    if (assay_rim_xml_is(node, ASSAY_RIM_SWID, "Payload")) {
        if (r->payload != NULL)
            return refuse(r, node, "a second Payload");
        r->payload = node;
        return 0;
    }
    if (assay_rim_xml_is(node, ASSAY_RIM_SWID, "Evidence"))
        return refuse(r, node, "Evidence: the tag says what was found, not what is right");
    return node->ns == NULL || node->ns->href == NULL ||
                   strcmp((const char *)node->ns->href, assay_rim_space_uri(ASSAY_RIM_SWID)) == 0
               ? refuse(r, node, "an element that SoftwareIdentity doesn't have")
               : 0;
}

static int read_tag(reading *r)
{
    int status = read_identity(r);

    for (const xmlNode *at = assay_rim_xml_first(r->root); at != NULL && status == 0;
         at = assay_rim_xml_next(at))
        status = read_child(r, at);
    if (status == 0 && !r->creator)
        status = refuse(r, r->root, "no Entity is the tagCreator");
    if (status == 0 && r->payload == NULL)
        status = refuse(r, r->root, "there is no Payload");
    if (status == 0)
        status = read_payload(r);
    return status == 0 && r->failed
               ? assay_fail(r->error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag")
               : status;
}

int assay_rim_read_tag(assay_bytes xml, assay_key *const *keys, size_t key_count,
                       assay_hashes *hashes, assay_arena *arena, assay_rim_tag *ret_tag,
                       enum assay_rim_trust *ret_trust, assay_error *error)
{
    xmlDoc *doc;
    int status = assay_rim_xml_parse(&doc, xml, error);

    if (status < 0)
        return status;
    *ret_tag = (assay_rim_tag){ .file_count = 0 };
    reading r = {
        .arena = arena, .error = error, .tag = ret_tag, .root = xmlDocGetRootElement(doc)
    };
    ret_tag->line = (unsigned)xmlGetLineNo(r.root);
    status = assay_dsig_verify(doc, keys, key_count, hashes, arena, ret_trust, error);
    if (status == 0)
        status = read_tag(&r);
    xmlFreeDoc(doc);
    return status;
}
