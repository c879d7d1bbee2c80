// x86-64: started in 32-bit mode through QEMU's PVH entry, changes to 64-bit mode, calls every case, then ends by
// the debug exit device.
    .section .note.start, "a", @note
    .long 4, 4, 18          // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long start

    .section .harness, "ax"
    .code32
    .global start
start:
    mov esp, offset stack_top
    mov eax, offset level_4
    mov cr3, eax
    mov eax, cr4
    or eax, 0x20            // physical address extension
    mov cr4, eax
    mov ecx, 0xc0000080     // EFER: long mode
    rdmsr
    or eax, 0x100
    wrmsr
    mov eax, cr0
    or eax, 0x80000001
    mov cr0, eax
    lgdt [descriptors]
    ljmp 8, offset long_mode
    .code64
long_mode:
    mov ax, 16
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov rbx, offset CASES
    mov rbp, offset CASE_COUNT
    mov rbp, [rbp]
next:
    test rbp, rbp
    je done
    dec rbp
    mov rdi, [rbx]
    mov rsi, [rbx + 8]
    mov rax, [rbx + 16]
    add rbx, 24
    .global case_called
case_called:
    nop
    call rax
    .global case_returned
case_returned:
    nop
    jmp next
done:
    xor eax, eax
    out 0xf4, al
    jmp done

    .section .data
    .balign 4096
level_4:
    .quad level_3 + 3
    .skip 4088
level_3:
    .quad 0x83              // the first GiB as it is
    .skip 4088
table:
    .quad 0
    .quad 0x00af9a000000ffff
    .quad 0x00cf92000000ffff
descriptors:
    .short 23
    .long table
    .text
