/* SPDX-License-Identifier: BSD-2-Clause */
#include "eventlog/payload/nvevent.h"

#include "eventlog/payload/spdm.h"

assay_nv_event assay_take_nv_event(assay_cursor *cursor, bool dynamic)
{
    enum { RESERVED = 6 };
    assay_nv_event nv = { .dynamic = dynamic, .version = assay_take_u16le(cursor) };

    nv.reserved = assay_take(cursor, RESERVED);
    if (!dynamic) {
        nv.data = assay_take_rest(cursor);
        return nv;
    }
    nv.uid = assay_take_u64le(cursor);
    nv.description = assay_take(cursor, assay_take_u16le(cursor));
    nv.data = assay_take(cursor, assay_take_u16le(cursor));
    return nv;
}

void assay_put_nv_event(assay_writer *writer, const assay_nv_event *nv)
{
    assay_put_u16le(writer, nv->version);
    assay_put(writer, nv->reserved);
    if (nv->dynamic) {
        assay_put_u64le(writer, nv->uid);
        assay_put_u16le(writer, (uint16_t)nv->description.size);
        assay_put(writer, nv->description);
        assay_put_u16le(writer, (uint16_t)nv->data.size);
    }
    assay_put(writer, nv->data);
}

static assay_bytes without_nuls(assay_bytes text)
{
    while (text.size > 0 && text.data[text.size - 1] == 0)
        text.size--;
    return text;
}

static void emit_device(assay_output *out, const assay_nv_event *nv)
{
    assay_spdm device;

    if (!assay_spdm_decode(nv->data, &device)) {
        assay_emit_hex(out, "data", nv->data);
        return;
    }
    assay_emit_object(out, "device");
    assay_spdm_emit(out, &device);
    assay_emit_end(out);
}

void assay_nv_event_emit(assay_output *out, const assay_nv_event *nv)
{
    assay_emit_u64(out, "version", nv->version);
    if (!nv->dynamic) {
        emit_device(out, nv);
        return;
    }
    assay_emit_address(out, "uid", nv->uid);
    assay_emit_text(out, "description", without_nuls(nv->description));
    assay_emit_hex(out, "data", nv->data);
}

void assay_nv_event_summary(assay_writer *writer, const assay_nv_event *nv)
{
    assay_spdm device;

    if (nv->dynamic) {
        assay_put_string(writer, ": ");
        assay_put(writer, without_nuls(nv->description));
        assay_put_format(writer, ", %zu bytes", nv->data.size);
    } else if (assay_spdm_decode(nv->data, &device)) {
        assay_put_string(writer, ": ");
        assay_spdm_summary(writer, &device);
    } else {
        assay_put_format(writer, ", %zu bytes", nv->data.size);
    }
}
