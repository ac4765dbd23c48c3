/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/heap.h"

enum {
    PAGE = 4096,
    REGISTERS_SIZE = 16,
    SIZE_FIELD = 8,
    BIOS_DATA_MIN = 36,      /* the size of version 2, its size field included */
    BIOS_DATA_MAX = 0x10000, /* far more than any firmware writes */
    BIOS_VERSION_MIN = 2,
    BIOS_VERSION_MAX = 15,
    DIGEST_SIZE = 20,
    MDR_SIZE = 24,
};

static const char *const table_names[ASSAY_TXT_TABLES] = {
    "BiosData",
    "OsMleData",
    "OsSinitData",
    "SinitMleData",
};

const char *assay_txt_table_name(enum assay_txt_table table)
{
    return table_names[table];
}

/* The size and the version of a BiosData, as real ones have them. */
static bool bios_data_at(assay_bytes input, uint64_t offset)
{
    assay_cursor c = assay_cursor_of(input);

    assay_seek(&c, offset);
    const uint64_t size = assay_take_u64le(&c);
    const uint32_t version = assay_take_u32le(&c);
    return !c.failed && size >= BIOS_DATA_MIN && size <= BIOS_DATA_MAX &&
           version >= BIOS_VERSION_MIN && version <= BIOS_VERSION_MAX;
}

typedef struct heap_place {
    const char *why;
    uint64_t offset, base, size;
} heap_place;

static bool find_heap(assay_bytes input, heap_place *ret_place)
{
    assay_cursor c = assay_cursor_of(input);
    const uint64_t base = assay_take_u64le(&c), size = assay_take_u64le(&c);
    const bool registers = !c.failed && base != 0 && base % PAGE == 0 && size != 0;

    if (bios_data_at(input, 0))
        *ret_place = (heap_place){ "a TXT heap's BiosData at the start", 0, 0, input.size };
    else if (registers && bios_data_at(input, REGISTERS_SIZE))
        *ret_place = (heap_place){ "TXT.HEAP.BASE and TXT.HEAP.SIZE, then a TXT heap's BiosData",
                                   REGISTERS_SIZE, base, size };
    else if (registers && bios_data_at(input, base))
        *ret_place =
            (heap_place){ "TXT.HEAP.BASE at the start, and a TXT heap's BiosData where it says",
                          base, base, size };
    else
        return false;
    return true;
}

const char *assay_txt_heap_detect(assay_bytes input)
{
    heap_place found;

    return find_heap(input, &found) ? found.why : NULL;
}

static void take_bios_data(assay_cursor *c, assay_txt_bios_data *bios_data)
{
    bios_data->version = assay_take_u32le(c);
    bios_data->bios_sinit_size = assay_take_u32le(c);
    bios_data->lcp_pd_base = assay_take_u64le(c);
    bios_data->lcp_pd_size = assay_take_u64le(c);
    bios_data->num_log_procs = assay_take_u32le(c);
    if (bios_data->version < 3)
        return;
    bios_data->sinit_flags = assay_take_u32le(c);
    bios_data->mle_flags = assay_take_u32le(c);
}

static void take_os_sinit_data(assay_cursor *c, assay_txt_os_sinit_data *os_sinit_data)
{
    os_sinit_data->version = assay_take_u32le(c);
    os_sinit_data->flags = assay_take_u32le(c);
    os_sinit_data->mle_page_table_base = assay_take_u64le(c);
    os_sinit_data->mle_size = assay_take_u64le(c);
    os_sinit_data->mle_header_base = assay_take_u64le(c);
    os_sinit_data->pmr_low_base = assay_take_u64le(c);
    os_sinit_data->pmr_low_size = assay_take_u64le(c);
    os_sinit_data->pmr_high_base = assay_take_u64le(c);
    os_sinit_data->pmr_high_size = assay_take_u64le(c);
    os_sinit_data->lcp_po_base = assay_take_u64le(c);
    os_sinit_data->lcp_po_size = assay_take_u64le(c);
    os_sinit_data->capabilities = assay_take_u32le(c);
    if (os_sinit_data->version >= 5)
        os_sinit_data->rsdp_ptr = assay_take_u64le(c);
}

