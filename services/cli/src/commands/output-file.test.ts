import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { outputFile, outputFolder } from './output-file.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-output-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('its folder is made, and the path is from where the command was given', async () => {
  expect(await outputFile(folder, 'reports/2026/a.html', '--report')).toBe(join(folder, 'reports', '2026', 'a.html'))
  expect(existsSync(join(folder, 'reports', '2026'))).toBe(true)
})

test('that cannot be written is told with the option, before any work', async () => {
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'taken'))
  await expect(outputFile(folder, 'file/a.html', '--report')).rejects.toMatchObject({
    code: 'history/option',
    message: expect.stringMatching(/^--report file\/a.html cannot be written: /),
  })
  await expect(outputFile(folder, 'taken', '--predictions')).rejects.toThrow('--predictions taken is a folder')
})

test('a folder is made, and where a file stands in its place that is told with the option', async () => {
  expect(await outputFolder(folder, 'access/jo', '--out', 0o700)).toBe(join(folder, 'access', 'jo'))
  expect(existsSync(join(folder, 'access', 'jo'))).toBe(true)
  writeFileSync(join(folder, 'page.md'), '')
  await expect(outputFolder(folder, 'page.md', '--out', 0o700)).rejects.toMatchObject({
    code: 'history/option',
    message: expect.stringMatching(/^--out page.md cannot be made a folder: /),
  })
})
