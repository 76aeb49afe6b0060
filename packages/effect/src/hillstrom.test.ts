import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { sharedData } from '@perennial/testkit'
import { describe, expect, test } from 'vitest'
import { effectOf } from './effect.ts'
import type { Exposure, Outcome } from './exposure.ts'
import { isHeldOut } from './holdout.ts'
import { type Tally, tally } from './tally.ts'

const data = sharedData('the published differences of the e-mail experiment of Hillstrom')

type Customer = Readonly<{ id: string; segment: string; visit: boolean; conversion: boolean; spend: number }>

/** recency, history_segment, history, mens, womens, zip_code, newbie, channel, segment, visit, conversion, spend */
function customers(folder: string): readonly Customer[] {
  const packed = readFileSync(join(folder, 'hillstrom-email-experiment', 'hillstrom.csv.gz'))
  const lines = gunzipSync(packed).toString('utf8').trim().split(/\r?\n/).slice(1)
  return lines.map((line, row) => {
    const [segment = '', visit, conversion, spend] = line.split(',').slice(-4)
    return { id: `row-${row}`, segment, visit: visit === '1', conversion: conversion === '1', spend: Number(spend) }
  })
}

const all = data === undefined ? [] : customers(data)
const [MENS, WOMENS, NONE] = ['Mens E-Mail', 'Womens E-Mail', 'No E-Mail'] as const

function compared(segments: readonly string[], goal: 'visit' | 'conversion'): Tally {
  const play = 'email'
  const exposures = all
    .filter(({ segment }) => segment === NONE || segments.includes(segment))
    .map(({ id, segment }): Exposure => ({
      memberId: id,
      play,
      term: 'c-2008',
      assignedAt: 0,
      arm: segment === NONE ? 'control' : 'treated',
      riskBefore: undefined,
      dues: undefined,
    }))
  const outcomes = all.filter((customer) => customer[goal]).map(({ id }): Outcome => ({ memberId: id, play, at: 1 }))
  return tally(exposures, outcomes, { play, windowMs: 14, asOf: 14 })
}

describe.skipIf(data === undefined)('the e-mail experiment of Hillstrom', () => {
  test.each([
    { segments: [MENS], members: 21_307, rate: '0.182757', difference: '0.07659', error: '0.00339' },
    { segments: [WOMENS], members: 21_387, rate: '0.151400', difference: '0.04523', error: '0.00323' },
    { segments: [MENS, WOMENS], members: 42_694, rate: '0.167049', difference: '0.06088', error: '0.00278' },
  ])('visits after $segments', ({ segments, members, rate, difference, error }) => {
    const counts = compared(segments, 'visit')
    const { treated, control, uplift, verdict } = effectOf(counts)
    expect([treated.members, control.members]).toEqual([members, 21_306])
    expect((treated.successes / treated.members).toFixed(6)).toBe(rate)
    expect((control.successes / control.members).toFixed(6)).toBe('0.106167')
    expect(uplift?.difference.value.toFixed(5)).toBe(difference)
    expect(verdict.kind).toBe('helps')
    // In groups of this size the interval is 1.96 published errors either way.
    const { low, high } = uplift!.difference
    expect(((high - low) / 2 / 1.959964).toFixed(5)).toBe(error)
  })

  test('visits after any mail are 21.92 errors away from chance', () => {
    const { value, low, high } = effectOf(compared([MENS, WOMENS], 'visit')).uplift!.difference
    expect((value / (high - low)) * 2 * 1.959964).toBeCloseTo(21.92, 1)
  })

  test.each([
    [MENS, 267, '0.012531', '0.005726'],
    [WOMENS, 189, '0.008837', '0.005726'],
  ])('purchases after %s', (segment, successes, rate, without) => {
    const { treated, control, uplift, verdict } = effectOf(compared([segment], 'conversion'))
    expect([treated.successes, control.successes]).toEqual([successes, 122])
    expect((treated.successes / treated.members).toFixed(6)).toBe(rate)
    expect((control.successes / control.members).toFixed(6)).toBe(without)
    expect(uplift?.difference.value.toFixed(4)).toBe((Number(rate) - Number(without)).toFixed(4))
    expect(verdict.kind).toBe('helps')
  })

  test('twenty plays that nobody was given show no effect among the customers without mail', () => {
    const without = all.filter(({ segment }) => segment === NONE)
    for (let k = 0; k < 20; k++) {
      const play = `nothing-${k}`
      const exposures = without.map(({ id }): Exposure => ({
        memberId: id,
        play,
        term: 'c-2008',
        assignedAt: 0,
        arm: isHeldOut({ salt: 'a-a', memberId: id, play, share: 0.3 }) ? 'control' : 'treated',
        riskBefore: undefined,
        dues: undefined,
      }))
      const visits = without.filter(({ visit }) => visit).map(({ id }): Outcome => ({ memberId: id, play, at: 1 }))
      const { verdict } = effectOf(tally(exposures, visits, { play, windowMs: 14, asOf: 14 }))
      expect(verdict.kind).toBe('no-effect-seen')
    }
  })
})
