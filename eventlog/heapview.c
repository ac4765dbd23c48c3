/* SPDX-License-Identifier: BSD-2-Clause */
/* How a TXT heap is said. */
#include "eventlog/heap.h"

#include "base/alg.h"
#include "eventlog/txtflags.h"

static void emit_bios_data(assay_output *out, const assay_txt_heap *heap)
{
    const assay_txt_bios_data *const t = &heap->bios_data;

    assay_emit_u64(out, "version", t->version);
    assay_emit_u64(out, "bios_sinit_size", t->bios_sinit_size);
    assay_emit_address(out, "lcp_pd_base", t->lcp_pd_base);
    assay_emit_u64(out, "lcp_pd_size", t->lcp_pd_size);
    assay_emit_u64(out, "num_log_procs", t->num_log_procs);
    if (t->version < 3)
        return;
    assay_emit_address(out, "sinit_flags", t->sinit_flags);
    assay_emit_address(out, "mle_flags", t->mle_flags);
    assay_txt_emit_flags(out, "mle_flag_names", assay_txt_mle_flags, t->mle_flags);
}

static void emit_os_sinit_data(assay_output *out, const assay_txt_heap *heap)
{
    const assay_txt_os_sinit_data *const t = &heap->os_sinit_data;

    assay_emit_u64(out, "version", t->version);
    assay_emit_address(out, "flags", t->flags);
    if (t->version >= 7)
        assay_emit_string(out, "pcr_extend_policy",
                          (t->flags & 1) != 0 ? "performance: hashing in software"
                                              : "agility: hashing by the TPM");
    assay_emit_address(out, "mle_page_table_base", t->mle_page_table_base);
    assay_emit_u64(out, "mle_size", t->mle_size);
    assay_emit_address(out, "mle_header_base", t->mle_header_base);
    assay_emit_address(out, "pmr_low_base", t->pmr_low_base);
    assay_emit_u64(out, "pmr_low_size", t->pmr_low_size);
    assay_emit_address(out, "pmr_high_base", t->pmr_high_base);
    assay_emit_u64(out, "pmr_high_size", t->pmr_high_size);
    assay_emit_address(out, "lcp_po_base", t->lcp_po_base);
    assay_emit_u64(out, "lcp_po_size", t->lcp_po_size);
    assay_emit_address(out, "capabilities", t->capabilities);
    assay_txt_emit_flags(out, "capability_names", assay_txt_capabilities, t->capabilities);
    if (t->version >= 5)
        assay_emit_address(out, t->version == 5 ? "rsdt_ptr" : "rsdp_ptr", t->rsdp_ptr);
}

