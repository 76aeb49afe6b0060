import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readPlays } from './plays.ts'
import { readScorer } from './scorer.ts'

function fileWith(name: string, text: string): { folder: string; file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-deployment-'))
  writeFileSync(join(folder, name), text)
  return { folder, file: join(folder, name) }
}

const PLAY = `
name: try
title: Try it
purpose: internal
when:
  bandEntered: [high]
for:
  status: [active]
steps:
  - name: alert
    channel: CHANNEL
    owner: somebody
expiry: 7d
`

describe('the model', () => {
  test('is the starter where none is named', () => {
    expect(readScorer(undefined).model.kind).toBe('starter, not trained')
  })

  test('is refused with all that is wrong with it', () => {
    const { file } = fileWith('model.json', '{"id": 7}')
    expect(() => readScorer(file)).toThrow(/is no model:\n(.*\n)* {2}- id: must be a text, not 7/)
  })

  test('is refused when it is no JSON, or not there', () => {
    expect(() => readScorer(fileWith('model.json', '{').file)).toThrow('cannot be read as JSON')
    expect(() => readScorer('/no/such/file')).toThrow('cannot be read as JSON')
  })
})

describe('the plays', () => {
  test('are read from a folder', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'log'))
    expect(readPlays(folder).playbooks.map(({ name }) => name)).toEqual(['try'])
  })

  test('are refused when a channel does not exist', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('CHANNEL', 'pigeon'))
    expect(() => readPlays(folder)).toThrow("try: there is no channel 'pigeon'")
  })

  test('are refused with file, line and reason', () => {
    const { folder } = fileWith('try.yaml', PLAY.replace('purpose', 'purpse'))
    expect(() => readPlays(folder)).toThrow(/try\.yaml:4/)
  })
})
