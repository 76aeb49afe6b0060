import type { EpochMs } from '@perennial/member'

/** 12,345 */
export function number(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}

/** 1 member, 2 members, 0 members */
export function count(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`
}

/** 41 % */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** 2026-11-23, UTC */
export function date(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 10)
}