static void take_sinit_mle_data(assay_cursor *c, assay_txt_sinit_mle_data *sinit_mle_data)
{
    sinit_mle_data->version = assay_take_u32le(c);
    sinit_mle_data->bios_acm_id = assay_take(c, DIGEST_SIZE);
    sinit_mle_data->edx_senter_flags = assay_take_u32le(c);
    sinit_mle_data->mseg_valid = assay_take_u64le(c);
    sinit_mle_data->sinit_hash = assay_take(c, DIGEST_SIZE);
    sinit_mle_data->mle_hash = assay_take(c, DIGEST_SIZE);
    sinit_mle_data->stm_hash = assay_take(c, DIGEST_SIZE);
    sinit_mle_data->lcp_policy_hash = assay_take(c, DIGEST_SIZE);
    sinit_mle_data->policy_control = assay_take_u32le(c);
    sinit_mle_data->rlp_wakeup_addr = assay_take_u32le(c);
    assay_take_u32le(c); /* reserved */
    sinit_mle_data->num_mdrs = assay_take_u32le(c);
    sinit_mle_data->mdrs_offset = assay_take_u32le(c);
    sinit_mle_data->dmar_table_size = assay_take_u32le(c);
    sinit_mle_data->dmar_table_offset = assay_take_u32le(c);
    if (sinit_mle_data->version >= 8)
        sinit_mle_data->processor_scrtm_status = assay_take_u32le(c);
}

/* Reads the fields of a table; true when elements follow them. */
static bool take_fields(assay_txt_heap *heap, enum assay_txt_table table, assay_cursor *c)
{
    switch (table) {
    case ASSAY_TXT_BIOS_DATA:
        take_bios_data(c, &heap->bios_data);
        return heap->bios_data.version >= 4;
    case ASSAY_TXT_OS_SINIT_DATA:
        take_os_sinit_data(c, &heap->os_sinit_data);
        return heap->os_sinit_data.version >= 6;
    case ASSAY_TXT_SINIT_MLE_DATA:
        take_sinit_mle_data(c, &heap->sinit_mle_data);
        return heap->sinit_mle_data.version >= 9;
    default:
        return false;
    }
}

static int fail(assay_error *error, enum assay_kind kind, uint64_t offset, const char *field,
                const char *what, uint64_t has, uint64_t wants)
{
    return assay_fail(error, kind, (assay_place){ offset, ASSAY_NO_EVENT, field },
                      "%s: it has %llu bytes of %llu", what, (unsigned long long)has,
                      (unsigned long long)wants);
}

/* One table at the cursor: 1, 0 when there is none, or a negative kind. */
static int read_table(assay_txt_heap *heap, enum assay_txt_table table, assay_cursor *c,
                      assay_error *error)
{
    const uint64_t offset = c->offset;
    const char *const name = table_names[table];

    if (assay_left(c) == 0)
        return 0;
    const uint64_t size = assay_take_u64le(c);
    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, offset, name, "the input ends inside the table's size",
                    c->bytes.size - offset, SIZE_FIELD);
    if (size == 0)
        return 0;
    if (size < SIZE_FIELD)
        return fail(error, ASSAY_MALFORMED, offset, name, "the table is smaller than its own size",
                    size, SIZE_FIELD);
    const assay_bytes data =
        assay_take(c, size - SIZE_FIELD > SIZE_MAX ? SIZE_MAX : (size_t)(size - SIZE_FIELD));
    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, offset, name, "the table goes on beyond the image",
                    c->bytes.size - offset, size);
    assay_cursor fields = assay_cursor_of(data);
    const bool elements = take_fields(heap, table, &fields);
    if (fields.failed)
        return fail(error, ASSAY_TRUNCATED, offset, name, "the table is too small for its version",
                    size, SIZE_FIELD + (uint64_t)fields.offset + fields.wanted);
    heap->tables[table].present = true;
    heap->tables[table].offset = offset;
    heap->tables[table].data = data;
    heap->tables[table].elements = elements ? fields.offset : data.size;
    return 1;
}

