import { Fault, type Logger } from '@perennial/runtime'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { Problem, PROBLEM_JSON } from './problem.ts'

/** Seconds after which it makes sense to try again when a server behind us was away. */
const RETRY_AFTER_S = 5

/** Every error leaves as problem+json. What is our fault is logged with the route, never with the address asked for. */
export function answerWithProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    answer(
      reply,
      new Problem('not-found', `There is no ${request.method} at this address. What there is: /openapi.json`),
    ),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500) logger.error({ err: error, route: request.routeOptions.url }, 'A request failed')
    return answer(reply, problem)
  })
}

function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  const retryAfterS = problem.retryAfterS ?? (problem.status === 503 ? RETRY_AFTER_S : undefined)
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="perennial", Basic realm="perennial"')
  return reply.code(problem.status).type(PROBLEM_JSON).send(problem.body())
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Problem) return error
  if (error.validation !== undefined) return new Problem('bad-request', validationDetail(error))
  const refused = refusal(error)
  if (refused !== undefined) return refused
  const retriable = error instanceof Fault && error.retriable
  if (retriable || isConnectionError(error)) {
    return new Problem(
      'unavailable',
      'Try again in a moment. Facts may be sent again as they are: repeats are recognised by their messageId.',
      {
        cause: error,
      },
    )
  }
  return new Problem('internal', 'The log of this process says more.', { cause: error })
}

/** What the framework refused before any of our code ran. */
function refusal({ statusCode, message }: FastifyError): Problem | undefined {
  if (statusCode === 413) return new Problem('too-large', 'At most 500 kB in one request: send less at once.')
  if (statusCode === 415) return new Problem('not-json', 'Send JSON, with the header content-type: application/json.')
  return statusCode === 400 || statusCode === 414 ? new Problem('bad-request', `${message}.`) : undefined
}

function validationDetail(error: FastifyError): string {
  const [first] = error.validation ?? []
  const where = [error.validationContext, first?.instancePath.slice(1)].filter(
    (part) => part !== undefined && part !== '',
  )
  const params = first?.params as
    | Readonly<{ allowedValues?: readonly string[]; additionalProperty?: string }>
    | undefined
  const allowed = params?.allowedValues === undefined ? '' : `: ${params.allowedValues.join(', ')}`
  const extra = params?.additionalProperty === undefined ? '' : ` (${params.additionalProperty})`
  return `${where.join(' ')} ${first?.message ?? 'is not valid'}${allowed}${extra}.`
}

/** ioredis throws plain errors while its server is away. */
function isConnectionError(error: Error): boolean {
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    /^(Connection is closed|connect ECONNREFUSED|Command timed out|Stream isn't writeable)/.test(error.message)
  )
}
