import type { Violation } from '@perennial/streams'

/** The kinds of problem this API answers with. Public: clients may rely on them. */
export const PROBLEMS = {
  'bad-request': { status: 400, title: 'The request cannot be understood' },
  unauthorized: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'The token is not good for this' },
  'not-found': { status: 404, title: 'Not found' },
  'too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 415, title: 'The body must be JSON' },
  rejected: { status: 422, title: 'The call was not accepted' },
  'too-many': { status: 429, title: 'Too many requests' },
  unavailable: { status: 503, title: 'A server behind this one cannot be reached' },
  internal: { status: 500, title: 'Something went wrong here' },
} as const

export type ProblemKind = keyof typeof PROBLEMS

type Extras = Readonly<{
  violations?: readonly Violation[]
  /** Seconds after which it makes sense to try again. */
  retryAfterS?: number
  cause?: unknown
}>

/** An answer that is not what was asked for, in the form of RFC 9457. `detail` is one sentence for a person. */
export class Problem extends Error {
  readonly kind: ProblemKind
  readonly violations: readonly Violation[] | undefined
  readonly retryAfterS: number | undefined

  constructor(kind: ProblemKind, detail: string, { violations, retryAfterS, cause }: Extras = {}) {
    super(detail, cause === undefined ? undefined : { cause })
    this.name = 'Problem'
    this.kind = kind
    this.violations = violations
    this.retryAfterS = retryAfterS
  }

  get status(): number {
    return PROBLEMS[this.kind].status
  }

  /** The body of the answer, as `application/problem+json`. */
  body(): Readonly<Record<string, unknown>> {
    const { status, title } = PROBLEMS[this.kind]
    const violations = this.violations === undefined ? {} : { violations: this.violations }
    return { type: `urn:perennial:problem:${this.kind}`, title, status, detail: this.message, ...violations }
  }
}

export const PROBLEM_JSON = 'application/problem+json; charset=utf-8'
