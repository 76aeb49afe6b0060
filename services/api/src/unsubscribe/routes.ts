import { readToken, type UnsubscribeKeys, type Unsubscription } from '@perennial/channels'
import type { Clock, SourceWriter } from '@perennial/runtime'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { askPage, donePage, unknownPage } from './page.ts'

export type UnsubscribeDeps = Readonly<{
  writer: SourceWriter
  clock: Clock
  /** Undefined: no link is signed, and none is accepted. */
  unsubscribeKeys: UnsubscribeKeys | undefined
}>

export const UNSUBSCRIBE_ROUTE = '/u/:token'

/** Of a body that nobody reads. */
const MOST_BODY_BYTES = 16 * 1024
const MINUTE_MS = 60_000

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // The address is a key: it goes nowhere from here.
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}

/**
 * Where links in messages lead. GET asks and changes nothing, since mail scanners follow links; so does HEAD. POST
 * acts at once, as RFC 8058 has it: what the body says, and in which form, is not looked at, for the signed
 * address says it all, and a request to be left alone is not refused for its form.
 */
export function addUnsubscribe(app: FastifyInstance, deps: UnsubscribeDeps): void {
  type Asked = Readonly<{ Params: Readonly<{ token: string }> }>
  const read = (token: string) => deps.unsubscribeKeys && readToken(deps.unsubscribeKeys, token)

  void app.register((scoped, _, done) => {
    scoped.removeAllContentTypeParsers()
    scoped.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BODY_BYTES }, (_request, _body, parsed) =>
      parsed(null),
    )
    scoped.get<Asked>(UNSUBSCRIBE_ROUTE, (request, reply) => {
      const about = read(request.params.token)
      return about === undefined ? unknown(reply) : reply.headers(HEADERS).send(askPage(about.purpose))
    })
    scoped.post<Asked>(UNSUBSCRIBE_ROUTE, async (request, reply) => {
      const about = read(request.params.token)
      if (about === undefined) return unknown(reply)
      await withdraw(deps, about)
      return reply.headers(HEADERS).send(donePage(about.purpose))
    })
    done()
  })
}

function unknown(reply: FastifyReply): FastifyReply {
  return reply.code(404).headers(HEADERS).send(unknownPage())
}

/** A fact like any other: it goes through the log, and holds for whoever reads it. */
function withdraw({ writer, clock }: UnsubscribeDeps, { memberId, purpose, interventionId }: Unsubscription) {
  const now = clock.now()
  const record = {
    // Of presses within a minute one counts. Later ones count again: consent may have been given in between.
    eventId: `unsubscribe.${interventionId}.${Math.floor(now / MINUTE_MS)}`,
    occurredAt: now,
    sentAt: now,
    member: { memberId },
    source: 'perennial',
    type: 'consent_changed',
    consent: { [purpose]: false },
  } as const
  return writer.write([{ stream: 'membership', record }])
}