static void emit_mdrs(assay_output *out, const assay_txt_heap *heap)
{
    static const char *const types[] = { "usable", "SMRAM overlay", "SMRAM", "PCIe configuration",
                                         "protected" };
    assay_txt_mdr mdr;

    assay_emit_array(out, "mdrs");
    for (uint32_t i = 0; assay_txt_heap_mdr(heap, i, &mdr); i++) {
        assay_emit_object(out, NULL);
        assay_emit_address(out, "address", mdr.address);
        assay_emit_u64(out, "length", mdr.length);
        assay_emit_u64(out, "type", mdr.type);
        if (mdr.type < sizeof types / sizeof *types)
            assay_emit_string(out, "type_name", types[mdr.type]);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static void emit_scrtm_status(assay_output *out, uint32_t status)
{
    assay_emit_address(out, "processor_scrtm_status", status);
    assay_emit_string(out, "processor_scrtm_name",
                      (status & 1) != 0 ? "PCR 0 begins in the processor"
                                        : "PCR 0 begins in the firmware");
}

static void emit_sinit_mle_data(assay_output *out, const assay_txt_heap *heap)
{
    const assay_txt_sinit_mle_data *const t = &heap->sinit_mle_data;

    assay_emit_u64(out, "version", t->version);
    assay_emit_hex(out, "bios_acm_id", t->bios_acm_id);
    assay_emit_address(out, "edx_senter_flags", t->edx_senter_flags);
    assay_emit_address(out, "mseg_valid", t->mseg_valid);
    assay_emit_hex(out, "sinit_hash", t->sinit_hash);
    assay_emit_hex(out, "mle_hash", t->mle_hash);
    assay_emit_hex(out, "stm_hash", t->stm_hash);
    assay_emit_hex(out, "lcp_policy_hash", t->lcp_policy_hash);
    assay_emit_address(out, "policy_control", t->policy_control);
    assay_txt_emit_flags(out, "policy_control_names", assay_txt_policy_control, t->policy_control);
    assay_emit_address(out, "rlp_wakeup_addr", t->rlp_wakeup_addr);
    emit_mdrs(out, heap);
    assay_emit_u64(out, "dmar_table_offset", t->dmar_table_offset);
    assay_emit_u64(out, "dmar_table_size", t->dmar_table_size);
    if (t->version >= 8)
        emit_scrtm_status(out, t->processor_scrtm_status);
}

/* The elements before the first that can't be read. */
static void emit_elements(assay_output *out, const assay_txt_heap *heap, enum assay_txt_table table)
{
    assay_txt_elements elements = assay_txt_heap_elements(heap, table);
    assay_txt_element element;

    assay_emit_array(out, "elements");
    while (assay_txt_heap_next_element(&elements, &element, NULL) > 0) {
        const char *const name = assay_txt_element_name(element.type);

        assay_emit_object(out, NULL);
        assay_emit_u64(out, "type", element.type);
        if (name != NULL)
            assay_emit_string(out, "type_name", name);
        assay_emit_u64(out, "offset", element.offset);
        assay_emit_u64(out, "size", element.data.size);
        assay_txt_element_emit(out, &element);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}

static const struct {
    const char *key;
    void (*emit)(assay_output *out, const assay_txt_heap *heap); /* NULL: private to the launcher */
} tables[ASSAY_TXT_TABLES] = {
    [ASSAY_TXT_BIOS_DATA] = { "bios_data", emit_bios_data },
    [ASSAY_TXT_OS_MLE_DATA] = { "os_mle_data", NULL },
    [ASSAY_TXT_OS_SINIT_DATA] = { "os_sinit_data", emit_os_sinit_data },
    [ASSAY_TXT_SINIT_MLE_DATA] = { "sinit_mle_data", emit_sinit_mle_data },
};

static void emit_table(assay_output *out, const assay_txt_heap *heap, enum assay_txt_table table)
{
    if (!heap->tables[table].present) {
        assay_emit_null(out, tables[table].key);
        return;
    }
    assay_emit_object(out, tables[table].key);
    assay_emit_u64(out, "offset", heap->tables[table].offset);
    assay_emit_u64(out, "size", heap->tables[table].data.size);
    if (tables[table].emit != NULL) {
        tables[table].emit(out, heap);
        emit_elements(out, heap, table);
    }
    assay_emit_end(out);
}

static void emit_log(assay_output *out, const assay_txt_heap_log *log)
{
    const assay_alg *const alg = assay_alg_find(log->alg);

    assay_emit_object(out, NULL);
    assay_emit_string(out, "element", assay_txt_element_name(log->element));
    if (alg != NULL)
        assay_emit_string(out, "alg", alg->name);
    else if (log->alg != 0)
        assay_emit_address(out, "alg", log->alg);
    assay_emit_address(out, "address", log->address);
    if (log->start != ASSAY_NO_OFFSET)
        assay_emit_u64(out, "offset", log->start);
    else
        assay_emit_null(out, "offset");
    if (log->element != ASSAY_TXT_ELEMENT_TPM_EVENT_LOG_PTR) {
        assay_emit_u64(out, "allocated", log->allocated);
        assay_emit_u64(out, "first_record_offset", log->first_record_offset);
        assay_emit_u64(out, "next_record_offset", log->next_record_offset);
    }
    assay_emit_end(out);
}

void assay_txt_heap_emit(assay_output *out, const assay_txt_heap *heap)
{
    assay_txt_heap_log logs[ASSAY_TXT_LOGS_MAX];
    const int count = assay_txt_heap_logs(heap, logs, NULL);

    assay_emit_u64(out, "offset", heap->offset);
    if (heap->has_registers)
        assay_emit_address(out, "base", heap->base);
    assay_emit_u64(out, "size", heap->size);
    for (enum assay_txt_table t = 0; t < ASSAY_TXT_TABLES; t++)
        emit_table(out, heap, t);
    assay_emit_array(out, "event_logs");
    for (int i = 0; i < count; i++)
        emit_log(out, &logs[i]);
    assay_emit_end(out);
}

void assay_txt_heap_summary(assay_writer *writer, const assay_txt_heap *heap)
{
    if (!heap->tables[ASSAY_TXT_BIOS_DATA].present) {
        assay_put_string(writer, "TXT heap without a table that can be read");
        return;
    }
    assay_put_format(writer, "TXT heap of a machine with %u logical processors; BiosData %u",
                     heap->bios_data.num_log_procs, heap->bios_data.version);
    if (!heap->tables[ASSAY_TXT_OS_SINIT_DATA].present) {
        assay_put_string(writer, "; no launch was prepared");
        return;
    }
    assay_put_format(writer, ", OsSinitData %u", heap->os_sinit_data.version);
    if (heap->tables[ASSAY_TXT_SINIT_MLE_DATA].present)
        assay_put_format(writer, ", SinitMleData %u", heap->sinit_mle_data.version);
    else
        assay_put_string(writer, "; SINIT has left nothing");
}
