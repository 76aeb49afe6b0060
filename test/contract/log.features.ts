import { describe } from 'vitest'
import { appendFeatures } from './log-append.features.ts'
import { consumeFeatures } from './log-consume.features.ts'
import type { LogUnderTest } from './log-fixture.ts'
import { groupFeatures } from './log-group.features.ts'

/** What every log keeps to. Run it over each adapter. Topics and groups are random, so the tests run side by side. */
export function logFeatures(name: string, under: () => LogUnderTest): void {
  describe.concurrent(`${name} as a log`, { timeout: 60_000 }, () => {
    appendFeatures(under)
    consumeFeatures(under)
    groupFeatures(under)
  })
}
