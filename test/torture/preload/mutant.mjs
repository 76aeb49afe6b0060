// Loaded into a service before its first line, by tests alone (NODE_OPTIONS): replaces texts in some of its modules, as
// MUTANT says: `[{"file": "…/partition-store.ts", "from": "…", "to": "…"}]`. A text that is not there ends the process: a
// mutant that changes nothing proves nothing.
import { registerHooks } from 'node:module'
import { env } from 'node:process'

const changes = JSON.parse(env.MUTANT)

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const own = changes.filter(({ file }) => url.endsWith(file))
    if (own.length === 0) return loaded
    let source = String(loaded.source)
    for (const { file, from, to } of own) {
      if (!source.includes(from)) throw new Error(`The mutant finds no '${from}' in ${file}.`)
      source = source.replace(from, () => to)
    }
    return { ...loaded, source }
  },
})
