// Armv7-A in the A32 instruction set: calls every case, then ends by semihosting. An access that nothing answers
// is stepped over; a load of that kind gives a number that is now and then all zeros or all ones, so that every
// poll ends.
    // See cortex-m.s.
    .ifndef ANSWER_FACTOR
    .set ANSWER_FACTOR, 1103515245
    .set ANSWER_STEP, 12345
    .endif
    .syntax unified
    .section .harness, "ax"
    .arm
    .balign 32
vectors:
    b failed                // reset
    b failed                // undefined instruction
    b failed                // supervisor call
    b failed                // prefetch abort
    b abort                 // data abort
    b failed
    b failed
    b failed

    .global start
start:
    cps #0x17               // the abort mode's stack
    ldr sp, =abort_stack_top
    cps #0x13
    ldr sp, =stack_top
    ldr r0, =vectors
    mcr p15, 0, r0, c12, c0, 0
    cpsie a                 // an external abort is taken at once
    ldr r4, =CASES
    ldr r5, =CASE_COUNT
    ldr r5, [r5]
next:
    cmp r5, #0
    beq done
    sub r5, r5, #1
    ldmia r4!, {r0, r1, r2}
    .global case_called
case_called:
    nop
    blx r2
    .global case_returned
case_returned:
    nop
    b next
done:
    ldr r1, =0x20026        // ADP_Stopped_ApplicationExit
    b stop
failed:
    ldr r1, =0x20023        // ADP_Stopped_RunTimeErrorUnknown
stop:
    mov r0, #0x18           // SYS_EXIT
    svc #0x123456
    b stop

abort:
    sub lr, lr, #4          // after the instruction
    push {r0-r12, lr}
    ldr r1, [lr, #-4]
    tst r1, #0x100000
    beq stored
    lsr r2, r1, #12
    and r2, r2, #15
    ldr r3, =answer
    ldr r4, [r3]
    ldr r5, =ANSWER_FACTOR
    ldr r6, =ANSWER_STEP
    mla r4, r5, r4, r6
    str r4, [r3]
    tst r4, #0x40000000
    asrne r4, r4, #31
    str r4, [sp, r2, lsl #2]
    b stepped
stored:
    .if ANSWER_FACTOR == -1
    ldr r3, =answer
    mvn r4, #0
    str r4, [r3]
    .endif
stepped:
    pop {r0-r12, lr}
    movs pc, lr
    .ltorg

    .section .bss
answer:
    .skip 4
    .balign 8
    .skip 256
abort_stack_top:
    .text
