import { aucDifference, lapsesIn } from '@perennial/learning'
import type { Backtest } from '../backtest.ts'
import { FLAGGED_SHARE } from '../scores.ts'
import { lapseText, limitsOf } from '../task-text.ts'
import { count, counted, day, percent } from '../words.ts'
import { driversOf } from './drivers.ts'
import { type Html, markup } from './html.ts'
import { flaggedSection, missedSection } from './members.ts'
import { gainsOf } from './ranking.ts'
import { curves, driverTable, scoreTable, wordsFor } from './sections.ts'
import { STYLE } from './style.ts'

/** The back-test as one page for a membership manager: whole in itself, without scripts. */
export function reportPage(result: Backtest): string {
  const drivers = driversOf(result)
  return markup`<!doctype html><html lang="en"><head><meta charset="utf-8" /><meta name="viewport" content="width=device-width, initial-scale=1" /><title>Would it have worked? ${day(result.testAt)}</title><style>${STYLE}</style></head><body><main>${headOf(result)} ${curves(result, FLAGGED_SHARE)} ${scoreTable(result)} ${driverTable(drivers)}
          ${flaggedSection(result, drivers)} ${missedSection(result, drivers)} ${whySection(result)}<p class="soft"><small>Made by perennial backtest. It names members: treat it as you treat your member list.</small></p></main></body></html> `
    .html
}

function headOf(result: Backtest): Html {
  const { lesson, test, testAt, logits } = result
  const lapses = lapsesIn(test)
  const flagged = Math.round(FLAGGED_SHARE * test.n)
  const found = (gainsOf(logits, test)[flagged] ?? 0) * lapses
  const learned = lesson.trainAt.map((at) => day(at)).join(', ')
  return markup`<h1>Would it have worked?</h1><p class="soft">As if it were ${day(testAt)}: who of ${counted(test.n, 'member')} ${lapseText(lesson)}? Foretold from what was
      known before that day, by what became of the members at ${learned}. Then compared with what happened.</p><div class="tiles"><div class="tile"><b>${percent(lapses / test.n, 0)}</b><span>lapsed: ${count(lapses)} of ${count(test.n)}</span></div><div class="tile"><b>${count(found)} of ${count(flagged)}</b><span>of the tenth at highest risk lapsed; ${count((flagged * lapses) / test.n)} would have by chance</span></div><div class="tile"><b>${percent(found / lapses, 0)}</b><span>of all lapses were in that tenth</span></div><div class="tile"><b>${metric(result)}</b><span>order (AUC): 0.5 is a coin, 1 is perfect</span></div></div>${verdictOf(result)}`
}

function metric({ models, chosen }: Backtest): string {
  return models.find(({ name }) => name === chosen)?.metrics.auc.toFixed(3) ?? '–'
}

/** Whether it was worth the trouble: against silence alone, which anybody can look up. */
function verdictOf({ logits, test, baselines, chosen }: Backtest): Html {
  const recency = baselines.find(({ name }) => name === 'recency')
  const { difference, se } =
    recency === undefined ? { difference: Number.NaN, se: 0 } : aucDifference(logits, recency.logits, test.labels)
  const gap = `${Math.abs(difference).toFixed(3)} ± ${se.toFixed(3)} in AUC`
  if (difference > 2 * se)
    return markup`<div class="verdict"><p><b>Better than looking at who has been silent longest</b>, by ${gap}: ${wordsFor(chosen).toLowerCase()} puts
        members in a clearly better order.</p></div>`
  if (difference < -2 * se)
    return markup`<div class="verdict poor"><p><b>Worse than looking at who has been silent longest</b>, by ${gap}. Put the list in the order of silence, and
        look at what changed between the years.</p></div>`
  return markup`<div class="verdict poor"><p><b>No better order than silence alone</b> (the difference, ${gap}, is within chance). For whom to call first, the
      days since the last activity do as well; what the model adds is how large each risk is, and the reasons.</p></div>`
}

function whySection(result: Backtest): Html {
  const why = result.choice.explanation.filter((line) => !line.startsWith('Without weight:'))
  return markup`<h2>How it was chosen</h2><ul>${why.map((line) => markup`<li>${line}</li>`)}</ul><h2>What this does not tell</h2><ul>${limitsOf(result).map((line) => markup`<li>${line}</li>`)}</ul>`
}
