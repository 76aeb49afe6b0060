import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { sharedData } from './shared-data.ts'

const missing = join(tmpdir(), 'no-such-folder-of-data')

test('the folder, where there is one', () => {
  expect(sharedData('the figures', tmpdir(), {})).toBe(tmpdir())
})

test('without it, one line says what is left out, once', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  expect(sharedData('the figures of the prior', missing, {})).toBeUndefined()
  expect(sharedData('the figures of the prior', missing, {})).toBeUndefined()
  expect(written.mock.calls.flat()).toEqual(['LEFT OUT, there is no ../shared/data: the figures of the prior\n'])
  written.mockRestore()
})

test('in CI that is an error', () => {
  expect(() => sharedData('the figures', missing, { CI: 'true' })).toThrow('is missing: the figures')
})
