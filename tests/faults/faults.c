/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A library to preload that makes one call of a program fail: the FAULT_AT-th of those
 * listed below that the program itself makes, from 1. Calls that libraries make among
 * themselves count for nothing. When the call comes, its name goes to the file FAULT_REACHED.
 *
 *     FAULT_AT=3 FAULT_REACHED=/tmp/reached LD_PRELOAD=build/faults.so assay show LOG
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <jansson.h>
#include <libelf.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/store.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static long left; /* calls until the one that fails; 0 and less: none will. Threads count together */
static uintptr_t program_start, program_end;

static int find_program(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

        if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_X) != 0) {
            program_start = start;
            program_end = start + info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1; /* the program is the first; what follows are its libraries */
}

/* Whether the call of `name` that returns to `caller` is the one to fail. */
static bool is_due(const char *name, const void *caller)
{
    if (left <= 0 || (uintptr_t)caller < program_start || (uintptr_t)caller >= program_end ||
        __atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED) != 0)
        return false;
    const char *const path = getenv("FAULT_REACHED");
    FILE *const reached = path == NULL ? NULL : fopen(path, "w");
    if (reached != NULL) {
        fprintf(reached, "%s\n", name);
        fclose(reached);
    }
    return true;
}

#define FAILS(type, name, failure, cause, parameters, arguments)                                   \
    type name parameters                                                                           \
    {                                                                                              \
        static type(*real) parameters;                                                             \
                                                                                                   \
        if (is_due(#name, __builtin_return_address(0))) {                                          \
            errno = cause;                                                                         \
            return failure;                                                                        \
        }                                                                                          \
        if (real == NULL)                                                                          \
            *(void **)&real = dlsym(RTLD_NEXT, #name);                                             \
        return real arguments;                                                                     \
    }

FAILS(ssize_t, read, -1, EIO, (int fd, void *data, size_t size), (fd, data, size))
FAILS(ssize_t, write, -1, ENOSPC, (int fd, const void *data, size_t size), (fd, data, size))
FAILS(int, fstat, -1, EIO, (int fd, struct stat *facts), (fd, facts))
FAILS(void *, mmap, MAP_FAILED, ENOMEM, (void *at, size_t size, int use, int flags, int fd, off_t from),
      (at, size, use, flags, fd, from))
FAILS(int, rename, -1, EACCES, (const char *from, const char *to), (from, to))
FAILS(int, fsync, -1, EIO, (int fd), (fd))
FAILS(EVP_MD *, EVP_MD_fetch, NULL, 0, (OSSL_LIB_CTX * context, const char *name, const char *wanted),
      (context, name, wanted))
FAILS(EVP_MD_CTX *, EVP_MD_CTX_new, NULL, 0, (void), ())
FAILS(int, EVP_DigestInit_ex2, 0, 0, (EVP_MD_CTX * context, const EVP_MD *digest, const OSSL_PARAM *options),
      (context, digest, options))
FAILS(int, EVP_DigestUpdate, 0, 0, (EVP_MD_CTX * context, const void *data, size_t size),
      (context, data, size))
FAILS(int, EVP_DigestFinal_ex, 0, 0, (EVP_MD_CTX * context, unsigned char *digest, unsigned int *size),
      (context, digest, size))

/*
 * Keys and signatures. EVP_Digest is left out: decoding an event's data has no way to fail, so a
 * certificate that libcrypto can't hash is shown as bytes.
 */
FAILS(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_name, NULL, 0, (OSSL_LIB_CTX * context, const char *name, const char *wanted),
      (context, name, wanted))
FAILS(EVP_PKEY_CTX *, EVP_PKEY_CTX_new_from_pkey, NULL, 0, (OSSL_LIB_CTX * context, EVP_PKEY *key, const char *wanted),
      (context, key, wanted))
FAILS(int, EVP_PKEY_fromdata_init, 0, 0, (EVP_PKEY_CTX * context), (context))
FAILS(int, EVP_PKEY_fromdata, 0, 0, (EVP_PKEY_CTX * context, EVP_PKEY **key, int selection, OSSL_PARAM *parts),
      (context, key, selection, parts))
FAILS(int, EVP_PKEY_get_bn_param, 0, 0, (const EVP_PKEY *key, const char *name, BIGNUM **number), (key, name, number))
FAILS(int, EVP_PKEY_get_octet_string_param, 0, 0,
      (const EVP_PKEY *key, const char *name, unsigned char *data, size_t room, size_t *size), (key, name, data, room, size))
FAILS(int, EVP_PKEY_CTX_set_rsa_padding, 0, 0, (EVP_PKEY_CTX * context, int padding), (context, padding))
FAILS(int, EVP_PKEY_sign_init, 0, 0, (EVP_PKEY_CTX * context), (context))
FAILS(int, EVP_PKEY_sign, 0, 0,
      (EVP_PKEY_CTX * context, unsigned char *mark, size_t *mark_size, const unsigned char *data, size_t size),
      (context, mark, mark_size, data, size))
FAILS(int, EVP_PKEY_verify_init, 0, 0, (EVP_PKEY_CTX * context), (context))
FAILS(int, EVP_PKEY_verify, -1, 0,
      (EVP_PKEY_CTX * context, const unsigned char *mark, size_t mark_size, const unsigned char *data, size_t size),
      (context, mark, mark_size, data, size))
FAILS(BIGNUM *, BN_new, NULL, 0, (void), ())
FAILS(BIGNUM *, BN_bin2bn, NULL, 0, (const unsigned char *data, int size, BIGNUM *number), (data, size, number))
FAILS(BIGNUM *, BN_lebin2bn, NULL, 0, (const unsigned char *data, int size, BIGNUM *number), (data, size, number))
FAILS(int, BN_bn2binpad, -1, 0, (const BIGNUM *number, unsigned char *data, int size), (number, data, size))
FAILS(int, BN_bn2lebinpad, -1, 0, (const BIGNUM *number, unsigned char *data, int size), (number, data, size))
FAILS(BN_CTX *, BN_CTX_new, NULL, 0, (void), ())
FAILS(ECDSA_SIG *, ECDSA_SIG_new, NULL, 0, (void), ())
FAILS(OSSL_PARAM_BLD *, OSSL_PARAM_BLD_new, NULL, 0, (void), ())
FAILS(OSSL_PARAM *, OSSL_PARAM_BLD_to_param, NULL, 0, (OSSL_PARAM_BLD * builder), (builder))
FAILS(OSSL_LIB_CTX *, OSSL_LIB_CTX_new, NULL, 0, (void), ())
FAILS(OSSL_STORE_CTX *, OSSL_STORE_open_ex, NULL, 0,
      (const char *uri, OSSL_LIB_CTX *context, const char *wanted, const UI_METHOD *ui, void *ui_data,
       const OSSL_PARAM params[], OSSL_STORE_post_process_info_fn process, void *process_data),
      (uri, context, wanted, ui, ui_data, params, process, process_data))
FAILS(OSSL_STORE_INFO *, OSSL_STORE_load, NULL, 0, (OSSL_STORE_CTX * context), (context))

/* Other libraries. */
FAILS(int, inflateInit2_, Z_MEM_ERROR, 0, (z_streamp stream, int bits, const char *version, int size),
      (stream, bits, version, size))
FAILS(int, inflate, Z_MEM_ERROR, 0, (z_streamp stream, int flush), (stream, flush))
FAILS(Elf *, elf_memory, NULL, 0, (char *image, size_t size), (image, size))
FAILS(json_t *, json_loadb, NULL, 0, (const char *text, size_t size, size_t flags, json_error_t *error),
      (text, size, flags, error))
FAILS(json_t *, json_array, NULL, 0, (void), ())

void *malloc(size_t size)
{
    return is_due("malloc", __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_due("calloc", __builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return is_due("realloc", __builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

/* Faults begin and end with main(), so that what instruments the program stays whole. */
static int (*program_main)(int argc, char **argv, char **environment);

static int main_with_faults(int argc, char **argv, char **environment)
{
    const char *const at = getenv("FAULT_AT");

    dl_iterate_phdr(find_program, NULL);
    left = at == NULL ? 0 : strtol(at, NULL, 10);
    const int status = program_main(argc, argv, environment);
    left = 0;
    return status;
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    __typeof__(&__libc_start_main) real;

    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    program_main = main;
    return real(main_with_faults, argc, argv, init, fini, rtld_fini, stack_end);
}
