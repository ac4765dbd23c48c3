/* SPDX-License-Identifier: BSD-2-Clause */
/* The passphrase or PIN of a key: from a file, from the environment, or from who sits there. */
#include "cli/complain.h"
#include "cli/lcp_signing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* One line without its end; -1 where there is none, or it is too long. */
static int read_line(int fd, char *buffer, size_t size)
{
    size_t used = 0;
    ssize_t got;

    while (used < size) {
        do
            got = read(fd, buffer + used, 1);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            return -1;
        if (got == 0 || buffer[used] == '\n')
            return used > 0 && buffer[used - 1] == '\r' ? (int)used - 1 : (int)used;
        used++;
    }
    return -1;
}

static int from_file(const char *path, char *buffer, size_t size)
{
    if (strcmp(path, "-") == 0)
        return read_line(STDIN_FILENO, buffer, size);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const int length = fd < 0 ? -1 : read_line(fd, buffer, size);

    if (fd >= 0)
        close(fd);
    return length;
}

static int from_environment(const char *name, char *buffer, size_t size)
{
    const char *const value = getenv(name);
    if (value == NULL)
        return -1;
    const assay_bytes bytes = assay_bytes_of_string(value);
    if (bytes.size > size)
        return -1;
    memcpy(buffer, bytes.data, bytes.size);
    return (int)bytes.size;
}

static void say(int fd, const char *text)
{
    assay_writer writer = assay_writer_draining(fd);

    assay_put_string(&writer, text);
    assay_writer_close(&writer);
}

static int from_terminal(char *buffer, size_t size)
{
    const int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct termios seen, hidden;
    int length;

    if (fd < 0)
        return -1;
    if (tcgetattr(fd, &seen) < 0) {
        close(fd);
        return -1;
    }
    hidden = seen;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    say(fd, "passphrase or PIN of the key: ");
    tcsetattr(fd, TCSAFLUSH, &hidden);
    length = read_line(fd, buffer, size);
    tcsetattr(fd, TCSAFLUSH, &seen);
    say(fd, "\n");
    close(fd);
    return length;
}

int cli_lcp_passphrase_check(const cli_call *call)
{
    const cli_lcp_options *const o = call->options;
    assay_error error;

    if (o->passphrase_file != NULL && o->passphrase_env != NULL)
        return cli_complain_usage(call->verb,
                                  "--passphrase-file and --passphrase-env contradict each other");
    if (o->passphrase_env != NULL && getenv(o->passphrase_env) == NULL)
        return cli_complain_usage(call->verb, "--passphrase-env: the environment has no '%s'",
                                  o->passphrase_env);
    if (o->passphrase_file == NULL || strcmp(o->passphrase_file, "-") == 0 ||
        access(o->passphrase_file, R_OK) == 0)
        return CLI_YES;
    assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "cannot open: %m");
    return cli_complain_hint(call->verb, o->passphrase_file, &error,
                             "check the name and the permissions");
}

int cli_lcp_passphrase(char *buffer, size_t size, const void *options)
{
    const cli_lcp_options *const o = options;

    if (o->passphrase_file != NULL)
        return from_file(o->passphrase_file, buffer, size);
    if (o->passphrase_env != NULL)
        return from_environment(o->passphrase_env, buffer, size);
    return from_terminal(buffer, size);
}
