// RISC-V in M-mode: calls every case, then ends by the test device of QEMU's virt machine. An instruction that
// QEMU does not know and an access that nothing answers are stepped over; a load of that kind gives a number that
// is now and then all zeros or all ones, so that every poll ends. XLEN_BYTES and
// REGISTERS, the number of integer registers, are set before.
    // See cortex-m.s.
    .ifndef ANSWER_FACTOR
    .set ANSWER_FACTOR, 1103515245
    .set ANSWER_STEP, 12345
    .endif
    .macro load register, place:vararg
    .if XLEN_BYTES == 8
    ld \register, \place
    .else
    lw \register, \place
    .endif
    .endm
    .macro save register, place:vararg
    .if XLEN_BYTES == 8
    sd \register, \place
    .else
    sw \register, \place
    .endif
    .endm

    .section .harness, "ax"
    .option push
    .option norelax
    .option arch, +zicsr, +m
    .global start
start:
    la sp, stack_top
    la t0, trap
    csrw mtvec, t0
    la s0, CASES
    la s1, CASE_COUNT
    load s1, 0(s1)
next:
    beqz s1, done
    addi s1, s1, -1
    load a0, 0(s0)
    load a1, XLEN_BYTES(s0)
    load a2, 2*XLEN_BYTES(s0)
    addi s0, s0, 3*XLEN_BYTES
    .global case_called
case_called:
    nop
    jalr a2
    .global case_returned
case_returned:
    nop
    j next
done:
    li t1, 0x5555           // pass
    j stop
failed:
    li t1, 0x13333          // fail, with code 1
stop:
    li t0, 0x100000
    sw t1, 0(t0)
    j stop

    .balign 4
trap:
    csrw mscratch, sp
    la sp, trap_stack_top - 32*XLEN_BYTES
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    save x\n, \n*XLEN_BYTES(sp)
    .endr
    .if REGISTERS == 32
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    save x\n, \n*XLEN_BYTES(sp)
    .endr
    .endif
    csrr t0, mepc
    lhu t1, 0(t0)
    addi t0, t0, 2
    andi t2, t1, 3
    li a3, 3
    bne t2, a3, 1f
    lhu a4, 0(t0)
    slli a4, a4, 16
    or t1, t1, a4
    addi t0, t0, 2
1:  csrw mepc, t0
    csrr t0, mcause
    li a4, 2                // illegal instruction
    beq t0, a4, stepped
    li a4, 7                // nothing answers a store
    beq t0, a4, stored
    li a4, 5                // nothing answers a load
    bne t0, a4, failed
    bne t2, a3, 2f
    srli a5, t1, 7
    andi a5, a5, 31
    j 3f
2:  srli a5, t1, 2          // a compressed load
    andi a5, a5, 7
    addi a5, a5, 8
3:  la t0, answer
    lw t1, 0(t0)
    li t2, ANSWER_FACTOR
    mul t1, t1, t2
    li t2, ANSWER_STEP
    add t1, t1, t2
    sw t1, 0(t0)
    lw t1, 0(t0)
    srli t2, t1, 30
    andi t2, t2, 1
    beqz t2, 4f
    srai t1, t1, 31
4:
    .if XLEN_BYTES == 8
    slli a5, a5, 3
    .else
    slli a5, a5, 2
    .endif
    add a5, a5, sp
    save t1, 0(a5)
    j stepped
stored:
    .if ANSWER_FACTOR == -1
    la t0, answer
    li t1, -1
    sw t1, 0(t0)
    .endif
stepped:
    .irp n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    load x\n, \n*XLEN_BYTES(sp)
    .endr
    .if REGISTERS == 32
    .irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    load x\n, \n*XLEN_BYTES(sp)
    .endr
    .endif
    csrr sp, mscratch
    mret
    .option pop

    .section .bss
    .balign 16
answer:
    .skip 16
    .skip 512
trap_stack_top:
    .text
