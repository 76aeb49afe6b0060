import type { LedgerView, MemberStory, MemberView, SinceAlert } from '@perennial/api'
import { DAY_MS, type EpochMs } from '@perennial/member'
import type { Context } from './context.ts'
import { holdWords } from '@perennial/reporting'
import { roundToSum } from './terminal/round.ts'
import { renderTable } from './terminal/table.ts'
import { count, date, distance, instant, number, percent } from './terminal/words.ts'

/** Of a member who may be scored. */
type Scored = MemberView & Readonly<{ risk: NonNullable<MemberView['risk']> }>

type Look = Pick<Context, 'style' | 'width'>

/** One member as people read it. */
export function explanation(view: MemberStory, now: EpochMs, look: Look): string {
  const { bold } = look.style
  const { ledger, feedback, sinceLastAlert: since } = view
  const { risk } = view
  return [
    ...(risk === null ? unscored(view, now, look) : scored({ ...view, risk }, now, look)),
    '',
    ...(since === null ? [] : [bold(`Since the alert of ${since.alertedAt.slice(0, 10)}`), ...moved(since, look), '']),
    bold('Last seen'),
    ...timeline(view, now, look),
    '',
    ...(feedback.length === 0 ? [] : [bold('What colleagues reported'), ...reported(feedback), '']),
    bold('Outreach'),
    ...(ledger.length === 0 ? ['  Nothing was due yet.'] : decisions(ledger)),
  ].join('\n')
}

function scored(view: Scored, now: EpochMs, look: Look): string[] {
  const { bold } = look.style
  const why = [bold('Why'), ...contributions(view, look)]
  return [...headline(view, now, look), '', ...why, '', bold('What would change it'), ...changes(view, now)]
}

function unscored(view: MemberView, now: EpochMs, look: Look): string[] {
  const objects = 'Objects to being profiled, so no score is worked out, and no risk told.'
  return [who(view, look), objects, ...(view.term === null ? [] : [termWords(view.term, now)])]
}

function who({ memberId, chapter, tier, status, joinedAt }: MemberView, { style }: Look): string {
  const since = joinedAt === null ? undefined : `member since ${joinedAt.slice(0, 10)}`
  return [style.bold(memberId), chapter, tier, status === 'lapsed' ? 'has lapsed' : undefined, since]
    .filter((part) => part !== undefined && part !== null)
    .join(' · ')
}

function headline(view: Scored, now: EpochMs, look: Look): string[] {
  const { status, term, risk } = view
  const { style } = look
  const day = risk.horizon.at.slice(0, 10)
  // A trained model tells who has left by then, wherever the term ends.
  const leaves = risk.model.kind === 'trained' ? `leaves by ${day}` : `does not renew by ${day}`
  const what = risk.horizon.kind === 'renewal' ? leaves : `shows no activity until ${day}`
  const band = risk.band === null ? 'no band yet' : `${risk.band} since ${risk.bandSince?.slice(0, 10) ?? '?'}`
  const engagement = `Engagement ${Math.round(risk.engagementScore)} of 100, confidence ${percent(risk.confidence)}.`
  return [
    who(view, look),
    status === 'lapsed'
      ? 'Not a member now, so there is no risk to tell.'
      : `${style.bold(percent(risk.lapseRisk))} ${what} (${band}).`,
    risk.interval === null
      ? ''
      : `Between ${percent(risk.interval.low)} and ${percent(risk.interval.high)}, nine times in ten, as far as the members it was learned from tell.`,
    term === null ? engagement : `${engagement} ${termWords(term, now)}`,
    risk.valueAtRisk > 0
      ? `At stake: ${number(risk.valueAtRisk)} of dues this term, ${number(risk.futureValueAtRisk)} over the terms that may follow.`
      : '',
    style.dim(`Model ${risk.model.id} (${risk.model.kind}), scored ${instant(Date.parse(risk.at))}.`),
  ].filter((line) => line !== '')
}

function termWords({ end, dues, autoRenew }: NonNullable<MemberView['term']>, now: EpochMs): string {
  const renews = autoRenew === null ? '' : autoRenew ? ', renews automatically' : ', does not renew automatically'
  const ends = Date.parse(end)
  return `Term of ${number(dues)} ${ends > now ? 'ends' : 'ended'} ${end.slice(0, 10)} (${distance(ends, now)})${renews}.`
}

