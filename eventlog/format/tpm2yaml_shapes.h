/* SPDX-License-Identifier: BSD-2-Clause */
/* How tpm2_eventlog shows the data of each type. Private to tpm2yaml*.c. */
#ifndef ASSAY_EVENTLOG_FORMAT_TPM2YAML_SHAPES_H
#define ASSAY_EVENTLOG_FORMAT_TPM2YAML_SHAPES_H

#include "eventlog/tpm2yaml.h"

/** Puts "  Event:" and what follows, of data that are not empty. */
void assay_tpm2yaml_shape_put(assay_writer *out, const assay_event *event,
                              enum assay_tpm2yaml_care care);

#endif
