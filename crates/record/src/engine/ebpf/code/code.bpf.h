/* Code objects: read once, at first sight, while they certainly exist.
 *
 * A code object may be freed and another may take its address, and a program
 * may be gone before the recorder looks. So its name, file and line table are
 * read here, and every frame carries a `print`: a hash of the fields that
 * differ between a code object and its successor (first line, sizes, name,
 * file and table pointers, the name's own hash; from 3.12 on co_version, a
 * counter that is never used twice: Objects/codeobject.c: init_code).
 */
#pragma once

static __always_inline __u64 print_with(struct layout *layout, struct scratch *scratch, __u64 code)
{
	__u32 length = layout->print_length;
	if (length > 96)
		length = 96;
	if (bpf_probe_read_user(scratch->print, length, (void *)(code + layout->print_offset)))
		return 0;
	__u64 hash = 0xcbf29ce484222325ull;
	for (__u32 i = 0; i < 12; i++) {
		if (i * 8 >= length)
			break;
		hash = mix(hash, ((__u64 *)scratch->print)[i]);
	}
	if (layout->print_name != NO_OFFSET) {
		__u64 name = *(__u64 *)(scratch->print + (layout->print_name & 120)), name_hash = 0;
		READ_USER(name_hash, name + layout->string_hash);
		hash = mix(hash, name_hash);
	}
	return hash ? hash : 1;
}

__noinline __u64 print_of(__u32 which, __u32 index, __u64 code)
{
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	struct scratch *scratch = room(which);
	return build && scratch ? print_with(&build->layout, scratch, code) : 0;
}

struct string_shape {
	__u64 data;
	__u32 bytes;
	__u32 kind;
};

/* Where a str's characters are (Include/cpython/unicodeobject.h: PyASCIIObject). */
static __always_inline int shape_of(struct layout *layout, __u64 string, struct string_shape *shape)
{
	__u64 length = 0;
	__u32 state = 0;
	if (READ_USER(length, string + layout->string_length) || READ_USER(state, string + layout->string_state))
		return -1;
	shape->kind = (state >> (layout->string_kind_shift & 31)) & 7;
	__u32 ascii = (state >> (layout->string_ascii_shift & 31)) & 1;
	shape->data = string + (ascii ? layout->string_ascii_data : layout->string_compact_data);
	shape->bytes = length > 4096 ? 16384 : length * shape->kind;
	return shape->kind == 1 || shape->kind == 2 || shape->kind == 4 ? 0 : -1;
}

static __always_inline void read_name(struct layout *layout, struct code_record *record, __u64 code)
{
	struct string_shape shape = {};
	__u64 string = 0;
	if (READ_USER(string, code + layout->code_name) || shape_of(layout, string, &shape))
		return;
	__u32 bytes = shape.bytes;
	if (bytes > MAX_NAME) {
		bytes = MAX_NAME;
		record->name_truncated = 1;
	}
	if (bpf_probe_read_user(record->name, bytes, (void *)shape.data))
		return;
	record->name_length = bytes;
	record->name_kind = shape.kind;
}

static __always_inline void read_file(struct layout *layout, struct code_record *record, __u64 code)
{
	struct string_shape shape = {};
	__u64 string = 0;
	if (READ_USER(string, code + layout->code_file) || shape_of(layout, string, &shape))
		return;
	__u32 bytes = shape.bytes;
	if (bytes > MAX_FILE) {
		bytes = MAX_FILE;
		record->file_truncated = 1;
	}
	if (bpf_probe_read_user(record->file, bytes, (void *)shape.data))
		return;
	record->file_length = bytes;
	record->file_kind = shape.kind;
}

static __always_inline void read_table(struct layout *layout, struct code_record *record, __u64 code)
{
	__u64 table = 0, size = 0;
	if (READ_USER(table, code + layout->code_table) || READ_USER(size, table + layout->bytes_size))
		return;
	record->table_size = size;
	__u32 bytes = size;
	if (size > MAX_TABLE) {
		bytes = MAX_TABLE;
		lose(LOSS_LINE_TABLE_TRUNCATED);
	}
	if (!bpf_probe_read_user(record->table, bytes, (void *)(table + layout->bytes_data)))
		record->table_length = bytes;
}

static __always_inline __u64 code_key(__u32 tgid, __u64 code, __u64 print)
{
	return mix(mix(mix(0x6b65656c, tgid), code), print);
}

static __always_inline int read_code(struct layout *layout, struct code_record *record)
{
	__u64 code = record->code;
	READ_USER(record->first_line, code + layout->code_first_line);
	read_name(layout, record, code);
	read_file(layout, record, code);
	read_table(layout, record, code);
	if (!record->name_kind)
		lose(LOSS_CODE_UNNAMED);
	return 0;
}

/* Sends a code object unless it was sent before. */
__noinline int tell_code(__u32 which, __u32 index, __u64 code, __u64 print)
{
	struct build *build = bpf_map_lookup_elem(&builds, &index);
	struct scratch *scratch = room(which);
	if (!build || !scratch)
		return 0;
	struct code_record *record = &scratch->code;
	__u64 key = code_key(scratch->stack.tgid, code, print);
	if (bpf_map_lookup_elem(&seen, &key))
		return 0;
	__builtin_memset(record, 0, __builtin_offsetof(struct code_record, name));
	begin(&record->header, RECORD_CODE, 0);
	record->code = code;
	record->print = print;
	record->tgid = scratch->stack.tgid;
	record->build = index;
	read_code(&build->layout, record);
	__u32 length = __builtin_offsetof(struct code_record, table) + (record->table_length & (2 * MAX_TABLE - 1));
	if (length > sizeof(*record))
		return 0;
	if (bpf_ringbuf_output(&ring, record, length, BPF_RB_NO_WAKEUP)) {
		lose(LOSS_RING_FULL);
		return 0;
	}
	__u8 one = 1;
	/* Should it not be remembered, it is sent again. */
	bpf_map_update_elem(&seen, &key, &one, BPF_ANY);
	return 0;
}
