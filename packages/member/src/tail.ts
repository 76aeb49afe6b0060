import type { MembershipChange } from './fact.ts'
import type { Rows } from './rows.ts'
import type { EpochMs } from './time.ts'

/**
 * The part of a row that is text: what the member database says about the
 * person, and for an alias the member it belongs to. Each entry carries the
 * time it was said; the latest wins, and at equal times the larger text, so
 * that order of arrival does not matter.
 */
export type Tail = Readonly<{
  tier?: string
  chapter?: string
  timeZone?: string
  /** Consent by purpose, with when it was given or withdrawn. */
  consent: Readonly<Record<string, Readonly<{ granted: boolean; at: EpochMs }>>>
  /** An alias's member (a subject key), and the time of the link. */
  link?: Readonly<{ member: string; at: EpochMs }>
}>

type Entry = { tag: number; at: EpochMs; text: string }

const TAG = { tier: 1, chapter: 2, timeZone: 3, consent: 4, link: 5 } as const
const TEXT_LIMIT = 250

export function readTail(rows: Rows, i: number): Tail {
  const consent: Record<string, { granted: boolean; at: EpochMs }> = Object.create(null)
  const tail: { -readonly [K in keyof Tail]: Tail[K] } = { consent }
  for (const { tag, at, text } of entries(rows.tails[i])) {
    if (tag === TAG.tier) tail.tier = text
    else if (tag === TAG.chapter) tail.chapter = text
    else if (tag === TAG.timeZone) tail.timeZone = text
    else if (tag === TAG.link) tail.link = { member: text, at }
    else if (tag === TAG.consent) consent[text.slice(1)] = { granted: text.startsWith('+'), at }
  }
  return tail
}

/** Takes over what a membership change says about the person, if it is newer than what is known. */
export function foldProfile(rows: Rows, i: number, change: MembershipChange, at: EpochMs): void {
  const said: Entry[] = []
  if (change.tier !== undefined) said.push({ tag: TAG.tier, at, text: change.tier })
  if (change.chapter !== undefined) said.push({ tag: TAG.chapter, at, text: change.chapter })
  if (change.timeZone !== undefined) said.push({ tag: TAG.timeZone, at, text: change.timeZone })
  for (const [purpose, granted] of Object.entries(change.consent ?? {}))
    said.push({ tag: TAG.consent, at, text: (granted ? '+' : '-') + purpose })
  if (said.length > 0) rows.tails[i] = pack(merge(entries(rows.tails[i]), said))
}

/** Whether the member has refused consent for the purpose. Cheap where nobody has: asked of every risk that is made known. */
export function refuses(rows: Rows, i: number, purpose: string): boolean {
  const tail = rows.tails[i]
  if (tail === undefined) return false
  const text = Buffer.from(tail.buffer, tail.byteOffset, tail.length).toString('latin1', 0, tail.length)
  if (!text.includes(`-${purpose}`)) return false
  return readTail(rows, i).consent[purpose]?.granted === false
}

/** Sets or, with undefined, clears the member an alias row belongs to. */
export function setLink(rows: Rows, i: number, link: { member: string; at: EpochMs } | undefined): void {
  const others = entries(rows.tails[i]).filter(({ tag }) => tag !== TAG.link)
  if (link !== undefined) others.push({ tag: TAG.link, at: link.at, text: link.member })
  rows.tails[i] = others.length === 0 ? undefined : pack(others)
}

/** The subject key an alias row is linked to, read without unpacking the rest. */
export function linkOf(rows: Rows, i: number): string | undefined {
  const tail = rows.tails[i]
  if (tail === undefined) return undefined
  return entries(tail).find(({ tag }) => tag === TAG.link)?.text
}

/** What an alias passes on of its text: the consents that were given or withdrawn for it. */
export function consentsOf(rows: Rows, i: number): Uint8Array | undefined {
  const consents = entries(rows.tails[i]).filter(({ tag }) => tag === TAG.consent)
  return consents.length === 0 ? undefined : pack(consents)
}

/** Takes over the text of another row where it was said later. */
export function joinTails(rows: Rows, i: number, other: Uint8Array | undefined): void {
  if (other !== undefined) rows.tails[i] = pack(merge(entries(rows.tails[i]), entries(other)))
}

function merge(known: Entry[], said: readonly Entry[]): Entry[] {
  for (const entry of said) {
    const place = known.findIndex((other) => sameField(other, entry))
    const before = known[place]
    if (before === undefined) known.push(entry)
    else if (entry.at > before.at || (entry.at === before.at && entry.text > before.text)) known[place] = entry
  }
  // In one order, so that the bytes do not depend on the order of arrival.
  return known.toSorted((a, b) => a.tag - b.tag || (a.text.slice(1) < b.text.slice(1) ? -1 : 1))
}

function sameField(a: Entry, b: Entry): boolean {
  return a.tag === b.tag && (a.tag !== TAG.consent || a.text.slice(1) === b.text.slice(1))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Tiers, chapters, zones and purposes are few, and said by every member: not encoded anew each time. */
const encodedTexts = new Map<string, Uint8Array>()
const ENCODED_TEXTS = 1_000

function encoded(text: string): Uint8Array {
  const known = encodedTexts.get(text)
  if (known !== undefined) return known
  if (encodedTexts.size >= ENCODED_TEXTS) encodedTexts.clear()
  const bytes = encoder.encode(text.slice(0, TEXT_LIMIT)).subarray(0, TEXT_LIMIT)
  encodedTexts.set(text, bytes)
  return bytes
}

/** Each entry: tag (1 byte), time in ms (8), length (1), text. */
function pack(list: readonly Entry[]): Uint8Array {
  const texts = list.map(({ text }) => encoded(text))
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 10 + text.length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [n, entry] of list.entries()) {
    const text = texts[n] ?? new Uint8Array()
    view.setUint8(at, entry.tag)
    view.setFloat64(at + 1, entry.at)
    view.setUint8(at + 9, text.length)
    bytes.set(text, at + 10)
    at += 10 + text.length
  }
  return bytes
}

function entries(bytes: Uint8Array | undefined): Entry[] {
  const list: Entry[] = []
  if (bytes === undefined) return list
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at + 10 <= bytes.length;) {
    const length = view.getUint8(at + 9)
    const text = decoder.decode(bytes.subarray(at + 10, at + 10 + length))
    list.push({ tag: view.getUint8(at), at: view.getFloat64(at + 1), text })
    at += 10 + length
  }
  return list
}
