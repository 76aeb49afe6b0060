/*
 * Loaded before a service: the process lives at the instant that its parent names, from where time goes on at its usual
 * pace. All that asks for the date sees it, libraries included; timers, and what measures a time, are as ever.
 */
let at = Number(process.env['VIRTUAL_NOW'])
let since = performance.now()
const now = () => at + Math.floor(performance.now() - since)

globalThis.Date = new Proxy(Date, {
  construct: (target, given: unknown[]) => Reflect.construct(target, given.length === 0 ? [now()] : given) as object,
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
})

process.on('message', (message: Readonly<{ at: number }>) => {
  at = message.at
  since = performance.now()
  process.send?.({ at })
})
// A parent that may still say something keeps nobody alive.
process.channel?.unref()
