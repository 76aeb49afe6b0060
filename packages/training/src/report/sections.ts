import { type Scored } from '../scores.ts'
import type { Backtest } from '../backtest.ts'
import { count, percent } from '../words.ts'
import { calibrationChart, gainsChart } from './charts.ts'
import type { Driver } from './drivers.ts'
import { type Html, markup } from './html.ts'
import { gainsOf } from './ranking.ts'

/** What people call the models. */
const WORDS: Readonly<Record<string, string>> = {
  prior: 'Prior: year of membership alone',
  hazard: 'Model on all features',
  hazardFew: 'Model on few features',
  boosted: 'Boosted trees',
  recency: 'Silence: days since the last activity',
  baseRate: 'Nothing known: the same risk for all',
  tenure: 'How long somebody has been a member',
}

export function wordsFor(name: string): string {
  return WORDS[name] ?? name
}

export function curves({ test, logits, baselines, chosen }: Backtest, marked: number): Html {
  const recency = baselines.find(({ name }) => name === 'recency')
  const gains = [
    { name: chosen, kind: 'model' as const, values: gainsOf(logits, test) },
    ...(recency === undefined
      ? []
      : [{ name: 'recency', kind: 'other' as const, values: gainsOf(recency.logits, test) }]),
    { name: 'chance', kind: 'chance' as const, values: [0, 1] },
  ]
  return markup`<h2>Would it have found them?</h2><div class="pair"><figure>${gainsChart(gains, marked)}<div class="key"><span><i></i>chosen</span><span><i class="other"></i>by silence alone</span
          ><span><i class="chance"></i>by chance</span></div><figcaption>Begin with the members at highest risk and go down the list: how many of those who lapsed have you met? The
          further above the dotted line, the better the list.</figcaption></figure><figure>${calibrationChart(logits, test.labels)}<div class="key"><span>● a tenth of the members, with the range that chance leaves open</span></div><figcaption>Are the percentages right? A dot on the dotted line means: of those told “30 %”, three in ten lapsed. Dots
          above it: more lapsed than was foretold.</figcaption></figure></div>`
}

export function scoreTable({ models, baselines, chosen }: Backtest): Html {
  const row = ({ name, metrics }: Scored, isBaseline: boolean) =>
    markup`<tr class="${name === chosen && !isBaseline ? 'chosen' : ''}"><td>${wordsFor(name)}${name === chosen && !isBaseline ? ' — chosen' : ''}${isBaseline ? markup` <small class="soft">baseline</small>` : ''}</td><td class="n">${shown(metrics.auc, 3)}</td><td class="n">${shown(metrics.liftAt10, 2)} ×</td><td class="n">${shown(metrics.logLoss, 3)}</td><td class="n">${shown(metrics.brier, 3)}</td><td class="n">${shown(metrics.ece, 3)}</td></tr>`
  return markup`<h2>Beside what anybody could have guessed</h2><div class="scroll"><table><thead><tr><th></th><th class="n">Order (AUC)</th><th class="n">Lift in the top tenth</th><th class="n">Log loss</th><th class="n">Brier</th><th class="n">Calibration error</th></tr></thead><tbody>${models.map((one) => row(one, false))}${baselines.map((one) => row(one, true))}</tbody></table></div><p class="soft"><small
        >Order: the chance that of two members, one who lapsed and one who stayed, the first had the higher risk; 0.5 is
        a coin, 1 is perfect. Lift: how many times likelier than others the tenth at the top is to lapse. Log loss,
        Brier and calibration error: how wrong the percentages were; less is better.</small
      ></p>`
}

function shown(x: number, digits: number): string {
  return Number.isFinite(x) ? x.toFixed(digits) : '–'
}

/** More bars are noise. */
const MOST_DRIVERS = 12

export function driverTable(drivers: readonly Driver[]): Html {
  const [largest] = drivers
  if (largest === undefined)
    return markup`<h2>What drives lapse</h2><p>Nothing tells one member from another here, but the year of membership.</p>`
  const rows = drivers
    .slice(0, MOST_DRIVERS)
    .map(
      ({ label, size, direction }) =>
        markup`<tr><td>${capital(label)}</td><td>${directionWords(direction)}</td><td><div class="bar"><i style="width:${Math.max(1, Math.round((100 * size) / largest.size))}%"></i></div></td></tr>`,
    )
  const rest = drivers.length - MOST_DRIVERS
  return markup`<h2>What drives lapse</h2><p>How much each thing moved the risks, from most to least. These go together with lapsing; whether changing one
      would change the other is a different question.</p><div class="scroll"><table><thead><tr><th>What</th><th>The more of it …</th><th>How much it moved the risks</th></tr></thead><tbody>${rows}</tbody></table></div>${rest > 0 ? markup`<p class="soft"><small>And ${count(rest)} more that moved them less. Things that tell the same story share the weight, so one alone may look smaller than it is.</small></p>` : ''}`
}

function directionWords(direction: Driver['direction']): Html {
  if (direction === 0) return markup`<span class="soft">now one way, now the other</span>`
  return direction > 0
    ? markup`<span class="up">▲ the likelier to lapse</span>`
    : markup`<span class="down">▼ the likelier to stay</span>`
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

export function shareTable(gains: Float64Array, n: number, lapses: number): Html {
  const rows = [0.05, 0.1, 0.2, 0.3, 0.5].map((share) => {
    const asked = Math.round(share * n)
    const found = (gains[asked] ?? 0) * lapses
    return markup`<tr><td>${percent(share, 0)}</td><td class="n">${count(asked)}</td><td class="n">${count(found)}</td><td class="n">${percent(found / asked, 0)}</td><td class="n">${percent(found / lapses, 0)}</td></tr>`
  })
  return markup`<div class="scroll"><table><thead><tr><th>Asking this part of the members</th><th class="n">Members</th><th class="n">of them lapsed</th><th class="n">that is</th><th class="n">of all lapses</th></tr></thead><tbody>${rows}</tbody></table></div>`
}
