import type { Forwarder } from '../../e2e/harness/forwarder.ts'
import type { FaultKind, Field } from './fault.ts'

const CUT_EVERY_MS = 400

type Line = Readonly<{ name: string; door: Forwarder }>

/** Every connection between a process of ours and somebody else. */
function lines({ ground }: Field): Line[] {
  return [
    ...ground.crew.hands.flatMap(({ name, broker, redis }) => [
      { name: `${name} to the broker`, door: broker },
      { name: `${name} to Redis`, door: redis },
    ]),
    { name: 'all to the registry', door: ground.registryLine },
    { name: 'outreach to the webhook', door: ground.webhook },
    { name: 'outreach to the mail server', door: ground.smtp },
  ]
}

function onOneLine(
  name: string,
  lastsMs: FaultKind['lastsMs'],
  begin: (door: Forwarder, field: Field) => () => void,
): FaultKind {
  return {
    name,
    lastsMs,
    async strike(field) {
      const line = field.choices.one(lines(field))
      const end = begin(line.door, field)
      return {
        on: line.name,
        async lift() {
          end()
          return []
        },
      }
    },
  }
}

/** What was asked for is done, and nobody hears of it. */
export const cut = onOneLine('cut-before-reply', [2_000, 5_000], (door) => {
  door.cutAnswers()
  const timer = setInterval(() => door.cutAnswers(), CUT_EVERY_MS)
  return () => clearInterval(timer)
})

export const slow = onOneLine('slow-line', [3_000, 8_000], (door, { choices }) => {
  door.delay(choices.between(200, 1_500))
  return () => door.delay(0)
})

export const blackHole = onOneLine('black-hole', [2_000, 15_000], (door) => {
  door.hold(true)
  return () => door.hold(false)
})
