import { reliability } from '@perennial/learning'
import { type Html, markup } from './html.ts'

const WIDTH = 440
const HEIGHT = 340
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 24, 12, 48]

const x = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT)
const y = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
const at = (value: number) => value.toFixed(1)

/** A line of a chart: y for evenly spaced x from 0 to 1. */
export type Curve = Readonly<{ name: string; kind: 'model' | 'other' | 'chance'; values: ArrayLike<number> }>

/** More points are no finer than the pixels. */
const MOST_POINTS = 200

/** Share of the lapses found, by share of the members asked. */
export function gainsChart(curves: readonly Curve[], marked: number): Html {
  const lines = curves.map(({ kind, values }) => markup`<polyline class="${kind}" points="${points(values)}" />`)
  const first = curves[0]
  const found = first === undefined ? 0 : valueAt(first.values, marked)
  return chart('Share of members asked, highest risk first', 'Share of all lapses among them', [
    ...lines,
    markup`<line class="mark" x1="${at(x(marked))}" y1="${at(y(0))}" x2="${at(x(marked))}" y2="${at(y(found))}" />`,
    markup`<circle class="dot" cx="${at(x(marked))}" cy="${at(y(found))}" r="4.5" />`,
    markup`<text class="note" x="${at(x(marked) + 9)}" y="${at(y(found) + 14)}"
      >${percent(found)} of the lapses in ${percent(marked)} of the members</text
    >`,
  ])
}

/** What was foretold against what happened, a dot for each tenth of the members. */
export function calibrationChart(logits: Float64Array, labels: Uint8Array): Html {
  const dots = reliability(logits, labels).map(({ n, predicted, observed }) => {
    const error = 1.96 * Math.sqrt((observed * (1 - observed)) / n)
    const [low, high] = [Math.max(0, observed - error), Math.min(1, observed + error)]
    const cx = at(x(predicted))
    return markup`<line class="whisker" x1="${cx}" x2="${cx}" y1="${at(y(low))}" y2="${at(y(high))}" /><circle
        class="dot"
        cx="${cx}"
        cy="${at(y(observed))}"
        r="4.5"
      />`
  })
  return chart('Foretold risk', 'Part that really lapsed', [
    markup`<polyline class="chance" points="${points([0, 1])}" />`,
    ...dots,
  ])
}

function chart(across: string, up: string, content: readonly Html[]): Html {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      markup`<line class="grid" x1="${at(x(0))}" x2="${at(x(1))}" y1="${at(y(share))}" y2="${at(y(share))}" /><text
          class="tick"
          x="${x(0) - 8}"
          y="${at(y(share) + 4)}"
          text-anchor="end"
          >${percent(share)}</text
        ><text class="tick" x="${at(x(share))}" y="${y(0) + 18}" text-anchor="middle">${percent(share)}</text>`,
  )
  const middle = at((y(0) + y(1)) / 2)
  return markup`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${up}, by: ${across}">${ticks} ${content}<text class="axis" x="${at((x(0) + x(1)) / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${across}</text><text class="axis" x="14" y="${middle}" text-anchor="middle" transform="rotate(-90 14 ${middle})">${up}</text></svg>`
}

function points(values: ArrayLike<number>): string {
  const last = values.length - 1
  const count = Math.min(MOST_POINTS, last)
  return Array.from({ length: count + 1 }, (_, k) => {
    const place = Math.round((k * last) / count)
    return `${at(x(place / last))},${at(y(values[place] ?? 0))}`
  }).join(' ')
}

function valueAt(values: ArrayLike<number>, share: number): number {
  return values[Math.round(share * (values.length - 1))] ?? 0
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
