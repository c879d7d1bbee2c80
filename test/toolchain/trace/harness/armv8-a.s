// AArch64 at EL1: calls every case, then ends by semihosting. An access that nothing answers is stepped over;
// a load of that kind gives a number that is now and then all zeros or all ones, so that every poll ends.
    .section .harness, "ax"
    .balign 2048
vectors:
    .rept 4
    b failed
    .balign 128
    .endr
    b exception             // synchronous, this level's stack
    .balign 128
    .rept 11
    b failed
    .balign 128
    .endr

    .global start
start:
    ldr x0, =stack_top
    mov sp, x0
    ldr x0, =vectors
    msr vbar_el1, x0
    isb
    ldr x19, =CASES
    ldr x20, =CASE_COUNT
    ldr x20, [x20]
next:
    cbz x20, done
    sub x20, x20, #1
    ldp x0, x1, [x19], #16
    ldr x2, [x19], #8
    .global case_called
case_called:
    nop
    blr x2
    .global case_returned
case_returned:
    nop
    b next
done:
    ldr x1, =stopped_by_exit
    b stop
failed:
    ldr x1, =stopped_by_error
stop:
    mov w0, #0x18           // SYS_EXIT
    hlt #0xf000
    b stop

exception:
    stp x0, x1, [sp, #-16]!
    mrs x0, esr_el1
    lsr x0, x0, #26
    cmp x0, #0x25           // data abort
    b.ne failed
    ldp x0, x1, [sp], #16
    sub sp, sp, #256
    stp x0, x1, [sp]
    stp x2, x3, [sp, #16]
    stp x4, x5, [sp, #32]
    stp x6, x7, [sp, #48]
    stp x8, x9, [sp, #64]
    stp x10, x11, [sp, #80]
    stp x12, x13, [sp, #96]
    stp x14, x15, [sp, #112]
    stp x16, x17, [sp, #128]
    stp x18, x19, [sp, #144]
    stp x20, x21, [sp, #160]
    stp x22, x23, [sp, #176]
    stp x24, x25, [sp, #192]
    stp x26, x27, [sp, #208]
    stp x28, x29, [sp, #224]
    str x30, [sp, #240]
    mrs x0, elr_el1
    ldr w1, [x0], #4
    msr elr_el1, x0
    mrs x0, esr_el1
    tbnz x0, #6, stepped    // a store
    and x2, x1, #31
    ldr x3, =answer
    ldrsw x4, [x3]
    ldr w5, =1103515245
    ldr w6, =12345
    madd w4, w5, w4, w6
    str w4, [x3]
    tbz w4, #30, 1f
    asr w4, w4, #31
1:  str x4, [sp, x2, lsl #3]
stepped:
    ldp x0, x1, [sp]
    ldp x2, x3, [sp, #16]
    ldp x4, x5, [sp, #32]
    ldp x6, x7, [sp, #48]
    ldp x8, x9, [sp, #64]
    ldp x10, x11, [sp, #80]
    ldp x12, x13, [sp, #96]
    ldp x14, x15, [sp, #112]
    ldp x16, x17, [sp, #128]
    ldp x18, x19, [sp, #144]
    ldp x20, x21, [sp, #160]
    ldp x22, x23, [sp, #176]
    ldp x24, x25, [sp, #192]
    ldp x26, x27, [sp, #208]
    ldp x28, x29, [sp, #224]
    ldr x30, [sp, #240]
    add sp, sp, #256
    eret
    .ltorg

    .balign 8
stopped_by_exit:
    .quad 0x20026, 0        // ADP_Stopped_ApplicationExit
stopped_by_error:
    .quad 0x20023, 1        // ADP_Stopped_RunTimeErrorUnknown

    .section .bss
    .balign 8
answer:
    .skip 8
    .text
