import { describe, expect, test } from 'vitest'
import { backtest } from '../backtest.ts'
import { clubOf, historyOf, LEFT, NOW } from '../history.fixture.ts'
import { summaryOf } from '../summary.ts'
import { markup } from './html.ts'
import { reportPage } from './page.ts'
import { gainsOf } from './ranking.ts'

describe('the report', async () => {
  const club = clubOf({ members: 900 })
  const strange = club.members.map(([id = '', ...rest]) => [id === 'M0007' ? '<b>M7' : id, ...rest])
  const result = backtest(await historyOf({ ...club, members: strange }), { task: LEFT, testAt: NOW, trainAt: [] })
  const page = reportPage(result)

  test('is one page without scripts, and loads nothing', () => {
    expect(page.startsWith('<!doctype html>')).toBe(true)
    expect(page).not.toMatch(/<script|<link|src=|url\(|https?:/)
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/)
  })

  test('has every section, the chosen model, its baselines and the limits', () => {
    for (const title of ['Would it have found them?', 'What drives lapse', 'Who would have been flagged'])
      expect(page).toContain(`<h2>${title}</h2>`)
    for (const title of ['What a missed member looks like', 'How it was chosen', 'What this does not tell'])
      expect(page).toContain(`<h2>${title}</h2>`)
    const { models, chosen } = summaryOf(result)
    expect(page).toContain('— chosen')
    expect(page).toContain((models[chosen]?.auc ?? 0).toFixed(3))
    expect(page).toContain('Silence: days since the last activity')
  })

  test('of a prior alone is a page too', async () => {
    const few = backtest(await historyOf(clubOf({ members: 60 })), { task: LEFT, testAt: NOW, trainAt: [] })
    expect(reportPage(few)).toContain('Nothing tells one member from another here')
    expect(reportPage(few)).not.toMatch(/NaN|undefined/)
  })
})

test('texts cannot become markup', () => {
  expect(markup`<p>${'<b>"&'}</p>`.html).toBe('<p>&lt;b&gt;&quot;&amp;</p>')
})

test('gains rise from none to all, and tied members share theirs', () => {
  const table = { names: [], columns: [], labels: Uint8Array.of(1, 0, 1, 0), offset: new Float64Array(4), n: 4 }
  expect([...gainsOf(Float64Array.of(4, 3, 2, 1), table)]).toEqual([0, 0.5, 0.5, 1, 1])
  expect([...gainsOf(Float64Array.of(1, 1, 1, 1), table)]).toEqual([0, 0.25, 0.5, 0.75, 1])
})
