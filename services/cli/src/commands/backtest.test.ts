import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DAY_MS } from '@perennial/member'
import { parseMemberIf } from '@perennial/history'
import {
  k8sHistory,
  onlineRetailHistory,
  publicRadioHistory,
  readCsv,
  sharedData,
  TELCO_CUTOFF,
  writeCsv,
} from '@perennial/testkit'
import type { Summary } from '@perennial/training'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentContext } from '../testing/silent-context.ts'
import { backtest, type BacktestOptions } from './backtest.ts'
import type { TaskOptions } from './history-options.ts'

/*
 * What other methods reach on the same data and cut-offs stands in the READMEs of ../shared/data; the bounds are theirs.
 */
const data = sharedData('the accuracy of back-tests on real members')
const WAIT = 180_000

const BY_DEFAULT: TaskOptions = {
  lapse: undefined,
  lapseStream: undefined,
  memberIf: undefined,
  horizonMs: 365 * DAY_MS,
  minTenureMs: undefined,
  ignored: [],
  knownUntil: undefined,
}

describe.runIf(data !== undefined)('the accuracy of a back-test', { timeout: WAIT }, () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'perennial-accuracy-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('of members of the Kubernetes organisations who were removed', async () => {
    const predictions = join(folder, 'k8s.csv')
    const { n, baseRate, models, baselines, chosen } = await summaryOf({
      folder: k8sHistory(data ?? '', join(folder, 'k8s')),
      task: { ...BY_DEFAULT, lapse: 'left', ignored: ['team_leave'] },
      cutoff: Date.UTC(2023, 1, 17),
      trainCutoffs: [Date.UTC(2020, 1, 15)],
      predictions,
    })
    expect([n, baseRate]).toEqual([1712, expect.closeTo(0.4311, 4)])
    expect(baselines['recency']?.auc).toBeCloseTo(0.8383, 4)
    expect(models[chosen]?.auc).toBeGreaterThanOrEqual(0.825)
    expect(models[chosen]?.logLoss).toBeLessThanOrEqual(0.53)
    expect(readFileSync(predictions, 'utf8').trim().split('\n')).toHaveLength(1 + n)
  })

  test('of customers of a shop who bought no more', async () => {
    const { n, baseRate, models, baselines, chosen } = await summaryOf({
      folder: onlineRetailHistory(data ?? '', join(folder, 'retail')),
      task: {
        ...BY_DEFAULT,
        lapse: 'inactive',
        lapseStream: 'purchase',
        memberIf: parseMemberIf('active:purchase'),
        horizonMs: 90 * DAY_MS,
      },
      cutoff: Date.UTC(2011, 8, 10),
      trainCutoffs: [Date.UTC(2011, 2, 14), Date.UTC(2011, 5, 12)],
    })
    expect([n, baseRate]).toEqual([3370, expect.closeTo(0.4306, 4)])
    expect(baselines['recency']?.auc).toBeCloseTo(0.6854, 4)
    expect(models[chosen]?.auc).toBeGreaterThanOrEqual(0.73)
    expect(models[chosen]?.logLoss).toBeLessThanOrEqual(0.605)
  })

  test('of donors of a year who gave nothing in the next, with cut-offs of its own choice', async () => {
    const { n, baseRate, models, chosen } = await summaryOf({
      folder: publicRadioHistory(data ?? '', join(folder, 'radio')),
      task: { ...BY_DEFAULT, memberIf: parseMemberIf('active:365d') },
      cutoff: Date.UTC(2002, 0, 1),
      trainCutoffs: [],
    })
    expect([n, baseRate]).toEqual([3163, expect.closeTo(0.3007, 4)])
    expect(models[chosen]?.auc).toBeGreaterThanOrEqual(0.67)
  })

  test('of customers of a telephone company, of whom only traits are known', async () => {
    const { n, models, chosen } = await summaryOf({
      folder: telcoInTwoYears(data ?? '', join(folder, 'telco')),
      task: BY_DEFAULT,
      cutoff: TELCO_CUTOFF,
      trainCutoffs: [TRAINING],
    })
    expect(n).toBe(2062)
    expect(models[chosen]?.auc).toBeGreaterThanOrEqual(0.85)
  })
})

async function summaryOf(
  options: Omit<BacktestOptions, 'maxBadPercent' | 'predictions' | 'report'> & { predictions?: string },
) {
  const context = silentContext()
  await backtest(context, { predictions: undefined, report: undefined, maxBadPercent: 1, ...options })
  expect(context.said).toHaveLength(1)
  return JSON.parse(context.said[0] ?? '') as Summary
}

/** Long before, so that no two of the two populations are members at the same time. */
const TRAINING = Date.UTC(2010, 0, 1)

/** Telco's one cross-section in two: seven customers of ten are looked at ten years earlier, and then gone. */
function telcoInTwoYears(from: string, into: string): string {
  const customers = readCsv(join(from, 'telco-churn', 'telco_churn.csv'))
  const names = Object.keys(customers[0] ?? {}).filter((name) => name !== 'customerID' && name !== 'Churn')
  // The split of the README.
  const isEarlier = (id = '') => BigInt(`0x${createHash('md5').update(id).digest('hex')}`) % 10n >= 3n
  const date = (at: number) => new Date(at).toISOString()
  writeCsvFolder(into, {
    'activity.csv': [['member_id', 'at', 'stream', 'action']],
    'members.csv': [
      ['member_id', 'joined_at', 'left_at'],
      ...customers.map(({ customerID, tenure, Churn }) => {
        const isTraining = isEarlier(customerID)
        const cutoff = isTraining ? TRAINING : TELCO_CUTOFF
        const stays = isTraining ? date(cutoff + 500 * DAY_MS) : ''
        const left = Churn === 'Yes' ? date(cutoff + 14 * DAY_MS) : stays
        return [customerID, date(cutoff - (100 + 30 * Number(tenure)) * DAY_MS), left]
      }),
      // So that it is known that nobody else left within the year.
      ['last', date(TELCO_CUTOFF + 400 * DAY_MS), ''],
    ],
    'traits.csv': [
      ['member_id', ...names],
      ...customers.map((one) => [one['customerID'], ...names.map((name) => one[name])]),
    ],
  })
  return into
}

type Rows = readonly (readonly (string | undefined)[])[]

function writeCsvFolder(into: string, files: Readonly<Record<string, Rows>>): void {
  mkdirSync(into, { recursive: true })
  for (const [name, [header = [], ...rows]] of Object.entries(files))
    writeCsv(join(into, name), header.map(String), rows)
}
