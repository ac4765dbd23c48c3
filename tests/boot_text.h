/* SPDX-License-Identifier: BSD-2-Clause */
/* A small boot in lines of the text form, to put together in other ways. */
#ifndef ASSAY_TESTS_BOOT_TEXT_H
#define ASSAY_TESTS_BOOT_TEXT_H

#define HEADER "assay-log 1 sha256\n"
#define GLOBAL "var:8be4df61-93ca-11d2-aa0d-00e098032b8c "
#define DATABASE "var:d719b2cb-3d3a-4596-a3bc-dad00e67656f "
#define SHIM "var:605dab50-e046-4300-abb6-3dd810dd8b23 "
#define CONFIG "7 EV_EFI_VARIABLE_DRIVER_CONFIG "
#define AUTHORITY "7 EV_EFI_VARIABLE_AUTHORITY "

/* An EFI_SIGNATURE_LIST (UEFI 2.10 section 32.4.1) of EFI_CERT_SHA256 with one hash of 0x22s. */
#define OWNER "11111111111111111111111111111111"
#define HASH "2222222222222222222222222222222222222222222222222222222222222222"
#define LIST "hex:2616c4c14c509240aca941f9369343284c0000000000000030000000" OWNER HASH
#define ENTRY "hex:" OWNER HASH

#define VERSION "0 EV_S_CRTM_VERSION u\"1.0\" hex:0000\n"
#define SECURE_BOOT_ON CONFIG GLOBAL "u\"SecureBoot\" hex:01\n"
#define SECURE_BOOT_OFF CONFIG GLOBAL "u\"SecureBoot\" hex:00\n"
#define PK CONFIG GLOBAL "u\"PK\" " LIST "\n"
#define KEK CONFIG GLOBAL "u\"KEK\" " LIST "\n"
#define DB CONFIG DATABASE "u\"db\" " LIST "\n"
#define DBX CONFIG DATABASE "u\"dbx\" " LIST "\n"
#define KEYS PK KEK DB DBX
#define SEPARATOR(pcr) #pcr " EV_SEPARATOR u32:0\n"
#define CALLING "4 EV_EFI_ACTION \"Calling EFI Application from Boot Option\"\n"
#define SEPARATORS                                                                                 \
    SEPARATOR(0) SEPARATOR(1) SEPARATOR(2) SEPARATOR(3) SEPARATOR(4) SEPARATOR(5) SEPARATOR(6)
#define DB_USED AUTHORITY DATABASE "u\"db\" " ENTRY "\n"
/* UEFI_IMAGE_LOAD_EVENT without a device path; what was measured is not the event. */
#define IMAGE "4 EV_EFI_BOOT_SERVICES_APPLICATION u64:4096 u64:8192 u64:0 u64:0 = \"image\"\n"
#define GRUB_LINE(words) "8 EV_IPL \"grub_cmd: " words "\" u8:0 = \"" words "\"\n"
#define KERNEL_LINE(words) "8 EV_IPL \"kernel_cmdline: " words "\" u8:0 = \"" words "\"\n"
#define EXIT_CALL "5 EV_EFI_ACTION \"Exit Boot Services Invocation\"\n"
#define EXIT_GOOD "5 EV_EFI_ACTION \"Exit Boot Services Returned with Success\"\n"
#define EXIT_BAD "5 EV_EFI_ACTION \"Exit Boot Services Returned with Failure\"\n"

#define FIRMWARE SECURE_BOOT_ON KEYS SEPARATOR(7) CALLING SEPARATORS DB_USED IMAGE
#define LOADER GRUB_LINE("linux /vmlinuz quiet") KERNEL_LINE("/vmlinuz quiet")
#define BOOT HEADER VERSION FIRMWARE LOADER EXIT_CALL EXIT_GOOD

/* SINIT's records in the order of every TPM 2.0 log known, then tboot's own policy. */
#define SINIT17                                                                                    \
    "17 TXT_EVTYPE_HASH_START hex:" HASH " u32:0\n"                                                \
    "17 TXT_EVTYPE_BIOSAC_REG_DATA hex:" HASH "\n"                                                 \
    "17 TXT_EVTYPE_CPU_SCRTM_STAT u32:1\n"                                                         \
    "17 TXT_EVTYPE_LCP_CONTROL_HASH u32:0\n"                                                       \
    "17 TXT_EVTYPE_LCP_DETAILS_HASH u8:0\n"                                                        \
    "17 TXT_EVTYPE_STM_HASH u8:0\n"                                                                \
    "17 TXT_EVTYPE_OSSINITDATA_CAP_HASH u32:0x601\n"
#define MLE "17 TXT_EVTYPE_MLE_HASH = \"mle\"\n"
#define SINIT18                                                                                    \
    "18 TXT_EVTYPE_SINIT_PUBKEY_HASH = \"key\"\n"                                                  \
    "18 TXT_EVTYPE_CPU_SCRTM_STAT u32:1\n"                                                         \
    "18 TXT_EVTYPE_OSSINITDATA_CAP_HASH u32:0x601\n"                                               \
    "18 TXT_EVTYPE_LCP_CONTROL_HASH u32:0\n"                                                       \
    "18 TXT_EVTYPE_LCP_AUTHORITIES_HASH u8:0\n"
#define TBOOT_DIGEST "71be5852a14eabefebf0df0e1acc5da291883b6d4c5ab20914ed987c1daf3f91"
#define TBOOT "17 TB_EVTYPE_HASH = sha256:" TBOOT_DIGEST "\n"                                      \
              "18 TB_EVTYPE_HASH = sha256:" TBOOT_DIGEST "\n"                                      \
              "17 TB_EVTYPE_HASH = \"kernel\"\n"
#define LAUNCH HEADER SINIT17 MLE SINIT18 TBOOT

#endif
