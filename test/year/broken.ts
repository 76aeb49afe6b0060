import { registerHooks } from 'node:module'
import { type Break, CHANGES } from './breaks.ts'

/*
 * Loaded before a service: leaves out what BROKEN names, so that the check of the messages is seen to find it. The text
 * of the source is changed as it is loaded; one that has moved on, so that nothing would be changed, ends the process.
 */
const wanted = (process.env['BROKEN'] ?? '').split(',').filter((name) => name !== '') as Break[]
const changes = wanted.flatMap((name) => CHANGES[name])

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const own = changes.filter(({ file }) => url.endsWith(file))
    if (own.length === 0) return loaded
    const { source } = loaded
    let text = typeof source === 'string' ? source : Buffer.from((source as Uint8Array | undefined) ?? []).toString()
    for (const { file, from, to } of own) {
      if (!text.includes(from)) throw new Error(`${file} has nothing like '${from}' any more.`)
      text = text.replace(from, to)
    }
    return { ...loaded, source: text }
  },
})
