import { DAY_MS, type EpochMs } from '@perennial/member'

/** 2024-03-01, with the time only where there is one. */
export function day(at: EpochMs): string {
  const text = new Date(at).toISOString()
  return at % DAY_MS === 0 ? text.slice(0, 10) : `${text.slice(0, 16)}Z`
}

/** A length of time in days: 365 days, 1.5 days. */
export function days(ms: number): string {
  const number = Math.round((10 * ms) / DAY_MS) / 10
  return `${number} ${number === 1 ? 'day' : 'days'}`
}

/** 12,345 */
export function count(n: number): string {
  return String(Math.round(n)).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** 12.3 % */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`
}

/** 1 member, 3 members */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`
}
