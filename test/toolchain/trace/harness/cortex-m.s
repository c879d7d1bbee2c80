// Armv6-M, Armv7-M and Armv8-M: calls every case, then ends by semihosting. An access that nothing answers is
// stepped over; a load
// of that kind gives a number that is now and then all zeros or all ones, so that every poll ends. With ANSWER_FACTOR and
// ANSWER_STEP of -1 it gives all zeros after a store, and then all ones and all zeros by turns: every poll takes as long.
    .syntax unified
    .ifndef ANSWER_FACTOR
    .set ANSWER_FACTOR, 1103515245
    .set ANSWER_STEP, 12345
    .endif
    .section .vectors, "a"
    .word stack_top
    .word start
    .word failed            // NMI
    .word fault             // HardFault, to which the others escalate
    .rept 12
    .word failed
    .endr

    .section .harness, "ax"
    .thumb
    .global start
    .type start, %function
start:
    ldr r4, =CASES
    ldr r5, =CASE_COUNT
    ldr r5, [r5]
next:
    cmp r5, #0
    beq done
    subs r5, #1
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
    .type failed, %function
failed:
    ldr r1, =0x20023        // ADP_Stopped_RunTimeErrorUnknown
stop:
    movs r0, #0x18          // SYS_EXIT
    bkpt #0xab
    b stop

    .type fault, %function
fault:                      // on the stack: r0-r3, r12, lr, pc, xpsr
    push {r4-r7}
    mov r0, sp
    adds r0, #16
    mov r1, r8
    mov r2, r9
    mov r3, r10
    mov r4, r11
    push {r1-r4}            // sp: r8-r11, r4-r7, frame
    ldr r1, [r0, #24]
    ldrh r2, [r1]           // first half of the instruction
    lsrs r3, r2, #11
    cmp r3, #0x1d
    bhs wide
    adds r1, #2
    lsrs r3, r2, #11
    movs r4, #1
    ands r4, r3
    beq stored              // a 16-bit store
    movs r3, #7
    ands r2, r3
    b load
wide:
    ldrh r3, [r1, #2]
    adds r1, #4
    lsrs r4, r2, #5         // 1111 1000 xxx1 is a load
    movs r4, #16
    ands r4, r2
    beq stored
    lsrs r2, r3, #12
load:                       // r2: the register that is loaded
    ldr r3, =answer
    ldr r4, [r3]
    ldr r5, =ANSWER_FACTOR
    muls r4, r5, r4
    ldr r5, =ANSWER_STEP
    adds r4, r4, r5
    str r4, [r3]
    lsls r5, r4, #1
    bpl 1f
    asrs r4, r4, #31
1:
    cmp r2, #12
    beq r12_loaded
    bhi stepped
    cmp r2, #4
    blo in_frame
    cmp r2, #8
    blo in_low
    subs r2, #8
    lsls r2, r2, #2
    mov r3, sp
    str r4, [r3, r2]
    b stepped
in_low:
    subs r2, #4
    lsls r2, r2, #2
    mov r3, sp
    adds r3, #16
    str r4, [r3, r2]
    b stepped
r12_loaded:
    movs r2, #4
in_frame:
    lsls r2, r2, #2
    str r4, [r0, r2]
    b stepped
stored:
    .if ANSWER_FACTOR == -1
    ldr r3, =answer
    movs r4, #0
    mvns r4, r4
    str r4, [r3]
    .endif
stepped:
    str r1, [r0, #24]
    pop {r1-r4}
    mov r8, r1
    mov r9, r2
    mov r10, r3
    mov r11, r4
    pop {r4-r7}
    bx lr
    .ltorg

    .section .bss
answer:
    .skip 4
    .text
