import { createHash, createVerify, type KeyObject } from 'node:crypto'

/** Whether the DKIM signature of a message (RFC 6376, rsa-sha256, relaxed/relaxed) is right, and what it covers. */
export function verifyDkim(message: string, publicKey: KeyObject): Readonly<{ valid: boolean; covered: string[] }> {
  const end = message.indexOf('\r\n\r\n')
  const headers = message.slice(0, end + 2).match(/^\S[^\r]*\r\n(?:[ \t][^\r]*\r\n)*/gm) ?? []
  const signature = headers.find((header) => /^dkim-signature:/i.test(header)) ?? ''
  const tags = Object.fromEntries(
    signature
      .slice(signature.indexOf(':') + 1)
      .replaceAll(/\s+/g, '')
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  ) as Record<string, string>
  const body = createHash('sha256')
    .update(relaxedBody(message.slice(end + 4)))
    .digest('base64')
  const covered = (tags['h'] ?? '').split(':').map((name) => name.toLowerCase())
  const signed = covered.flatMap((name) => headers.filter((header) => nameOf(header) === name).map(relaxedHeader))
  const own = relaxedHeader(signature.replace(/(\bb=)[^;]*$/, '$1')).replace(/\r\n$/, '')
  const verify = createVerify('sha256').update(`${signed.join('')}${own}`)
  return { valid: tags['bh'] === body && verify.verify(publicKey, tags['b'] ?? '', 'base64'), covered }
}

function nameOf(header: string): string {
  return header.slice(0, header.indexOf(':')).trim().toLowerCase()
}

function relaxedHeader(header: string): string {
  const value = header.slice(header.indexOf(':') + 1)
  return `${nameOf(header)}:${value.replaceAll(/\s+/g, ' ').trim()}\r\n`
}

function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').replace(/ $/, ''))
  return `${lines.join('\r\n').replace(/(?:\r\n)+$/, '')}\r\n`
}
