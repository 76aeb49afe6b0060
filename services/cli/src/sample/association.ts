/**
 * The simulated association. Nothing here is real: no person, no address (`.example` is reserved for examples).
 */
export const SAMPLE_NAME = 'the Guild of Field Botanists (a simulation)'

export type Chapter = Readonly<{
  name: string
  timeZone: string
  /** Standard time, hours ahead of UTC. The simulation keeps no summer time. */
  utcHours: number
  weight: number
}>

export const CHAPTERS = [
  { name: 'London', timeZone: 'Europe/London', utcHours: 0, weight: 26 },
  { name: 'Edinburgh', timeZone: 'Europe/London', utcHours: 0, weight: 12 },
  { name: 'Berlin', timeZone: 'Europe/Berlin', utcHours: 1, weight: 16 },
  { name: 'Toronto', timeZone: 'America/Toronto', utcHours: -5, weight: 16 },
  { name: 'Denver', timeZone: 'America/Denver', utcHours: -7, weight: 12 },
  { name: 'Singapore', timeZone: 'Asia/Singapore', utcHours: 8, weight: 8 },
  { name: 'Melbourne', timeZone: 'Australia/Melbourne', utcHours: 10, weight: 10 },
] as const satisfies readonly Chapter[]

export type Tier = Readonly<{ name: string; dues: number; weight: number }>

/** Dues a year, in the association's currency. */
export const TIERS = [
  { name: 'student', dues: 45, weight: 14 },
  { name: 'individual', dues: 140, weight: 58 },
  { name: 'professional', dues: 290, weight: 20 },
  { name: 'corporate', dues: 900, weight: 8 },
] as const satisfies readonly Tier[]

export const ARTICLES = [
  '/journal/meadow-survey-methods',
  '/journal/lichens-of-the-coast',
  '/guides/pressing-and-mounting',
  '/guides/identification-keys',
  '/training/grasses-level-1',
  '/jobs',
  '/events',
  '/community',
  '/benefits',
] as const

export const PRODUCTS = [
  { sku: 'BOOK-FLORA', name: 'Pocket flora', amount: 24, weight: 5 },
  { sku: 'LENS-10X', name: 'Hand lens', amount: 18, weight: 4 },
  { sku: 'COURSE-GRASS', name: 'Course: grasses', amount: 95, weight: 2 },
  { sku: 'CERT-SURVEYOR', name: 'Surveyor certificate', amount: 260, weight: 1 },
] as const
