/* SPDX-License-Identifier: BSD-2-Clause */
/* Going through a parsed document. */
#include "policy/export/rim/rimxml.h"

#include <stdarg.h>
#include <stdio.h>

static const char *const uris[ASSAY_RIM_SPACES] = {
    [ASSAY_RIM_SWID] = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd",
    [ASSAY_RIM_NIST] = "http://csrc.nist.gov/ns/swid/2015-extensions/1.0",
    [ASSAY_RIM_TCG] = "https://trustedcomputinggroup.org/wp-content/uploads/TCG_RIM_Model",
    [ASSAY_RIM_DSIG] = "http://www.w3.org/2000/09/xmldsig#",
};

/* HIRS asks for attributes of Meta by these very prefixes. */
static const char *const prefixes[ASSAY_RIM_SPACES] = {
    [ASSAY_RIM_NIST] = "n8060",
    [ASSAY_RIM_TCG] = "rim",
};

const char *assay_rim_space_uri(enum assay_rim_space space)
{
    return uris[space];
}

const char *assay_rim_space_prefix(enum assay_rim_space space)
{
    return prefixes[space];
}

bool assay_rim_xml_is(const xmlNode *node, enum assay_rim_space space, const char *name)
{
    return node->type == XML_ELEMENT_NODE && node->ns != NULL && node->ns->href != NULL &&
           strcmp((const char *)node->ns->href, uris[space]) == 0 &&
           strcmp((const char *)node->name, name) == 0;
}

static xmlNode *element_from(xmlNode *node)
{
    while (node != NULL && node->type != XML_ELEMENT_NODE)
        node = node->next;
    return node;
}

xmlNode *assay_rim_xml_next(const xmlNode *element)
{
    return element_from(element->next);
}

xmlNode *assay_rim_xml_first(const xmlNode *element)
{
    return element_from(element->children);
}

xmlNode *assay_rim_xml_walk(const xmlNode *top, const xmlNode *element)
{
    xmlNode *next = assay_rim_xml_first(element);

    for (const xmlNode *at = element; next == NULL && at != top; at = at->parent)
        next = assay_rim_xml_next(at);
    return next;
}

static const char *keep(xmlChar *text, assay_arena *arena, bool *failed)
{
    const char *const kept =
        text == NULL ? NULL : assay_arena_text(arena, assay_bytes_of_string((const char *)text));

    *failed = *failed || (text != NULL && kept == NULL);
    xmlFree(text);
    return kept;
}

const char *assay_rim_xml_get(const xmlNode *element, const char *uri, const char *name,
                              assay_arena *arena, bool *failed)
{
    return keep(uri == NULL ? xmlGetNoNsProp(element, (const xmlChar *)name)
                            : xmlGetNsProp(element, (const xmlChar *)name, (const xmlChar *)uri),
                arena, failed);
}

const char *assay_rim_xml_content(const xmlNode *element, assay_arena *arena, bool *failed)
{
    for (const xmlNode *at = element->children; at != NULL; at = at->next)
        if (at->type != XML_TEXT_NODE)
            return NULL;
    return keep(xmlNodeGetContent(element), arena, failed);
}

int assay_rim_xml_refuse(const xmlNode *node, enum assay_kind kind, assay_error *error,
                         const char *format, ...)
{
    char what[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return assay_fail(error, kind, ASSAY_NOWHERE, "line %ld of the tag: %s", xmlGetLineNo(node),
                      what);
}
