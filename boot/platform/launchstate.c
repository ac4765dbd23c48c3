/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/platform/launchstate.h"

enum {
    STS_SENTER = 0,
    STS_SEXIT = 1,
    STS_MEM_CONFIG = 6,
    STS_PRIVATE = 7,
    STS_LOCALITY1 = 15,
    STS_LOCALITY2 = 16,

    SPAD_TXT_DISABLED = 60,
    SPAD_ACM_ERROR = 62,
    PRODUCTION_FUSED = 31,
};

/* What the verdict follows from. */
typedef struct facts {
    const assay_txt_registers *registers;
    const assay_txt_heap *heap;
    bool senter, sexit, private_open, reset;
    bool heap_known, has_heap;   /* TXT.HEAP.BASE */
    bool sinit_known, has_sinit; /* SinitMleData in the heap */
    bool dpr_known, dpr_locked;
    bool failed, succeeded; /* by TXT.ERRORCODE */
} facts;

static const struct {
    const char *name, *what, *action;
} verdicts[ASSAY_TXT_LAUNCHES] = {
    [ASSAY_TXT_LAUNCHED] = { "launched", "a measured launch is in force",
                             "Nothing; 'assay check' compares what was measured with the TPM" },
    [ASSAY_TXT_TORN_DOWN] = { "torn-down", "there was a measured launch, and it has ended",
                              "If it was not meant to end, boot with the launcher again and look "
                              "at what ran SEXIT: a kexec, a shutdown of tboot, a suspend" },
    [ASSAY_TXT_NEVER] = { "never", "there was no measured launch",
                          "Start the machine with its launcher (tboot or Secure Launch). If that "
                          "was done, look at its log for why it did not try" },
    [ASSAY_TXT_FAILED] = { "failed", "a measured launch failed, in this boot or in one before it",
                           "Mend what TXT.ERRORCODE names, then power-cycle: a warm reset keeps "
                           "the code" },
    [ASSAY_TXT_RESET_PENDING] = { "reset-pending",
                                  "a TXT reset happened, and no launch is possible until a power "
                                  "cycle",
                                  "Switch the machine off and on; SENTER fails until then. Note "
                                  "TXT.ERRORCODE before, for it is lost" },
    [ASSAY_TXT_CONTRADICTORY] = { "contradictory",
                                  "what was captured contradicts itself, so the launch is not to "
                                  "be believed",
                                  "Look at what speaks against it; capture registers and heap "
                                  "again, at one time and of one boot" },
    [ASSAY_TXT_UNKNOWN] = { "unknown", "too little was captured to tell",
                            "Capture the registers: 'assay txt' as root, or --registers FILE" },
};

static void add(assay_txt_launch_state *state, enum assay_txt_bearing bearing, const char *name,
                const char *what)
{
    if (state->reason_count < ASSAY_TXT_REASONS_MAX)
        state->reasons[state->reason_count++] = (assay_txt_reason){ name, what, bearing };
}

static bool captured(const facts *f, enum assay_txt_register id)
{
    return f->registers != NULL && f->registers->captured[id];
}

static bool bit(const facts *f, enum assay_txt_register id, unsigned number)
{
    return captured(f, id) && assay_txt_register_bit(f->registers, id, number);
}

static facts gather(const assay_txt_registers *registers, const assay_txt_heap *heap,
                    assay_txt_launch_state *state)
{
    facts f = { .registers = registers, .heap = heap };

    f.senter = bit(&f, ASSAY_TXT_STS, STS_SENTER);
    f.sexit = bit(&f, ASSAY_TXT_STS, STS_SEXIT);
    f.private_open = bit(&f, ASSAY_TXT_STS, STS_PRIVATE);
    f.reset = bit(&f, ASSAY_TXT_ESTS, 0);
    f.heap_known = captured(&f, ASSAY_TXT_HEAP_BASE);
    f.has_heap = f.heap_known && registers->value[ASSAY_TXT_HEAP_BASE] != 0;
    f.sinit_known = heap != NULL;
    f.has_sinit = heap != NULL && heap->tables[ASSAY_TXT_SINIT_MLE_DATA].present;
    f.dpr_known = captured(&f, ASSAY_TXT_DPR);
    f.dpr_locked = bit(&f, ASSAY_TXT_DPR, 0);
    state->has_error = captured(&f, ASSAY_TXT_ERRORCODE);
    if (state->has_error) {
        assay_txt_error_decode((uint32_t)registers->value[ASSAY_TXT_ERRORCODE], &state->error);
        f.failed = assay_txt_error_is_failure(&state->error);
        f.succeeded = state->error.kind == ASSAY_TXT_ERROR_SUCCESS &&
                      state->error.module == ASSAY_TXT_MODULE_SINIT;
    }
    return f;
}

