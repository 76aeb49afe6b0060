import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHistory } from '@perennial/history'
import { calibrationSlope } from '@perennial/learning'
import { simulateHistory } from '@perennial/testkit'
import { expect, test } from 'vitest'
import { backtest } from './backtest.ts'
import { LEFT, NOW } from './history.fixture.ts'
import { summaryOf } from './summary.ts'

test('of a simulated association, the probabilities are as sure as they should be', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-simulated-'))
  try {
    const [start, end] = [Date.UTC(2019, 0, 1), Date.UTC(2025, 0, 1)]
    await simulateHistory(folder, { members: 12_000, rows: 500_000, seed: 5, start, end })
    const result = backtest(await readHistory(folder), { task: LEFT, testAt: NOW - 86_400_000, trainAt: [] })
    const { slope, inTheLarge } = calibrationSlope(result.logits, result.test.labels)
    expect(slope).toBeGreaterThan(0.9)
    expect(slope).toBeLessThan(1.1)
    expect(Math.abs(inTheLarge)).toBeLessThan(0.1)
    const { models, baselines, chosen } = summaryOf(result)
    expect(models[chosen]?.auc).toBeGreaterThan((baselines['recency']?.auc ?? 1) + 0.01)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
