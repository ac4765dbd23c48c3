/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/export/rim/rimxml.h"

#include <libxml/c14n.h>
#include <libxml/chvalid.h>
#include <libxml/parser.h>
#include <libxml/uri.h>

static const xmlChar *chars(const char *text)
{
    return (const xmlChar *)text;
}

/* Parsing. */

/* Stops at "<!DOCTYPE", keeping its line: what could be declared there is no part of a tag. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external,
                           const xmlChar *system)
{
    xmlParserCtxt *const parser = context;
    int *const seen_at = parser->_private;

    (void)name;
    (void)external;
    (void)system;
    *seen_at = parser->input->line;
    xmlStopParser(parser);
}

/*
 * Canonical XML leaves what a relative namespace URI means undefined (section 1.3), and libxml2
 * says so on standard error; it is refused before.
 */
static bool is_absolute(const xmlNs *space)
{
    xmlURI *const uri =
        space->href == NULL || *space->href == '\0' ? NULL : xmlParseURI((const char *)space->href);
    const bool absolute =
        space->href == NULL || *space->href == '\0' || (uri != NULL && uri->scheme != NULL);

    if (uri != NULL)
        xmlFreeURI(uri);
    return absolute;
}

static int check_namespaces(xmlDoc *doc, assay_error *error)
{
    const xmlNode *const root = xmlDocGetRootElement(doc);

    for (const xmlNode *at = root; at != NULL; at = assay_rim_xml_walk(root, at))
        for (const xmlNs *space = at->nsDef; space != NULL; space = space->next)
            if (!is_absolute(space))
                return assay_rim_xml_refuse(at, ASSAY_MALFORMED, error,
                                            "a namespace is not an absolute URI");
    return 0;
}

static int check_parsed(xmlParserCtxt *parser, xmlDoc *doc, int doctype, assay_error *error)
{
    const int line = parser->lastError.line;

    if (doctype > 0)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "line %d of the tag: a document type, which no tag has", doctype);
    if (parser->lastError.code == XML_ERR_NO_MEMORY)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag");
    if (doc == NULL || !parser->wellFormed || !parser->nsWellFormed)
        return assay_fail(error, ASSAY_MALFORMED, ASSAY_NOWHERE,
                          "line %d of the tag: not well-formed XML (libxml2's error %d)", line,
                          parser->lastError.code);
    return check_namespaces(doc, error);
}

int assay_rim_xml_parse(xmlDoc **ret_doc, assay_bytes bytes, assay_error *error)
{
    static const int options =
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES;
    int doctype = 0; /* the line of one */

    if (bytes.size > ASSAY_RIM_TAG_MAX)
        return assay_fail(error, ASSAY_TOO_LARGE, ASSAY_NOWHERE,
                          "the tag has %zu bytes, more than %d", bytes.size, ASSAY_RIM_TAG_MAX);
    xmlInitParser();
    xmlParserCtxt *const parser = xmlNewParserCtxt();
    if (parser == NULL)
        return assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag");
    parser->_private = &doctype;
    parser->sax->internalSubset = refuse_doctype;
    xmlDoc *const doc = bytes.size == 0
                            ? NULL
                            : xmlCtxtReadMemory(parser, (const char *)bytes.data, (int)bytes.size,
                                                NULL, "UTF-8", options);
    const int status = check_parsed(parser, doc, doctype, error);
    xmlFreeParserCtxt(parser);
    if (status == 0)
        *ret_doc = doc;
    else if (doc != NULL)
        xmlFreeDoc(doc);
    return status;
}

/* Building. */

static bool is_sound(const assay_rim_xml *xml)
{
    return !xml->failed && xml->refused == NULL;
}

/* The characters of XML 1.0 (2.2 Char) in UTF-8. */
static bool is_xml_text(const char *text)
{
    if (xmlCheckUTF8(chars(text)) == 0)
        return false;
    for (const xmlChar *at = chars(text); *at != 0;) {
        int size = 4;
        const int c = xmlGetUTF8Char(at, &size);

        if (c < 0 || !xmlIsCharQ((unsigned)c))
            return false;
        at += size;
    }
    return true;
}

xmlNode *assay_rim_xml_add(assay_rim_xml *xml, xmlNode *parent, xmlNs *space, const char *name)
{
    xmlNode *const node = is_sound(xml) ? xmlNewDocNode(xml->doc, space, chars(name), NULL) : NULL;

    if (node == NULL)
        xml->failed = xml->failed || xml->refused == NULL;
    else if (parent == NULL)
        xmlDocSetRootElement(xml->doc, node);
    else
        xmlAddChild(parent, node);
    return node;
}

xmlNs *assay_rim_xml_declare(assay_rim_xml *xml, xmlNode *element, const char *uri,
                             const char *prefix)
{
    xmlNs *const space =
        is_sound(xml) ? xmlNewNs(element, chars(uri), prefix == NULL ? NULL : chars(prefix)) : NULL;

    xml->failed = xml->failed || (space == NULL && xml->refused == NULL);
    return space;
}

void assay_rim_xml_set(assay_rim_xml *xml, xmlNode *element, xmlNs *space, const char *name,
                       const char *value)
{
    if (value == NULL || !is_sound(xml))
        return;
    if (!is_xml_text(value))
        xml->refused = name;
    else if (xmlNewNsProp(element, space, chars(name), chars(value)) == NULL)
        xml->failed = true;
}

void assay_rim_xml_text(assay_rim_xml *xml, xmlNode *element, const char *text)
{
    xmlNode *const node = is_sound(xml) ? xmlNewDocText(xml->doc, chars(text)) : NULL;

    xml->failed = xml->failed || (node == NULL && xml->refused == NULL);
    if (node != NULL)
        xmlAddChild(element, node);
}

int assay_rim_xml_status(const assay_rim_xml *xml, assay_error *error)
{
    if (xml->refused != NULL)
        return assay_fail(error, ASSAY_UNSUPPORTED, ASSAY_NOWHERE,
                          "%s has a character that XML has no room for", xml->refused);
    return xml->failed ? assay_fail(error, ASSAY_NO_MEMORY, ASSAY_NOWHERE, "no memory for the tag")
                       : 0;
}

/* Canonicalising. */

typedef struct choice {
    const xmlNode *element;
    enum assay_rim_part part;
} choice;

/* Attributes and namespaces are where the element is that they stand in. */
static int is_visible(void *context, xmlNode *node, xmlNode *parent)
{
    const choice *const chosen = context;
    const xmlNode *at =
        node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE ? parent : node;

    while (at != NULL && at != chosen->element)
        at = at->parent;
    return (at != NULL) == (chosen->part == ASSAY_RIM_ONLY);
}

int assay_rim_xml_canonical(xmlDoc *doc, const xmlNode *element, enum assay_rim_part part,
                            assay_writer *writer)
{
    choice chosen = { element, part };
    xmlOutputBuffer *const buffer = xmlAllocOutputBuffer(NULL);

    if (buffer == NULL)
        return -ASSAY_NO_MEMORY;
    const int status = xmlC14NExecute(doc, element == NULL ? NULL : is_visible, &chosen,
                                      XML_C14N_1_0, NULL, 0, buffer);
    if (status >= 0)
        assay_put(writer, assay_bytes_of(xmlOutputBufferGetContent(buffer),
                                         xmlOutputBufferGetSize(buffer)));
    xmlOutputBufferClose(buffer);
    return status < 0 ? -ASSAY_NO_MEMORY : -writer->failure;
}