int assay_txt_heap_open(assay_txt_heap *heap, assay_bytes input, assay_error *error)
{
    assay_cursor c = assay_cursor_of(input);
    heap_place found = { .size = input.size };
    int status = 1;

    find_heap(input, &found);
    *heap = (assay_txt_heap){ .input = input,
                              .offset = found.offset,
                              .base = found.base,
                              .has_registers = found.offset != 0 };
    assay_seek(&c, found.offset);
    heap->size = found.size < assay_left(&c) ? found.size : assay_left(&c);
    c.bytes.size = (size_t)(found.offset + heap->size);
    for (enum assay_txt_table t = 0; t < ASSAY_TXT_TABLES && status > 0; t++) {
        heap->end = c.offset;
        status = read_table(heap, t, &c, error);
    }
    if (status > 0)
        heap->end = c.offset;
    return status < 0 ? status : 0;
}

assay_txt_elements assay_txt_heap_elements(const assay_txt_heap *heap, enum assay_txt_table table)
{
    const assay_bytes data = heap->tables[table].data;
    assay_txt_elements elements = {
        .cursor = assay_cursor_of(data),
        .offset = heap->tables[table].offset + SIZE_FIELD,
    };

    assay_seek(&elements.cursor, heap->tables[table].elements);
    /* A table that ends with its fields has no elements, and then needs no END. */
    elements.ended = assay_left(&elements.cursor) == 0;
    return elements;
}

int assay_txt_heap_next_element(assay_txt_elements *elements, assay_txt_element *ret_element,
                                assay_error *error)
{
    assay_cursor *const c = &elements->cursor;
    const uint64_t offset = elements->offset + c->offset;

    if (elements->ended)
        return 0;
    const uint32_t type = assay_take_u32le(c);
    const uint32_t size = assay_take_u32le(c);
    elements->ended = true;
    if (c->failed)
        return fail(error, ASSAY_MALFORMED, offset, "HEAP_EXT_DATA_ELEMENT",
                    "the list of elements has no END", c->bytes.size - c->offset, SIZE_FIELD);
    if (size < SIZE_FIELD)
        return fail(error, ASSAY_MALFORMED, offset + 4, "HEAP_EXT_DATA_ELEMENT",
                    "the element is smaller than its own header", size, SIZE_FIELD);
    if (type == ASSAY_TXT_ELEMENT_END)
        return 0;
    const assay_bytes data = assay_take(c, size - SIZE_FIELD);
    if (c->failed)
        return fail(error, ASSAY_TRUNCATED, offset + 4, "HEAP_EXT_DATA_ELEMENT",
                    "the element goes on beyond its table", c->bytes.size - c->offset + SIZE_FIELD,
                    size);
    elements->ended = false;
    *ret_element = (assay_txt_element){ type, offset, data };
    return 1;
}

const char *assay_txt_element_name(uint32_t type)
{
    static const char *const names[] = {
        [ASSAY_TXT_ELEMENT_END] = "END",
        [ASSAY_TXT_ELEMENT_BIOS_SPEC_VER] = "BIOS_SPEC_VER",
        [ASSAY_TXT_ELEMENT_ACM] = "ACM",
        [ASSAY_TXT_ELEMENT_STM] = "STM",
        [ASSAY_TXT_ELEMENT_CUSTOM] = "CUSTOM",
        [ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR] = "TPM_EVENT_LOG_PTR",
        [ASSAY_TXT_ELEMENT_MADT] = "MADT",
        [ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2] = "EVENT_LOG_POINTER2",
        [ASSAY_TXT_ELEMENT_EVENT_LOG_POINTER2_1] = "EVENT_LOG_POINTER2_1",
        [ASSAY_TXT_ELEMENT_MCFG] = "MCFG",
        [ASSAY_TXT_ELEMENT_TPR_REQ] = "TPR_REQ",
    };

    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

bool assay_txt_heap_mdr(const assay_txt_heap *heap, uint32_t index, assay_txt_mdr *ret_mdr)
{
    const assay_txt_sinit_mle_data *const sinit_mle_data = &heap->sinit_mle_data;
    assay_cursor c = assay_cursor_of(heap->tables[ASSAY_TXT_SINIT_MLE_DATA].data);

    if (index >= sinit_mle_data->num_mdrs || sinit_mle_data->mdrs_offset < SIZE_FIELD)
        return false;
    assay_seek(&c, sinit_mle_data->mdrs_offset - SIZE_FIELD + (uint64_t)index * MDR_SIZE);
    const assay_txt_mdr mdr = { assay_take_u64le(&c), assay_take_u64le(&c), assay_take_u8(&c) };
    assay_take(&c, 7); /* reserved */
    if (c.failed)
        return false;
    *ret_mdr = mdr;
    return true;
}
