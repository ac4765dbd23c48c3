/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenStack: the formats. */
#include "policy/export/formats.h"

#include "policy/export/openstack/openstack.h"

static const assay_export_setting_info trait_settings[] = {
    { "trait", "NAME", "of a trusted host: CUSTOM_TRUSTED_BOOT" },
    { "image-trait", "NAME", "of the reference: CUSTOM_IMAGE_ and its name and version" },
    { "provider", "HOST=UUID,GENERATION[,TRAIT]...",
      "a host's resource provider as Placement has it; once a host" },
    { 0 },
};

static const assay_export_setting_info service_settings[] = {
    { "service", "HOST=UUID", "a host's nova-compute service; once a host" },
    { "enable", "yes|no", "lets trusted hosts in again" },
    { "unknown", "leave|disable", "what happens to hosts that could not be judged" },
    { 0 },
};

static const assay_export_format pollhosts = {
    .name = "openstack-pollhosts",
    .title = "the answer to PollHosts that nova's TrustedFilter asked for",
    .reader = "nova up to Pike (16); its filter's reading is emulated in the tests",
    .holds = "a verdict a host, no values",
    .loses = "why",
    .text = true,
    .about_hosts = true,
    .write = assay_openstack_write_pollhosts,
};

static const assay_export_format traits = {
    .name = "openstack-traits",
    .title = "Placement's requests for the traits of hosts, and a script of the same",
    .reader = "Placement 1.6 and later, openstack client with osc-placement",
    .holds = "a verdict a host, no values",
    .loses = "why",
    .folder = true,
    .about_hosts = true,
    .settings = trait_settings,
    .write = assay_openstack_write_traits,
};

static const assay_export_format service = {
    .name = "openstack-service",
    .title = "nova's requests that take a host out with the reason, and a script of the same",
    .reader = "nova's compute API 2.53 and later (Pike), openstack client",
    .holds = "a verdict a host and its reason in 255 characters, no values",
    .loses = "all differences but the first",
    .folder = true,
    .about_hosts = true,
    .settings = service_settings,
    .write = assay_openstack_write_service,
};

const assay_export_format *const assay_exports_openstack[] = {
    &pollhosts,
    &traits,
    &service,
    NULL,
};
