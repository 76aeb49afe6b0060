import { createHmac } from 'node:crypto'

export type Signed = Readonly<{ id: string; timestampSeconds: number; body: string }>

/** The headers of Standard Webhooks 1.0.0. With two secrets there are two signatures, and a receiver needs one to fit. */
export function signatureHeaders(signed: Signed, secrets: readonly Buffer[]): Record<string, string> {
  const content = `${signed.id}.${signed.timestampSeconds}.${signed.body}`
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(content).digest('base64')}`)
  return {
    'webhook-id': signed.id,
    'webhook-timestamp': String(signed.timestampSeconds),
    'webhook-signature': signatures.join(' '),
  }
}
