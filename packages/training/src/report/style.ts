import type { Html } from './html.ts'

/** Everything the page needs stands in it: it is mailed around, printed and opened years later. */
export const STYLE: Html = {
  html: `
:root { --ink: #1d2733; --soft: #5b6875; --line: #dfe4ea; --model: #1f5fae; --other: #c06a00; --bad: #b3362c; --good: #2c7a4b; --page: #fff; --panel: #f6f8fa }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif }
main { max-width: 980px; margin: 0 auto; padding: 40px 24px 64px }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -.01em }
h2 { font-size: 21px; margin: 48px 0 6px }
h3 { font-size: 16px; margin: 24px 0 4px }
p { margin: 6px 0 12px; max-width: 72ch }
.soft, figcaption { color: var(--soft) }
figcaption, small { font-size: 14px }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; margin: 26px 0 }
.tile { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px }
.tile b { display: block; font-size: 30px; line-height: 1.15; font-variant-numeric: tabular-nums }
.tile span { color: var(--soft); font-size: 14px; line-height: 1.4; display: block }
.verdict { border-left: 4px solid var(--model); background: var(--panel); padding: 12px 18px; border-radius: 0 10px 10px 0; margin: 18px 0 }
.verdict.poor { border-color: var(--other) }
.verdict p { margin: 0 }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(360px, 1fr)); gap: 24px }
figure { margin: 12px 0 }
svg { width: 100%; height: auto; display: block }
svg text { font: 12px system-ui, sans-serif; fill: var(--soft) }
svg .axis { font-size: 13px }
svg .note { fill: var(--ink); font-size: 13px; font-weight: 600 }
svg .grid { stroke: var(--line) }
svg polyline { fill: none; stroke-width: 2.5 }
svg .model { stroke: var(--model) }
svg .other { stroke: var(--other); stroke-dasharray: 7 4 }
svg .chance { stroke: #9aa5b1; stroke-width: 1.5; stroke-dasharray: 3 4 }
svg .dot { fill: var(--model) }
svg .mark { stroke: var(--model); stroke-dasharray: 2 3 }
svg .whisker { stroke: var(--model); opacity: .45; stroke-width: 2 }
.key { display: flex; gap: 18px; flex-wrap: wrap; font-size: 14px; color: var(--soft) }
.key i { display: inline-block; width: 26px; border-top: 3px solid var(--model); margin-right: 6px; vertical-align: middle }
.key i.other { border-top: 3px dashed var(--other) }
.key i.chance { border-top: 2px dotted #9aa5b1 }
table { border-collapse: collapse; width: 100%; margin: 12px 0; font-size: 15px }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13px; vertical-align: bottom }
th, td { padding: 7px 10px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
tr.chosen td { font-weight: 600 }
td.id { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 13px; max-width: 26ch; overflow-wrap: anywhere; min-width: 13ch }
.bar { background: #e8edf3; border-radius: 4px; height: 12px; min-width: 120px }
.bar i { display: block; height: 12px; border-radius: 4px; background: var(--model) }
.up { color: var(--bad) } .down { color: var(--good) }
ul { padding-left: 20px; max-width: 76ch } li { margin: 5px 0 }
.scroll { overflow-x: auto }
@media print { main { padding: 0; max-width: none } h2 { break-after: avoid } figure, tr, .tile { break-inside: avoid } }
`,
}
