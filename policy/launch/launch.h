/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A dynamic launch, described: what of the launch that a platform's log is of is replaced by
 * what. From both comes the prediction: every event of the log kept, computed anew, or known to
 * come with a digest that can't be known.
 *
 * What is not given is kept. What then follows from what: the digest of the MLE from tboot and
 * its command line; details and authorities from the policies and the MLE; tboot's measurements
 * from its policy, its options and the modules; of Secure Launch those that their labels name.
 */
#ifndef ASSAY_POLICY_LAUNCH_LAUNCH_H
#define ASSAY_POLICY_LAUNCH_LAUNCH_H

#include "boot/artefact/acm.h"
#include "boot/artefact/digests.h"
#include "eventlog/payload/txt.h"
#include "boot/prediction.h"
#include "policy/launch/tboot.h"

/** What SINIT made of the launch control policies. */
typedef struct assay_launch_lcp {
    bool known;              /* false: a policy is replaced and its evaluation says nothing */
    const char *why;         /* then: why, static */
    uint32_t policy_control; /* the effective PolicyControl */
    assay_bytes details;     /* data of 0x412; lent, as the next */
    assay_bytes authorities; /* data of 0x413 */
    uint8_t policy_hash[20]; /* TPM 1.2: LcpPolicyHash */
    bool any;                /* everything is allowed */
} assay_launch_lcp;

/** A module in the order in which tboot has them: SINIT and policy data files are none. */
typedef struct assay_launch_module {
    bool kept;             /* as in the platform's log */
    assay_bytes cmdline;   /* as the boot loader hands it over; unless kept, as the next */
    assay_bytes image;     /* as the boot loader puts it into memory: unzipped */
    assay_digests digests; /* instead of both: H(H(cmdline) | H(image)) */
} assay_launch_module;

/** An NV index that tboot's policy names. */
typedef struct assay_launch_nv {
    uint32_t index;
    assay_bytes content;
} assay_launch_nv;

enum assay_launch_mapping {
    ASSAY_LAUNCH_MAPPING_KEPT,
    ASSAY_LAUNCH_MAPPING_LEGACY,
    ASSAY_LAUNCH_MAPPING_DETAILS,
};

/** What is replaced; zeros keep everything. All bytes are lent. */
typedef struct assay_launch {
    /* SINIT's part. */
    const assay_acm *sinit; /* another SINIT ACM, or NULL */
    bool replaces_mle;
    assay_digests mle; /* in as many banks as are known */
    bool replaces_stm;
    assay_digests stm; /* none: there is no STM */
    bool replaces_capabilities;
    uint32_t capabilities;       /* OsSinitData.Capabilities */
    const assay_launch_lcp *lcp; /* or NULL */
    bool replaces_nv;
    assay_txt_nv_info nv_info; /* AUX, PS, PO as they will be defined */
    const char *nv_unknown;    /* static: NV_INFO changes, and why it can't be known; or NULL */

    /* tboot's. */
    bool replaces_tboot; /* any of the next is given: what tboot measures is computed anew */
    const assay_tboot_version *version; /* NULL: the newest that fits the log */
    bool has_extpol;
    assay_bytes extpol; /* value of extpol=; has_extpol without bytes: none is given */
    enum assay_launch_mapping mapping;
    const assay_vlp *vlp;      /* or NULL: as in the log */
    const assay_vlp *base_vlp; /* of the launch that the log is of, where it had one; or NULL */
    bool vlp_builtin;          /* no policy is found any more */
    const assay_launch_module *modules;
    size_t module_count;
    bool modules_end; /* there are no more than these; else those of the log follow */
    bool measure_nv;  /* measure_nv=true */
    const assay_launch_nv *nv;
    size_t nv_count;

    /* Secure Launch's. */
    const struct assay_secure_launch *secure; /* or NULL */
} assay_launch;

/**
 * Predicts. `base` is read from a log of the platform and stays the caller's, `*ret_prediction`
 * becomes his. 0; -ASSAY_UNSUPPORTED with `error` filled where what is replaced is not in the log
 * at all, or what is given contradicts itself; or another negative kind.
 */
int assay_launch_predict(const assay_prediction *base, const assay_launch *launch,
                         assay_hashes *hashes, assay_prediction **ret_prediction,
                         assay_error *error);

/** What the log says of the launch it is of. */
typedef struct assay_launch_facts {
    bool txt;     /* it has SINIT's events */
    bool tboot;   /* it has tboot's */
    bool secure;  /* it has Secure Launch's */
    bool tpm12;   /* SINIT used a TPM 1.2 */
    bool details; /* details/authorities mapping */
    /* tboot: */
    bool policy_known;                  /* `policy` is what the log's first digest of tboot is of */
    bool builtin;                       /* and it is built in */
    const assay_tboot_version *version; /* the newest it may be */
    bool extpol_known;
    assay_tboot_extpol extpol;
    bool plan_known; /* how many modules there were, and which digest is of which */
    size_t modules;
    bool nv; /* and it measured NV indices */
} assay_launch_facts;

/**
 * Finds out. `version` (NULL: any) and `policy` (NULL: a built-in one) are what the user says of
 * the log. `ret_policy` is the policy found, when policy_known is set. 0 or a negative kind.
 */
int assay_launch_facts_of(const assay_prediction *base, const assay_tboot_version *version,
                          const assay_vlp *policy, assay_hashes *hashes,
                          assay_launch_facts *ret_facts, assay_vlp *ret_policy);

/**
 * Names in tboot's events of `base` the parts that they are of, which their type doesn't tell, as
 * far as the facts do: facts and policy as assay_launch_facts_of() found them.
 */
void assay_launch_name_parts(assay_prediction *base, const assay_launch_facts *facts,
                             const assay_vlp *policy);

#endif
