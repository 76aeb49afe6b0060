/*
 * The value of a member-activity record, big-endian:
 *   u8 version · u8 reserved · u16 count, then per fact
 *   u16 length of the whole fact · u8 kind · u8 stream · u16 source partition · u48 source offset · u8 index
 *   u8 signal (or sign, or outcome, or whether an erasure readmits) · u8 trust in hundredths · u8 length of the subject · u32 id high · u32 id low
 *   f64 time · f32 amount · subject (UTF-8) · payload to the end (membership: JSON, link: member key, transfer: row)
 */
export const BLOCK_VERSION = 1
export const BLOCK_HEADER_BYTES = 4
export const FACT_HEADER_BYTES = 36
export const MAX_BLOCK_FACTS = 2000
export const MAX_BLOCK_BYTES = 128 * 1024
/** Longer references are no ids anybody uses; ingest rejects them. */
export const MAX_SUBJECT_BYTES = 255

/** Stored numbers of the kinds: never reorder, only append. */
export const FACT_KINDS = ['activity', 'membership', 'link', 'unlink', 'transfer', 'outcome', 'erasure'] as const

export const ACTIVITY = 0
export const MEMBERSHIP = 1
export const TRANSFER = 4
export const ERASURE = 6

export const OUTCOMES = ['delivered', 'failed', 'bounced', 'replied'] as const

/** A source position is one number below 2^53: up to 256 facts a record, offsets below 2^45. */
export const FACTS_PER_RECORD = 256