/* The reasons, a register each. */

static void say_status(assay_txt_launch_state *state, const facts *f)
{
    if (!captured(f, ASSAY_TXT_STS)) {
        add(state, ASSAY_TXT_IS_MISSING, "TXT.STS", "was not captured");
        return;
    }
    add(state, f->senter ? ASSAY_TXT_SPEAKS_FOR : ASSAY_TXT_SPEAKS_AGAINST,
        "TXT.STS[0] SENTER.DONE.STS",
        f->senter ? "all processors have joined in SENTER" : "no SENTER is in effect");
    add(state, f->sexit ? ASSAY_TXT_SPEAKS_AGAINST : ASSAY_TXT_SPEAKS_FOR,
        "TXT.STS[1] SEXIT.DONE.STS",
        f->sexit ? "no processor is joined: so it is after a reset and after SEXIT"
                 : "SEXIT has not been done");
    add(state, f->private_open ? ASSAY_TXT_SPEAKS_FOR : ASSAY_TXT_SPEAKS_AGAINST,
        "TXT.STS[7] PRIVATE-OPEN.STS",
        f->private_open ? "the private space is open" : "the private space is closed");
    if (bit(f, ASSAY_TXT_STS, STS_MEM_CONFIG))
        add(state, ASSAY_TXT_IS_NOTED, "TXT.STS[6] MEM-CONFIG-LOCK.STS",
            "the memory configuration is locked");
    if (bit(f, ASSAY_TXT_STS, STS_LOCALITY1))
        add(state, ASSAY_TXT_IS_NOTED, "TXT.STS[15] TXT.LOCALITY1.OPEN.STS",
            "the TPM's locality 1 is open");
    if (f->senter && !f->sexit && f->private_open && !bit(f, ASSAY_TXT_STS, STS_LOCALITY2))
        add(state, ASSAY_TXT_IS_NOTED, "TXT.STS[16] TXT.LOCALITY2.OPEN.STS",
            "the launched environment has closed the TPM's locality 2");
}

/* DPR ends below TSEG; heap and SINIT must lie in it. */
static bool heap_is_protected(const facts *f)
{
    const uint64_t dpr = f->registers->value[ASSAY_TXT_DPR];
    const uint64_t top = dpr & 0xFFF00000, size = (dpr >> 4 & 0xFF) << 20;
    const uint64_t base = f->registers->value[ASSAY_TXT_HEAP_BASE];

    return base + size >= top &&
           base + assay_txt_register_value(f->registers, ASSAY_TXT_HEAP_SIZE) <= top;
}

static void say_heap(assay_txt_launch_state *state, const facts *f)
{
    if (f->heap_known)
        add(state, f->has_heap ? ASSAY_TXT_SPEAKS_FOR : ASSAY_TXT_SPEAKS_AGAINST, "TXT.HEAP.BASE",
            f->has_heap ? "the firmware has set up a heap"
                        : "there is no heap: the firmware has not set up TXT");
    else
        add(state, ASSAY_TXT_IS_MISSING, "TXT.HEAP.BASE", "was not captured");
    if (f->sinit_known)
        add(state, f->has_sinit ? ASSAY_TXT_SPEAKS_FOR : ASSAY_TXT_SPEAKS_AGAINST, "SinitMleData",
            f->has_sinit ? "SINIT has left its table in the heap"
                         : "the heap has no table of SINIT");
    if (!f->dpr_known)
        return;
    if (f->registers->value[ASSAY_TXT_DPR] == 0 && !f->has_heap)
        add(state, ASSAY_TXT_IS_NOTED, "TXT.DPR", "no memory is protected from DMA");
    else
        add(state, f->dpr_locked ? ASSAY_TXT_IS_NOTED : ASSAY_TXT_SPEAKS_AGAINST, "TXT.DPR[0] Lock",
            f->dpr_locked ? "the protected range is locked"
                          : "the range that protects the heap from DMA is not locked");
    if (f->has_heap && !heap_is_protected(f))
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.DPR",
            "the heap does not lie in the range that is protected from DMA");
    if (f->heap_known && f->sinit_known && f->heap->has_registers && f->heap->base != 0 &&
        f->heap->base != f->registers->value[ASSAY_TXT_HEAP_BASE])
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.HEAP.BASE",
            "the heap that is given is of another address: of another machine or boot");
}

