import type { SourceName } from '@perennial/streams'
import { isObject, type Reader } from './read.ts'

type Kind = 'text' | 'number' | 'whole' | 'flag' | 'instant' | 'texts' | 'flags' | 'items'

/** Where a field of a stream's record is found in a call. */
export type FieldRule = Readonly<{ as: Kind; from: readonly string[]; required?: boolean }>

const USER_AGENT = { as: 'text', from: ['context.userAgent'] } as const

/**
 * The one table of which property of a Segment-style call becomes which field of which stream.
 * A property that is not named here is not kept.
 */
const FIELDS = {
  'website-activity': {
    url: { as: 'text', from: ['properties.url', 'context.page.url'] },
    contentId: { as: 'text', from: ['properties.content_id'] },
    title: { as: 'text', from: ['properties.title', 'properties.name', 'context.page.title', 'name'] },
    query: { as: 'text', from: ['properties.query'] },
    form: { as: 'text', from: ['properties.form'] },
    referrer: { as: 'text', from: ['properties.referrer', 'context.page.referrer'] },
    durationSeconds: { as: 'number', from: ['properties.duration_seconds'] },
    userAgent: USER_AGENT,
    automated: { as: 'flag', from: ['context.automated'] },
  },
  'email-activity': {
    messageId: { as: 'text', from: ['properties.email_id'] },
    campaignId: { as: 'text', from: ['properties.campaign_id', 'properties.campaign_name'] },
    listId: { as: 'text', from: ['properties.list_id', 'properties.list_name'] },
    purpose: { as: 'text', from: ['properties.purpose'] },
    linkUrl: { as: 'text', from: ['properties.link_url'] },
    bounceKind: { as: 'text', from: ['properties.bounce_kind'] },
    deliveredAt: { as: 'instant', from: ['properties.delivered_at'] },
    userAgent: USER_AGENT,
    ip: { as: 'text', from: ['context.ip'] },
    method: { as: 'text', from: ['properties.method'] },
    machine: { as: 'flag', from: ['properties.machine'] },
    linksFollowedTogether: { as: 'whole', from: ['properties.links_followed_together'] },
    interventionId: { as: 'text', from: ['properties.intervention_id'] },
  },
  'event-attendance': {
    event: { as: 'text', from: ['properties.event_id'], required: true },
    title: { as: 'text', from: ['properties.title', 'properties.name'] },
    startsAt: { as: 'instant', from: ['properties.starts_at'] },
    format: { as: 'text', from: ['properties.format'] },
    role: { as: 'text', from: ['properties.role'] },
    creditHours: { as: 'number', from: ['properties.credit_hours'] },
  },
  purchase: {
    orderId: { as: 'text', from: ['properties.order_id'], required: true },
    value: { as: 'number', from: ['properties.total', 'properties.revenue', 'properties.value'], required: true },
    currency: { as: 'text', from: ['properties.currency'] },
    category: { as: 'text', from: ['properties.category'] },
    quantity: { as: 'items', from: ['properties.quantity', 'properties.products'] },
  },
  'community-activity': {
    community: { as: 'text', from: ['properties.community'] },
    threadId: { as: 'text', from: ['properties.thread_id'] },
    counterpart: { as: 'text', from: ['properties.counterpart'] },
    hours: { as: 'number', from: ['properties.hours'] },
  },
  'custom-activity': {
    object: { as: 'text', from: ['properties.object'] },
    value: { as: 'number', from: ['properties.value'] },
  },
  membership: {
    joinedAt: { as: 'instant', from: ['properties.joined_at', 'traits.joined_at'] },
    termStart: { as: 'instant', from: ['properties.term_start'] },
    termEnd: { as: 'instant', from: ['properties.term_end'] },
    dues: { as: 'number', from: ['properties.dues'] },
    currency: { as: 'text', from: ['properties.currency'] },
    autoRenew: { as: 'flag', from: ['properties.auto_renew'] },
    tier: { as: 'text', from: ['properties.tier', 'traits.tier'] },
    chapter: { as: 'text', from: ['properties.chapter', 'traits.chapter'] },
    timeZone: { as: 'text', from: ['properties.time_zone', 'traits.time_zone', 'context.timezone'] },
    consent: { as: 'flags', from: ['properties.consent', 'traits.consent'] },
    emails: { as: 'texts', from: ['properties.emails', 'traits.emails'] },
  },
  'outreach-outcome': {
    interventionId: { as: 'text', from: ['properties.intervention_id'], required: true },
    playbook: { as: 'text', from: ['properties.playbook'], required: true },
    step: { as: 'text', from: ['properties.step'], required: true },
    channel: { as: 'text', from: ['properties.channel'], required: true },
    detail: { as: 'text', from: ['properties.detail'] },
  },
} as const satisfies Record<SourceName, Readonly<Record<string, FieldRule>>>

/** The fields of a stream as this call gives them; what is missing or of the wrong kind is left to the reader. */
export function readFields(stream: SourceName, reader: Reader): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [field, rule] of Object.entries<FieldRule>(FIELDS[stream])) {
    const value = readField(reader, rule)
    if (value !== undefined) fields[field] = value
    else if (rule.required === true && reader.find(rule.from) === undefined) {
      const others = rule.from.slice(1).map((path) => `, or ${path}`)
      const description = `Must be present${others.join('')}.`
      reader.violations.push({ type: 'Required-Missing', field: rule.from[0] ?? field, description })
    }
  }
  return fields
}

function readField(reader: Reader, { as, from }: FieldRule): unknown {
  switch (as) {
    case 'text':
    case 'number':
    case 'whole':
    case 'flag':
    case 'instant':
      return reader[as](from)
    case 'texts':
      return readTexts(reader, from)
    case 'flags':
      return readFlags(reader, from)
    case 'items':
      return readItems(reader, from)
  }
}

function readTexts(reader: Reader, from: readonly string[]): string[] | undefined {
  const found = reader.find(from)
  if (found === undefined) return undefined
  const { path, value } = found
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value
  reader.violations.push({ type: 'Datatype-Mismatch', field: path, description: 'Must be a list of texts.' })
  return undefined
}

function readFlags(reader: Reader, from: readonly string[]): Readonly<Record<string, boolean>> | undefined {
  const found = reader.find(from)
  if (found === undefined) return undefined
  const { path, value } = found
  const entries = isObject(value) ? Object.entries(value) : undefined
  const wrong = entries === undefined ? path : entries.find(([, each]) => typeof each !== 'boolean')?.[0]
  if (entries === undefined || wrong !== undefined) {
    const field = entries === undefined ? path : `${path}.${wrong}`
    reader.violations.push({ type: 'Datatype-Mismatch', field, description: 'Must be true or false, by purpose.' })
    return undefined
  }
  return Object.fromEntries(entries) as Readonly<Record<string, boolean>>
}

/** A number of things, or the list of them: Segment's orders have `products`, each with a `quantity`. */
function readItems(reader: Reader, from: readonly string[]): number | undefined {
  const found = reader.find(from)
  if (found === undefined || !Array.isArray(found.value)) return reader.whole(from)
  return found.value.reduce<number>((sum, item) => sum + quantityOf(item), 0)
}

function quantityOf(item: unknown): number {
  const quantity = isObject(item) ? item.quantity : undefined
  return typeof quantity === 'number' && Number.isInteger(quantity) && quantity > 0 ? quantity : 1
}
