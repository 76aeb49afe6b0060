import { expect, test } from 'vitest'
import { visitTrust } from './website.ts'

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'

test.each([
  ['a browser', CHROME, false],
  ['a browser of which nothing else is known', CHROME, null],
  ['a server that reports its members', null, null],
  ['a Cubot telephone', `Mozilla/5.0 (Linux; Android 11; CUBOT X50) AppleWebKit/537.36 Chrome/120 Mobile`, null],
  ['a reader on an abbot’s machine', `${CHROME} abbott/1`, null],
  ['a mail app that shows a page', 'Mozilla/5.0', null],
])('%s is a person', (_, userAgent, automated) => {
  expect(visitTrust({ userAgent, automated })).toEqual({ trust: 1, rule: undefined })
})

test.each([
  ['robot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', null],
  ['robot', 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', null],
  ['robot', 'Mozilla/5.0 (compatible; YandexBot/3.0)', null],
  ['robot', 'some bot', null],
  ['robot', 'CUBOT checker bot', null],
  ['robot', 'Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120', null],
  ['robot', 'Mozilla/5.0 (compatible; Baiduspider/2.0)', null],
  ['robot', 'Pingdom.com_bot_version_1.4', null],
  ['robot', 'Go-http-client/2.0', null],
  ['security-scanner', 'Mimecast-URL-Scanner', null],
  ['automated-browser', CHROME, true],
])('%s: %s', (rule, userAgent, automated) => {
  expect(visitTrust({ userAgent, automated })).toEqual({ trust: 0, rule })
})

test('the same agent gets the same answer again, and many agents do not fill the memory', () => {
  for (let i = 0; i < 12_000; i++) visitTrust({ userAgent: `${CHROME} ${i}`, automated: null })
  expect(visitTrust({ userAgent: 'Googlebot/2.1', automated: null })).toEqual({ trust: 0, rule: 'robot' })
  expect(visitTrust({ userAgent: 'Googlebot/2.1', automated: null })).toEqual({ trust: 0, rule: 'robot' })
})
