/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What OpenStack is told of hosts that were held against a reference. Nova's scheduler once asked
 * an attestation server itself (TrustedFilter, up to Pike); today somebody tells Placement which
 * hosts are trusted, and takes the service of the others out. Private to policy/.
 */
#ifndef ASSAY_POLICY_EXPORT_OPENSTACK_OPENSTACK_H
#define ASSAY_POLICY_EXPORT_OPENSTACK_OPENSTACK_H

#include "base/output.h"
#include "policy/export/export.h"

enum { ASSAY_OPENSTACK_TEXT_MAX = 255 }; /* characters of a reason, and of a trait */

/** A host that nobody could look at is as one of which nothing could be compared. */
enum assay_reference_verdict assay_openstack_verdict(const assay_export_host *host);

/**
 * Why a host is not trusted, in at most ASSAY_OPENSTACK_TEXT_MAX characters: the first difference
 * that does not follow from another.
 */
void assay_openstack_put_reason(assay_writer *writer, const assay_reference *reference,
                                const assay_export_host *host);

/** Notes what nova would refuse of the hosts; a negative kind where there are none. */
int assay_openstack_check_hosts(assay_export_job *job, assay_error *error);

/**
 * The setting `name` of a host, which comes once a host as "HOST=VALUE": its value, or NULL. The
 * setting of a name that is no host's is found by assay_openstack_check_settings().
 */
const char *assay_openstack_setting_of(const assay_export_job *job, const char *name,
                                       const char *host);
int assay_openstack_check_settings(const assay_export_job *job, const char *name,
                                   assay_error *error);

/** The formats' functions. */
int assay_openstack_write_pollhosts(assay_export_job *job, assay_error *error);
int assay_openstack_write_traits(assay_export_job *job, assay_error *error);
int assay_openstack_write_service(assay_export_job *job, assay_error *error);

#endif
