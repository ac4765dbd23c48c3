/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenStack: the formats. */
#include "policy/export/formats.h"

const assay_export_format *const assay_exports_openstack[] = {
    NULL,
};
