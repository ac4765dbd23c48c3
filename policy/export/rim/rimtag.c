/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A base RIM as XML, in its canonical form. No white space stands inside Directory: HIRS takes
 * every child of it for an element.
 */
#include "policy/export/rim/rimdsig.h"

#include "base/hex.h"

#include <stdio.h>

/* The tag in the making. */
typedef struct making {
    assay_rim_xml xml;
    const assay_rim_tag *tag;
    xmlNode *root;
    xmlNs *spaces[ASSAY_RIM_SPACES];
} making;

/* The attributes of an element, in the table's order; which doesn't matter to who reads it. */
static void set_texts(making *m, xmlNode *element, enum assay_rim_element which)
{
    for (size_t i = 0; i < ASSAY_RIM_TEXTS; i++) {
        const assay_rim_text_info *const row = assay_rim_text_at((enum assay_rim_text)i);

        if (row->element == which)
            assay_rim_xml_set(&m->xml, element, m->spaces[row->space], row->attribute,
                              m->tag->texts[i]);
    }
}

static void declare(making *m, xmlNode *element, enum assay_rim_space space)
{
    m->spaces[space] = assay_rim_xml_declare(&m->xml, element, assay_rim_space_uri(space),
                                             assay_rim_space_prefix(space));
}

static xmlNode *add(making *m, xmlNode *parent, const char *name)
{
    return assay_rim_xml_add(&m->xml, parent, m->spaces[ASSAY_RIM_SWID], name);
}

/* A child of the root, on a line of its own. */
static xmlNode *add_line(making *m, const char *name)
{
    xmlNode *const element = add(m, m->root, name);

    assay_rim_xml_text(&m->xml, m->root, "\n");
    return element;
}

static void add_root(making *m)
{
    m->root = assay_rim_xml_add(&m->xml, NULL, NULL, "SoftwareIdentity");
    declare(m, m->root, ASSAY_RIM_SWID);
    if (assay_rim_xml_status(&m->xml, NULL) < 0)
        return;
    xmlSetNs(m->root, m->spaces[ASSAY_RIM_SWID]);
    set_texts(m, m->root, ASSAY_RIM_IN_IDENTITY);
    assay_rim_xml_set(&m->xml, m->root, xmlSearchNs(m->xml.doc, m->root, (const xmlChar *)"xml"),
                      "lang", "en");
    assay_rim_xml_text(&m->xml, m->root, "\n");
}

static void add_link(making *m, enum assay_rim_element which, enum assay_rim_text href,
                     const char *rel)
{
    if (m->tag->texts[href] == NULL)
        return;
    xmlNode *const link = add_line(m, "Link");
    set_texts(m, link, which);
    assay_rim_xml_set(&m->xml, link, NULL, "rel", rel);
}

static void add_meta(making *m)
{
    xmlNode *const meta = add_line(m, "Meta");

    declare(m, meta, ASSAY_RIM_NIST);
    declare(m, meta, ASSAY_RIM_TCG);
    set_texts(m, meta, ASSAY_RIM_IN_META);
}

static void add_file(making *m, xmlNode *directory, const assay_rim_file *file)
{
    xmlNode *const element = add(m, directory, "File");
    char size[24], hex[2 * ASSAY_DIGEST_MAX + 1];

    snprintf(size, sizeof size, "%llu", (unsigned long long)file->size);
    assay_rim_xml_set(&m->xml, element, NULL, "name", file->name);
    assay_rim_xml_set(&m->xml, element, NULL, "size", size);
    declare(m, element, ASSAY_RIM_TCG);
    set_texts(m, element, ASSAY_RIM_IN_FILE);
    for (size_t i = 0; i < file->hash_count; i++) {
        const assay_rim_hash *const hash = &file->hashes[i];
        const size_t digest_size = assay_alg_find(hash->alg)->size;

        assay_hex_encode(hex, assay_bytes_of(hash->value, digest_size));
        hex[2 * digest_size] = '\0';
        assay_rim_xml_set(&m->xml, element,
                          assay_rim_xml_declare(&m->xml, element, assay_rim_hash_uri(hash->alg),
                                                assay_rim_hash_prefix(hash->alg)),
                          "hash", hex);
    }
}

static void add_payload(making *m)
{
    xmlNode *const directory = add(m, add_line(m, "Payload"), "Directory");

    set_texts(m, directory, ASSAY_RIM_IN_DIRECTORY);
    for (size_t i = 0; i < m->tag->file_count; i++)
        add_file(m, directory, &m->tag->files[i]);
}

static void add_all(making *m)
{
    add_root(m);
    set_texts(m, add_line(m, "Entity"), ASSAY_RIM_IN_ENTITY);
    add_link(m, ASSAY_RIM_IN_LINK_MEDIA, ASSAY_RIM_LINK_MEDIA, "installationmedia");
    add_link(m, ASSAY_RIM_IN_LINK_SUPERSEDES, ASSAY_RIM_LINK_SUPERSEDES, "supersedes");
    add_meta(m);
    add_payload(m);
}

static int put(const making *m, assay_writer *writer, assay_error *error)
{
    assay_put_string(writer, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    const int status = assay_rim_xml_canonical(m->xml.doc, NULL, ASSAY_RIM_WITHOUT, writer);
    assay_put_char(writer, '\n');
    return status == 0 ? 0
                       : assay_fail(error, (enum assay_kind)-status, ASSAY_NOWHERE,
                                    "the tag could not be written");
}

int assay_rim_put_tag(assay_export_job *job, const assay_rim_tag *tag, assay_writer *writer,
                      assay_error *error)
{
    making m = { .tag = tag };

    m.xml.doc = xmlNewDoc((const xmlChar *)"1.0");
    m.xml.failed = m.xml.doc == NULL;
    add_all(&m);
    int status = assay_rim_xml_status(&m.xml, error);
    if (status == 0 && job->key != NULL)
        status = assay_dsig_sign(&m.xml, m.root, job, error);
    if (status == 0)
        status = assay_rim_xml_status(&m.xml, error);
    if (status == 0)
        status = put(&m, writer, error);
    xmlFreeDoc(m.xml.doc);
    return status;
}
