import type { Change } from './ground/crew.ts'
import type { GroundOptions } from './ground/ground.ts'

/** A service that has lost one of its safeguards, and the faults under which that must come to light. */
export type Mutant = Readonly<{
  /** Of what is missing, or wrong. */
  name: string
  changes: readonly Change[]
  only: readonly string[]
  crew: GroundOptions['crew']
  /** How long faults strike: one round, unless it takes more to be sure. */
  ms: number
  /** What the checker must say. */
  seen: RegExp
}>

const FOLDING = { ingest: 1, scoring: 1 }
const COMMIT_SCRIPT = 'runtime/src/store/commit-script.ts'

const WHO = "if fence[1] ~= ARGV[1] then return 'fenced' end"
const WHERE = "if fence[2] ~= ARGV[2] then return 'conflict' end"
const WHICH = "if (fence[4] or '0') ~= ARGV[5] then return 'conflict' end"

/** Scoring looks, too, whether what it reads is where it left it. */
const READ = {
  file: 'scoring/src/standing.ts',
  from: 'if (stored?.epoch === epoch && stored.nextOffset === nextOffset && stored.revision === revision) return',
  to: 'return',
}

/** Safeguards the whole rests on, each taken out of the services by itself. */
export const MUTANTS: readonly Mutant[] = [
  {
    // Whoever writes, and wherever the state stands. (One guard alone can be spared: folding and sweeping make the same of
    // the same facts, so a zombie that the offset lets through writes what the owner would have written.)
    name: 'fence',
    changes: [...[WHO, WHERE, WHICH].map((from) => ({ file: COMMIT_SCRIPT, from, to: '' })), READ],
    ms: 40_000,
    only: ['zombie'],
    crew: { ingest: 1, scoring: 2 },
    seen: /^row: /,
  },
  {
    // The owner writes wherever the state stands: its memory may be ahead of a store that has lost something.
    name: 'compare-and-set',
    changes: [...[WHERE, WHICH].map((from) => ({ file: COMMIT_SCRIPT, from, to: '' })), READ],
    ms: 1_000,
    only: ['redis-fail-over'],
    crew: FOLDING,
    seen: /^row: /,
  },
  {
    // Neither the gate nor the script asks whether the contact has been made.
    name: 'ledger',
    changes: [
      {
        file: 'runtime/src/ledger/contact-scripts.ts',
        from: 'if before and not isFree(before) then',
        to: 'if false then',
      },
      {
        file: 'playbooks/src/gates/already-contacted.ts',
        from: 'contact.interventionId === cause.interventionId',
        to: 'true',
      },
    ],
    ms: 1_000,
    only: ['kill'],
    crew: { ...FOLDING, dispatcher: 1, outreach: 1 },
    seen: /^contact: sent \d+ times for one cause/,
  },
  {
    // What was said and then not written is said again, and by then something else may have come in.
    name: 'publish-first',
    changes: [
      {
        file: 'scoring/src/partition-worker.ts',
        from: 'const answer = await store.commit(this.#lease, change)',
        to: `if (outbox !== undefined) await this.#publisher.publish(outbox, this.#nextOffset)
    const answer = await store.commit(this.#lease, change)`,
      },
    ],
    ms: 1_000,
    only: ['kill-before-commit'],
    crew: FOLDING,
    seen: /^risk: /,
  },
]
