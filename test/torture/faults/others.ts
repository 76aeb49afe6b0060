import type { Answer } from '../../e2e/harness/webhook-receiver.ts'
import type { RegistryTrouble } from '../ground/registry-door.ts'
import type { FaultKind } from './fault.ts'

/** Shorter than the 5 s until an attempt is repeated: the second one of a job gets through. */
const RECEIVER_MS = [2_000, 4_000] as const
const REGISTRY_MS = [2_000, 6_000] as const
const HOUR_MS = 3_600_000

function registry(name: string, trouble: RegistryTrouble): FaultKind {
  return {
    name,
    part: 'registry',
    lastsMs: REGISTRY_MS,
    async strike({ ground, produceNewer }) {
      ground.registry.behave(trouble)
      await produceNewer()
      return {
        on: 'the registry',
        async lift() {
          ground.registry.behave('none')
          return []
        },
      }
    },
  }
}

/** Down in the middle, and for one process at its start as well. */
const registryDown: FaultKind = {
  name: 'registry-down',
  part: 'registry',
  lastsMs: REGISTRY_MS,
  async strike({ ground, choices, produceNewer }) {
    await ground.registryLine.close()
    await produceNewer()
    const hand = choices.one(ground.crew.hands)
    hand.process().kill('SIGKILL')
    return {
      on: `the registry, and ${hand.name} starts meanwhile`,
      async lift() {
        await ground.registryLine.open()
        return []
      },
    }
  },
}

export const MISREADING = 'registry-other-schema'

/** What it has answered is remembered until a restart: an operator sees to it. */
const registryMisleads: FaultKind = {
  ...registry(MISREADING, 'another schema'),
  async strike(field) {
    const { on, lift } = await registry(MISREADING, 'another schema').strike(field)
    return {
      on,
      async lift() {
        await lift()
        for (const hand of field.ground.crew.of('ingest')) hand.process().kill('SIGTERM')
        return []
      },
    }
  },
}

function receiver(name: string, answer: Answer): FaultKind {
  return {
    name,
    part: 'webhook',
    lastsMs: RECEIVER_MS,
    async strike({ ground: { receiver: of } }) {
      of.answer(answer)
      return {
        on: 'the webhook receiver',
        async lift() {
          of.answer(204)
          return []
        },
      }
    },
  }
}

/** Gone for good means until a restart: an operator sees to it. */
const receiverGone: FaultKind = {
  name: 'receiver-gone',
  part: 'webhook',
  lastsMs: RECEIVER_MS,
  async strike({ ground }) {
    ground.receiver.answer(410)
    return {
      on: 'the webhook receiver',
      async lift() {
        ground.receiver.answer(204)
        for (const hand of ground.crew.of('outreach')) hand.process().kill('SIGTERM')
        return []
      },
    }
  },
}

function mail(name: string, kind: 'busy' | 'hang-up' | 'silent'): FaultKind {
  return {
    name,
    part: 'mail',
    lastsMs: RECEIVER_MS,
    async strike({ ground: { mail: server } }) {
      server.behave({ kind })
      return {
        on: 'the mail server',
        async lift() {
          server.behave({ kind: 'accept' })
          return []
        },
      }
    },
  }
}

const clockJump: FaultKind = {
  name: 'clock-jump',
  lastsMs: [3_000, 8_000],
  async strike({ ground, choices }) {
    const hand = choices.one(ground.crew.hands)
    const clockMs = choices.one([-HOUR_MS, HOUR_MS])
    hand.trouble({ clockMs })
    return {
      on: `${hand.name}, an hour ${clockMs > 0 ? 'ahead' : 'back'}`,
      async lift() {
        hand.trouble({ clockMs: 0 })
        return []
      },
    }
  },
}

export const OTHERS: readonly FaultKind[] = [
  registryDown,
  registry('registry-errors', 'errors'),
  registry('registry-slow', 'slow'),
  registryMisleads,
  receiver('receiver-errors', { status: 500 }),
  receiver('receiver-busy', { status: 429, retryAfterSeconds: 1 }),
  receiver('receiver-silent', 'silence'),
  receiver('receiver-breaks-off', 'half an answer'),
  receiverGone,
  mail('mail-busy', 'busy'),
  mail('mail-hangs-up', 'hang-up'),
  mail('mail-silent', 'silent'),
  clockJump,
]
