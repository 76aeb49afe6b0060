import { EnvReader } from '@perennial/runtime'
import { expect, test } from 'vitest'
import { MAIL_SETTINGS } from '../testing/mail-harness.ts'
import { readEmailConfig } from './config.ts'

function read(env: Readonly<Record<string, string>>) {
  const from = new EnvReader(env)
  return { config: readEmailConfig(from), problems: from.problems.join('\n') }
}

const SERVER = { SMTP_URL: 'smtps://me:p%40ss@smtp.example.org' }

test('without a server there is no email, and nothing is missed', () => {
  expect(read({})).toEqual({ config: undefined, problems: '' })
})

test('with a server, all that is missing is said at once', () => {
  const { problems } = read(SERVER)
  for (const name of ['EMAIL_FROM', 'PUBLIC_URL', 'UNSUBSCRIBE_KEY', 'CONTACT_KEY'])
    expect(problems).toContain(`${name} is missing`)
})

test.each([
  [SERVER, { host: 'smtp.example.org', port: 465, secure: true, requireTls: true, auth: { user: 'me', pass: 'p@ss' } }],
  [{ SMTP_URL: 'smtp://smtp.example.org' }, { port: 587, secure: false, requireTls: true, auth: undefined }],
  [{ SMTP_URL: 'smtp://127.0.0.1:25' }, { port: 25, secure: false, requireTls: false }],
  [
    { SMTP_HOST: 'mx', SMTP_PORT: '465' },
    { host: 'mx', secure: true },
  ],
  [
    { SMTP_HOST: 'mx', SMTP_USERNAME: 'me', SMTP_PASSWORD: 'x', SMTP_TLS: 'optional' },
    { port: 587, requireTls: false, auth: { user: 'me', pass: 'x' }, timeoutMs: 30_000 },
  ],
])('server %j', (env: Readonly<Record<string, string>>, expected) => {
  const { config, problems } = read({ ...MAIL_SETTINGS, ...env })
  expect(problems).toBe('')
  expect(config?.smtp).toMatchObject(expected)
})

test('the sender has a name and an address, and the address of this deployment no slash', () => {
  expect(read({ ...MAIL_SETTINGS, ...SERVER }).config).toMatchObject({
    from: { name: 'Sample Association', address: 'hello@association.example' },
    publicUrl: 'https://members.association.example',
    perSecond: 5,
  })
})

test.each([
  [{ SMTP_URL: 'http://me:secret-word@x.example' }, 'SMTP_URL is not a smtp:// or smtps:// address'],
  [{ EMAIL_FROM: 'hello@association.example' }, 'not a name and an address'],
  [{ EMAIL_FROM: 'A <a@b.example>, C <c@d.example>' }, 'not a name and an address'],
  [{ EMAIL_REPLY_TO: 'office' }, 'EMAIL_REPLY_TO is'],
  [{ PUBLIC_URL: 'http://members.association.example' }, 'at https:// only'],
  [{ UNSUBSCRIBE_KEY: 'secret-word' }, 'UNSUBSCRIBE_KEY is shorter than 32 characters'],
  [{ EMAIL_DKIM_SELECTOR: 'x' }, 'DKIM needs both'],
  [{ EMAIL_DKIM_SELECTOR: 'x', EMAIL_DKIM_KEY: 'secret-word' }, 'no private key in PEM'],
  [{ SMTP_URL: '', SMTP_HOST: 'mx', SMTP_USERNAME: 'me' }, 'SMTP_USERNAME and SMTP_PASSWORD go together'],
])('refused, and no secret shown: %j', (env: Readonly<Record<string, string>>, expected) => {
  const { problems } = read({ ...MAIL_SETTINGS, ...SERVER, ...env })
  expect(problems).toContain(expected)
  expect(problems).not.toContain('secret-word')
})