/** The largest first; they add up to the last line, also as printed. */
function contributions({ risk }: Scored, { width }: Look): string[] {
  const { parts, sum } = roundToSum(
    risk.contributions.map(({ contribution }) => contribution),
    2,
  )
  const rows = risk.contributions
    .map(({ words }, i) => ({ words, part: parts[i] ?? 0 }))
    .filter(({ part }) => part !== 0)
    .toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part))
    .map(({ words, part }) => [signed(part), words])
  const total = [signed(sum), `log-odds, which is a risk of ${percent(1 / (1 + Math.exp(-risk.logit)))}`]
  const columns = [{ title: 'adds', align: 'right' as const }, { title: 'because' }]
  return renderTable(columns, [...rows, total], width - 2)
    .split('\n')
    .map((line) => `  ${line}`)
}

/** What moved the risk since the last alert; the parts add up to the last line, also as printed. */
function moved(since: SinceAlert, { width }: Look): string[] {
  const { parts, sum } = roundToSum(
    since.parts.map(({ change }) => change),
    2,
  )
  const rows = since.parts
    .map(({ words, facts }, i) => [signed(parts[i] ?? 0), words, factWords(facts)])
    .filter((_, i) => parts[i] !== 0)
  const model = since.otherModel ? '; another model scored then' : ''
  const total = [signed(sum), `log-odds: from ${percent(since.riskThen)} to ${percent(since.riskNow)}${model}`, '']
  const columns = [{ title: 'moved', align: 'right' as const }, { title: 'because' }, { title: 'by' }]
  return renderTable(columns, [...rows, total], width - 2)
    .split('\n')
    .map((line) => `  ${line}`)
}

function factWords(facts: SinceAlert['parts'][number]['facts']): string {
  if (facts.length === 0) return 'time alone'
  return facts.map(({ label, lastAt }) => `${label} ${lastAt.slice(0, 10)}`).join(', ')
}

function changes({ whatWouldChange, risk, nextCheckAt }: Scored, now: EpochMs): string[] {
  const widest = Math.max(0, ...whatWouldChange.map(({ label }) => label.length))
  const next = nextWords(nextCheckAt === null ? undefined : Date.parse(nextCheckAt), now)
  return [
    ...whatWouldChange.map(
      ({ label, lapseRisk }) => `  ${label.padEnd(widest)}  ${percent(risk.lapseRisk)} → ${percent(lapseRisk)}`,
    ),
    `  ${next}`,
  ]
}

function nextWords(at: EpochMs | undefined, now: EpochMs): string {
  if (at === undefined) return 'Without news the band never changes.'
  if (at < now + DAY_MS) return 'Without news the band may change within a day.'
  return `Without news the band stays as it is until ${date(at)} at least (${distance(at, now)}).`
}

function timeline({ timeline: seen }: MemberView, now: EpochMs, { width }: Look): string[] {
  if (seen.length === 0) return ['  Never.']
  const rows = seen.map(({ label, lastAt, count: times }) => [
    lastAt.slice(0, 10),
    distance(Date.parse(lastAt), now),
    count(times, 'time'),
    label,
  ])
  const columns = [
    { title: 'last' },
    { title: 'ago', align: 'right' as const },
    { title: 'how often', align: 'right' as const },
    { title: 'what' },
  ]
  return renderTable(columns, rows, width - 2)
    .split('\n')
    .map((line) => `  ${line}`)
}

/** The latest first, with the notes: whoever asks may see the member. */
function reported(feedback: MemberStory['feedback']): string[] {
  return feedback.map(({ at, by, outcome, reason, note }) => {
    const why = reason === null ? '' : `: ${reason}`
    return `  ${at.slice(0, 10)}  ${outcome}${why} (${by})${note === null ? '' : `  “${note}”`}`
  })
}

/** Newest first. The same answer again and again is one line, with the latest time. */
function decisions(ledger: readonly LedgerView[]): string[] {
  const lines = Map.groupBy(ledger, (entry) => `${entry.playbook}, ${entry.step}${forWhom(entry)}: ${fate(entry)}`)
  return [...lines].map(([text, entries]) => {
    const at = instant(Date.parse(entries[0]?.decidedAt ?? ''))
    return `  ${at}  ${text}${entries.length > 1 ? ` (${number(entries.length)} times)` : ''}`
  })
}

function forWhom({ owner }: LedgerView): string {
  return owner === null ? '' : ` for ${owner}`
}

/** What became of a decision, in words. */
export function fate({ decision, reason, channel, sendAt, outcome }: LedgerView): string {
  if (decision === 'hold') return `held back, ${holdWords(reason ?? 'unknown')}`
  if (outcome === null) return `to be sent through ${channel} ${sendAt === null ? 'now' : instant(Date.parse(sendAt))}`
  const detail = outcome.detail === null ? '' : `, ${holdWords(outcome.detail)}`
  return `${outcome.outcome} through ${outcome.channel} ${instant(Date.parse(outcome.at))}${detail}`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
