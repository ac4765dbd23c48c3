/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first process of the rig's guest: tells on the second serial line what the TPM holds and what
 * the firmware logged, then turns the machine off.
 *
 *     pcr BANK NUMBER HEX      log HEX      end
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *const banks[] = { "sha1", "sha256", "sha384", "sha512" };

/* A whole file of sysfs or securityfs; its size, or -1. */
static ssize_t read_file(const char *path, unsigned char *buffer, size_t size)
{
    const int fd = open(path, O_RDONLY);
    size_t used = 0;
    ssize_t got = 0;

    if (fd < 0)
        return -1;
    while (used < size && (got = read(fd, buffer + used, size - used)) > 0)
        used += (size_t)got;
    close(fd);
    return got < 0 ? -1 : (ssize_t)used;
}

static void put_pcrs(FILE *out)
{
    for (size_t bank = 0; bank < sizeof banks / sizeof *banks; bank++)
        for (int pcr = 0; pcr < 24; pcr++) {
            char path[64];
            unsigned char value[256];

            snprintf(path, sizeof path, "/sys/class/tpm/tpm0/pcr-%s/%d", banks[bank], pcr);
            const ssize_t size = read_file(path, value, sizeof value - 1);
            if (size <= 0)
                continue;
            value[size] = '\0'; /* ends with a new line already */
            fprintf(out, "pcr %s %d %s", banks[bank], pcr, value);
        }
}

static void put_log(FILE *out)
{
    enum { LOG_MAX = 4 << 20 };
    unsigned char *const log = malloc(LOG_MAX);
    const ssize_t size =
        log == NULL ? -1
                    : read_file("/sys/kernel/security/tpm0/binary_bios_measurements", log, LOG_MAX);

    fputs("log ", out);
    for (ssize_t i = 0; i < size; i++)
        fprintf(out, "%02x", log[i]);
    fputs("\n", out);
    free(log);
}

int main(void)
{
    mkdir("/dev", 0755);
    mkdir("/sys", 0755);
    mount("dev", "/dev", "devtmpfs", 0, NULL);
    mount("sys", "/sys", "sysfs", 0, NULL);
    mount("security", "/sys/kernel/security", "securityfs", 0, NULL);
    for (int i = 0; i < 100 && access("/sys/class/tpm/tpm0", F_OK) != 0; i++)
        usleep(100000);
    FILE *const out = fopen("/dev/ttyS1", "w");
    if (out != NULL) {
        fputc('\n', out); /* behind what the firmware wrote there */
        put_pcrs(out);
        put_log(out);
        fputs("end\n", out);
        fclose(out);
    }
    sync();
    sleep(1);
    reboot(RB_POWER_OFF);
    return 1;
}
