import { describe, expect, test } from 'vitest'
import { clickTrust, type EmailSign, openTrust } from './email.ts'

const NOW = Date.UTC(2026, 5, 1, 12)
const SECOND = 1_000
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148'
const OUTLOOK = 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0.17726)'
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'
const YAHOO = 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html'

/** Opened or clicked two hours after it was delivered, on a telephone. */
const HUMAN: EmailSign = {
  occurredAt: NOW,
  deliveredAt: NOW - 7_200 * SECOND,
  userAgent: PHONE,
  ip: '203.0.113.7',
  method: 'GET',
  machine: null,
  linksFollowedTogether: 1,
}

const after = (seconds: number) => ({ deliveredAt: NOW - seconds * SECOND })

describe('opens', () => {
  test.each<[string, Partial<EmailSign>]>([
    ['a telephone, hours later', {}],
    ['Outlook, a minute later', { userAgent: OUTLOOK, ...after(60) }],
    ['a provider that says it was no machine', { machine: false }],
    ['delivery not known', { deliveredAt: null }],
    ['just past the moment of delivery', after(3)],
    ['a network that only looks like Apple’s', { ip: '117.2.3.4' }],
  ])('%s: a person', (_, sign) => {
    expect(openTrust({ ...HUMAN, ...sign })).toEqual({ trust: 1, rule: undefined })
  })

  test.each<[string, Partial<EmailSign>, number]>([
    ['provider-flag', { machine: true }, 0],
    ['apple-mail-privacy', { userAgent: 'Mozilla/5.0' }, 0.1],
    ['apple-mail-privacy', { ip: '17.58.100.1' }, 0.1],
    ['image-proxy-prefetch', { userAgent: GMAIL, ...after(4) }, 0.1],
    ['image-proxy', { userAgent: GMAIL }, 0.8],
    ['image-proxy', { userAgent: YAHOO, ...after(31) }, 0.8],
    ['open-at-delivery', after(1), 0.1],
    ['open-at-delivery', { userAgent: null, ...after(0) }, 0.1],
    ['no-user-agent', { userAgent: null }, 0.5],
    ['security-scanner', { userAgent: 'Barracuda Sentinel (EE)' }, 0],
    ['robot', { userAgent: 'python-requests/2.31' }, 0],
  ])('%s %j: trust %d', (rule, sign, trust) => {
    expect(openTrust({ ...HUMAN, ...sign })).toEqual({ trust, rule })
  })
})

describe('clicks', () => {
  test.each<[string, Partial<EmailSign>]>([
    ['a telephone, hours later', {}],
    ['no user agent: people have tools that hide it', { userAgent: null }],
    ['six seconds after the delivery', after(6)],
    ['several links in tabs, an hour later', { linksFollowedTogether: 4, ...after(3_600) }],
    ['two links soon after the delivery', { linksFollowedTogether: 2, ...after(60) }],
    ['a form inside the message', { method: 'POST' }],
    ['method not known', { method: null }],
    ['many links, delivery not known', { linksFollowedTogether: 9, deliveredAt: null }],
  ])('%s: a person', (_, sign) => {
    expect(clickTrust({ ...HUMAN, ...sign })).toEqual({ trust: 1, rule: undefined })
  })

  test.each<[string, Partial<EmailSign>, number]>([
    ['provider-flag', { machine: true }, 0],
    ['head-request', { method: 'HEAD' }, 0],
    ['security-scanner', { userAgent: 'Mozilla/5.0 (compatible; Proofpoint URL Defense)' }, 0],
    ['robot', { userAgent: 'curl/8.5.0' }, 0],
    ['many-links-at-once', { linksFollowedTogether: 3, ...after(60) }, 0.05],
    ['click-at-delivery', after(2), 0.1],
  ])('%s %j: trust %d', (rule, sign, trust) => {
    expect(clickTrust({ ...HUMAN, ...sign })).toEqual({ trust, rule })
  })
})
