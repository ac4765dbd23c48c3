/* SPDX-License-Identifier: BSD-2-Clause */
/* The passphrase or PIN of a key: from a file, from the environment, or from who sits there. */
#include "cli/complain.h"
#include "cli/passphrase.h"

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

int cli_passphrase_check(const cli_call *call, const cli_passphrase *from)
{
    assay_error error;

    if (from->file != NULL && from->env != NULL)
        return cli_complain_usage(call->verb,
                                  "--passphrase-file and --passphrase-env contradict each other");
    if (from->env != NULL && getenv(from->env) == NULL)
        return cli_complain_usage(call->verb, "--passphrase-env: the environment has no '%s'",
                                  from->env);
    if (from->file == NULL || strcmp(from->file, "-") == 0 || access(from->file, R_OK) == 0)
        return CLI_YES;
    assay_fail(&error, ASSAY_IO, ASSAY_NOWHERE, "cannot open: %m");
    return cli_complain_hint(call->verb, from->file, &error, "check the name and the permissions");
}

int cli_take_passphrase(char *buffer, size_t size, const void *passphrase)
{
    const cli_passphrase *const from = passphrase;

    if (from->file != NULL)
        return from_file(from->file, buffer, size);
    if (from->env != NULL)
        return from_environment(from->env, buffer, size);
    return from_terminal(buffer, size);
}