static void say_error(assay_txt_launch_state *state, const facts *f)
{
    if (captured(f, ASSAY_TXT_ESTS) && f->reset)
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.ESTS[0] TXT_RESET.STS",
            "a TXT reset or another event forbids launches until a power cycle");
    if (!state->has_error)
        add(state, ASSAY_TXT_IS_MISSING, "TXT.ERRORCODE", "was not captured");
    else if (f->failed)
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.ERRORCODE", "an error is recorded");
    else if (state->error.kind == ASSAY_TXT_ERROR_PROGRESS)
        add(state, ASSAY_TXT_IS_NOTED, "TXT.ERRORCODE",
            "an ACM recorded how far it came, and no error");
    else if (f->succeeded)
        add(state, ASSAY_TXT_IS_NOTED, "TXT.ERRORCODE", "SINIT ended well, since the power-on");
}

/* TXT.VER.FSBIF says it where there is such a register; else TXT.VER.QPIIF does. */
static bool is_debug_fused(const facts *f)
{
    enum assay_txt_register id = ASSAY_TXT_VER_FSBIF;

    if (!captured(f, id) || (uint32_t)f->registers->value[id] == 0 ||
        (uint32_t)f->registers->value[id] == UINT32_MAX)
        id = ASSAY_TXT_VER_QPIIF;
    return captured(f, id) && f->registers->value[id] != 0 && !bit(f, id, PRODUCTION_FUSED);
}

static void say_platform(assay_txt_launch_state *state, const facts *f)
{
    if (bit(f, ASSAY_TXT_E2STS, 1))
        add(state, ASSAY_TXT_IS_NOTED, "TXT.E2STS[1] SECRETS.STS",
            "the launched environment has declared secrets: memory is cleared after a reset");
    if (is_debug_fused(f))
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.VER[31] DEBUG.FUSE",
            "the chipset is one for debugging: nothing it measures is to be trusted");
    if (bit(f, ASSAY_TXT_SPAD, SPAD_TXT_DISABLED))
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.SPAD[60]",
            "the firmware's policy record (FIT type 0xA) has disabled TXT");
    if (bit(f, ASSAY_TXT_SPAD, SPAD_ACM_ERROR))
        add(state, ASSAY_TXT_SPEAKS_AGAINST, "TXT.SPAD[62]",
            "the startup ACM could not be verified");
}

/* The verdict. */

static enum assay_txt_launch judge_joined(const facts *f)
{
    if (f->sexit)
        return f->has_sinit                   ? ASSAY_TXT_TORN_DOWN
               : f->heap_known && f->has_heap ? ASSAY_TXT_CONTRADICTORY
               : f->heap_known                ? ASSAY_TXT_NEVER
                                              : ASSAY_TXT_UNKNOWN;
    if (!f->private_open || (f->heap_known && !f->has_heap) || f->reset || f->failed ||
        (f->sinit_known && !f->has_sinit))
        return ASSAY_TXT_CONTRADICTORY;
    return ASSAY_TXT_LAUNCHED;
}

static enum assay_txt_launch judge_apart(const facts *f)
{
    if (f->failed)
        return ASSAY_TXT_FAILED;
    if (f->private_open)
        return ASSAY_TXT_CONTRADICTORY;
    return f->has_sinit || f->succeeded ? ASSAY_TXT_TORN_DOWN : ASSAY_TXT_NEVER;
}

