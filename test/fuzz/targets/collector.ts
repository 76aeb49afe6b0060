import { BUILT_IN } from '@perennial/member'
import { collect } from '../../../services/api/src/collector/collect.ts'
import { NOW } from '../samples.ts'
import type { Target } from '../target.ts'
import { CALL_WORDS, CALLS } from './calls.ts'

const TYPES = [undefined, 'track', 'identify', 'page'] as const

/** Calls to the collector, without the HTTP around them: a list of them, or one. Each is accepted or refused. */
export function createTarget(): Target {
  const writer = { write: () => Promise.resolve() }
  return {
    shape: 'json',
    samples: [CALLS, ...CALLS].map((call) => Buffer.from(JSON.stringify(call))),
    words: CALL_WORDS,
    async take(input) {
      const json = parsed(input.toString())
      const calls = Array.isArray(json) ? json : [json]
      const type = TYPES[input.length % TYPES.length]
      const context = { receivedAt: NOW, newId: () => 'made-here', vocabulary: BUILT_IN, ...(type && { type }) }
      const { accepted, rejected } = await collect(writer, calls, context)
      if (accepted + rejected !== calls.length) throw new Error('The counts do not add up.')
    },
  }
}

/** What is no JSON does not come so far. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
