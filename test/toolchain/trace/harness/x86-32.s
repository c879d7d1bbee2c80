// x86 in 32-bit mode, started through QEMU's PVH entry: calls every case, then ends by the debug exit device.
    .section .note.start, "a", @note
    .long 4, 4, 18          // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long start

    .section .harness, "ax"
    .global start
start:
    mov esp, offset stack_top
    mov ebx, offset CASES
    mov ebp, offset CASE_COUNT
    mov ebp, [ebp]
next:
    test ebp, ebp
    je done
    dec ebp
    mov eax, [ebx]
    mov ecx, [ebx + 4]
    mov edx, [ebx + 8]
    add ebx, 12
    push ecx
    push eax
    .global case_called
case_called:
    nop
    call edx
    .global case_returned
case_returned:
    nop
    add esp, 8
    jmp next
done:
    xor eax, eax
    out 0xf4, al
    jmp done
    .text
