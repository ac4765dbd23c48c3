/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XML by libxml2, of which no more is let in than a tag has: no document type, and so no entities
 * and no defaults; nothing from the network; nothing on standard error. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_RIM_RIMXML_H
#define ASSAY_POLICY_EXPORT_RIM_RIMXML_H

#include "policy/export/rim/rim.h"

#include <libxml/tree.h>

/** A document in the making: one failure makes all that follows nothing. */
typedef struct assay_rim_xml {
    xmlDoc *doc;
    const char *refused; /* the attribute whose text XML can't hold, or NULL */
    bool failed;         /* no memory */
} assay_rim_xml;

/** Adds an element behind what `parent` has; as the root where that is NULL. NULL: it failed. */
xmlNode *assay_rim_xml_add(assay_rim_xml *xml, xmlNode *parent, xmlNs *space, const char *name);

/** Declares a namespace on an element. */
xmlNs *assay_rim_xml_declare(assay_rim_xml *xml, xmlNode *element, const char *uri,
                             const char *prefix);

/** Sets an attribute; nothing for a value of NULL. */
void assay_rim_xml_set(assay_rim_xml *xml, xmlNode *element, xmlNs *space, const char *name,
                       const char *value);

/** Adds text; to be in XML it is of known characters. */
void assay_rim_xml_text(assay_rim_xml *xml, xmlNode *element, const char *text);

/** 0, or the negative kind of what failed. */
int assay_rim_xml_status(const assay_rim_xml *xml, assay_error *error);

/** Parses; xmlFreeDoc it after 0. Errors name the line. */
int assay_rim_xml_parse(xmlDoc **ret_doc, assay_bytes bytes, assay_error *error);

/** What canonicalising takes of a document. */
enum assay_rim_part {
    ASSAY_RIM_WITHOUT, /* all but the element: the enveloped-signature transform */
    ASSAY_RIM_ONLY,    /* the element alone */
};

/**
 * Canonical XML 1.0, inclusive, without comments, of a document from one of the above. With NULL
 * all of it. 0 or a negative kind.
 */
int assay_rim_xml_canonical(xmlDoc *doc, const xmlNode *element, enum assay_rim_part part,
                            assay_writer *writer);

/** Whether it is an element of that namespace and name. */
bool assay_rim_xml_is(const xmlNode *node, enum assay_rim_space space, const char *name);

/** The next element behind, or the first in; NULL beyond the last. */
xmlNode *assay_rim_xml_next(const xmlNode *element);
xmlNode *assay_rim_xml_first(const xmlNode *element);

/** The next element of the tree below `top` in the order of the document; NULL beyond the last. */
xmlNode *assay_rim_xml_walk(const xmlNode *top, const xmlNode *element);

/** An attribute's value, kept in the arena; NULL where there is none (*failed: or no memory). */
const char *assay_rim_xml_get(const xmlNode *element, const char *uri, const char *name,
                              assay_arena *arena, bool *failed);

/** Likewise the text in an element; NULL where there is something else in it. */
const char *assay_rim_xml_content(const xmlNode *element, assay_arena *arena, bool *failed);

/** "line N of the tag: ..." is malformed, or of another kind. Returns the negative kind. */
int assay_rim_xml_refuse(const xmlNode *node, enum assay_kind kind, assay_error *error,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