static enum assay_txt_launch judge(const facts *f)
{
    if (f->registers == NULL || assay_txt_registers_absent(f->registers))
        return ASSAY_TXT_UNKNOWN;
    if (f->senter && !f->sexit)
        return judge_joined(f);
    if (f->reset)
        return ASSAY_TXT_RESET_PENDING;
    if (!captured(f, ASSAY_TXT_STS))
        return f->failed ? ASSAY_TXT_FAILED : ASSAY_TXT_UNKNOWN;
    return f->senter && !f->failed ? judge_joined(f) : judge_apart(f);
}

static bool anything_against(const assay_txt_launch_state *state)
{
    for (size_t i = 0; i < state->reason_count; i++)
        if (state->reasons[i].bearing == ASSAY_TXT_SPEAKS_AGAINST)
            return true;
    return false;
}

/* Words that fit a case better than those of its verdict. */
static void choose_words(assay_txt_launch_state *state, const facts *f)
{
    state->what = verdicts[state->verdict].what;
    state->action = verdicts[state->verdict].action;
    if (f->registers != NULL && assay_txt_registers_absent(f->registers)) {
        state->what = "the registers read as all ones: nothing answers at their address";
        state->action = "A machine without TXT reads so, and a failed capture: capture it again "
                        "as root, without kernel lockdown";
    } else if (state->verdict == ASSAY_TXT_NEVER && bit(f, ASSAY_TXT_SPAD, SPAD_TXT_DISABLED)) {
        state->action = "The firmware's policy disables TXT: use a firmware without that record";
    } else if (state->verdict == ASSAY_TXT_NEVER && f->heap_known && !f->has_heap) {
        state->what = "there was no measured launch: the firmware has not set up TXT";
        state->action = "Enable TXT in the firmware's setup, with VT-x, VT-d and the TPM; where "
                        "that is done, the firmware brings no BIOS ACM for it";
    } else if (state->verdict == ASSAY_TXT_UNKNOWN && f->registers == NULL && f->has_sinit) {
        state->what = "SINIT has run, and without the registers it can't be told whether its "
                      "launch is still in force";
    }
}

void assay_txt_launch_judge(const assay_txt_registers *registers, const assay_txt_heap *heap,
                            assay_txt_launch_state *ret_state)
{
    *ret_state = (assay_txt_launch_state){ .verdict = ASSAY_TXT_UNKNOWN };
    const facts f = gather(registers, heap, ret_state);

    say_status(ret_state, &f);
    say_error(ret_state, &f);
    say_heap(ret_state, &f);
    say_platform(ret_state, &f);
    ret_state->verdict = judge(&f);
    ret_state->sound = ret_state->verdict == ASSAY_TXT_LAUNCHED && !anything_against(ret_state);
    choose_words(ret_state, &f);
    if (ret_state->verdict == ASSAY_TXT_LAUNCHED && !ret_state->sound) {
        ret_state->what = "a measured launch is in force, on a platform that is not to be trusted";
        ret_state->action = "Look at what speaks against it, below";
    }
}

const char *assay_txt_launch_name(enum assay_txt_launch verdict)
{
    return verdicts[verdict].name;
}

const char *assay_txt_bearing_name(enum assay_txt_bearing bearing)
{
    static const char *const names[] = { "for", "against", "noted", "missing" };

    return names[bearing];
}

void assay_txt_launch_emit(assay_output *out, const assay_txt_launch_state *state)
{
    assay_emit_string(out, "verdict", assay_txt_launch_name(state->verdict));
    assay_emit_bool(out, "sound", state->sound);
    assay_emit_string(out, "what", state->what);
    assay_emit_string(out, "action", state->action);
    assay_emit_array(out, "reasons");
    for (size_t i = 0; i < state->reason_count; i++) {
        assay_emit_object(out, NULL);
        assay_emit_string(out, "field", state->reasons[i].name);
        assay_emit_string(out, "bearing", assay_txt_bearing_name(state->reasons[i].bearing));
        assay_emit_string(out, "what", state->reasons[i].what);
        assay_emit_end(out);
    }
    assay_emit_end(out);
}
