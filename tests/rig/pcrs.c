/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An EFI application in place of an operating system: tells on the second serial line what the TPM
 * holds and what the firmware logged, then turns the machine off. A kernel is a thousand times as
 * large, so this is what the recorded boots of fixtures/machines end with.
 *
 *     pcr BANK NUMBER HEX      log HEX      end
 *
 * Made by clang and lld-link; nothing of an EFI library is needed for two protocols' worth of calls
 * (UEFI 2.10 sections 4.3, 4.4 and 7.3; TCG EFI Protocol 1.0 section 6).
 */
#include <stddef.h>
#include <stdint.h>

typedef uint64_t efi_status;

struct guid {
    uint32_t a;
    uint16_t b, c;
    uint8_t d[8];
};

struct runtime_services {
    uint8_t header[24];
    void *before_reset_system[10];
    void (*reset_system)(uint32_t type, efi_status status, uint64_t size, const void *data);
};

struct boot_services {
    uint8_t header[24];
    void *before_locate_protocol[37];
    efi_status (*locate_protocol)(const struct guid *, void *registration, void **ret_interface);
};

struct system_table {
    uint8_t header[24];
    void *vendor;
    uint64_t revision;
    void *consoles[6];
    struct runtime_services *runtime;
    struct boot_services *boot;
};

struct tcg2 {
    void *get_capability;
    efi_status (*get_event_log)(struct tcg2 *, uint32_t format, uint64_t *ret_first,
                                uint64_t *ret_last, uint8_t *ret_truncated);
    void *hash_log_extend_event;
    efi_status (*submit_command)(struct tcg2 *, uint32_t in_size, const uint8_t *in,
                                 uint32_t out_size, uint8_t *out);
};

static const struct guid tcg2_guid = {
    0x607f766c, 0x7455, 0x42be, { 0x93, 0x0b, 0xe4, 0xd7, 0x6d, 0xb2, 0x72, 0x0f }
};

static const struct {
    const char *name;
    uint16_t id; /* TPM_ALG_ID */
    uint8_t size;
} banks[] = {
    { "sha1", 0x0004, 20 }, { "sha256", 0x000B, 32 }, { "sha384", 0x000C, 48 }, { "sha512", 0x000D, 64 }
};

enum {
    BANKS = sizeof banks / sizeof *banks,
    PCRS = 24,
    COM2 = 0x2F8,
    LINE_STATUS = COM2 + 5,
    TRANSMITTER_EMPTY = 0x20,
    SHUTDOWN = 2,               /* EfiResetShutdown */
    CRYPTO_AGILE = 2,           /* EFI_TCG2_EVENT_LOG_FORMAT_TCG_2 */
    VALUE_AT = 10 + 4 + 10 + 4, /* header, pcrUpdateCounter, pcrSelectionOut, count of values */
};

/* --- the serial line --------------------------------------------------------------------------- */

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static void put_char(char c)
{
    while ((in8(LINE_STATUS) & TRANSMITTER_EMPTY) == 0)
        ;
    out8(COM2, (uint8_t)c);
}

static void put(const char *text)
{
    for (; *text != '\0'; text++)
        put_char(*text);
}

static void put_hex(const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < count; i++) {
        put_char(digits[bytes[i] >> 4]);
        put_char(digits[bytes[i] & 15]);
    }
}

/* --- PCR values -------------------------------------------------------------------------------- */

/* TPM2_PCR_Read (TPM 2.0 part 3, section 22.4) of one PCR in one bank. */
static void put_pcr(struct tcg2 *tcg2, size_t bank, unsigned pcr)
{
    static uint8_t command[20] = { 0x80, 0x01, 0, 0, 0, sizeof command, 0, 0, 0x01, 0x7E,
                                   0,    0,    0, 1, 0, 0,              3 };
    static uint8_t response[256];

    command[15] = (uint8_t)banks[bank].id;
    command[17] = command[18] = command[19] = 0;
    command[17 + pcr / 8] = (uint8_t)(1U << (pcr % 8));
    if (tcg2->submit_command(tcg2, sizeof command, command, sizeof response, response) != 0)
        return;
    if (response[5] != VALUE_AT + 2 + banks[bank].size) /* of the answer's size, big-endian */
        return; /* an error, or no value, as the bank isn't active */
    put("pcr ");
    put(banks[bank].name);
    put_char(' ');
    if (pcr >= 10)
        put_char((char)('0' + pcr / 10));
    put_char((char)('0' + pcr % 10));
    put_char(' ');
    put_hex(response + VALUE_AT + 2, banks[bank].size);
    put_char('\n');
}

/* --- the log ----------------------------------------------------------------------------------- */

static uint16_t u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t u32(const uint8_t *at)
{
    return u16(at) | (uint32_t)u16(at + 2) << 16;
}

static size_t digest_size(uint16_t id)
{
    for (size_t bank = 0; bank < BANKS; bank++)
        if (banks[bank].id == id)
            return banks[bank].size;
    return 0;
}

/* Behind a TCG_PCR_EVENT2, or behind the log's first event, which is a TCG_PCR_EVENT. */
static const uint8_t *end_of_event(const uint8_t *event, int is_first)
{
    const uint8_t *at = event + 8;

    if (is_first)
        at += 20;
    else
        for (uint32_t left = u32((at += 4) - 4); left > 0; left--)
            at += 2 + digest_size(u16(at));
    return at + 4 + u32(at);
}

static void put_log(struct tcg2 *tcg2)
{
    uint64_t first, last;
    uint8_t truncated;

    if (tcg2->get_event_log(tcg2, CRYPTO_AGILE, &first, &last, &truncated) != 0 || truncated)
        return;
    const uint8_t *const begin = (const uint8_t *)(uintptr_t)first;
    const uint8_t *const end = end_of_event((const uint8_t *)(uintptr_t)last, first == last);
    put("log ");
    put_hex(begin, (size_t)(end - begin));
    put_char('\n');
}

efi_status efi_main(void *image, const struct system_table *system);

efi_status efi_main(void *image, const struct system_table *system)
{
    void *found = NULL;

    (void)image;
    put_char('\n'); /* behind what the firmware wrote there */
    if (system->boot->locate_protocol(&tcg2_guid, NULL, &found) == 0) {
        for (size_t bank = 0; bank < BANKS; bank++)
            for (unsigned pcr = 0; pcr < PCRS; pcr++)
                put_pcr(found, bank, pcr);
        put_log(found);
        put("end\n");
    }
    system->runtime->reset_system(SHUTDOWN, 0, 0, NULL);
    return 0;
}
