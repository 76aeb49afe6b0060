import { type Person, receiptView } from '@perennial/erasure'
import type { ErasureReceipt } from '@perennial/runtime'
import { mailAddress } from '@perennial/streams'
import type { FastifyInstance } from 'fastify'
import { bearerOf } from './access.ts'
import { Problem } from './problem.ts'

/** Erasures as the API has them done: in the background, gone on with after a restart. */
export type Erasures = Readonly<{
  request(person: Person, by: string): Promise<ErasureReceipt>
  get(id: string): Promise<ErasureReceipt | undefined>
  all(): Promise<readonly ErasureReceipt[]>
}>

export type ErasuresDeps = Readonly<{ erasures: Erasures }>

const TEXT = { type: 'string', minLength: 1, maxLength: 250 } as const
const TEXTS = { type: 'array', maxItems: 50, items: TEXT } as const
const BODY = {
  type: 'object',
  required: ['memberId'],
  additionalProperties: false,
  properties: {
    memberId: TEXT,
    emails: TEXTS,
    anonymousIds: TEXTS,
    externalIds: {
      type: 'array',
      maxItems: 50,
      items: { type: 'object', required: ['system', 'id'], properties: { system: TEXT, id: TEXT } },
    },
  },
} as const

/** One request clears what is kept of a member; its receipt can be asked for until it is done, and ever after. */
export function addErasures(app: FastifyInstance, { erasures }: ErasuresDeps): void {
  app.post<{ Body: Person }>('/v1/erasures', { schema: { body: BODY } }, async (request, reply) => {
    // One that names no mailbox would be passed over: whoever sent it believes it is seen to.
    const wrong = (request.body.emails ?? []).findIndex((email) => mailAddress(email) === undefined)
    if (wrong >= 0) throw new Problem('bad-request', `body emails ${wrong} must be an address such as jo@example.org.`)
    const receipt = await erasures.request(request.body, `api:${bearerOf(request)?.name ?? ''}`)
    return reply.code(202).header('location', `/v1/erasures/${receipt.id}`).send(receiptView(receipt))
  })
  app.get('/v1/erasures', async () => ({ erasures: (await erasures.all()).map(receiptView) }))
  app.get<{ Params: { id: string } }>('/v1/erasures/:id', async ({ params: { id } }) => {
    const receipt = await erasures.get(id)
    if (receipt === undefined) throw new Problem('not-found', 'There is no erasure with this id.')
    return receiptView(receipt)
  })
}
